/** Which segments stand where, what to fetch next and what to let go of. Pure; times in milliseconds of the session's clock. */
import type { Segment, Track } from "./kinds.ts";

/** A segment and the part of the session's time for which it is the one to show. */
export interface Part {
  readonly key: string;
  readonly segment: Segment;
  readonly from: number;
  readonly to: number;
}

export interface Reach {
  /** Media to have before it is needed, at speed 1. */
  readonly ahead: number;
  /** Media to keep after it was shown. */
  readonly behind: number;
  /** Media further ahead than `ahead` by this much is let go of: one came back from there. */
  readonly slack: number;
}

export const REACH: Reach = { ahead: 12_000, behind: 30_000, slack: 12_000 };

/** Less than this between two segments is no hole: the last picture stays. */
export const SMALL_HOLE = 300;

/** From, to. */
type Span = readonly [number, number];

/** The same time in the order of time, what touches as one. */
function joined(spans: readonly Span[]): readonly Span[] {
  const found: [number, number][] = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = found.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else found.push([from, to]);
  }
  return found;
}

export function keyOf({ epoch, segment }: Segment): string {
  return `${epoch}/${segment}`;
}

/**
 * The segments of a track in the order of time, each with the part that is shown of it: where epochs overlap, the newer one wins.
 * What is hidden as a whole is left out. Of a segment that is hidden in its middle the part before counts.
 */
export function layOut(track: Track): readonly Part[] {
  const newestFirst = [...track.segments].sort((a, b) => b.epoch - a.epoch || a.start - b.start || a.segment - b.segment);
  const parts: Part[] = [];
  let taken: readonly Span[] = []; // by newer epochs, in the order of time
  let epoch = Infinity;
  let fresh: Span[] = [];
  for (const segment of newestFirst) {
    if (segment.epoch !== epoch) {
      taken = joined([...taken, ...fresh]);
      [fresh, epoch] = [[], segment.epoch];
    }
    fresh.push([segment.start, segment.end]);
    let { start: from, end: to } = segment;
    for (const [start, end] of taken) {
      if (start <= from) from = Math.max(from, end);
      else to = Math.min(to, start);
      if (start >= to) break;
    }
    if (from < to) parts.push({ key: keyOf(segment), segment, from, to });
  }
  return parts.sort((a, b) => a.from - b.from);
}

/** How many parts begin at or before `at`. */
function begun(parts: readonly Part[], at: number): number {
  let [low, high] = [0, parts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (parts[middle]!.from <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The part that is to be seen or heard at `at`; null in a hole. */
export function partAt(parts: readonly Part[], at: number): Part | null {
  const part = parts[begun(parts, at) - 1];
  return part !== undefined && at < part.to ? part : null;
}

/** The first part that begins after `at`. */
export function partAfter(parts: readonly Part[], at: number): Part | null {
  return parts[begun(parts, at)] ?? null;
}

/** What to fetch next: the first part from `at` on, no further than the reach, that is neither `held` nor given up. */
export function nextToFetch(parts: readonly Part[], at: number, rate: number, held: { has(key: string): boolean }, reach: Reach = REACH): Part | null {
  const until = at + reach.ahead * Math.max(1, rate / 2);
  for (let index = Math.max(0, begun(parts, at) - 1); index < parts.length; index += 1) {
    const part = parts[index]!;
    if (part.from > until) return null;
    if (part.to > at && !held.has(part.key)) return part;
  }
  return null;
}

/** The time around `at` whose media are kept, from the beginning of a segment to the end of one; the rest is let go of. */
export function toKeep(parts: readonly Part[], at: number, rate: number, reach: Reach = REACH): { readonly from: number; readonly to: number } {
  const [from, to] = [at - reach.behind, at + reach.ahead * Math.max(1, rate / 2) + reach.slack];
  return { from: Math.min(from, partAt(parts, from)?.segment.start ?? from), to: Math.max(to, partAt(parts, to)?.segment.end ?? to) };
}

/** Where to go on when nothing at all is recorded at `at`; null when something is, or nothing follows soon enough to matter. */
export function skipTo(tracks: Iterable<readonly Part[]>, at: number, least = 1000): number | null {
  let next = Infinity;
  for (const parts of tracks) {
    if (partAt(parts, at) !== null) return null;
    next = Math.min(next, partAfter(parts, at)?.from ?? Infinity);
  }
  return next !== Infinity && next - at >= least ? next : null;
}

/** The event after `at`, or before it (one that is hardly past counts as being there, so that going back twice goes back two). */
export function nextMark<M extends { readonly at: number }>(marks: readonly M[], at: number): M | null {
  return marks.reduce<M | null>((found, mark) => (mark.at > at + 50 && (found === null || mark.at < found.at) ? mark : found), null);
}

export function markBefore<M extends { readonly at: number }>(marks: readonly M[], at: number, grace = 1500): M | null {
  return marks.reduce<M | null>((found, mark) => (mark.at < at - grace && (found === null || mark.at >= found.at) ? mark : found), null);
}
