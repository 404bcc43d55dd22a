/** What was answered before queueing, as the clerk reads it: in words, with where it led, and said where nobody was asked. */
import { describe, expect, it } from "vitest";
import { textOf } from "../../../config/web/template_text.ts";
import { pick, speaker } from "../../../config/web/words.ts";
import type { Answered, Catalogue } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";
import { answeredBefore } from "./answered.ts";

const both = (zh: string, en: string): { readonly "zh-CN": string; readonly en: string } => ({ "zh-CN": zh, en });
const CARD = {
  code: "card", home: "jinshan", version: "2026-01-01",
  eligibility: {
    questions: [
      { id: "minor", text: both("未满16岁吗？", "Under 16?"), options: [] },
      { id: "reason", text: both("办哪一种？", "Which kind?"), options: [{ code: "first", label: both("首次申领", "A first card") }, { code: "lost", label: both("补领", "A replacement") }] },
    ],
    rules: [
      { kind: "go-on-bring", reason: both("由监护人陪同", "With a guardian"), when: { question: "minor", is: "yes" }, go_to: null, bring: [both("监护人身份证", "Guardian’s card")] },
      { kind: "not-possible", reason: both("先报失", "Report it first"), when: { question: "reason", is: "lost" }, go_to: null, bring: [] },
      { kind: "go-on", reason: both("可以办理", "You can"), when: null, go_to: null, bring: [] },
    ],
  },
};
const CATALOGUE = { services: [CARD] } as unknown as Catalogue;

const read = (answered: Answered | null, language: "zh-CN" | "en" = "zh-CN", name: "case" | "ring" = "case"): string => textOf(answeredBefore(
  { say: speaker(language), pick: (text: Parameters<typeof pick>[0]) => pick(text, language), catalogue: CATALOGUE, view: { jurisdiction: "jinshan" } } as unknown as Desk, answered, "card", name,
) as Parameters<typeof textOf>[0]);
const now = (answers: Record<string, string>, version = "2026-01-01"): Answered => ({ when: "this-visit", version, answers });

describe("what was answered before queueing", () => {
  it("is question and answer in the clerk's language, with where it led", () => {
    const text = read(now({ minor: "yes", reason: "first" }));
    for (const words of ["未满16岁吗？", "是", "办哪一种？", "首次申领", "由监护人陪同", "监护人身份证"]) expect(text).toContain(words);
    expect(text).toContain("data-verdict=go-on-bring");
    expect(read(now({ minor: "no", reason: "first" }), "en")).toMatch(/Which kind\?[\s\S]*A first card/);
  });

  it("is folded, and leads nowhere but where a ticket is given", () => {
    const text = read(now({ minor: "no", reason: "lost" }));
    expect(text).toContain("<details");
    expect(text).not.toContain("先报失");
    expect(read(now({ minor: "no" })), "not all was asked").toContain("未满16岁吗？");
  });

  it("stands as codes where the catalogue has other rules by now, and says so", () => {
    const text = read(now({ abroad: "yes", minor: "no" }, "2025-01-01"));
    expect(text).toContain("case-answered-then");
    expect(text).toContain("abroad");
    expect(text).toContain("data-verdict=>");
  });

  it("is said to be missing where nobody was asked, or where it was asked before this visit", () => {
    expect(read({ when: "not", version: "", answers: {} })).toContain(speaker("zh-CN")("counter.answered.opened"));
    expect(read({ when: "first-visit", version: "", answers: {} })).toContain(speaker("zh-CN")("counter.answered.earlier"));
    expect(read(now({}))).toContain(speaker("zh-CN")("counter.answered.none"));
    expect(read(now({}), "zh-CN", "ring")).toBe("");
    expect(read(null)).toBe("");
  });
});
