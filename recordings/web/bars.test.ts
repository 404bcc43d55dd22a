/** Time as drawing. */
import { expect, it } from "vitest";
import { barsOf, clustersOf, nextOf, ticksOf, timeOf, xOf } from "./bars.ts";

const hour = Array.from({ length: 900 }, (_, number) => ({ start: number * 4000, end: number * 4000 + 4000 }));

it("finds places and times, within the line", () => {
  expect([xOf(30_000, 60_000, 800), xOf(-5, 60_000, 800), xOf(1e9, 60_000, 800), xOf(5, 0, 800)]).toEqual([400, 0, 800, 0]);
  expect([timeOf(400, 60_000, 800), timeOf(-5, 60_000, 800), timeOf(5, 60_000, 0)]).toEqual([30_000, 0, 0]);
});

it("draws an hour of segments as one bar, and a hole in it", () => {
  expect(barsOf(hour, 3_600_000, 800, 18)).toBe("M0 0H800V18H0z");
  expect(barsOf(hour.filter(({ start }) => start < 1_800_000 || start >= 1_900_000), 3_600_000, 800, 18)).toBe("M0 0H400V18H0zM422.2 0H800V18H422.2z");
});

it("shows seams where there is room for them", () => {
  expect(barsOf(hour.slice(0, 3), 12_000, 300, 18, 1, 1)).toBe("M0 0H99V18H0zM100 0H199V18H100zM200 0H300V18H200z");
  expect(barsOf(hour, 3_600_000, 800, 18, 1, 1)).toBe("M0 0H800V18H0z");
});

it("has no more corners than the line has pixels", () => {
  const blinking = Array.from({ length: 20_000 }, (_, number) => ({ start: number * 180, end: number * 180 + 60 }));
  expect(barsOf(blinking, 3_600_000, 800, 18).split("M").length).toBeLessThan(802);
});

it("shows a gap however short", () => {
  expect(barsOf([{ start: 1_800_000, end: 1_800_300 }], 3_600_000, 800, 18, 3)).toBe("M400 0H403V18H400z");
  expect(barsOf([], 3_600_000, 800, 18)).toBe("");
});

it("puts events together that stand too close", () => {
  const marks = [{ at: 50_000 }, { at: 0 }, { at: 1000 }, { at: 2000 }];
  const clusters = clustersOf(marks, 60_000, 600);
  expect(clusters.map(({ x, marks: each }) => [x, each.map(({ at }) => at)])).toEqual([[0, [0, 1000, 2000]], [500, [50_000]]]);
  expect([nextOf(clusters[0]!, 30_000), nextOf(clusters[0]!, 0), nextOf(clusters[0]!, 2000)]).toEqual([{ at: 0 }, { at: 1000 }, { at: 0 }]);
  const crowd = Array.from({ length: 5000 }, (_, number) => ({ at: number * 700 }));
  expect(clustersOf(crowd, 3_600_000, 1000).length).toBeLessThan(40);
});

it("marks round times", () => {
  expect(ticksOf(24_000, 1100)).toEqual([0, 2000, 4000, 6000, 8000, 10_000, 12_000, 14_000, 16_000, 18_000, 20_000, 22_000]);
  expect(ticksOf(3_600_000, 1100)).toEqual(Array.from({ length: 12 }, (_, number) => number * 300_000));
  expect(ticksOf(0, 1100)).toEqual([]);
});
