/** The one clock of all tracks: where in the session one is, at what speed, and whether it waits. Pure; `now` is any steady clock in ms. */

export interface Playhead {
  /** Where it stood at `since`, in milliseconds of the session's clock. */
  readonly at: number;
  /** When it stood there; null: it does not run. */
  readonly since: number | null;
  readonly rate: number;
  /** What the viewer wants; it runs only when the media are there as well. */
  readonly wanted: boolean;
  /** It never goes further: the end of the session, or of what is known of one that still runs. */
  readonly limit: number;
  /** Counts the jumps, so that whoever follows sees each of them. */
  readonly jumps: number;
}

export const SPEEDS: readonly number[] = [0.5, 0.75, 1, 1.5, 2, 4];

export const AT_THE_BEGINNING: Playhead = { at: 0, since: null, rate: 1, wanted: false, limit: 0, jumps: 0 };

/** Where it is at `now`. */
export function timeAt({ at, since, rate, limit }: Playhead, now: number): number {
  if (since === null) return at;
  return Math.min(Math.max(at, limit), at + Math.max(0, now - since) * rate);
}

/** The same place, written down at `now`. */
function settled(head: Playhead, now: number): Playhead {
  return head.since === null ? head : { ...head, at: timeAt(head, now), since: now };
}

export function play(head: Playhead): Playhead {
  return head.wanted ? head : { ...head, wanted: true };
}

export function pause(head: Playhead, now: number): Playhead {
  return { ...settled(head, now), since: null, wanted: false };
}

/** The media are not there (or the limit is reached): it stands until `run`. */
export function stand(head: Playhead, now: number): Playhead {
  return head.since === null ? head : { ...settled(head, now), since: null };
}

/** The media are there and begin to move, at `at`. */
export function run(head: Playhead, now: number, at: number = head.at): Playhead {
  return head.wanted && head.since === null ? { ...head, at: Math.min(at, Math.max(head.at, head.limit)), since: now } : head;
}

/** Jump. Whoever wants to play goes on when the media are there. */
export function seek(head: Playhead, at: number): Playhead {
  return { ...head, at: Math.min(Math.max(0, at), head.limit), since: null, jumps: head.jumps + 1 };
}

export function setRate(head: Playhead, now: number, rate: number): Playhead {
  return { ...settled(head, now), rate: Math.min(4, Math.max(0.5, rate)) };
}

/** The speed one step from `rate` in the direction of `by`. */
export function nextSpeed(rate: number, by: 1 | -1): number {
  const found = by > 0 ? SPEEDS.find((speed) => speed > rate) : SPEEDS.findLast((speed) => speed < rate);
  return found ?? rate;
}

export function setLimit(head: Playhead, now: number, limit: number): Playhead {
  return { ...settled(head, now), limit };
}

/** Whether it stands at the limit. */
export function atLimit(head: Playhead, now: number): boolean {
  return timeAt(head, now) >= head.limit;
}
