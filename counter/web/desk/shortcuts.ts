/** Single keys for a clerk's hands; never while typing, and can be switched off (WCAG 2.2, 2.1.4). */
import type { WordKey } from "../../../config/web/words.ts";

export type Deed = "answer" | "decline" | "microphone" | "camera" | "share" | "hold" | "text" | "end" | "note" | "help";

export const SHORTCUTS: readonly { readonly key: string; readonly deed: Deed; readonly words: WordKey }[] = [
  { key: "a", deed: "answer", words: "counter.ring.answer" },
  { key: "d", deed: "decline", words: "counter.ring.decline" },
  { key: "m", deed: "microphone", words: "counter.shortcut.microphone" },
  { key: "v", deed: "camera", words: "counter.shortcut.camera" },
  { key: "s", deed: "share", words: "counter.shortcut.share" },
  { key: "h", deed: "hold", words: "counter.shortcut.hold" },
  { key: "t", deed: "text", words: "counter.shortcut.text" },
  { key: "e", deed: "end", words: "counter.shortcut.end" },
  { key: "n", deed: "note", words: "counter.shortcut.note" },
  { key: "?", deed: "help", words: "counter.shortcut.help" },
];

const SWITCH = "counter.shortcuts";

export function shortcutsOn(): boolean {
  return localStorage.getItem(SWITCH) !== "off";
}

export function switchShortcuts(on: boolean): void {
  if (on) localStorage.removeItem(SWITCH);
  else localStorage.setItem(SWITCH, "off");
}

interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly repeat: boolean;
}

/** What `pressed` asks for; null: nothing. `typing`: a text field or a dialog has the focus. Pure. */
export function deedOf(pressed: Pressed, typing: boolean, on: boolean): Deed | null {
  if (typing || pressed.ctrlKey || pressed.altKey || pressed.metaKey || pressed.repeat) return null;
  const found = SHORTCUTS.find(({ key }) => key === pressed.key.toLowerCase());
  if (found === undefined) return null;
  return on || found.deed === "help" ? found.deed : null;
}

/** Whether the focus is where keys are letters. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, dialog, [contenteditable]") !== null;
}
