/** Which segments count, what is fetched next, what is let go of. */
import { expect, it } from "vitest";
import type { Segment, Track } from "./kinds.ts";
import { layOut, markBefore, nextMark, nextToFetch, partAfter, partAt, skipTo, toKeep } from "./plan.ts";
import type { Part } from "./plan.ts";

function segment(epoch: number, number: number, start: number, end: number): Segment {
  return { epoch, segment: number, start, end, media: "video/webm;codecs=vp8", state: "whole" };
}

function track(...segments: Segment[]): Track {
  return { publication: "resident.camera", required: true, segments, gaps: [] };
}

const spans = (parts: readonly Part[]): (string | number)[][] => parts.map(({ key, from, to }) => [key, from, to]);
const minute = layOut(track(...Array.from({ length: 15 }, (_, number) => segment(1, number, number * 4000, number * 4000 + 4000))));
const none = new Set<string>();

it("lays segments out in the order of time, whatever the order in which they are told", () => {
  expect(spans(layOut(track(segment(1, 1, 4000, 8000), segment(1, 0, 0, 4000))))).toEqual([["1/0", 0, 4000], ["1/1", 4000, 8000]]);
});

it("lets the newer epoch win where two overlap", () => {
  const old = [segment(1, 0, 0, 4000), segment(1, 1, 4000, 8500)];
  const fresh = [segment(2, 0, 7900, 12_000), segment(2, 1, 12_000, 16_000)];
  expect(spans(layOut(track(...old, ...fresh)))).toEqual([["1/0", 0, 4000], ["1/1", 4000, 7900], ["2/0", 7900, 12_000], ["2/1", 12_000, 16_000]]);
});

it("leaves out what is hidden as a whole, and keeps what only the older one has", () => {
  expect(spans(layOut(track(segment(1, 0, 5000, 7000), segment(2, 0, 4000, 8000))))).toEqual([["2/0", 4000, 8000]]);
  expect(spans(layOut(track(segment(1, 0, 5000, 9000), segment(2, 0, 4000, 8000))))).toEqual([["2/0", 4000, 8000], ["1/0", 8000, 9000]]);
  expect(spans(layOut(track(segment(1, 0, 0, 10_000), segment(2, 0, 2000, 4000), segment(2, 1, 4000, 6000))))).toEqual([["1/0", 0, 2000], ["2/0", 2000, 4000], ["2/1", 4000, 6000]]);
});

it("finds what covers a time and what follows it", () => {
  const parts = layOut(track(segment(1, 0, 1000, 4000), segment(1, 1, 7000, 9000)));
  expect([0, 999, 1000, 3999, 4000, 6999, 7000, 9000].map((at) => partAt(parts, at)?.key ?? null)).toEqual([null, null, "1/0", "1/0", null, null, "1/1", null]);
  expect([0, 1000, 6999, 7000].map((at) => partAfter(parts, at)?.key ?? null)).toEqual(["1/0", "1/1", "1/1", null]);
  expect(partAt([], 5)).toBeNull();
});

it("fetches what is needed first, then ahead, and no further than the reach", () => {
  expect(nextToFetch(minute, 9000, 1, none)?.key).toBe("1/2");
  expect(nextToFetch(minute, 9000, 1, new Set(["1/2", "1/3"]))?.key).toBe("1/4");
  expect(nextToFetch(minute, 9000, 1, new Set(["1/2", "1/3", "1/4", "1/5"]))).toBeNull();
  expect(nextToFetch(minute, 9000, 4, new Set(["1/2", "1/3", "1/4", "1/5"]))?.key, "faster looks further").toBe("1/6");
  expect(nextToFetch(minute, 60_000, 1, none)).toBeNull();
});

it("fetches beyond a hole before it is reached", () => {
  const parts = layOut(track(segment(1, 0, 0, 4000), segment(1, 1, 9000, 13_000)));
  expect(nextToFetch(parts, 4500, 1, new Set(["1/0"]))?.key).toBe("1/1");
  expect(nextToFetch(layOut(track(segment(1, 0, 50_000, 54_000))), 4500, 1, none)).toBeNull();
});

it("keeps whole segments around the place, and the same amount however long the session", () => {
  const hour = layOut(track(...Array.from({ length: 900 }, (_, number) => segment(1, number, number * 4000, number * 4000 + 4000))));
  expect(toKeep(hour, 1_801_000, 1)).toEqual({ from: 1_768_000, to: 1_828_000 });
  for (let at = 100_000; at < 3_500_000; at += 33_333) {
    const { from, to } = toKeep(hour, at, 4);
    expect(to - from).toBeLessThan(80_000);
    expect(from <= at - 30_000 && to >= at + 24_000).toBe(true);
  }
});

it("skips only what no track has, and only what is worth it", () => {
  const [a, b] = [layOut(track(segment(1, 0, 0, 4000), segment(1, 1, 20_000, 24_000))), layOut(track(segment(1, 0, 0, 6000)))];
  expect(skipTo([a, b], 5000)).toBeNull();
  expect(skipTo([a, b], 6000)).toBe(20_000);
  expect(skipTo([a, b], 19_500)).toBeNull();
  expect(skipTo([a, b], 24_000)).toBeNull();
});

it("goes from event to event", () => {
  const marks = [{ at: 5000 }, { at: 1000 }, { at: 9000 }];
  expect(nextMark(marks, 1000)?.at).toBe(5000);
  expect(nextMark(marks, 9000)).toBeNull();
  expect(markBefore(marks, 9000)?.at).toBe(5000);
  expect(markBefore(marks, 9900)?.at, "hardly past it, one means the one before").toBe(5000);
  expect(markBefore(marks, 1000)).toBeNull();
});
