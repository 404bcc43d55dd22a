/** Pictures that are seen early or late are brought into step. */
import { expect, it } from "vitest";
import { STEERING, steer, STRAIGHT } from "./steering.ts";
import type { Steering } from "./steering.ts";

function after(begin: Steering, early: number, lasts = 67, pictures: number = STEERING.pictures): Steering {
  return Array.from({ length: pictures }).reduce<Steering>((steering) => steer(steering, early, lasts), begin);
}

it("changes nothing before enough pictures were seen, or when they are near enough", () => {
  expect(after(STRAIGHT, 60, 67, STEERING.pictures - 1).lead).toBe(0);
  expect(after(STRAIGHT, 25).lead).toBe(0);
  expect(after(STRAIGHT, 25, 33).lead, "shorter pictures come nearer").toBe(-25);
});

it("holds back what is early and hurries what is late, within bounds", () => {
  expect(after(STRAIGHT, 60).lead).toBe(-60);
  expect(after(STRAIGHT, -40).lead).toBe(40);
  expect(after(after(STRAIGHT, 60), 60).lead).toBe(-80);
});

it("is not misled by single pictures", () => {
  const mixed = [200, 1, 2, 0, -300, 1, 2, 3].reduce<Steering>((steering, early) => steer(steering, early, 67), STRAIGHT);
  expect(mixed.lead).toBe(0);
});
