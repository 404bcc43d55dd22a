/** A place in a field's row is the same place for both, however large each sees the form. */
import { describe, expect, it } from "vitest";
import { dice } from "./dice.ts";
import { place, unplace } from "./form_pointing_places.ts";
import type { Row } from "./form_pointing_places.ts";

const NAME: Row = { field: "name", left: 10, top: 100, width: 400, height: 80 };
const BIRTH: Row = { field: "birth", left: 10, top: 200, width: 400, height: 40 };
const ROWS = [NAME, BIRTH];

describe("what is pointed at", () => {
  it("is the field under the finger", () => {
    expect(place(ROWS, 210, 140)).toEqual({ field: "name", spot: { x: 5000, y: 5000 } });
    expect(place(ROWS, 10, 100)).toEqual({ field: "name", spot: { x: 0, y: 0 } });
    expect(place(ROWS, 410, 240)).toEqual({ field: "birth", spot: { x: 10_000, y: 10_000 } });
  });

  it("is the edge of the nearer row between two", () => {
    expect(place(ROWS, 210, 185)).toEqual({ field: "name", spot: { x: 5000, y: 10_000 } });
    expect(place(ROWS, 210, 195)).toEqual({ field: "birth", spot: { x: 5000, y: 0 } });
  });

  it.each([[210, 99], [210, 241], [9, 140], [411, 140]])("is nothing beside the rows: %i, %i", (x, y) => expect(place(ROWS, x, y)).toBeNull());

  it("is nothing while there are no rows, or none that can be seen", () => {
    expect(place([], 210, 140)).toBeNull();
    expect(place([{ ...NAME, height: 0 }], 210, 100)).toBeNull();
  });
});

describe("where it is shown", () => {
  it("is the same share of the other side's row", () => {
    const small: Row = { field: "name", left: 0, top: 900, width: 200, height: 20 };
    expect(unplace([small], { field: "name", spot: { x: 2500, y: 5000 } })).toEqual([50, 910]);
  });

  it("is nowhere while that field is on another page", () => expect(unplace([BIRTH], { field: "name", spot: { x: 0, y: 0 } })).toBeNull());
});

it("leads there and back on any page", () => {
  const roll = dice(11);
  for (let round = 0; round < 2000; round += 1) {
    let top = roll(500);
    const rows = Array.from({ length: 1 + roll(8) }, (_, i): Row => {
      const row = { field: `field-${i}`, left: roll(50), top, width: 100 + roll(1500), height: 20 + roll(300) };
      top += row.height + 1 + roll(40);
      return row;
    });
    const meant = { field: `field-${roll(rows.length)}`, spot: { x: roll(10_001), y: roll(10_001) } };
    const [x, y] = unplace(rows, meant) ?? [NaN, NaN];
    const back = place(rows, x, y);
    // the very edge may lie a rounding beside all rows
    if (back === null) expect(Math.min(meant.spot.x, meant.spot.y, 10_000 - meant.spot.x, 10_000 - meant.spot.y)).toBe(0);
    else {
      expect(back.field).toBe(meant.field);
      expect(Math.max(Math.abs(back.spot.x - meant.spot.x), Math.abs(back.spot.y - meant.spot.y))).toBeLessThanOrEqual(1);
    }
  }
});
