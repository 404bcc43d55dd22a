/** How near to now one may come. */
import { expect, it } from "vitest";
import type { Timeline, Track } from "./kinds.ts";
import { isAtLiveEdge, limitOf, liveEdge } from "./live.ts";

function track(publication: string, end: number): Track {
  return { publication, required: true, gaps: [], segments: end === 0 ? [] : [{ epoch: 1, segment: 0, start: 0, end, media: "", state: "whole" }] };
}

function timeline(live: boolean, ...tracks: Track[]): Timeline {
  return { session: "s", origin: null, live, length: 100_000, tracks, intervals: [], marks: [], missing: [] };
}

it("goes to the end of what is over", () => {
  expect(limitOf(timeline(false, track("a.camera", 90_000)))).toBe(100_000);
});

it("stays a segment behind the newest, and no further than every lively track is there", () => {
  expect(limitOf(timeline(true, track("a.camera", 90_000), track("b.camera", 89_000)))).toBe(86_000);
  expect(limitOf(timeline(true, track("a.camera", 90_000), track("a.microphone", 82_000)))).toBe(82_000);
});

it("waits for nobody who has stopped or has not begun", () => {
  expect(limitOf(timeline(true, track("a.camera", 90_000), track("a.screen", 40_000), track("b.camera", 0)))).toBe(86_000);
  expect(limitOf(timeline(true))).toBe(0);
});

it("knows the edge", () => {
  expect([liveEdge(86_000), liveEdge(1000)]).toEqual([83_000, 0]);
  expect([isAtLiveEdge(83_000, 86_000), isAtLiveEdge(70_000, 86_000)]).toEqual([true, false]);
});
