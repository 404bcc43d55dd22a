/** Keys that pass, and keys that stay. */
import { expect, it } from "vitest";
import { passedKey } from "./operate_keys.ts";

const press = (key: string, held: object = {}): Parameters<typeof passedKey>[0] => ({ key, ctrlKey: false, shiftKey: false, altKey: false, metaKey: false, ...held });

it("names keys as the kiosk does", () => {
  expect(passedKey(press("Enter"))).toEqual({ do: "key", name: "Enter", modifier: "" });
  expect(passedKey(press("ArrowLeft", { shiftKey: true }))).toEqual({ do: "key", name: "Left", modifier: "Shift" });
  expect(passedKey(press("a", { ctrlKey: true }))).toEqual({ do: "key", name: "A", modifier: "Control" });
  expect(passedKey(press("Backspace", { ctrlKey: true }))).toEqual({ do: "key", name: "Backspace", modifier: "Control" });
});

it.each([
  press("a"), press("张"), press("Process"), press("F5"), press("c", { ctrlKey: true }), press("v", { ctrlKey: true }), press("Enter", { shiftKey: true }),
  press("Tab", { altKey: true }), press("ArrowLeft", { metaKey: true }), press("A", { ctrlKey: true, shiftKey: true }), press("Home", { ctrlKey: true }),
])("keeps %j", (pressed) => expect(passedKey(pressed)).toBeNull());
