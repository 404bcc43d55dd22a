/** Keys, and whose they are. */
import { expect, it } from "vitest";
import { deedOf } from "./keys.ts";

const press = (key: string, extra: object = {}): Parameters<typeof deedOf>[0] => ({ key, ctrlKey: false, altKey: false, metaKey: false, repeat: false, ...extra });

it("knows J K L, whether or not Shift is held", () => {
  expect(["j", "K", "l", " "].map((key) => deedOf(press(key), "elsewhere"))).toEqual(["back", "pause", "on", "toggle"]);
  expect(["ArrowLeft", "ArrowRight", "Home", "End", ",", "."].map((key) => deedOf(press(key), "elsewhere"))).toEqual(["earlier", "later", "begin", "end", "frame-before", "frame-after"]);
});

it("leaves letters to a text field, arrows to a list and space to a button", () => {
  expect(deedOf(press("j"), "typing")).toBeNull();
  expect([deedOf(press("ArrowLeft"), "list"), deedOf(press("k"), "list")]).toEqual([null, "pause"]);
  expect([deedOf(press(" "), "button"), deedOf(press("ArrowLeft"), "button")]).toEqual([null, "earlier"]);
});

it("is silent with other modifiers, for other keys, and when a key that switches is held", () => {
  expect(deedOf(press("l", { ctrlKey: true }), "elsewhere")).toBeNull();
  expect(deedOf(press("x"), "elsewhere")).toBeNull();
  expect(deedOf(press("toString"), "elsewhere")).toBeNull();
  expect([deedOf(press(" ", { repeat: true }), "elsewhere"), deedOf(press(".", { repeat: true }), "elsewhere")]).toEqual([null, "frame-after"]);
});
