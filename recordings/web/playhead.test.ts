/** The one clock: it runs, stands and jumps. */
import { expect, it } from "vitest";
import { AT_THE_BEGINNING, atLimit, nextSpeed, pause, play, run, seek, setLimit, setRate, stand, timeAt } from "./playhead.ts";
import type { Playhead } from "./playhead.ts";

const ready: Playhead = { ...AT_THE_BEGINNING, limit: 60_000 };
const running = run(play(seek(ready, 10_000)), 500);

it("runs only when it is wanted and the media are there", () => {
  expect(timeAt(run(ready, 500), 9000)).toBe(0);
  expect(timeAt(play(ready), 9000)).toBe(0);
  expect(timeAt(running, 2500)).toBe(12_000);
});

it("waits where it stands, and goes on from there", () => {
  const waiting = stand(running, 1500);
  expect([timeAt(waiting, 1500), timeAt(waiting, 99_000), waiting.wanted]).toEqual([11_000, 11_000, true]);
  expect(timeAt(run(waiting, 5000), 6000)).toBe(12_000);
});

it("takes over the place of what begins to move, but never goes back behind its limit", () => {
  expect(timeAt(run(stand(running, 1500), 5000, 11_040), 5000)).toBe(11_040);
  expect(run(play(seek(ready, 60_000)), 0, 60_500).at).toBe(60_000);
});

it("keeps its place when the speed changes", () => {
  const faster = setRate(running, 1500, 4);
  expect([timeAt(faster, 1500), timeAt(faster, 2500)]).toEqual([11_000, 15_000]);
  expect([setRate(running, 0, 99).rate, setRate(running, 0, 0).rate]).toEqual([4, 0.5]);
  expect([nextSpeed(1, 1), nextSpeed(4, 1), nextSpeed(0.5, -1), nextSpeed(1.5, -1)]).toEqual([1.5, 4, 0.5, 1]);
});

it("stands after a jump until the media are there, and counts the jumps", () => {
  const jumped = seek(running, 30_000);
  expect([timeAt(jumped, 9000), jumped.wanted, jumped.jumps - running.jumps]).toEqual([30_000, true, 1]);
  expect([seek(running, -5).at, seek(running, 1e9).at]).toEqual([0, 60_000]);
});

it("pauses where it is", () => {
  const paused = pause(running, 1500);
  expect([paused.at, paused.wanted, timeAt(paused, 9000)]).toEqual([11_000, false, 11_000]);
});

it("stops at the limit, goes on when that moves, and is not thrown back when it shrinks", () => {
  expect(timeAt(running, 1e6)).toBe(60_000);
  expect(atLimit(running, 1e6)).toBe(true);
  const longer = setLimit(running, 100_000, 90_000);
  expect([timeAt(longer, 100_000), timeAt(longer, 101_000)]).toEqual([60_000, 61_000]);
  expect(timeAt(setLimit(running, 1500, 5000), 2500)).toBe(11_000);
});
