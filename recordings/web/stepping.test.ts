/** Going through pictures one by one, on a glass that shows what was sought a little later. */
import { expect, it } from "vitest";
import { asked, looked } from "./stepping.ts";
import type { Stepping } from "./stepping.ts";

/** A glass on which pictures stand at these times; every seek takes two looks, and the picture is there one look after it. */
class Glass {
  stepping: Stepping | null = null;
  at: number;
  seeks = 0;
  #shown: number;
  #moves = 0;
  #now = 0;

  readonly pictures: readonly number[];

  constructor(pictures: readonly number[], at: number) {
    [this.pictures, this.at] = [pictures, at];
    this.#shown = this.#under(at);
  }

  press(by: 1 | -1): this {
    this.#do(asked(this.stepping, by, this.#shown, this.at));
    return this;
  }

  /** Until nothing is under way any more; the picture that is seen. */
  rests(): number {
    for (let look = 0; look < 400 && this.stepping !== null; look += 1) {
      this.#now += 40;
      this.#moves = Math.max(0, this.#moves - 1);
      if (this.#moves === 0) this.#shown = this.#under(this.at);
      this.#do(looked(this.stepping, this.#shown, this.at, this.#moves > 1, this.#now));
    }
    expect(this.stepping).toBeNull();
    return this.#shown;
  }

  #do({ stepping, seek }: ReturnType<typeof looked>): void {
    this.stepping = stepping;
    if (seek === null) return;
    [this.at, this.#moves] = [Math.max(0, seek), 3];
    this.seeks += 1;
  }

  #under(at: number): number {
    return this.pictures.findLast((time) => time <= at) ?? 0;
  }
}

const every = (ms: number, many = 60): number[] => Array.from({ length: many }, (_, n) => Math.round(n * ms));

it("goes to the next one and the one before, whatever time lies between them", () => {
  for (const ms of [1000 / 30, 40, 1000 / 15, 100, 200]) {
    const pictures = every(ms);
    const glass = new Glass(pictures, pictures[20]! + ms / 2);
    for (const n of [21, 22, 23]) expect(glass.press(1).rests()).toBe(pictures[n]);
    for (const n of [22, 21, 20, 19]) expect(glass.press(-1).rests()).toBe(pictures[n]);
  }
});

it("takes uneven pictures one by one", () => {
  const pictures = [0, 60, 95, 170, 400, 433, 500];
  const glass = new Glass(pictures, 0);
  for (const picture of pictures.slice(1)) expect(glass.press(1).rests()).toBe(picture);
  for (const picture of pictures.slice(0, -1).reverse()) expect(glass.press(-1).rests()).toBe(picture);
});

it("goes as many on as it was asked for quickly, and no further than three at once", () => {
  expect(new Glass(every(67), 670).press(1).press(1).rests()).toBe(12 * 67);
  const held = new Glass(every(67), 670);
  for (let press = 0; press < 9; press += 1) held.press(1);
  expect(held.rests()).toBe(13 * 67);
});

it("turns round when it is asked to", () => {
  const glass = new Glass(every(67), 670).press(1);
  expect(glass.press(-1).rests()).toBe(9 * 67);
});

it("looks so far and no further where nothing comes, and goes on from there when asked again", () => {
  const glass = new Glass([0, 800], 0);
  expect(glass.press(1).rests()).toBe(0);
  expect(glass.seeks).toBe(11);
  expect(glass.press(1).press(1).rests()).toBe(0);
  for (let press = 0; press < 2; press += 1) glass.press(1).rests();
  expect(glass.rests()).toBe(800);
});
