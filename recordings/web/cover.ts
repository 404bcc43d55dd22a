/** Why nothing of a track is seen or heard at a time: what the cover over its place says. Pure. */
import type { Interval, Timeline, Track } from "./kinds.ts";

export type Cover =
  | { readonly why: "unreadable" }
  | { readonly why: Interval["kind"] }
  | { readonly why: "gap"; readonly cause: string }
  | { readonly why: "missing" }
  | { readonly why: "nothing" };

function spans({ start, end }: { readonly start: number; readonly end: number | null }, at: number): boolean {
  return start <= at && (end === null || at < end);
}

/** Whether an interval speaks of a publication. */
export function concerns(interval: Interval, publication: string): boolean {
  return interval.publication === "*" || interval.publication === publication;
}

/** The reason of the session's own records; a hold comes before a gap, for it explains it. */
export function coverAt({ intervals, missing }: Timeline, track: Track, at: number): Cover {
  const mine = intervals.filter((interval) => concerns(interval, track.publication) && spans(interval, at));
  for (const kind of ["suspension", "hold", "mute"] as const) {
    if (mine.some((interval) => interval.kind === kind)) return { why: kind };
  }
  const gap = track.gaps.find((one) => spans(one, at));
  if (gap !== undefined) return { why: "gap", cause: gap.cause };
  if (missing.some((one) => one.publication === track.publication && spans(one, at))) return { why: "missing" };
  return { why: "nothing" };
}
