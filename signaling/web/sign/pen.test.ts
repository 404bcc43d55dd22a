/** Who writes on the pad: one pointer at a time, one device a signature, nothing beside the pad, no more than a signature has. */
import { describe, expect, it } from "vitest";
import { dice } from "../form/dice.ts";
import { LONGEST_MS, MOST_POINTS, MOST_STROKES, PAD } from "./ink.ts";
import { Pen } from "./pen.ts";
import type { Glass, Pointer } from "./pen.ts";

const GLASS: Glass = { left: 40, top: 1000, width: 800, height: 250 }; // four units of the pad for a pixel
const at = (x: number, y: number, more: Partial<Pointer> = {}): Pointer => ({ pointerId: 1, pointerType: "touch", clientX: 40 + x, clientY: 1000 + y, pressure: 0.5, timeStamp: 5000, ...more });

/** Down, along, up: a stroke of `pointerId`. */
function write(pen: Pen, pointer: Partial<Pointer> = {}, ...spots: readonly (readonly [number, number])[]): void {
  const [first, ...rest] = spots.length > 0 ? spots : ([[100, 100], [200, 120], [300, 90]] as const);
  if (first === undefined) return;
  pen.down(at(...first, pointer), GLASS);
  for (const spot of rest) pen.move(at(...spot, pointer), GLASS);
  pen.up({ pointerId: pointer.pointerId ?? 1 });
}

describe("a pointer on the pad", () => {
  it("becomes points in units of the pad, with pressure and time", () => {
    const pen = new Pen();
    expect(pen.down(at(100, 50, { pointerType: "pen", pressure: 0.25, timeStamp: 5000.4 }), GLASS)).toBe(true);
    pen.move(at(110.5, 50, { pointerType: "pen", pressure: 1, timeStamp: 5016.9 }), GLASS);
    pen.up({ pointerId: 1 });
    pen.down(at(0, 250, { pointerType: "pen", timeStamp: 5100 }), GLASS);
    pen.up({ pointerId: 1 });
    expect(pen.signature()).toEqual({ ...PAD, device: "pen", strokes: [[[400, 200, 250, 0], [442, 200, 1000, 17]], [[0, 1000, 500, 100]]] });
  });

  it("writes alone: a second finger draws nothing", () => {
    const pen = new Pen();
    pen.down(at(100, 100), GLASS);
    expect(pen.down(at(500, 100, { pointerId: 2 }), GLASS)).toBe(false);
    expect(pen.move(at(600, 100, { pointerId: 2 }), GLASS)).toBe(false);
    expect(pen.up({ pointerId: 2 })).toBe(false);
    expect(pen.move(at(200, 100), GLASS)).toBe(true);
    expect(pen.strokes).toEqual([[[400, 400, 500, 0], [800, 400, 500, 0]]]);
    expect(pen.writing).toBe(true);
  });

  it("that was taken away lets the next one write", () => {
    const pen = new Pen();
    pen.down(at(100, 100), GLASS);
    pen.up({ pointerId: 1 });
    expect(pen.down(at(300, 100, { pointerId: 7 }), GLASS)).toBe(true);
  });

  it("that hardly moves tells nothing new", () => {
    const pen = new Pen();
    write(pen, {}, [100, 100], [100.3, 100.3], [100, 100], [120, 100]);
    expect(pen.strokes.map((stroke) => stroke.length)).toEqual([2]);
  });

  it("ends its stroke at the edge and begins another where it comes back", () => {
    const pen = new Pen();
    write(pen, {}, [700, 100], [900, 100], [950, 200], [790, 200], [780, 220]);
    expect(pen.strokes.map((stroke) => stroke.map(([x, y]) => [x, y]))).toEqual([[[2800, 400], [3200, 400]], [[3160, 800], [3120, 880]]]);
  });
});

describe("one device a signature", () => {
  it("is the pen as soon as there is one: what the hand left before is no part of it", () => {
    const pen = new Pen();
    pen.down(at(600, 200, { pointerId: 3 }), GLASS);
    expect(pen.down(at(100, 100, { pointerType: "pen" }), GLASS)).toBe(true);
    expect(pen.move(at(610, 210, { pointerId: 3 }), GLASS)).toBe(false);
    pen.move(at(200, 100, { pointerType: "pen" }), GLASS);
    expect(pen.signature()).toMatchObject({ device: "pen", strokes: [[[400, 400, 500, 0], [800, 400, 500, 0]]] });
  });

  it("takes no finger after the pen, and no mouse after a finger", () => {
    const pen = new Pen();
    write(pen, { pointerType: "pen" });
    expect(pen.down(at(500, 100), GLASS)).toBe(false);
    pen.clear();
    write(pen);
    expect(pen.down(at(500, 100, { pointerType: "mouse" }), GLASS)).toBe(false);
    expect(pen.signature()).toMatchObject({ device: "finger" });
  });

  it("is free again on an empty pad, and time begins anew", () => {
    const pen = new Pen();
    write(pen, { pointerType: "pen" });
    pen.clear();
    expect(pen.strokes).toEqual([]);
    write(pen, { pointerType: "mouse", timeStamp: 90_000 });
    expect(pen.signature()).toMatchObject({ device: "mouse" });
    expect(pen.strokes[0]?.[0]?.[3]).toBe(0);
  });
});

describe("no more than a signature has", () => {
  it("is so many strokes", () => {
    const pen = new Pen();
    for (let n = 0; n < MOST_STROKES + 5; n += 1) write(pen);
    expect(pen.strokes.length).toBe(MOST_STROKES);
    expect(pen.full).toBe(true);
  });

  it("is so many points", () => {
    const pen = new Pen();
    write(pen, {}, ...Array.from({ length: MOST_POINTS + 50 }, (_, n): [number, number] => [(n * 7) % 800, 100]));
    expect(pen.strokes[0]?.length).toBe(MOST_POINTS);
    expect(pen.full).toBe(true);
  });

  it("is so many minutes, and then begins anew", () => {
    const pen = new Pen();
    write(pen);
    write(pen, { timeStamp: 5000 + LONGEST_MS + 1 });
    expect(pen.strokes.length).toBe(1);
    expect(pen.full).toBe(true);
    pen.clear();
    expect(pen.full).toBe(false);
  });
});

it("gives whole numbers inside the pad and time that runs forwards, whatever the pointers do", () => {
  const roll = dice(3);
  for (let round = 0; round < 200; round += 1) {
    const pen = new Pen();
    for (let n = 0; n < 60; n += 1) {
      const pointer = at(roll(900) - 50 + roll(10) / 10, roll(300) - 25, { pointerId: roll(3), pointerType: ["pen", "touch", "mouse"][roll(3)] ?? "", pressure: roll(13) / 10, timeStamp: 1000 + roll(400) });
      [() => pen.down(pointer, GLASS), () => pen.move(pointer, GLASS), () => pen.move(pointer, GLASS), () => pen.up(pointer)][roll(4)]?.();
    }
    const points = pen.signature().strokes.flat();
    expect(points.every((point) => point.every(Number.isInteger))).toBe(true);
    expect(points.every(([x, y, pressure]) => x >= 0 && x <= PAD.width && y >= 0 && y <= PAD.height && pressure >= 0 && pressure <= 1000)).toBe(true);
    expect(points.every(([, , , time], n) => time >= (points[n - 1]?.[3] ?? 0))).toBe(true);
    expect(points[0]?.[3] ?? 0).toBe(0);
    expect(pen.signature().strokes.every((stroke) => stroke.length > 0)).toBe(true);
  }
});
