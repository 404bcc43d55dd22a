/** A drift is corrected unheard, or by a jump. */
import { expect, it } from "vitest";
import { follow, PICTURE, SOUND } from "./follow.ts";

it("leaves a small drift alone, and ends a correction later than it begins one", () => {
  expect(follow(11, 1, false, SOUND)).toEqual({ do: "rate", rate: 1 });
  expect(follow(11, 1, true, SOUND)).not.toEqual({ do: "rate", rate: 1 });
  expect(follow(-3, 2, true, SOUND)).toEqual({ do: "rate", rate: 2 });
});

it("slows down what is ahead and hurries what is behind, by no more than is bearable", () => {
  expect(follow(40, 1, false, SOUND)).toEqual({ do: "rate", rate: 0.945 });
  expect(follow(-40, 1, false, SOUND)).toEqual({ do: "rate", rate: 1.055 });
  expect(follow(-240, 1, false, SOUND)).toEqual({ do: "rate", rate: 1.08 });
  expect(follow(-240, 1, false, PICTURE)).toEqual({ do: "rate", rate: 1.25 });
});

it("jumps when it is too far away, and is more patient at high speed", () => {
  expect(follow(-251, 1, false, SOUND).do).toBe("jump");
  expect(follow(-251, 4, false, SOUND).do).toBe("rate");
  expect(follow(1001, 4, false, SOUND).do).toBe("jump");
});

it("brings any drift to rest", () => {
  for (const start of [-240, -60, 30, 200]) {
    let [drift, rate] = [start, 1];
    for (let look = 0; look < 150; look += 1) {
      const correction = follow(drift, 1, rate !== 1, SOUND);
      if (correction.do === "rate") rate = correction.rate;
      drift += 40 * (rate - 1);
    }
    expect(Math.abs(drift)).toBeLessThan(12);
  }
});
