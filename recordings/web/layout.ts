/** Who stands on the stage and who beside it: a screen or papers as long as there are any, else the resident. Pure. */
import { participantOf, sourceOf } from "./kinds.ts";
import { partAfter, partAt } from "./plan.ts";
import type { Part } from "./plan.ts";

export interface Layout {
  readonly stage: readonly string[];
  readonly side: readonly string[];
}

/** A share that is interrupted for no longer than this keeps its place. */
const BLINK = 1500;
const FIRST = ["resident", "clerk", "helper", "interpreter", "supervisor"];

/** Whether a track has something to show around `at`. */
export function isShown(parts: readonly Part[], at: number): boolean {
  if (partAt(parts, at) !== null) return true;
  const next = partAfter(parts, at);
  return next !== null && next.from < at + BLINK && partAt(parts, next.from - BLINK) !== null;
}

function rank(publication: string): number {
  const place = FIRST.indexOf(participantOf(publication));
  return place === -1 ? FIRST.length : place;
}

/** The order in which publications are named everywhere: the resident's first. */
export function byRank(a: string, b: string): number {
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

/** `pictures`: publications that are seen; `shown`: whether one has something to show now. */
export function layout(pictures: readonly string[], shown: (publication: string) => boolean): Layout {
  const ordered = [...pictures].sort(byRank);
  const cameras = ordered.filter((publication) => sourceOf(publication) === "camera");
  const shares = ordered.filter((publication) => sourceOf(publication) !== "camera" && shown(publication));
  return shares.length > 0 ? { stage: shares, side: cameras } : { stage: cameras.slice(0, 1), side: cameras.slice(1) };
}
