/** What the resident confirms is hashed here as on the server: the same page and digest stand in tests/signaling/domain/test_form_rules.py. */
import { expect, it } from "vitest";
import { askedOn, mayRead, pagesOf } from "./form_kinds.ts";
import type { Form } from "./form_kinds.ts";
import { pageDigest, plain } from "./page_digest.ts";

const words = { "zh-CN": "甲", en: "A" };
const typed = (id: string): { id: string; label: typeof words; kind: "text" } => ({ id, label: words, kind: "text" });
const FORM: Form = {
  code: "general-application", title: words, valid_from: "2026-01-01",
  pages: [
    { id: "applicant", title: words, fields: ["name", "id-number", "phone", "address"].map(typed) },
    { id: "matter", title: words, fields: [{ id: "agent", label: words, kind: "yes-no" }, { ...typed("agent-name"), only_if: { field: "agent", is: "yes" } }] },
    { id: "last", title: words, fields: [{ ...typed("agent-phone"), only_if: { field: "agent-name", is: "x" } }] },
  ],
};
const SEEN: Readonly<Record<string, string>> = { name: "张𠮷\u3000", "id-number": "330424\u2028\"\\", phone: "\t1380013\r\n8000", address: "e\u0301" };

it("is the server's digest", async () => {
  const page = FORM.pages[0];
  expect(page && (await pageDigest(FORM, page, (field) => SEEN[field] ?? ""))).toBe("e75f71e92e4918bdc19bce811f9f02f024d836a5084aa941c2ff3bfd770104db");
});

it("is of the plain text", () => expect(plain(" \u3000a\r\nb\rc\u00a0\n")).toBe("a\nb\nc"));

it("asks what the server asks", () => {
  const asked = (values: Readonly<Record<string, string>>): string[][] => FORM.pages.map((page) => askedOn(FORM, page, (id) => values[id] ?? "").map(({ id }) => id));
  expect(asked({})).toEqual([["name", "id-number", "phone", "address"], ["agent"], []]);
  expect(asked({ agent: "yes", "agent-name": "x" })[2]).toEqual(["agent-phone"]);
  expect(asked({ agent: "no", "agent-name": "x" })[2]).toEqual([]);
  expect(pagesOf(FORM, () => "").map(({ id }) => id)).toEqual(["applicant", "matter"]);
});

it("hides from the clerk what the resident does not show", () => {
  const field = { ...typed("id-number"), sensitive: true };
  expect([mayRead(field, { shown: [] }, "resident"), mayRead(field, { shown: [] }, "clerk"), mayRead(field, { shown: ["id-number"] }, "clerk")]).toEqual([true, false, true]);
});
