/** One change of a text, what it does to a caret, and how it is found between two texts. Pure; places are UTF-16 units, as the DOM counts. */

export interface Splice {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

export function spliced(text: string, { at, remove, insert }: Splice): string {
  return text.slice(0, at) + insert + text.slice(at + remove);
}

/**
 * The smallest change from `before` to `after`; null when there is none. `caret` is where it stands afterwards: of two equal letters it
 * tells which one was typed. A letter of two halves (𠮷) is taken as a whole.
 */
export function difference(before: string, after: string, caret = after.length): Splice | null {
  if (before === after) return null;
  const most = Math.min(before.length, after.length);
  const fromEnd = (end: number, limit: number): number => {
    while (end < limit && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
    return end;
  };
  // What is right of the caret was there before, as far as it goes; then what is left of the change; then the rest.
  let end = fromEnd(0, Math.min(most, after.length - caret));
  let start = 0;
  while (start < most - end && before[start] === after[start]) start += 1;
  end = fromEnd(end, most - start);
  if (cuts(before, start) || cuts(after, start)) start -= 1;
  if (cuts(before, before.length - end) || cuts(after, after.length - end)) end -= 1;
  return { at: start, remove: before.length - start - end, insert: after.slice(start, after.length - end) };
}

/** Whether a place lies between the two halves of a letter. */
function cuts(text: string, at: number): boolean {
  const code = text.codePointAt(at - 1);
  return at > 0 && code !== undefined && code > 0xffff;
}

/** Where a caret is after somebody else's change. At the very place of an insertion it stays before what came in. */
export function moved(place: number, { at, remove, insert }: Splice): number {
  if (place <= at) return place;
  return Math.max(place - remove, at) + insert.length;
}

/**
 * One's own change, made on a text that others have changed meanwhile: what is still to be done, in this order. Only letters that one
 * saw are removed: what came in between them stays.
 */
export function rebased(own: Splice, others: readonly Splice[]): readonly Splice[] {
  const gone: number[] = [];
  for (let place = own.at; place < own.at + own.remove; place += 1) {
    const now = others.reduce<number | null>((here, other) => (here === null ? null : kept(here, other)), place);
    if (now !== null) gone.push(now);
  }
  const at = others.reduce((here, other) => moved(here, other), own.at);
  const removals = runs(gone).map(([from, count]): Splice => ({ at: from, remove: count, insert: "" }));
  const lower = gone.filter((place) => place < at).length;
  return own.insert === "" ? removals : [...removals, { at: at - lower, remove: 0, insert: own.insert }];
}

/** Where a letter is after a change; null when the change took it away. */
function kept(place: number, { at, remove, insert }: Splice): number | null {
  if (place < at) return place;
  return place < at + remove ? null : place - remove + insert.length;
}

/** Neighbouring places as (first, count), the last first, so that none moves the next. */
function runs(places: readonly number[]): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  for (const place of places) {
    const last = found.at(-1);
    if (last !== undefined && last[0] + last[1] === place) last[1] += 1;
    else found.push([place, 1]);
  }
  return found.reverse();
}
