/** The kiosk's screens, told as a visit. */
import { describe, expect, it } from "vitest";
import type { Consent, Question } from "../../signaling/web/catalogue.ts";
import { BOOTH_POLICY, fresh, needsOf, step } from "./booth.ts";
import type { Booth, BoothEvent, Effect, Screen } from "./booth.ts";

const both = (text: string): { "zh-CN": string; en: string } => ({ "zh-CN": text, en: text });
const QUESTIONS: Question[] = [
  { id: "mainland", text: both("?"), needed: true, otherwise: both("!") },
  { id: "abroad", text: both("?"), needed: false, otherwise: both("!") },
];
const CONSENTS: Consent[] = [
  { text: "recording", version: "2026-09-01", title: both("r"), body: both("r"), required: true },
  { text: "papers-to-home", version: "2026-09-01", title: both("p"), body: both("p"), required: false },
];
const IDLE: Screen = { screen: "idle" };
const WAITING: Screen = { screen: "waiting", session: "session-1", number: "J1", home: "jinshan", service: "s", service_name: "S", place: 1, minutes: 3, counters: 1 };
const FAREWELL: Screen = { screen: "farewell", session: "session-1", number: "J1", case: "c", service_name: "S", reason: "completed", outcome: "accepted", code: null, proof: null, due: "2026-12-04", working_days: 5 };

/** Plays events one second apart (or at the time given) and gathers every effect. */
class Visit {
  booth: Booth;
  effects: Effect[] = [];
  now = 0;

  constructor(screen: Screen = IDLE) {
    this.booth = fresh(0, screen);
  }

  then(event: BoothEvent, at = this.now + 1): this {
    this.now = at;
    const [booth, effects] = step(this.booth, event, at);
    this.booth = booth;
    this.effects.push(...effects);
    return this;
  }

  choose(): this {
    return this.then({ type: "began" }).then({ type: "home-chosen", home: "jinshan" }).then({ type: "service-chosen", service: "s", questions: QUESTIONS });
  }

  toConsent(name = "王小明"): this {
    return this.choose().then({ type: "question-answered", answer: true }).then({ type: "question-answered", answer: false }).then({ type: "went-on" })
      .then({ type: "name-typed", name }).then({ type: "went-on" });
  }

  done(what: Effect["do"]): number {
    return this.effects.filter((effect) => effect.do === what).length;
  }
}

const answer = (given: boolean): BoothEvent => ({ type: "consent-answered", consents: CONSENTS, given });

describe("on the way to a ticket", () => {
  it("asks one question a screen and then takes a ticket with every consent as it was touched", () => {
    const visit = new Visit().toConsent("  王小明 ").then(answer(true)).then(answer(false));
    expect(visit.booth.step.at).toBe("taking");
    const [effect] = visit.effects;
    expect(effect).toMatchObject({ do: "take-ticket", order: { type: "take-ticket", home: "jinshan", service: "s", name: "王小明", language: "zh-CN" } });
    expect(effect?.do === "take-ticket" && effect.order.consents.map(({ text, given }) => [text, given])).toEqual([["recording", true], ["papers-to-home", false]]);
  });

  it("sends nothing and opens no camera when recording is refused, and shows the staffed window", () => {
    const visit = new Visit().toConsent().then(answer(false));
    expect(visit.booth.step.at).toBe("staffed-window");
    expect(visit.effects).toEqual([]);
  });

  it("says where to go when an answer is not the one needed, and lets the resident correct it", () => {
    const visit = new Visit().choose().then({ type: "question-answered", answer: false });
    expect(visit.booth.step.at).toBe("elsewhere");
    expect(visit.then({ type: "went-back" }).booth.step).toMatchObject({ at: "question", index: 0 });
  });

  it("does not go on without a name", () => {
    const visit = new Visit().choose().then({ type: "question-answered", answer: true }).then({ type: "question-answered", answer: false }).then({ type: "went-on" });
    expect(visit.then({ type: "name-typed", name: "   " }).then({ type: "went-on" }).booth.step.at).toBe("who");
  });

  it("goes back one screen at a time to the very first", () => {
    const visit = new Visit().toConsent().then(answer(true));
    const seen: string[] = [];
    for (let guard = 0; guard < 20 && visit.booth.step.at !== "touch"; guard += 1) seen.push(visit.then({ type: "went-back" }).booth.step.at);
    expect(seen).toEqual(["consent", "who", "bring", "question", "question", "service", "home", "touch"]);
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

  it("leaves by itself after the goodbye", () => {
    const visit = new Visit(WAITING).then({ type: "view-came", screen: FAREWELL }).then({ type: "rated", stars: 4 });
    expect(visit.effects.find((effect) => effect.do === "rate")).toMatchObject({ stars: 4 });
    visit.then({ type: "ticked" }, visit.now + BOOTH_POLICY.goodbye);
    expect(visit.effects.at(-1)).toEqual({ do: "leave", how: "forget", session: "session-1" });
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
