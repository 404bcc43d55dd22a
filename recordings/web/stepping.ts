/**
 * One picture on or back while the clock stands. Pictures come when they come, and nobody knows beforehand when the next one does: so one looks
 * further by the shortest time between two, until another one is seen. Pure; times in milliseconds.
 */

export interface Stepping {
  /** Pictures still to go, backwards below zero. */
  readonly left: number;
  /** The time of the picture from which one goes. */
  readonly from: number;
  /** Since when what was asked for stands there, and it is still the same picture. */
  readonly stood: number | null;
  /** How often was looked further for this one. */
  readonly tries: number;
}

/** No camera of this house makes more than 30 pictures a second. */
const SHORTEST = 1000 / 30;
/** Into a picture, since the times that a browser tells are rounded. */
const INTO = 8;
/** A picture that was sought comes onto the glass within this time after the seek. */
const ON_THE_GLASS = 120;
/** So far is looked for the next one; what is further away is asked for again. */
const MOST_TRIES = 10;
/** A key that is held down does not run on when it is let go. */
const MOST_LEFT = 3;

export type Next = { readonly stepping: Stepping | null; readonly seek: number | null };

/** The viewer asks for one more in that direction, while the picture of `shown` is seen and the clock stands at `at`. */
export function asked(before: Stepping | null, by: 1 | -1, shown: number, at: number): Next {
  if (before !== null && Math.sign(before.left) === by) return { stepping: { ...before, left: by * Math.min(MOST_LEFT, Math.abs(before.left) + 1) }, seek: null };
  return { stepping: { left: by, from: shown, stood: null, tries: 0 }, seek: place(by, shown, at) };
}

/** A look at the glass: `shown` is seen, at `at`; while it `moves` there is nothing to be said. */
export function looked(before: Stepping, shown: number, at: number, moves: boolean, now: number): Next {
  const by = before.left > 0 ? 1 : -1;
  if (moves) return { stepping: { ...before, stood: null }, seek: null };
  if ((shown - before.from) * by > 0) {
    const left = before.left - by;
    return left === 0 ? { stepping: null, seek: null } : { stepping: { left, from: shown, stood: null, tries: 0 }, seek: place(by, shown, at) };
  }
  const stood = before.stood ?? now;
  if (now - stood < ON_THE_GLASS) return { stepping: { ...before, stood }, seek: null };
  if (before.tries === MOST_TRIES) return { stepping: null, seek: null };
  return { stepping: { ...before, stood: null, tries: before.tries + 1 }, seek: place(by, Math.min(before.from, shown), at) };
}

/** Where the neighbour of the picture of `shown` may be: within the shortest there is, counted from where one has looked already. */
function place(by: 1 | -1, shown: number, at: number): number {
  return by > 0 ? Math.max(shown + INTO, at) + SHORTEST : Math.min(shown, at) - INTO;
}
