/** Words and colours. */
import { expect, it } from "vitest";
import { contrastWithWhite, parseColour, readableAccent } from "./accent.ts";
import { runningTime } from "./times.ts";
import { sayCode, speaker } from "./words.ts";

it("says an unknown code in the server's words, and without any in general ones", () => {
  const say = speaker("en");
  expect(sayCode(say, "error", "from-the-future", "It is raining.")).toBe("It is raining.");
  expect(sayCode(say, "error", "from-the-future")).toContain("from-the-future");
});

it("fills in values and leaves what it does not know", () => {
  expect(speaker("en")("kiosk.question.progress", { number: 1 })).toBe("Question 1 of at most {count}");
});

it("darkens any accent until white letters can be read on it", () => {
  for (const colour of ["#ffffff", "#ffe14d", "#1f5f8b", "#00ff00", "#000000"]) {
    expect(contrastWithWhite(parseColour(readableAccent(colour)!)!)).toBeGreaterThanOrEqual(4.5);
  }
  expect(readableAccent("#1f5f8b")).toBe("#1f5f8b");
  expect(readableAccent("red; background: url(x)")).toBeNull();
});

it("writes running time as people read it", () => {
  expect([-3, 0, 59, 75, 3750].map(runningTime)).toEqual(["0:00", "0:00", "0:59", "1:15", "1:02:30"]);
});
