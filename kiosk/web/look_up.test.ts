/** A code as it is typed, asked and answered, and the way there and back. */
import { expect, test } from "vitest";
import type { ReceiptStatus } from "../../signaling/web/wire.generated.ts";
import { BOOTH_POLICY, fresh, step } from "./booth.ts";
import type { Booth, BoothEvent } from "./booth.ts";
import { came, KEYS, LETTERS, press, sent, START, written } from "./look_up.ts";
import type { LookUp } from "./look_up.ts";

const STATUS: ReceiptStatus = {
  home: { "zh-CN": "上海市金山区", en: "Jinshan" }, service: { "zh-CN": "结婚证", en: "Certificate" }, state: "accepted", due: "2026-12-15", over: false,
  lacking: [], form: null, follow_by: null,
};
const typed = (text: string): LookUp => [...text].reduce(press, START);

test("the keys have every letter of a code and none that no code has", () => {
  expect([...KEYS.join("")].sort().join("")).toBe("234567ABCDEFGHIJKLMNOPQRSTUVWXYZ");
});

test("small letters, blanks, dashes and digits that look like letters are forgiven", () => {
  expect(typed("ab2c0 - 189gh").typed).toBe("AB2COIBGGH");
  expect(typed("'; <王>").typed).toBe("");
  expect(typed("A".repeat(30)).typed).toHaveLength(LETTERS);
  expect(press(typed("AB"), "erase").typed).toBe("A");
  expect(written("AB2C")).toBe("AB2C_-_____");
});

test("it is asked once it is whole, and once", () => {
  expect(sent(typed("AB2CD"))).toBeNull();
  const asked = sent(typed("AB2CDEF3GH"));
  expect(asked?.asking).toBe(true);
  expect(sent(asked!)).toBeNull();
  expect(press(asked!, "erase")).toBe(asked);
  expect(sent({ at: "touch" })).toBeNull();
});

test("an answer that comes too late is nobody's", () => {
  const found = { at: "status", status: STATUS } as const;
  const asked = sent(typed("AB2CDEF3GH"))!;
  expect(came(asked, "AB2CDEF3GH", found)).toMatchObject({ asking: false, found });
  expect(came(asked, "ZZZZZZZZZZ", found)).toBe(asked);
  expect(came({ at: "touch" }, "AB2CDEF3GH", found)).toEqual({ at: "touch" });
});

test("from the idle screen to the status and back, and forgotten when nobody touches the glass", () => {
  let booth: Booth = fresh(0, { screen: "idle" });
  const tell = (event: BoothEvent, now = 1): readonly unknown[] => {
    const [next, effects] = step(booth, event, now);
    booth = next;
    return effects;
  };
  tell({ type: "look-up-began" });
  for (const key of "AB2CDEF3GH") tell({ type: "look-up-pressed", key });
  expect(tell({ type: "look-up-sent" })).toEqual([{ do: "look-up", code: "AB2CDEF3GH" }]);
  tell({ type: "look-up-came", typed: "AB2CDEF3GH", found: { at: "status", status: STATUS } });
  expect(booth.step).toMatchObject({ at: "look-up", found: { at: "status" } });
  tell({ type: "ticked" }, 2 + BOOTH_POLICY.resetAfter);
  expect(booth.step).toEqual({ at: "touch" });
  tell({ type: "look-up-began" });
  tell({ type: "went-back" });
  expect(booth.step).toEqual({ at: "touch" });
});
