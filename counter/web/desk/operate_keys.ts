/** Which keys pass to an operated window, by the names that the kiosk takes (kiosk/operate/grant.py). Everything else stays here. Pure. */

interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

export interface PassedKey {
  readonly do: "key";
  readonly name: string;
  readonly modifier: "" | "Shift" | "Control";
}

const NAMES: Readonly<Record<string, string>> = {
  Enter: "Enter", Escape: "Escape", Tab: "Tab", Backspace: "Backspace", Delete: "Delete", PageUp: "PageUp", PageDown: "PageDown", Home: "Home", End: "End",
  ArrowLeft: "Left", ArrowRight: "Right", ArrowUp: "Up", ArrowDown: "Down",
};
const WITH_SHIFT = new Set(["Tab", "Left", "Right", "Up", "Down", "Home", "End"]);
const WITH_CONTROL = new Set(["Backspace", "Delete", "A"]);

/** The key that passes; null: none does. Letters come as text. */
export function passedKey({ key, ctrlKey, shiftKey, altKey, metaKey }: Pressed): PassedKey | null {
  if (altKey || metaKey || (ctrlKey && shiftKey)) return null;
  const name = NAMES[key] ?? (ctrlKey && key.toLowerCase() === "a" ? "A" : undefined);
  if (name === undefined) return null;
  const modifier = ctrlKey ? "Control" : shiftKey ? "Shift" : "";
  const taken = modifier === "" || (modifier === "Shift" ? WITH_SHIFT : WITH_CONTROL).has(name);
  return taken ? { do: "key", name, modifier } : null;
}

/** Seconds within which Escape, pressed again, leaves the window. */
export const TWICE = 1;
