/** The rows of the timeline as spans of each kind, what stands at a place in words, and the list beside the drawing. Pure. */
import type { Span } from "./bars.ts";
import { concerns } from "./cover.ts";
import type { Timeline, Track } from "./kinds.ts";
import { causeWords, clock, coverWords } from "./words.ts";
import type { PlayerSay } from "./words.ts";

/** In the order in which they are drawn: what comes later lies above. */
export const KINDS = ["recorded", "cut", "suspect", "mute", "hold", "suspension", "gap", "missing"] as const;
export type Kind = (typeof KINDS)[number];

export interface Stretch extends Span {
  readonly kind: Kind;
  readonly words: string;
  /** It concerns all tracks, and is told once. */
  readonly everywhere?: boolean;
}

/** Everything of one track. An interval that goes on ends with what is known. */
export function stretchesOf(timeline: Timeline, track: Track, say: PlayerSay): readonly Stretch[] {
  const { publication, segments, gaps } = track;
  return [
    ...segments.map(({ start, end, state }) => ({ start, end, kind: state === "whole" ? "recorded" as const : state, words: say(`player.timeline.${state === "whole" ? "recorded" : state}`) })),
    ...timeline.intervals.filter((interval) => concerns(interval, publication)).map(({ kind, start, end, publication: whose }) => ({ start, end: end ?? timeline.length, kind, words: coverWords(say, { why: kind }), everywhere: whose === "*" })),
    ...gaps.map(({ start, end, cause }) => ({ start, end, kind: "gap" as const, words: say("player.cover.gap", { cause: causeWords(say, cause) }) })),
    ...timeline.missing.filter((one) => one.publication === publication).map(({ start, end }) => ({ start, end, kind: "missing" as const, words: say("player.cover.missing") })),
  ];
}

/** The most important thing at a time, with its own times; "nothing is recorded" where there is nothing. `around`: milliseconds of tolerance. */
export function wordsAt(stretches: readonly Stretch[], at: number, around: number, say: PlayerSay): string {
  const here = stretches.filter(({ start, end }) => start - around <= at && at <= end + around);
  const found = KINDS.toReversed().map((kind) => here.find((one) => one.kind === kind)).find((one) => one !== undefined);
  if (found === undefined) return `${clock(at)} ${say("player.timeline.nothing")}`;
  return found.kind === "recorded" ? `${clock(at)} ${found.words}` : fromTo(found, say);
}

export function fromTo({ words, start, end }: Stretch, say: PlayerSay): string {
  return say("player.timeline.from-to", { what: words, from: clock(start), to: clock(end) });
}

/** What a reader should know about: everything but what is recorded and whole, in the order of time. */
export function notable(stretches: readonly Stretch[]): readonly Stretch[] {
  return stretches.filter(({ kind }) => kind !== "recorded").sort((a, b) => a.start - b.start);
}
