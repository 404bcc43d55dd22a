/** What goes to the operated window: in order, in time, and never more than the line carries. */
import { describe, expect, it } from "vitest";
import { dice } from "../../../signaling/web/form/dice.ts";
import type { Action } from "../../../signaling/web/wire.generated.ts";
import { Operating, OPERATING } from "./operating.ts";

const at = (x: number, y = 0.5): { x: number; y: number } => ({ x, y });
const move = (x: number): Action => ({ do: "move", ...at(x) });
const press = (x: number): Action => ({ do: "press", ...at(x) });
const release: Action = { do: "release" };
const text = (letters: string): Action => ({ do: "text", text: letters });
const key = (name: string): Action => ({ do: "key", name, modifier: "" });

/** All that goes, each with its second, asked for as the surface does. */
function goes(queue: Operating, from = 0, until = 60): [number, Action][] {
  const gone: [number, Action][] = [];
  for (let now = from; now <= until; now = Math.max(now, queue.dueAt())) {
    for (const action of queue.take(now)) gone.push([now, action]);
    if (queue.dueAt() === Infinity) break;
  }
  return gone;
}

describe("the pointer", () => {
  it("is where it is now: places that were not sent yet are of no use", () => {
    const queue = new Operating(0);
    for (let n = 0; n <= 10; n += 1) queue.put(move(n / 10), n * 0.001);
    expect(goes(queue, 0.01).map(([, action]) => action)).toEqual([move(1)]);
  });

  it("moves five times a second at most", () => {
    const queue = new Operating(0);
    const sent: number[] = [];
    for (let now = 0; now < 2; now += 0.01) {
      queue.put(move(now / 2), now);
      for (const _ of queue.take(now)) sent.push(now);
    }
    expect(sent.length).toBeLessThanOrEqual(11);
    expect(Math.min(...sent.slice(1).map((second, n) => second - (sent[n] ?? 0)))).toBeGreaterThanOrEqual(0.199);
  });

  it("is not sent before a press, which says its own place, and is before a release, which does not", () => {
    const queue = new Operating(0);
    for (const action of [move(0.1), press(0.2), move(0.3), move(0.4), release]) queue.put(action, 0);
    expect(goes(queue).map(([, action]) => action)).toEqual([press(0.2), move(0.4), release]);
  });
});

describe("letters", () => {
  it("wait for those that follow, and go together", () => {
    const queue = new Operating(0);
    queue.put(text("张"), 0);
    queue.put(text("三"), 0.1);
    expect(queue.take(0.14)).toEqual([]);
    expect(goes(queue, 0.14)).toEqual([[0.15, text("张三")]]);
  });

  it("do not wait where a key follows, and stay before it", () => {
    const queue = new Operating(0);
    for (const action of [text("a"), key("Tab"), text("b")]) queue.put(action, 0);
    expect(queue.take(0)).toEqual([text("a"), key("Tab")]);
    expect(goes(queue)).toEqual([[0.15, text("b")]]);
  });

  it("are cut where the wire wants it, and no letter in two", () => {
    const queue = new Operating(0);
    queue.put(text("𠮷".repeat(300)), 0);
    const parts = goes(queue).map(([, action]) => (action.do === "text" ? action.text : ""));
    expect(parts.join("")).toBe("𠮷".repeat(300));
    expect(parts.every((part) => part.length <= OPERATING.mostLetters && part.length % 2 === 0)).toBe(true);
  });
});

it("turns of the wheel add up, as far as the wire takes them", () => {
  const queue = new Operating(0);
  for (let n = 0; n < 14; n += 1) queue.put({ do: "wheel", ...at(0.5), steps: 1 }, 0);
  expect(goes(queue).map(([, action]) => action)).toEqual([{ do: "wheel", ...at(0.5), steps: 10 }]);
});

it("a key that is held down does not pile up", () => {
  const queue = new Operating(0);
  for (let n = 0; n < 100; n += 1) queue.put(key("Backspace"), n * 0.03, n > 0);
  expect(goes(queue, 3).length).toBe(1);
});

it("a button that went down comes up, and none comes up that did not go down", () => {
  const queue = new Operating(0);
  for (let n = 0; n < 60; n += 1) {
    queue.put(press(0.5), 0);
    queue.put(release, 0);
  }
  const kinds = goes(queue).map(([, action]) => action.do);
  expect(kinds.length).toBeLessThanOrEqual(OPERATING.mostWaiting + 1);
  expect(kinds.filter((kind) => kind === "press").length).toBe(kinds.filter((kind) => kind === "release").length);
  queue.put(release, 60);
  expect(queue.dueAt()).toBe(Infinity);
});

it("whatever is done: letters and keys keep their order, presses and releases take turns, and the pace is kept", () => {
  const roll = dice(11);
  for (let round = 0; round < 300; round += 1) {
    const queue = new Operating(0);
    const sent: [number, Action][] = [];
    let [now, letters] = [0, ""];
    for (let step = 0; step < 60; step += 1) {
      now += roll(40) / 100;
      const letter = String.fromCharCode(97 + roll(26));
      const action = [move(roll(10) / 10), press(0.5), release, text(letter), key("Tab")][roll(5)] ?? release;
      queue.put(action, now);
      if (action.do === "text") letters += letter;
      for (const each of queue.take(now)) sent.push([now, each]);
    }
    sent.push(...goes(queue, now, now + 60));
    expect(sent.map(([, action]) => (action.do === "text" ? action.text : "")).join("")).toBe(letters);
    let down = false;
    for (const [, action] of sent) {
      if (action.do === "press") expect(down).toBe(false);
      if (action.do === "release") expect(down).toBe(true);
      if (action.do === "press" || action.do === "release") down = action.do === "press";
    }
    for (const [second] of sent) expect(sent.filter(([other]) => other >= second && other < second + 1).length).toBeLessThanOrEqual(OPERATING.burst + OPERATING.perSecond + 1);
  }
});
