/** A code as it is typed, asked and answered, and the way there and back. */
import { expect, test } from "vitest";
import type { Eligibility } from "../../config/web/eligibility.ts";
import type { Consent } from "../../signaling/web/catalogue.ts";
import type { ReceiptCase, ReceiptStatus } from "../../signaling/web/wire.generated.ts";
import { BOOTH_POLICY, fresh, step } from "./booth.ts";
import type { Booth, BoothEvent, Effect } from "./booth.ts";
import { came, KEYS, LETTERS, press, sent, START, written } from "./look_up.ts";
import type { LookUp } from "./look_up.ts";

const ACCEPTED: ReceiptCase = {
  service: { "zh-CN": "结婚证", en: "Certificate" }, state: "accepted", due: "2026-12-15", over: false, lacking: [], form: null, follow_by: null, goes_on: null,
};
const RETURNED: ReceiptCase = { ...ACCEPTED, state: "returned", due: null, lacking: [{ name: { "zh-CN": "户口簿", en: "Household book" }, reason: "not-brought" }], goes_on: "jinshan-certificate" };
const STATUS: ReceiptStatus = { home: "jinshan", home_name: { "zh-CN": "上海市金山区", en: "Jinshan" }, cases: [ACCEPTED, RETURNED] };
const RULES: Eligibility = { questions: [{ id: "q", text: { "zh-CN": "?", en: "?" } }], rules: [{ kind: "go-on", reason: { "zh-CN": "", en: "" }, when: { question: "q", is: "yes" } }, { kind: "not-possible", reason: { "zh-CN": "", en: "" } }] };
const RECORDING: Consent = { text: "recording", version: "2026-09-01", title: { "zh-CN": "", en: "" }, body: { "zh-CN": "", en: "" }, required: true };
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

let booth: Booth = fresh(0, { screen: "idle" });
const tell = (event: BoothEvent, now = 1): readonly Effect[] => {
  const [next, effects] = step(booth, event, now);
  booth = next;
  return effects;
};

test("from the idle screen to the status and back, and forgotten when nobody touches the glass", () => {
  booth = fresh(0, { screen: "idle" });
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

/** The receipt is on the glass, and what its second case lacks is brought now. */
function bringing(): void {
  booth = fresh(0, { screen: "idle" });
  tell({ type: "look-up-began" });
  for (const key of "AB2CDEF3GH") tell({ type: "look-up-pressed", key });
  tell({ type: "look-up-sent" });
  tell({ type: "look-up-came", typed: "AB2CDEF3GH", found: { at: "status", status: STATUS } });
  tell({ type: "case-goes-on", home: "jinshan", service: "jinshan-certificate", rules: RULES, case: 1, reader: false });
}

test("what is missing is brought without answering the questions again, with the receipt's code and which of its cases", () => {
  bringing();
  expect(booth.step).toMatchObject({ at: "who", answers: [] });
  tell({ type: "name-typed", name: "王小明" });
  tell({ type: "went-on" });
  const [effect] = tell({ type: "consent-answered", consents: [RECORDING], given: true, at: 1 });
  expect(effect).toMatchObject({ do: "take-ticket", order: { home: "jinshan", service: "jinshan-certificate", answers: {}, parties: [{ name: "王小明" }], goes_on: { code: "AB2CD-EF3GH", case: 1 } } });
});

test("the way back from there leads to the receipt, also when it is refused", () => {
  bringing();
  tell({ type: "went-back" });
  expect(booth.step).toMatchObject({ at: "look-up", typed: "AB2CDEF3GH", found: { at: "status" } });
  bringing();
  tell({ type: "name-typed", name: "王小明" });
  tell({ type: "went-on" });
  tell({ type: "consent-answered", consents: [RECORDING], given: true, at: 1 });
  tell({ type: "ticket-refused", code: "case-busy", text: "" });
  expect(booth.step).toMatchObject({ at: "refused", code: "case-busy" });
  tell({ type: "went-back" });
  expect(booth.step).toMatchObject({ at: "look-up", found: { at: "status" } });
});

test("without a receipt on the glass nothing goes on", () => {
  booth = fresh(0, { screen: "idle" });
  tell({ type: "look-up-began" });
  tell({ type: "case-goes-on", home: "jinshan", service: "x", rules: RULES, case: 0, reader: false });
  expect(booth.step.at).toBe("look-up");
});
