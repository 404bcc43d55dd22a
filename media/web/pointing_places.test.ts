/** A place in the picture is the same place for both, however each sees it. */
import { expect, test } from "vitest";
import { place, unplace } from "./pointing_places.ts";
import type { View } from "./pointing_places.ts";

const wide: View = { width: 1000, height: 1000, pictureWidth: 1920, pictureHeight: 1080, turn: 0 };

test("the middle is the middle, and the bars beside the picture are no place", () => {
  expect(place(wide, 500, 500)).toEqual({ x: 5000, y: 5000 });
  expect(place(wide, 500, 100)).toBeNull();
  expect(place({ ...wide, pictureWidth: 0 }, 500, 500)).toBeNull();
});

test("the corners of the picture", () => {
  expect(place(wide, 0, 218.75)).toEqual({ x: 0, y: 0 });
  expect(place(wide, 1000, 781.25)).toEqual({ x: 10_000, y: 10_000 });
});

test("turned by a quarter, the picture's top left is at the top right of what is seen", () => {
  const turned = { ...wide, turn: 90 };
  const [x, y] = unplace(turned, { x: 0, y: 0 });
  expect([Math.round(x), Math.abs(Math.round(y))]).toEqual([781, 0]);
  expect(place(turned, 781.25, 0)).toEqual({ x: 0, y: 0 });
});

test("there and back, in any tile and any turn", () => {
  let seed = 7;
  const chance = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let round = 0; round < 2000; round += 1) {
    const view: View = { width: 50 + chance() * 2000, height: 50 + chance() * 2000, pictureWidth: 100 + chance() * 4000, pictureHeight: 100 + chance() * 4000, turn: Math.floor(chance() * 4) * 90 };
    const spot = { x: Math.round(chance() * 10_000), y: Math.round(chance() * 10_000) };
    const back = place(view, ...unplace(view, spot));
    if (back === null) expect(Math.min(spot.x, spot.y, 10_000 - spot.x, 10_000 - spot.y)).toBeLessThanOrEqual(1); // the very edge, by rounding
    else expect(Math.max(Math.abs(back.x - spot.x), Math.abs(back.y - spot.y))).toBeLessThanOrEqual(1);
  }
});
