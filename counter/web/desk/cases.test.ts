/** Cases and people at the desk, read as what the page is made of: what may be done, what must come first, and why it may not be accepted. */
import { describe, expect, it } from "vitest";
import { textOf } from "../../../config/web/template_text.ts";
import { pick, speaker } from "../../../config/web/words.ts";
import type { Catalogue, DeskView, Level, Outcome, Talk, TalkCase, TalkParty, WrapUp } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";
import { casesOfVisit, settleDialog } from "./cases.ts";
import { CasesWork } from "./cases_work.ts";
import { partiesOfVisit } from "./parties.ts";
import { endDialog, wrapUpPanel } from "./wrap_up.ts";

const both = (text: string): { readonly "zh-CN": string; readonly en: string } => ({ "zh-CN": text, en: text });
const CATALOGUE = { jurisdictions: ["jinshan", "pinghu"].map((code) => ({ code, name: both(`${code} county`), short: both(code) })), services: [], consents: [] } as unknown as Catalogue;
const one = (number: string, more: Partial<TalkCase> = {}): TalkCase => ({
  number, service: number, service_name: `service ${number}`, on_table: false, pages: 2, signed: false, outcome: null, due: null, working_days: 3, referred_to: null, may_be_dropped: false, told: null, stays_open: false, ...more,
});
const party = (name: string, level: Level, id_number: string | null = null): TalkParty => ({ name, level, id_number });
const TABLE = one("1-1", { on_table: true });
const TALK = {
  session: "s", case: "1-1", number: "J1", home: "jinshan", service: "x", service_name: "x", held: false, asked: null, acceptable: true, stills: [], cases: [TABLE], parties: [party("王", "card-seen")], level: "card-seen",
} as unknown as Talk;
const WRAP_UP = {
  session: "s", case: "1-1", number: "J1", service_name: "x", resident: "王", outcome: null, acceptable: true, note: "", until: 0, stills: [], form: null, due: null, working_days: 3, cases: [TABLE], parties: [party("王", "card-seen")], known: true,
  referred_to: null, service: "x", notice: null, form_lack: null,
} as unknown as WrapUp;

function desk(talk: Talk | null, wrap_up: WrapUp | null, more: Partial<Desk> = {}): Desk {
  const view = { jurisdiction: "jinshan", talk, wrap_up, notice: null, form_lack: null, consents: [], openable: [{ service: "birth", service_name: "出生证明" }] } as unknown as DeskView;
  const cases = new CasesWork(() => Promise.resolve(true), () => undefined);
  return {
    view, catalogue: CATALOGUE, cases, say: speaker("zh-CN"), pick: (text: Parameters<typeof pick>[0]) => pick(text, "zh-CN"), language: "zh-CN", now: 0, note: null, outcome: null, problem: null,
    ask: () => undefined, chooseOutcome: () => undefined, consents: { news: null }, ...more,
  } as unknown as Desk;
}

const ends = (talk: Partial<Talk>, outcome: Outcome | null = null, referTo: string | null = null): string => {
  const now = { ...TALK, ...talk };
  const at = desk(now, null, { outcome });
  at.cases.referTo = referTo;
  return textOf(endDialog(at, now, () => undefined));
};
const disabled = (text: string, test: string): boolean => new RegExp(`data-test="${test}"[^>]*\\?disabled=true`).test(text);

describe("the tabs", () => {
  it("are there for several cases, with how far each is", () => {
    const other = one("1-2", { outcome: "referred", referred_to: "pinghu" });
    const now = { ...TALK, cases: [TABLE, other] };
    expect(textOf(casesOfVisit(desk(TALK, null), TALK))).not.toContain("case-tab");
    const text = textOf(casesOfVisit(desk(now, null), now));
    expect(text.match(/class="case-tab"/g)).toHaveLength(2);
    expect(text).toContain("转到pinghu");
    expect(text).not.toContain('data-test="case-drop"');
  });

  it("say before the talk ends which case still needs its outcome, and whether its notice was given", () => {
    const text = textOf(casesOfVisit(desk(TALK, null), { ...TALK, cases: [TABLE, one("1-2", { told: "lacks" }), one("1-3", { outcome: "accepted" })] }));
    expect(text).toContain('data-test="to-do-1-1" data-told=""'.replaceAll('=""', "="));
    expect(text).toMatch(/data-test="to-do-1-2" data-told=lacks/);
    expect(text).not.toContain("to-do-1-3");
    expect(textOf(casesOfVisit(desk(TALK, null), TALK)), "one case alone is asked for by the end").not.toContain("cases-to-do");
  });

  it("stand still while the resident is being asked", () => {
    const now = { ...TALK, cases: [TABLE, one("1-2")], asked: { ask: "screen", id: "q", until: 9 } } as Talk;
    const text = textOf(casesOfVisit(desk(now, null), now));
    expect(text).toMatch(/data-test="case-1-2"[\s\S]*\?disabled=true/);
    expect(text).toContain("cases-busy");
  });
});

describe("the end of the talk", () => {
  it("waits for the outcome of every other case, and names those", () => {
    const text = ends({ cases: [TABLE, one("1-2")] }, "accepted");
    expect(text).toContain('data-test="settle-1-2"');
    expect(disabled(text, "end-yes")).toBe(true);
    expect(disabled(ends({ cases: [TABLE, one("1-2", { outcome: "accepted" })] }, "accepted"), "end-yes")).toBe(false);
  });

  it("asks where to, and takes no referral without it", () => {
    const text = ends({}, "referred");
    expect(text).toContain('data-test="end-home-pinghu"');
    expect(text).not.toContain("end-home-jinshan");
    expect(disabled(text, "end-yes")).toBe(true);
    expect(disabled(ends({}, "referred", "pinghu"), "end-yes")).toBe(false);
    expect(ends({}, "accepted")).not.toContain("end-homes");
  });

  it("says why nothing is accepted for whom nobody knows, beside what was not recorded", () => {
    const unknown = { parties: [party("王", "card-seen"), party("李", "declared")] };
    const text = ends(unknown, null);
    expect(disabled(text, "end-accepted")).toBe(true);
    expect(disabled(text, "end-returned")).toBe(false);
    expect(text).toContain("identity-too-low");
    expect(ends({ ...unknown, level: "declared" })).not.toContain("identity-too-low");
    expect(ends({ ...unknown, acceptable: false })).toContain("not-acceptable");
    expect(ends({ level: "card-read" })).toContain(speaker("zh-CN")("counter.parties.read-needed"));
  });

  it("begins with what the case on the table has already", () => {
    const text = ends({ cases: [one("1-1", { on_table: true, outcome: "referred", referred_to: "pinghu" })] });
    expect(text).toMatch(/data-test="end-home-pinghu" \.checked=true/);
    expect(disabled(text, "end-yes")).toBe(false);
  });
});

describe("the wrap-up", () => {
  const shown = (more: Partial<WrapUp>, outcome: Outcome | null = null): string => {
    const now = { ...WRAP_UP, ...more };
    return textOf(wrapUpPanel(desk(null, now, { outcome }), now));
  };

  it("completes once every case has its outcome and every referral its place", () => {
    expect(disabled(shown({ cases: [TABLE, one("1-2")] }, "accepted"), "complete")).toBe(true);
    expect(disabled(shown({ cases: [TABLE, one("1-2", { outcome: "returned" })] }, "accepted"), "complete")).toBe(false);
    expect(disabled(shown({}, "referred"), "complete")).toBe(true);
    expect(disabled(shown({ outcome: "referred", referred_to: "pinghu" }), "complete")).toBe(false);
    expect(disabled(shown({ outcome: "referred" }), "complete"), "to another window, as it was said").toBe(false);
  });

  it("says that somebody was not known", () => {
    const text = shown({ known: false });
    expect(text).toContain("identity-too-low");
    expect(disabled(text, "outcome-accepted")).toBe(true);
  });
});

describe("one case apart", () => {
  const settles = (number: string, outcome: Outcome | null, talk: Partial<Talk> = {}): string => {
    const now = { ...TALK, cases: [TABLE, one("1-2")], ...talk };
    const at = desk(now, null, { problem: { code: "identity-too-low", text: "" } });
    at.cases.settle("s", { ...one(number), outcome });
    return textOf(settleDialog(at, now));
  };

  it("is settled as far as is known here; of another case than the one on the table the server says more", () => {
    const unknown = { parties: [party("李", "declared")] };
    expect(disabled(settles("1-1", null, unknown), "settle-accepted")).toBe(true);
    expect(disabled(settles("1-2", null, unknown), "settle-accepted")).toBe(false);
    expect(disabled(settles("1-2", null, { acceptable: false }), "settle-accepted")).toBe(true);
    expect(settles("1-2", "accepted")).not.toContain("settle-problem");
  });

  it("is laid out first where it needs a notice", () => {
    expect(settles("1-2", "returned")).toContain('data-test="settle-turn"');
    expect(settles("1-1", "returned")).not.toContain("settle-notice");
    expect(settles("1-2", "accepted")).not.toContain("settle-notice");
  });
});

describe("after the talk", () => {
  const settles = (outcome: Outcome | "stays-open" | null, told: TalkCase["told"] = null): string => {
    const now = { ...WRAP_UP, cases: [TABLE, one("1-2", { told })] };
    const at = desk(null, now);
    at.cases.settle("s", now.cases[1]!);
    at.cases.choose({ outcome });
    return textOf(settleDialog(at, now));
  };

  it("nothing that stands on a notice is chosen for a case that nobody was told of, and it may stay open", () => {
    expect(settles("returned")).toContain("settle-too-late");
    expect(disabled(settles("returned"), "settle-yes")).toBe(true);
    expect(disabled(settles("returned", "lacks"), "settle-yes")).toBe(false);
    expect(disabled(settles("accepted-with-gaps", "lacks"), "settle-yes")).toBe(true);
    expect(disabled(settles("accepted-with-gaps", "follows"), "settle-yes")).toBe(false);
    const open = settles("stays-open");
    expect(open).toContain('data-test="stays-open"');
    expect(disabled(open, "settle-yes")).toBe(false);
  });

  it("the case on the table may stay open too, and one that does is none that waits", () => {
    const now = { ...WRAP_UP, cases: [TABLE, one("1-2", { stays_open: true })] };
    expect(disabled(textOf(wrapUpPanel(desk(null, now, { outcome: "stays-open" }), now)), "complete")).toBe(false);
    expect(disabled(textOf(wrapUpPanel(desk(null, now, { outcome: "returned" }), now)), "complete"), "without a notice").toBe(true);
  });

  it("is no choice while there is somebody to be told", () => {
    expect(ends({})).not.toContain("stays-open");
  });
});

it("shows the clerk everybody with their number, and asks to look at the cards of those who only gave a name", () => {
  const now = { ...TALK, parties: [party("样本甲", "card-read", "990000195103080013"), party("李国强", "declared")] };
  const text = textOf(partiesOfVisit(desk(now, null), now));
  expect(text).toContain("990000195103080013");
  expect(text).toContain('data-test="party-sample-0"');
  expect(text).toContain('data-test="party-seen-1"');
  expect(text).not.toContain('data-test="party-seen-0"');
  expect(text).toContain(speaker("zh-CN")("level.card-seen"));
});
