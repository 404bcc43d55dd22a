/** How far a session that still runs can be watched: no further than every track is there, and some seconds behind. Pure. */
import type { Timeline } from "./kinds.ts";

/** A segment is known when it is closed, after some four seconds; one may not be nearer to now than that. */
const ONE_SEGMENT = 4000;
/** So much is left between the place to jump to and the limit, for the next look at the timeline may be late. */
const CUSHION = 3000;
/** A track whose last segment ends further back than this has stopped: nobody waits for it. */
const LIVELY = 12_000;

/** The clock's limit: the end, or while more comes, as far as all lively tracks reach and one segment behind the newest. */
export function limitOf({ live, length, tracks }: Timeline): number {
  if (!live) return length;
  const ends = tracks.filter(({ segments }) => segments.length > 0).map(({ segments }) => segments.reduce((latest, { end }) => Math.max(latest, end), 0));
  const newest = Math.max(0, ...ends);
  const reached = Math.min(newest, ...ends.filter((end) => end >= newest - LIVELY));
  return Math.max(0, Math.min(reached, newest - ONE_SEGMENT));
}

/** Where "to the live edge" leads. */
export function liveEdge(limit: number): number {
  return Math.max(0, limit - CUSHION);
}

/** Whether one sees what can be seen of now. */
export function isAtLiveEdge(at: number, limit: number): boolean {
  return at >= limit - 2 * CUSHION;
}
