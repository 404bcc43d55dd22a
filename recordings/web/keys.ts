/** What a key asks of the player: J K L as at a cutting table, arrows, Home, End, and picture by picture. Pure. */

export type Deed = "toggle" | "pause" | "on" | "back" | "forward" | "earlier" | "later" | "begin" | "end" | "frame-before" | "frame-after";

const KEYS: ReadonlyMap<string, Deed> = new Map<string, Deed>([
  [" ", "toggle"], ["k", "pause"], ["j", "back"], ["l", "on"], ["ArrowLeft", "earlier"], ["ArrowRight", "later"], ["Home", "begin"], ["End", "end"],
  [",", "frame-before"], [".", "frame-after"],
]);

interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly repeat: boolean;
}

/** Deeds that go on while the key is held. */
const AGAIN: ReadonlySet<Deed> = new Set(["back", "earlier", "later", "frame-before", "frame-after"]);

/**
 * null: nothing. `where`: what has the focus; letters belong to a text field, the arrows to a list,
 * and space to a button.
 */
export function deedOf(pressed: Pressed, where: "typing" | "list" | "button" | "elsewhere"): Deed | null {
  if (where === "typing" || pressed.ctrlKey || pressed.altKey || pressed.metaKey) return null;
  const deed = KEYS.get(pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key);
  if (deed === undefined || (pressed.repeat && !AGAIN.has(deed))) return null;
  if (where === "list" && pressed.key.length > 1) return null;
  return deed === "toggle" && where !== "elsewhere" ? null : deed;
}

/** What has the focus. */
export function whereOf(target: EventTarget | null): "typing" | "list" | "button" | "elsewhere" {
  if (!(target instanceof Element)) return "elsewhere";
  if (target.closest("textarea, dialog, [contenteditable], input:not([type=range], [type=checkbox])") !== null) return "typing";
  if (target.closest("select") !== null) return "list";
  return target.closest("button, a, summary, [type=checkbox]") === null ? "elsewhere" : "button";
}
