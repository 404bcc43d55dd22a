/** The screens of the identity card, read as what they are made of: what they show, what they never show, and what a touch tells. */
import type { TemplateResult } from "lit";
import { describe, expect, it, vi } from "vitest";
import { textOf } from "../../../config/web/template_text.ts";
import { speaker } from "../../../config/web/words.ts";
import type { CardFacts, CardProblem } from "../card_reader.ts";
import { identityScreen } from "./identity.ts";
import type { IdentityActs, IdentityState, IdentityStep } from "./identity.ts";

const CARD: CardFacts = { name: "样本甲", number: "990000195103080013", validUntil: "2036-01-31", issuer: "样本公安局", sample: false };
const PROBLEMS: CardProblem[] = ["no-reader", "no-card", "unreadable", "bad-number", "card-expired", "reader-fault", "stopped", "taken-over", "agent-away"];
const zh = speaker("zh-CN");
const en = speaker("en");

function acts(): IdentityActs {
  return { confirm: vi.fn(), again: vi.fn(), declare: vi.fn(), nameTyped: vi.fn(), goOn: vi.fn() };
}

function shown(step: IdentityStep, say = zh, more: Partial<IdentityState> = {}): string {
  return textOf(identityScreen(say, { step, person: 1, persons: 1, reader: true, ...more }, acts()));
}

/** What a touch on the control with this mark calls. */
function touched(value: unknown, mark: string): ((event: unknown) => void) | null {
  if (Array.isArray(value)) return value.map((each) => touched(each, mark)).find((each) => each !== null) ?? null;
  if (typeof value !== "object" || value === null || !("strings" in value)) return null;
  const { strings, values } = value as TemplateResult;
  for (const [place, each] of values.entries()) {
    const opened = textOf({ strings: strings.slice(0, place + 1), values }).lastIndexOf("<");
    const tag = textOf({ strings: strings.slice(0, place + 1), values }).slice(opened);
    if (typeof each === "function" && tag.includes(`data-test="${mark}"`)) return each as (event: unknown) => void;
    const below = touched(each, mark);
    if (below !== null) return below;
  }
  return null;
}

describe("the identity card on the glass", () => {
  it.each([["zh-CN", zh], ["en", en]] as const)("is shown with its name and nothing by which another could use it, in %s", (_language, say) => {
    const text = shown({ at: "read", card: CARD }, say);
    expect(text).toContain("样本甲");
    expect(text).toContain("9****************3");
    expect(text).not.toContain(CARD.number);
    expect(text).not.toContain("1951");
    expect(text).not.toContain("0308");
    expect(text).not.toMatch(/kiosk\.|undefined/);
  });

  it("says when it is a sample, and when it has no end", () => {
    expect(shown({ at: "read", card: CARD })).not.toContain("card-sample");
    const sample = shown({ at: "read", card: { ...CARD, sample: true, validUntil: null } });
    expect(sample).toContain("card-sample");
    expect(sample).toContain(zh("kiosk.identity.long-term"));
  });

  it("is asked for with the way without it beside", () => {
    const text = shown({ at: "put-card" });
    expect(text).toContain("card-picture");
    expect(text).toContain('data-test="no-card"');
    expect(text).not.toContain('data-test="whose"');
  });

  it.each(PROBLEMS)("has words and two ways on for %s", (code) => {
    for (const say of [zh, en]) {
      const text = shown({ at: "not-read", code }, say);
      expect(text).toContain(say(`kiosk.identity.problem.${code}`));
      expect(text).toContain('data-test="read-again"');
      expect(text).toContain('data-test="no-card"');
      expect(text).not.toContain("undefined");
    }
  });

  it("puts the name first where another try mends nothing", () => {
    const first = (code: CardProblem): string => /class="button huge primary" data-test="([a-z-]+)"/.exec(shown({ at: "not-read", code }))?.[1] ?? "";
    expect(PROBLEMS.filter((code) => first(code) === "no-card")).toEqual(["no-reader", "card-expired", "reader-fault", "agent-away"]);
    expect(first("unreadable")).toBe("read-again");
  });

  it("is asked of the second person as of the first, with whose turn it is", () => {
    const second = { person: 2, persons: 2 };
    expect(shown({ at: "put-card" }, zh, second)).toContain(zh("kiosk.identity.put-next"));
    expect(shown({ at: "put-card" }, zh, second)).toContain(zh("kiosk.identity.person", { number: 2, count: 2 }));
    expect(shown({ at: "declare", name: "" }, zh, second)).toContain(zh("kiosk.identity.name-next"));
    expect(shown({ at: "put-card" }, zh, { person: 1, persons: 2 })).toContain(zh("kiosk.identity.put"));
  });

  it("is offered again to whoever types a name, where there is a reader", () => {
    expect(shown({ at: "declare", name: "王" })).toContain('data-test="use-card"');
    expect(shown({ at: "declare", name: "王" }, zh, { reader: false })).not.toContain('data-test="use-card"');
  });

  it("lets whoever came first say that they are not alone, once there is a name", () => {
    const step: IdentityStep = { at: "declare", name: "王小明" };
    const told = { ...acts(), withMe: vi.fn() };
    const screen = identityScreen(zh, { step, person: 1, persons: 1, reader: false }, told);
    expect(textOf(screen)).toContain(zh("kiosk.people.with-me"));
    touched(screen, "with-me")!({});
    expect(told.withMe).toHaveBeenCalledTimes(1);
    expect(shown(step)).not.toContain('data-test="with-me"');
  });

  it("tells every touch", () => {
    const told = acts();
    const screen = (step: IdentityStep): TemplateResult => identityScreen(zh, { step, person: 1, persons: 1, reader: true }, told);
    const event = { preventDefault: vi.fn(), target: { value: "王小明" } };
    touched(screen({ at: "put-card" }), "no-card")!(event);
    expect(told.declare).toHaveBeenCalledTimes(1);
    touched(screen({ at: "read", card: CARD }), "that-is-me")!(event);
    touched(screen({ at: "read", card: CARD }), "read-again")!(event);
    touched(screen({ at: "read", card: CARD }), "no-card")!(event);
    expect([told.confirm, told.again, told.declare].map((each) => vi.mocked(each).mock.calls.length)).toEqual([1, 1, 2]);
    touched(screen({ at: "not-read", code: "no-card" }), "read-again")!(event);
    touched(screen({ at: "declare", name: "" }), "name")!(event);
    touched(screen({ at: "declare", name: "" }), "use-card")!(event);
    expect(told.nameTyped).toHaveBeenCalledWith("王小明");
    expect(told.again).toHaveBeenCalledTimes(3);
    expect(told.goOn).not.toHaveBeenCalled();
  });
});
