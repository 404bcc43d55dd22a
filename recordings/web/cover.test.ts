/** Why nothing is there. */
import { expect, it } from "vitest";
import { coverAt } from "./cover.ts";
import type { Timeline, Track } from "./kinds.ts";

const camera: Track = { publication: "resident.camera", required: true, segments: [], gaps: [{ epoch: 1, start: 1000, end: 9000, cause: "line" }] };
const timeline: Timeline = {
  session: "s", origin: null, live: false, length: 60_000, tracks: [camera], marks: [],
  intervals: [
    { publication: "*", kind: "hold", start: 5000, end: 7000 },
    { publication: "resident.camera", kind: "mute", start: 20_000, end: null },
    { publication: "clerk.camera", kind: "suspension", start: 0, end: null },
  ],
  missing: [{ publication: "resident.camera", start: 8000, end: 12_000 }],
};

it.each([
  [0, { why: "nothing" }], [1000, { why: "gap", cause: "line" }], [5000, { why: "hold" }], [7000, { why: "gap", cause: "line" }],
  [9000, { why: "missing" }], [12_000, { why: "nothing" }], [59_000, { why: "mute" }],
])("at %i", (at, cover) => {
  expect(coverAt(timeline, camera, at)).toEqual(cover);
});

it("does not mix up two tracks", () => {
  expect(coverAt(timeline, { ...camera, publication: "clerk.camera", gaps: [] }, 30_000)).toEqual({ why: "suspension" });
});
