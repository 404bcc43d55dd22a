/** One change of a text: found, applied, and made on a text that others have changed. */
import { describe, expect, it } from "vitest";
import { dice } from "./dice.ts";
import { difference, moved, rebased, spliced } from "./splice.ts";

describe("the smallest change", () => {
  it.each([
    ["", "张", 1, { at: 0, remove: 0, insert: "张" }],
    ["张三", "张三丰", 3, { at: 2, remove: 0, insert: "丰" }],
    ["张三丰", "张丰", 1, { at: 1, remove: 1, insert: "" }],
    ["1958-03-12", "1958-03-21", 10, { at: 8, remove: 2, insert: "21" }],
    ["aa", "aaa", 1, { at: 0, remove: 0, insert: "a" }],
    ["aa", "aaa", 3, { at: 2, remove: 0, insert: "a" }],
    ["aaa", "aa", 1, { at: 1, remove: 1, insert: "" }],
    ["张𠮷", "张𠮸", 3, { at: 1, remove: 2, insert: "𠮸" }],
    ["𠮷", "𡮷", 2, { at: 0, remove: 2, insert: "𡮷" }],
    ["𠮷𠮷", "𠮷", 2, { at: 2, remove: 2, insert: "" }],
  ])("from %j to %j with the caret at %i", (before, after, caret, change) => {
    expect(difference(before, after, caret)).toEqual(change);
  });

  it("is none between equal texts", () => expect(difference("张三", "张三")).toBeNull());

  it("leads from any text to any other and cuts no letter in two", () => {
    const roll = dice(7);
    const text = (): string => Array.from({ length: roll(6) }, () => ["a", "b", "张", "𠮷", "𠮸", "𡮷"][roll(6)]).join("");
    for (let i = 0; i < 20_000; i += 1) {
      const [before, after] = [text(), text()];
      const change = difference(before, after, roll(after.length + 1));
      expect(change === null ? before : spliced(before, change)).toBe(after);
      if (change !== null) expect(/^[\udc00-\udfff]|[\ud800-\udbff]$/.test(before.slice(change.at, change.at + change.remove) + "|" + change.insert)).toBe(false);
    }
  });
});

describe("a caret", () => {
  it.each([
    [2, { at: 0, remove: 0, insert: "ab" }, 4],
    [2, { at: 2, remove: 0, insert: "ab" }, 2],
    [2, { at: 3, remove: 1, insert: "" }, 2],
    [5, { at: 1, remove: 2, insert: "" }, 3],
    [2, { at: 1, remove: 5, insert: "x" }, 2],
  ])("at %i after %j is at %i", (before, change, after) => expect(moved(before, change)).toBe(after));
});

describe("an own change on a text that others have changed", () => {
  const made = (text: string, own: Parameters<typeof rebased>[0], ...others: Parameters<typeof rebased>[1]): string =>
    rebased(own, others).reduce(spliced, others.reduce(spliced, text));

  it("goes where it was meant", () => expect(made("张丰", { at: 1, remove: 0, insert: "三" }, { at: 0, remove: 0, insert: "李，" })).toBe("李，张三丰"));
  it("removes only what was seen", () => expect(made("abcd", { at: 1, remove: 2, insert: "X" }, { at: 2, remove: 0, insert: "新" })).toBe("aX新d"));
  it("removes nothing twice", () => expect(made("abcd", { at: 1, remove: 2, insert: "" }, { at: 0, remove: 2, insert: "" })).toBe("d"));
  it("is still typed where everything is gone", () => expect(made("abcd", { at: 4, remove: 0, insert: "e" }, { at: 0, remove: Number.MAX_SAFE_INTEGER, insert: "neu" })).toBe("neue"));
});
