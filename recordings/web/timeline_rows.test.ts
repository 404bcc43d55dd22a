/** What lies where on the timeline, in words. */
import { expect, it } from "vitest";
import type { Timeline, Track } from "./kinds.ts";
import { notable, stretchesOf, wordsAt } from "./timeline_rows.ts";
import { causeWords, coverWords, participantName, trackName } from "./words.ts";
import type { PlayerSay } from "./words.ts";

const say: PlayerSay = (key, values = {}) => [key.replace("player.", ""), ...Object.values(values)].join(" ");
const segment = { epoch: 1, media: "video/webm;codecs=vp8" };
const camera: Track = {
  publication: "resident.camera", required: true,
  segments: [{ ...segment, segment: 0, start: 0, end: 4000, state: "whole" }, { ...segment, segment: 1, start: 4000, end: 8000, state: "cut" }],
  gaps: [{ epoch: 1, start: 3000, end: 3200, cause: "loss" }],
};
const timeline: Timeline = {
  session: "s", origin: null, live: true, length: 20_000, tracks: [camera], marks: [],
  intervals: [{ publication: "*", kind: "hold", start: 9000, end: null }], missing: [{ publication: "resident.camera", start: 8000, end: 9000 }],
};
const stretches = stretchesOf(timeline, camera, say);

it("gathers everything of a track; what goes on ends with what is known", () => {
  expect(stretches.map(({ kind, start, end }) => [kind, start, end])).toEqual([
    ["recorded", 0, 4000], ["cut", 4000, 8000], ["hold", 9000, 20_000], ["gap", 3000, 3200], ["missing", 8000, 9000],
  ]);
});

it("names the gap and not the segment around it", () => {
  expect(wordsAt(stretches, 3100, 0, say)).toBe("timeline.from-to cover.gap cause.loss 0:03 0:03");
  expect(wordsAt(stretches, 2000, 0, say)).toBe("0:02 timeline.recorded");
  expect(wordsAt(stretches, 2990, 20, say), "a pixel is wider than a short gap").toContain("cause.loss");
  expect(wordsAt([], 2000, 0, say)).toBe("0:02 timeline.nothing");
});

it("lists what a reader should know about", () => {
  expect(notable(stretches).map(({ kind }) => kind)).toEqual(["gap", "cut", "missing", "hold"]);
});

it("has words for what it does not know", () => {
  expect(causeWords(say, "moon")).toBe("cause.other moon");
  expect(coverWords(say, { why: "gap", cause: "disk" })).toBe("cover.gap cause.disk");
  expect([trackName(say, {}, "x-1.lidar"), trackName(say, { clerk: "李敏" }, "clerk.screen")]).toEqual(["track x-1 lidar", "track 李敏 source.screen"]);
  expect(participantName(say, {}, "toString.camera")).toBe("toString");
});
