/** A stroke leaves in parts: few messages, each within one field, none of its spots lost. */
import { expect, it } from "vitest";
import { StrokeParts } from "./stroke_parts.ts";
import type { StrokePart } from "./stroke_parts.ts";

const at = (field: string, x: number): { field: string; spot: { x: number; y: number } } => ({ field, spot: { x, y: 0 } });

function all(parts: StrokeParts): readonly StrokePart[] {
  const left: StrokePart[] = [];
  for (let part = parts.next(); part !== null; part = parts.next()) left.push(part);
  return left;
}

const brief = (parts: readonly StrokePart[]): unknown => parts.map(({ field, stroke, spots, ended }) => [field, stroke, spots.map(({ x }) => x), ended]);

it("joins what is drawn in one field, and begins anew in the next", () => {
  const parts = new StrokeParts();
  for (const place of [at("name", 1), at("name", 2), at("birth", 3), at("name", 4)]) parts.add(7, place);
  parts.end(7);
  expect(brief(all(parts))).toEqual([["name", 7, [1, 2], false], ["birth", 7, [3], false], ["name", 7, [4], true]]);
});

it("keeps two strokes apart", () => {
  const parts = new StrokeParts();
  parts.add(7, at("name", 1));
  parts.end(7);
  parts.add(8, at("name", 2));
  expect(brief(all(parts))).toEqual([["name", 7, [1], true], ["name", 8, [2], false]]);
});

it("says the end also when every spot has left", () => {
  const parts = new StrokeParts();
  parts.add(7, at("name", 1));
  expect(brief(all(parts))).toEqual([["name", 7, [1], false]]);
  parts.end(7);
  expect(brief(all(parts))).toEqual([["name", 7, [1], true]]);
});

it("says nothing of a stroke that never touched a field", () => {
  const parts = new StrokeParts();
  parts.end(7);
  expect(parts.next()).toBeNull();
});

it("never makes a part larger than the wire takes", () => {
  const parts = new StrokeParts();
  for (let x = 0; x < 150; x += 1) parts.add(7, at("name", x));
  parts.end(7);
  const left = all(parts);
  expect(left.map(({ spots }) => spots.length)).toEqual([64, 64, 22]);
  expect(left.flatMap(({ spots }) => spots.map(({ x }) => x))).toEqual(Array.from({ length: 150 }, (_, x) => x));
  expect(left.map(({ ended }) => ended)).toEqual([false, false, true]);
});
