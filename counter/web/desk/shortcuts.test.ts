/** Single keys, and when they are letters. */
import { expect, it } from "vitest";
import { deedOf } from "./shortcuts.ts";

const press = (key: string, extra: object = {}): Parameters<typeof deedOf>[0] => ({ key, ctrlKey: false, altKey: false, metaKey: false, repeat: false, ...extra });

it("answers with A, whether or not Shift is held", () => {
  expect(deedOf(press("a"), false, true)).toBe("answer");
  expect(deedOf(press("A"), false, true)).toBe("answer");
});

it("is silent while typing, with other modifiers, and on repeat", () => {
  expect(deedOf(press("a"), true, true)).toBeNull();
  expect(deedOf(press("a", { ctrlKey: true }), false, true)).toBeNull();
  expect(deedOf(press("e", { repeat: true }), false, true)).toBeNull();
});

it("keeps only the help when switched off", () => {
  expect(deedOf(press("e"), false, false)).toBeNull();
  expect(deedOf(press("?"), false, false)).toBe("help");
});
