/** People and cases on the glass, read as what the screens are made of: who is there, what has come of each case, and the ways on. */
import { describe, expect, it } from "vitest";
import { textOf } from "../../../config/web/template_text.ts";
import { pick, speaker } from "../../../config/web/words.ts";
import type { Catalogue, CatalogueJurisdiction, CatalogueService, ReceiptCase, TalkCase } from "../../../signaling/web/wire.generated.ts";
import type { Screen } from "../booth.ts";
import type { Kiosk } from "../context.ts";
import { ANY_NUMBER } from "../who.ts";
import type { Who } from "../who.ts";
import { casesOfFarewell } from "./farewell_cases.ts";
import { lookUpScreen } from "./look_up.ts";
import { whoScreen } from "./who.ts";

const both = (text: string): { readonly "zh-CN": string; readonly en: string } => ({ "zh-CN": text, en: text });
const home = (code: string, open = true): CatalogueJurisdiction => ({ code, name: both(`${code} county`), short: both(code), accent: "#000", open, opens: null, here: false });
const offered = (code: string, of: string): CatalogueService => ({ code, home: of, name: both(code), result: both(`what ${code} gives`), materials: [], eligibility: { questions: [], rules: [] } }) as unknown as CatalogueService;
const CATALOGUE = { jurisdictions: [home("jinshan"), home("pinghu"), home("haiyan", false)], services: [offered("jinshan-card", "jinshan"), offered("pinghu-card", "pinghu"), offered("haiyan-card", "haiyan")] } as unknown as Catalogue;
const KIOSK = { say: speaker("zh-CN"), pick: (text: Parameters<typeof pick>[0]) => pick(text, "zh-CN"), language: "zh-CN", tell: () => undefined, reader: false, catalogue: CATALOGUE } as unknown as Kiosk;

const one = (number: string, more: Partial<TalkCase> = {}): TalkCase => ({
  number, service: "jinshan-card", service_name: "身份证", on_table: false, pages: 0, signed: false, outcome: "accepted", due: "2026-12-15", working_days: 5, referred_to: null, may_be_dropped: false, told: null, stays_open: false, ...more,
});
const PRINTED = { at: "printed", paper: "notice", case: "1-2" } as const;
const REFERRED = { outcome: "referred", due: null, referred_to: "pinghu" } as const;

type Farewell = Extract<Screen, { screen: "farewell" }>;

function farewell(...cases: TalkCase[]): string {
  return told([], [], ...cases);
}

function told(notices: Farewell["notices"], papers: Farewell["papers"], ...cases: TalkCase[]): string {
  const last = cases.at(-1)!;
  const screen = { screen: "farewell", session: "s", number: "J1", case: last.number, service_name: last.service_name, reason: "completed", outcome: last.outcome, due: last.due, working_days: 5, cases, notices, papers } as unknown as Farewell;
  return textOf(casesOfFarewell({ ...KIOSK, printing: { state: PRINTED } as unknown as Kiosk["printing"] }, screen));
}

describe("what has come of it", () => {
  it("is one sentence for one case", () => {
    const text = farewell(one("1-1"));
    expect(text).toContain(KIOSK.say("outcome.accepted"));
    expect(text).toContain("what jinshan-card gives");
    expect(text).not.toContain("farewell-case");
    expect(text).not.toContain("go-on-with");
  });

  it("is a list for several, each with its outcome, its day or its place", () => {
    const text = farewell(one("1-1"), one("1-2", REFERRED), one("1-3", { outcome: null, due: null }));
    expect(text.match(/data-test="farewell-case"/g)).toHaveLength(3);
    for (const words of ["1-1", "1-2", KIOSK.say("outcome.accepted"), KIOSK.say("outcome.referred"), "12月15日", "pinghu county", KIOSK.say("kiosk.farewell.no-outcome")]) expect(text).toContain(words);
    expect(text).not.toMatch(/undefined|kiosk\./);
  });

  it("goes on with the other home where its same service is offered here, and only while that is open", () => {
    const here = farewell(one("1-1", REFERRED));
    expect(here).toMatch(/data-test="go-on-with-pinghu" \?disabled=false/);
    expect(here).toContain(KIOSK.say("kiosk.farewell.referred-here", { home: "pinghu" }));
    expect(here).not.toContain("what jinshan-card gives");
    expect(farewell(one("1-1", { ...REFERRED, service: "jinshan-pension" }))).toContain(KIOSK.say("outcome.referred.more"));
    expect(farewell(one("1-1", { ...REFERRED, referred_to: "haiyan" }))).toMatch(/home-closed[\s\S]*data-test="go-on-with-haiyan" \?disabled=true/);
    expect(farewell(one("1-1", { ...REFERRED, service: "jinshan-pension" }))).not.toContain("go-on-with");
    expect(farewell(one("1-1", { ...REFERRED, referred_to: null }))).not.toContain("go-on-with");
  });
});

describe("what is lacking", () => {
  const notice = (number: string, name: string): Farewell["notices"][number] => ({
    case: number, service: "jinshan-card", service_name: "身份证", outcome: "returned", because: "materials", lines: [{ name, reason: "not-brought" }], form: null, follow_by: null, on_paper: true,
  });
  const RETURNED = { outcome: "returned", due: null } as const;

  it("stands with each case that it is of, with its own paper, and where that was printed", () => {
    const text = told(
      [notice("1-1", "户口簿"), notice("1-2", "照片")], [{ paper: "notice", pages: 1, case: "1-2", service_name: "身份证" }],
      one("1-1", RETURNED), one("1-2", RETURNED), one("1-3"),
    );
    const [, first = "", second = "", third = ""] = text.split('data-test="farewell-case"');
    expect(first).toContain("户口簿");
    expect(first).not.toMatch(/照片|print-notice|print-state/);
    expect(second).toContain("照片");
    expect(second).toContain('data-test="print-notice" data-case=1-2');
    expect(second).toContain('data-test="print-state" data-state=printed');
    expect(third).not.toContain('data-test="notice"');
  });

  it("is a card of its own for one case", () => {
    expect(told([notice("1-1", "户口簿")], [], one("1-1", RETURNED))).toMatch(/class="lacking card padded"[\s\S]*户口簿/);
  });
});

describe("a receipt", () => {
  const returned: ReceiptCase = { service: both("身份证"), state: "returned", due: null, over: false, lacking: [{ name: both("户口簿"), reason: "not-brought" }], form: null, follow_by: null, goes_on: "jinshan-card" };
  const handed: ReceiptCase = { ...returned, state: "handed-over", due: "2026-12-15", lacking: [], goes_on: null };
  const shown = (...cases: ReceiptCase[]): string => textOf(lookUpScreen(KIOSK, { at: "look-up", typed: "AB2CDEF3GH", asking: false, found: { at: "status", status: { home: "jinshan", home_name: both("金山"), cases } } }));

  it("with one case says how that stands, and lets what is missing be brought now", () => {
    const text = shown(returned);
    expect(text).toContain('data-state=returned');
    expect(text).toContain('data-test="bring-now-0" ?disabled=false');
    expect(text).toContain("户口簿");
  });

  it("with several says it of each, and a key stands only where something goes on", () => {
    const text = shown(handed, returned);
    expect(text).toContain("data-state=several");
    expect(text).toContain(KIOSK.say("kiosk.look-up.state.handed-over"));
    expect(text).toContain("12月15日");
    expect(text.match(/data-test="bring-now-/g)).toHaveLength(1);
    expect(text).toContain('data-test="bring-now-1"');
  });
});

describe("who applies", () => {
  const CARD = "990000195103080013";
  const shown = (who: Omit<Who, "wanted">, reader = false, wanted = ANY_NUMBER): string =>
    textOf(whoScreen({ ...KIOSK, reader }, { at: "who", home: "jinshan", service: "jinshan-card", rules: { questions: [], rules: [] }, answers: [], who: { ...who, wanted } }));

  it("is the name alone where there is no reader, with nothing of cards", () => {
    const text = shown({ people: [], now: { at: "declare", name: "" } });
    expect(text).toContain('data-test="name"');
    expect(text).toContain('data-test="with-me"');
    expect(text).not.toContain("use-card");
  });

  it("is a list in which no number stands", () => {
    const text = shown({ people: [{ name: "样本甲", id_number: CARD, read: true }, { name: "李国强" }], now: { at: "list" } }, true);
    expect(text).toContain("9****************3");
    expect(text).toContain(KIOSK.say("kiosk.people.said"));
    expect(text).not.toContain(CARD);
    expect(text).not.toContain("1951");
  });

  it("says whose turn it is, and offers no fifth place", () => {
    expect(shown({ people: [{ name: "甲" }], now: { at: "declare", name: "" } })).toContain(KIOSK.say("kiosk.identity.name-next"));
    const full = shown({ people: ["甲", "乙", "丙", "丁"].map((name) => ({ name })), now: { at: "list" } });
    expect(full).not.toContain('data-test="with-me"');
    expect(full).toContain("people-most");
  });

  it("asks both of a couple, and goes on with nobody less and nobody more", () => {
    const couple = { least: 2, most: 2 };
    const first = shown({ people: [], now: { at: "declare", name: "王小明" } }, false, couple);
    expect(first).toContain(KIOSK.say("kiosk.people.together", { count: 2 }));
    expect(first).toContain(KIOSK.say("kiosk.identity.person", { number: 1, count: 2 }));
    expect(first).not.toContain('data-test="with-me"');
    const left = shown({ people: [{ name: "王小明" }], now: { at: "list" } }, false, couple);
    expect(left).toContain(KIOSK.say("kiosk.people.title-short", { count: 1 }));
    expect(left).toContain('data-test="with-me"');
    expect(left).not.toContain('data-test="go-on"');
    const both_here = shown({ people: [{ name: "王小明" }, { name: "李思雨" }], now: { at: "list" } }, false, couple);
    expect(both_here).toContain('data-test="go-on"');
    expect(both_here).not.toMatch(/data-test="with-me"|people-most/);
  });

  it("says how many are the most where one may come alone, and offers a guardian's place", () => {
    const guarded = { least: 1, most: 2 };
    expect(shown({ people: [], now: { at: "declare", name: "" } }, false, guarded)).toContain('data-test="with-me"');
    const full = shown({ people: [{ name: "甲" }, { name: "乙" }], now: { at: "list" } }, false, guarded);
    expect(full).toContain(KIOSK.say("kiosk.people.most", { count: 2 }));
    expect(full).not.toContain('data-test="with-me"');
  });
});
