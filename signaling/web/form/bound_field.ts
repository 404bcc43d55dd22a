/**
 * Ties a text box to a shared line: what is typed goes out as the smallest change, what comes in leaves the caret where it was.
 * While an input method composes (拼音 before the character is picked), the box is the input method's and is not touched.
 */
import type { Line } from "./shared_form.ts";
import { difference, moved, rebased } from "./splice.ts";
import type { Splice } from "./splice.ts";

/** The part of `<input>` and `<textarea>` that is used. */
export interface Box {
  value: string;
  selectionStart: number | null;
  selectionEnd: number | null;
  selectionDirection: "forward" | "backward" | "none" | null;
  setSelectionRange(start: number, end: number, direction?: "forward" | "backward" | "none"): void;
  addEventListener(type: string, heard: (event: Event) => void): void;
  removeEventListener(type: string, heard: (event: Event) => void): void;
}

/** Returns what unties them. */
export function bind(box: Box, line: Line): () => void {
  let known = line.value; // what the box held when it was last in step
  let composing = false;
  let missed: Splice[] = []; // what came in meanwhile

  const write = (text: string, place: (before: number) => number): void => {
    known = text;
    if (box.value === text) return;
    const [start, end, direction] = [box.selectionStart ?? text.length, box.selectionEnd ?? text.length, box.selectionDirection ?? "none"];
    box.value = text;
    box.setSelectionRange(Math.min(place(start), text.length), Math.min(place(end), text.length), direction);
  };
  const read = (): void => {
    if (composing) return;
    const change = difference(known, box.value, box.selectionEnd ?? box.value.length);
    if (change === null) return;
    known = box.value;
    line.splice([change]);
  };
  const begin = (): void => {
    read();
    composing = true;
    missed = [];
  };
  const end = (): void => {
    if (!composing) return;
    composing = false;
    if (missed.length === 0) return read();
    const change = difference(known, box.value, box.selectionEnd ?? box.value.length);
    const others = missed;
    missed = [];
    if (change === null) return write(line.value, (before) => others.reduce(moved, before));
    const own = rebased(change, others);
    line.splice(own);
    const last = own.at(-1);
    write(line.value, (before) => (last === undefined ? others.reduce(moved, before) : last.at + last.insert.length));
  };
  const unwatch = line.watch((changes) => {
    // Another text altogether: all that was there is gone, and comes anew.
    const heard = changes ?? [{ at: 0, remove: Number.MAX_SAFE_INTEGER, insert: line.value }];
    if (composing) missed = [...missed, ...heard];
    else write(line.value, (before) => (changes === null ? before : heard.reduce(moved, before)));
  });

  box.value = known;
  const heard: readonly (readonly [string, () => void])[] = [["input", read], ["compositionstart", begin], ["compositionend", end], ["blur", end]];
  for (const [type, listener] of heard) box.addEventListener(type, listener);
  return () => {
    unwatch();
    for (const [type, listener] of heard) box.removeEventListener(type, listener);
  };
}
