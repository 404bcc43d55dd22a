/** The kiosk's screens, told as a visit. */
import { describe, expect, it } from "vitest";
import type { Eligibility } from "../../config/web/eligibility.ts";
import type { Consent } from "../../signaling/web/catalogue.ts";
import { verdictOf } from "./asking.ts";
import { BOOTH_POLICY, fresh, needsOf, step, waitsForCard } from "./booth.ts";
import type { CardFacts } from "./card_reader.ts";
import type { Booth, BoothEvent, Effect, Screen } from "./booth.ts";

const both = (text: string): { "zh-CN": string; en: string } => ({ "zh-CN": text, en: text });
/** Foreigners go to a staffed window; whoever is registered in Pinghu goes there; whoever has lost the card brings the register. */
const RULES: Eligibility = {
  questions: [
    { id: "mainland", text: both("?") },
    { id: "where", text: both("?"), options: [{ code: "here", label: both("h") }, { code: "pinghu", label: both("p") }] },
    { id: "lost", text: both("?") },
  ],
  rules: [
    { kind: "staffed-window", reason: both("foreign"), when: { question: "mainland", is: "no" } },
    { kind: "another-home", reason: both("there"), go_to: "pinghu", when: { question: "where", is: "pinghu" } },
    { kind: "go-on-bring", reason: both("lost"), bring: [both("register")], when: { question: "lost", is: "yes" } },
    { kind: "go-on", reason: both("ok") },
  ],
};
const ANYBODY: Eligibility = { questions: [], rules: [{ kind: "go-on", reason: both("ok") }] };
const CONSENTS: Consent[] = [
  { text: "recording", version: "2026-09-01", title: both("r"), body: both("r"), required: true },
  { text: "papers-to-home", version: "2026-09-01", title: both("p"), body: both("p"), required: false },
];
const IDLE: Screen = { screen: "idle" };
const WAITING: Screen = { screen: "waiting", session: "session-1", number: "J1", home: "jinshan", service: "s", service_name: "S", place: 1, minutes: 3, counters: 1 };
const FAREWELL = { screen: "farewell" as const, session: "session-1", number: "J1", case: "c", service_name: "S", reason: "completed" as const, outcome: "accepted" as const, code: null, proof: null, due: "2026-12-04", working_days: 5, cases: [], notices: [], papers: [] } satisfies Screen;
const CARD: CardFacts = { name: "样本甲", number: "990000195103080013", validUntil: null, issuer: "样本公安局", sample: true };

/** Plays events one second apart (or at the time given) and gathers every effect. */
class Visit {
  booth: Booth;
  effects: Effect[] = [];
  now = 0;
  readonly policy;

  constructor(screen: Screen = IDLE, policy = BOOTH_POLICY) {
    this.policy = policy;
    this.booth = fresh(0, screen);
  }

  then(event: BoothEvent, at = this.now + 1): this {
    this.now = at;
    const [booth, effects] = step(this.booth, event, at, this.policy);
    this.booth = booth;
    this.effects.push(...effects);
    return this;
  }

  choose(): this {
    return this.then({ type: "began" }).then({ type: "home-chosen", home: "jinshan" }).then({ type: "service-chosen", home: "jinshan", service: "s", rules: RULES });
  }

  /** Answers what is asked, one screen after the other. */
  says(...answers: string[]): this {
    for (const answer of answers) this.then({ type: "question-answered", question: this.asked ?? "", answer });
    return this;
  }

  /** What stands on the glass. */
  get asked(): string | null {
    const here = this.booth.step;
    const verdict = here.at === "question" ? verdictOf(here) : null;
    return verdict?.kind === "open" ? verdict.open[0]?.id ?? null : null;
  }

  toConsent(name = "王小明"): this {
    return this.choose().says("yes", "here", "no").then({ type: "went-on" })
      .then({ type: "name-typed", name }).then({ type: "went-on" });
  }

  done(what: Effect["do"]): number {
    return this.effects.filter((effect) => effect.do === what).length;
  }
}

const answer = (given: boolean): BoothEvent => ({ type: "consent-answered", consents: CONSENTS, given, at: 1_790_000_000_000 });

describe("on the way to a ticket", () => {
  it("asks one question a screen and then takes a ticket with every answer and consent as it was touched", () => {
    const visit = new Visit().toConsent("  王小明 ").then(answer(true)).then(answer(false));
    expect(visit.booth.step.at).toBe("taking");
    const [effect] = visit.effects;
    expect(effect).toMatchObject({ do: "take-ticket", order: { type: "take-ticket", home: "jinshan", service: "s", parties: [{ name: "王小明" }], language: "zh-CN", answers: { mainland: "yes", where: "here", lost: "no" }, goes_on: null } });
    expect(effect?.do === "take-ticket" && effect.order.consents.map(({ text, given }) => [text, given])).toEqual([["recording", true], ["papers-to-home", false]]);
    expect(effect?.do === "take-ticket" && effect.order.consents.every(({ at }) => at === 1_790_000_000_000), "with the moment of each touch").toBe(true);
  });

  it("sends nothing and opens no camera when recording is refused, and shows the staffed window", () => {
    const visit = new Visit().toConsent().then(answer(false));
    expect(visit.booth.step.at).toBe("staffed-window");
    expect(visit.effects).toEqual([]);
  });

  it("says where to go as soon as that is clear, and lets the resident take the answer back", () => {
    const visit = new Visit().choose().says("no");
    expect(visit.booth.step).toMatchObject({ at: "elsewhere", answers: [["mainland", "no"]] });
    expect(visit.then({ type: "went-back" }).booth.step).toMatchObject({ at: "question", answers: [] });
    expect(visit.says("yes").asked).toBe("where");
  });

  it("begins anew with the same service of another home, when the rules name it", () => {
    const visit = new Visit().choose().says("yes", "pinghu");
    expect(visit.booth.step.at).toBe("elsewhere");
    visit.then({ type: "service-chosen", home: "pinghu", service: "t", rules: RULES });
    expect(visit.booth.step).toMatchObject({ at: "question", home: "pinghu", service: "t", answers: [] });
    expect(visit.then({ type: "went-back" }).booth.step).toMatchObject({ at: "service", home: "pinghu" });
  });

  it("goes on to the list of what to bring whether something more is asked for or not", () => {
    for (const lost of ["yes", "no"]) {
      const { booth } = new Visit().choose().says("yes", "here", lost);
      expect(booth.step.at).toBe("bring");
      expect(booth.step.at === "bring" && verdictOf(booth.step).kind).toBe(lost === "yes" ? "go-on-bring" : "go-on");
    }
  });

  it("asks nothing where nothing decides", () => {
    const visit = new Visit().then({ type: "began" }).then({ type: "home-chosen", home: "jinshan" }).then({ type: "service-chosen", home: "jinshan", service: "s", rules: ANYBODY });
    expect(visit.booth.step.at).toBe("bring");
    expect(visit.then({ type: "went-back" }).booth.step.at).toBe("service");
  });

  it("does not take one touch for two answers", () => {
    const visit = new Visit().choose().says("yes").then({ type: "question-answered", question: "mainland", answer: "no" });
    expect(visit.booth.step).toMatchObject({ at: "question", answers: [["mainland", "yes"]] });
  });

  it("takes a service only of the home that is on the screen", () => {
    const visit = new Visit().then({ type: "began" }).then({ type: "home-chosen", home: "jinshan" }).then({ type: "service-chosen", home: "pinghu", service: "t", rules: ANYBODY });
    expect(visit.booth.step.at).toBe("service");
  });

  it("does not go on without a name", () => {
    const visit = new Visit().choose().says("yes", "here", "no").then({ type: "went-on" });
    expect(visit.then({ type: "name-typed", name: "   " }).then({ type: "went-on" }).booth.step.at).toBe("who");
  });

  it("asks everybody who applies, by card where there is a reader, and sends them all", () => {
    const visit = new Visit().choose().says("yes", "here", "no").then({ type: "went-on", reader: true });
    expect(waitsForCard(visit.booth)).toBe(true);
    visit.then({ type: "card-came", result: { read: true, card: CARD } });
    expect(waitsForCard(visit.booth)).toBe(false);
    visit.then({ type: "card-confirmed" }).then({ type: "person-added", reader: true }).then({ type: "card-declined" }).then({ type: "name-typed", name: "李国强" }).then({ type: "went-on" });
    expect(visit.booth.step.at).toBe("who");
    visit.then({ type: "went-on" }).then(answer(true)).then(answer(true));
    expect(visit.effects).toMatchObject([{ order: { parties: [{ name: "样本甲", id_number: CARD.number, read: true }, { name: "李国强" }] } }]);
    expect(JSON.stringify(visit.booth), "nothing of them stays once it is sent").not.toMatch(/样本甲|李国强|990000/);
  });

  it("takes a card as a sign that somebody is there, and its absence as none", () => {
    const visit = new Visit().choose().says("yes", "here", "no").then({ type: "went-on", reader: true });
    const last = visit.now;
    visit.then({ type: "card-came", result: { read: false, code: "no-card" } }, last + 50).then({ type: "ticked" }, last + BOOTH_POLICY.warnAfter);
    expect(visit.booth.warned).toBe(true);
    visit.then({ type: "card-again" }).then({ type: "card-came", result: { read: true, card: CARD } }, last + 80).then({ type: "ticked" }, last + BOOTH_POLICY.resetAfter);
    expect(visit.booth.step).toMatchObject({ at: "who", who: { now: { at: "read" } } });
    visit.then({ type: "ticked" }, last + 80 + BOOTH_POLICY.resetAfter);
    expect(visit.booth, "and a card is forgotten like everything else").toEqual(fresh(visit.now, IDLE));
  });

  it("goes back one screen at a time to the very first", () => {
    const visit = new Visit().toConsent().then(answer(true));
    const seen: string[] = [];
    for (let guard = 0; guard < 20 && visit.booth.step.at !== "touch"; guard += 1) seen.push(visit.then({ type: "went-back" }).booth.step.at);
    expect(seen).toEqual(["consent", "who", "bring", "question", "question", "question", "service", "home", "touch"]);
  });

  it("opens camera and microphone only when the ticket is drawn", () => {
    const visit = new Visit().toConsent().then(answer(true)).then(answer(true));
    expect(visit.done("open-devices")).toBe(0);
    expect(visit.then({ type: "view-came", screen: WAITING }).done("open-devices")).toBe(1);
  });

  it("goes on in the resident's language and letters when the page is loaded anew in the middle", () => {
    const visit = new Visit().then({ type: "ticked" });
    visit.booth = { ...visit.booth, screen: null };
    visit.then({ type: "view-came", screen: WAITING, language: "en", needs: ["large-type", "high-contrast"] });
    expect(visit.booth).toMatchObject({ language: "en", letters: 1.5, contrast: true, screen: WAITING });
    visit.then({ type: "language-chosen", language: "zh-CN" }).then({ type: "view-came", screen: WAITING, language: "en", needs: [] });
    expect(visit.booth.language).toBe("zh-CN");
  });

  it("says why when the server refuses the ticket, and the choice can be made again", () => {
    const visit = new Visit().toConsent().then(answer(true)).then(answer(true)).then({ type: "ticket-refused", code: "closed-now", text: "" });
    expect(visit.booth.step).toMatchObject({ at: "refused", code: "closed-now" });
    expect(visit.then({ type: "went-back" }).booth.step.at).toBe("service");
  });

  it("tells the clerk of large letters, contrast and a call for help", () => {
    const visit = new Visit().then({ type: "letters-chosen", letters: 2 }).then({ type: "contrast-switched" }).then({ type: "helper-called" });
    expect(needsOf(visit.booth)).toEqual(["large-type", "high-contrast", "helper"]);
  });
});

describe("when nobody touches the glass", () => {
  const { warnAfter, resetAfter } = BOOTH_POLICY;

  it("warns with a sound once, and then forgets everything", () => {
    const visit = new Visit().toConsent();
    const last = visit.now;
    visit.then({ type: "ticked" }, last + warnAfter - 0.1);
    expect(visit.booth.warned).toBe(false);
    visit.then({ type: "ticked" }, last + warnAfter).then({ type: "ticked" });
    expect(visit.booth.warned).toBe(true);
    expect(visit.done("chime")).toBe(1);
    visit.then({ type: "ticked" }, last + resetAfter);
    expect(visit.booth).toEqual(fresh(last + resetAfter, IDLE));
    expect(visit.done("forget")).toBe(1);
  });

  it("gives more time to whoever touches", () => {
    const visit = new Visit().toConsent();
    const last = visit.now;
    visit.then({ type: "ticked" }, last + warnAfter).then({ type: "touched" }).then({ type: "ticked" }, last + resetAfter + 1);
    expect(visit.booth.step.at).toBe("consent");
    expect(visit.booth.warned).toBe(false);
  });

  it("never resets a resident who waits in the line", () => {
    const visit = new Visit(WAITING).then({ type: "ticked" }, 3600);
    expect(visit.booth.screen).toEqual(WAITING);
    expect(visit.effects).toEqual([]);
  });

  it("is quiet on an untouched screen, and takes a changed language back", () => {
    expect(new Visit().then({ type: "ticked" }, 3600).effects).toEqual([]);
    const visit = new Visit().then({ type: "language-chosen", language: "en" }).then({ type: "ticked" }, 1 + resetAfter);
    expect(visit.booth.language).toBe("zh-CN");
  });
});

describe("the end of a visit", () => {
  it("erases the resident first and tells the server then", () => {
    const visit = new Visit(WAITING).then({ type: "language-chosen", language: "en" }).then({ type: "view-came", screen: FAREWELL }).then({ type: "rated", stars: 5 });
    visit.effects = [];
    visit.then({ type: "said-goodbye" });
    expect(visit.effects).toEqual([{ do: "forget" }, { do: "leave", how: "forget", session: "session-1" }]);
    expect(visit.booth.language).toBe("zh-CN");
    expect(visit.booth.screen).toBeNull();
  });

  it("goes on with the home to which it was referred, in the same language and letters, and with nothing else", () => {
    const visit = new Visit(WAITING).then({ type: "language-chosen", language: "en" }).then({ type: "letters-chosen", letters: 1.5 }).then({ type: "view-came", screen: FAREWELL });
    visit.effects = [];
    visit.then({ type: "referral-taken", home: "pinghu", service: "t", rules: RULES });
    expect(visit.effects).toEqual([{ do: "forget" }, { do: "leave", how: "forget", session: "session-1" }]);
    expect(visit.booth).toMatchObject({ language: "en", letters: 1.5, screen: null, step: { at: "question", home: "pinghu", service: "t", answers: [] } });
    visit.then({ type: "view-came", screen: { ...FAREWELL, code: "AAAAA-BBBBB" }, language: "zh-CN" });
    expect(visit.booth, "a receipt that comes now is of a visit that was left").toMatchObject({ screen: null, language: "en" });
    visit.then({ type: "view-came", screen: IDLE });
    expect(visit.booth).toMatchObject({ screen: IDLE, step: { at: "question", home: "pinghu" } });
  });

  it("shows nothing of a visit that was left, whatever comes of it", () => {
    const visit = new Visit(WAITING).then({ type: "view-came", screen: FAREWELL }).then({ type: "said-goodbye" }).then({ type: "view-came", screen: FAREWELL });
    expect(visit.booth.screen).toBeNull();
    expect(visit.then({ type: "view-came", screen: { ...FAREWELL, session: "session-2" } }).booth.screen).toMatchObject({ session: "session-2" });
  });

  it("leaves by itself after the goodbye", () => {
    const visit = new Visit(WAITING).then({ type: "view-came", screen: FAREWELL }).then({ type: "rated", stars: 4 });
    expect(visit.effects.find((effect) => effect.do === "rate")).toMatchObject({ stars: 4 });
    visit.then({ type: "ticked" }, visit.now + BOOTH_POLICY.goodbye);
    expect(visit.effects.at(-1)).toEqual({ do: "leave", how: "forget", session: "session-1" });
  });

  it("hurries nobody who still does something at the goodbye, for as long as the office has set", () => {
    const policy = { ...BOOTH_POLICY, farewell: 120 };
    const visit = new Visit(WAITING, policy).then({ type: "view-came", screen: FAREWELL }).then({ type: "rated", stars: 4 }).then({ type: "touched" });
    const touched = visit.now;
    expect(visit.then({ type: "ticked" }, touched + 119).booth).toMatchObject({ screen: FAREWELL, warned: false });
    expect(visit.then({ type: "ticked" }, touched + 120).booth.screen).toBeNull();
  });

  it("stands as long as the office has set for whoever is asked for no rating", () => {
    const visit = new Visit(WAITING, { ...BOOTH_POLICY, farewell: 120 }).then({ type: "view-came", screen: { ...FAREWELL, reason: "left-line", outcome: null } });
    const began = visit.now;
    expect(visit.then({ type: "ticked" }, began + 119).booth.screen).not.toBeNull();
    expect(visit.then({ type: "ticked" }, began + 120).booth.screen).toBeNull();
  });

  it("asks no rating of somebody who left the line", () => {
    expect(new Visit(WAITING).then({ type: "view-came", screen: { ...FAREWELL, reason: "left-line", outcome: null } }).booth.step.at).toBe("goodbye");
  });

  it("asks before it stops, and stops the right thing", () => {
    const visit = new Visit(WAITING).then({ type: "stop-touched" });
    expect(visit.booth.stopping).toBe(true);
    expect(visit.effects.filter((effect) => effect.do === "leave")).toEqual([]);
    visit.then({ type: "stop-confirmed" });
    expect(visit.effects.at(-1)).toEqual({ do: "leave", how: "leave-line", session: "session-1" });
  });

  it("keeps nothing when the line has been gone for long", () => {
    const visit = new Visit(WAITING).then({ type: "line-long-lost" }, 50);
    expect(visit.booth).toEqual(fresh(50));
    expect(visit.effects.at(-1)).toEqual({ do: "forget" });
  });
});
