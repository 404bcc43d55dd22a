/** Who stands where. */
import { expect, it } from "vitest";
import { byRank, isShown, layout } from "./layout.ts";
import { layOut } from "./plan.ts";

const cameras = ["clerk.camera", "helper.camera", "resident.camera"];
const all = [...cameras, "clerk.screen", "resident.document"];

it("shows the resident large and the others beside", () => {
  expect(layout(all, () => false)).toEqual({ stage: ["resident.camera"], side: ["clerk.camera", "helper.camera"] });
  expect(layout(["clerk.camera"], () => false)).toEqual({ stage: ["clerk.camera"], side: [] });
  expect(layout([], () => true)).toEqual({ stage: [], side: [] });
});

it("gives the stage to a screen or papers as long as there are any", () => {
  const shown = layout(all, (publication) => publication === "clerk.screen");
  expect(shown).toEqual({ stage: ["clerk.screen"], side: ["resident.camera", "clerk.camera", "helper.camera"] });
  expect(layout(all, () => true).stage).toEqual(["resident.document", "clerk.screen"]);
});

it("keeps the place of a share that blinks", () => {
  const spans = [[0, 4000], [5000, 9000], [20_000, 24_000]] as const;
  const parts = layOut({ publication: "clerk.screen", required: false, gaps: [], segments: spans.map(([start, end], segment) => ({ epoch: 1, segment, start, end, media: "", state: "whole" })) });
  expect([3999, 4500, 8999, 9500, 19_000, 20_000].map((at) => isShown(parts, at))).toEqual([true, true, true, false, false, true]);
});

it("names the resident first and strangers last", () => {
  expect(["x-1.camera", "clerk.microphone", "clerk.camera", "resident.microphone"].sort(byRank)).toEqual(["resident.microphone", "clerk.camera", "clerk.microphone", "x-1.camera"]);
});
