/** Ink: the lines that are drawn, where they may be, and how much of it is a signature. */
import { describe, expect, it } from "vitest";
import { dice } from "../form/dice.ts";
import { bounds, FULL_PRESSURE, inner, lacks, lines, PAD, pathLength } from "./ink.ts";
import type { Point, Stroke } from "./ink.ts";

const stroke = (...spots: readonly (readonly [number, number, number?])[]): Stroke => spots.map(([x, y, pressure = 500], n): Point => [x, y, pressure, n * 8]);
const numbers = (d: string): number[] => (d.match(/-?[0-9.]+/g) ?? []).map(Number);

describe("a line", () => {
  it("goes straight through two points", () => expect(lines(stroke([0, 0], [100, 40]))).toEqual([{ d: "M0,0 L50,20 L100,40", width: 28.8 }]));
  it("is bent towards the points between its ends", () =>
    expect(lines(stroke([0, 0], [100, 0], [100, 100])).map(({ d }) => d)).toEqual(["M0,0 L50,0 Q100,0,100,50 L100,100"]));
  it("of one point is a dot", () => expect(lines(stroke([7, 9])).map(({ d }) => d)).toEqual(["M7,9 h0.1"]));
  it("of none is none", () => expect(lines([])).toEqual([]));

  it("is as wide as the pen was pressed", () => {
    const widths = [0, 250, 500, 750, FULL_PRESSURE].map((pressure) => lines(stroke([0, 0, pressure], [9, 9, pressure]))[0]?.width);
    expect(widths).toEqual([12.8, 20.8, 28.8, 36.8, 44.8]);
  });

  it("that grows wider goes on where the thinner one ended", () => {
    const drawn = lines(Array.from({ length: 60 }, (_, n): Point => [n * 30, 500, n * 16, n]));
    expect(drawn.length).toBeGreaterThan(8);
    drawn.slice(1).forEach(({ d }, n) => expect(numbers(d).slice(0, 2)).toEqual(numbers(drawn[n]?.d ?? "").slice(-2)));
  });

  it("never leaves the box around its points", () => {
    const roll = dice(11);
    for (let round = 0; round < 500; round += 1) {
      const drawn = Array.from({ length: 1 + roll(8) }, (_, n): Point => [roll(PAD.width + 1), roll(PAD.height + 1), roll(1001), n]);
      const { left, top, right, bottom } = bounds([drawn]);
      for (const { d } of lines(drawn)) {
        const found = numbers(d.replace(" h0.1", ""));
        found.forEach((value, n) => expect(n % 2 === 0 ? value >= left && value <= right : value >= top && value <= bottom).toBe(true));
      }
    }
  });
});

describe("enough ink", () => {
  it.each<[string, readonly Stroke[], "signature-empty" | null]>([
    ["nothing", [], "signature-empty"],
    ["a dot", [stroke([100, 100])], "signature-empty"],
    ["two dots far apart", [stroke([100, 100]), stroke([3000, 900])], "signature-empty"],
    ["a unit less than a tenth of the width", [stroke([100, 100], [419, 100])], "signature-empty"],
    ["a tenth of the width", [stroke([100, 100], [420, 100])], null],
    ["much in one spot", [stroke([100, 100], [200, 100], [100, 100], [200, 100], [100, 100], [200, 100])], "signature-empty"],
    ["a cross", [stroke([100, 100], [280, 280]), stroke([280, 100], [100, 280])], null],
  ])("%s", (_, strokes, code) => expect(lacks({ ...PAD, strokes })).toBe(code));

  it("counts what was drawn and not what was jumped over", () => expect(pathLength([stroke([0, 0], [3, 4]), stroke([100, 0], [100, 10])])).toBe(15));
  it("is in a box", () => {
    expect(bounds([stroke([5, 8], [2, 9]), stroke([7, 1])])).toEqual({ left: 2, top: 1, right: 7, bottom: 9 });
    expect(bounds([])).toEqual({ left: 0, top: 0, right: 0, bottom: 0 });
  });
});

describe("the pad on the paper", () => {
  it("leaves room for half of its widest line", () => expect(inner({ x: 76, y: 200, width: 100, height: 20 })).toEqual({ x: 76.7, y: 200.7, width: 98.6, height: 18.6 }));
});
