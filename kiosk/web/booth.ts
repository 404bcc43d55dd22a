/**
 * The kiosk's screens as a pure machine: `step(booth, event, now) → [booth, effects]`, no clock, no DOM, no network.
 *
 * What the server's view says always wins; the page's own steps exist only inside the server's `idle` (choosing, naming,
 * consenting) and `farewell` (rating, goodbye). Nothing of the resident outlives `fresh()`. Times are monotonic seconds.
 */
import type { Eligibility } from "../../config/web/eligibility.ts";
import type { Language } from "../../config/web/words.ts";
import type { Consent } from "../../signaling/web/catalogue.ts";
import type { CataloguePeople, ConsentGiven, KioskView, PartyComing, TakeTicket } from "../../signaling/web/wire.generated.ts";
import { next } from "./asking.ts";
import type { CardResult } from "./card_reader.ts";
import type { Asked, Chosen } from "./asking.ts";
import { came, press, sent, START, written } from "./look_up.ts";
import type { Found, LookUp } from "./look_up.ts";
import { back } from "./way_back.ts";
import { cardCame, told, wentOn, whoFirst } from "./who.ts";
import type { Who, WhoEvent } from "./who.ts";

export type Screen = KioskView["screen"];
export type LetterSize = 1 | 1.5 | 2;

export type Step =
  | { readonly at: "touch" }
  | LookUp
  | { readonly at: "home" }
  | { readonly at: "service"; readonly home: string; readonly lifeEvent: string | null; readonly search: string | null }
  /** A question of the rules; they lead elsewhere; they go on. */
  | (Asked & { readonly at: "question" | "elsewhere" | "bring" })
  | (Asked & { readonly at: "who"; readonly who: Who })
  | (Asked & { readonly at: "consent"; readonly people: readonly PartyComing[]; readonly wanted: CataloguePeople; readonly given: readonly ConsentGiven[] })
  | (Chosen & { readonly at: "staffed-window" })
  | (Chosen & { readonly at: "taking" })
  | (Chosen & { readonly at: "refused"; readonly code: string; readonly text: string })
  /** Inside the server's farewell. */
  | { readonly at: "rating" }
  | { readonly at: "goodbye"; readonly until: number };

export interface Booth {
  readonly language: Language;
  readonly letters: LetterSize;
  readonly contrast: boolean;
  readonly step: Step;
  /** The server's last word; null before the first, and after the page has erased it. */
  readonly screen: Screen | null;
  readonly touchedAt: number;
  readonly warned: boolean;
  /** The card "a helper is called" is open. */
  readonly helper: boolean;
  readonly helperAsked: boolean;
  /** The card "really stop?" is open. */
  readonly stopping: boolean;
  /** The session whose farewell was left: nothing of it is shown any more, whatever is still on its way. */
  readonly left: string | null;
}

export type BoothEvent =
  | { readonly type: "touched" }
  | { readonly type: "ticked" }
  | { readonly type: "view-came"; readonly screen: Screen; readonly language?: Language | null; readonly needs?: KioskView["needs"] }
  | { readonly type: "began" }
  | { readonly type: "look-up-began" }
  | { readonly type: "look-up-pressed"; readonly key: string }
  | { readonly type: "look-up-sent" }
  /** Not a touch: the server has answered. */
  | { readonly type: "look-up-came"; readonly typed: string; readonly found: Found }
  | { readonly type: "language-chosen"; readonly language: Language }
  | { readonly type: "letters-chosen"; readonly letters: LetterSize }
  | { readonly type: "contrast-switched" }
  | { readonly type: "home-chosen"; readonly home: string }
  | { readonly type: "life-event-chosen"; readonly lifeEvent: string | null }
  | { readonly type: "search-typed"; readonly search: string | null }
  /** Out of the home's services, or the same service of the home that the rules named. */
  | { readonly type: "service-chosen"; readonly home: string; readonly service: string; readonly rules: Eligibility }
  | { readonly type: "question-answered"; readonly question: string; readonly answer: string }
  /** `reader`: there is one for identity cards. `wanted`: how many ask for the service together. */
  | { readonly type: "went-on"; readonly reader?: boolean; readonly wanted?: CataloguePeople | undefined }
  | WhoEvent
  /** Not a touch, but somebody has laid it there. */
  | { readonly type: "card-came"; readonly result: CardResult }
  /** What a case on the receipt lacks is brought now; its questions were answered when it began. */
  | { readonly type: "case-goes-on"; readonly home: string; readonly service: string; readonly rules: Eligibility; readonly wanted?: CataloguePeople | undefined; readonly case: number; readonly reader: boolean }
  /** The same service of the home to which it was referred. */
  | { readonly type: "referral-taken"; readonly home: string; readonly service: string; readonly rules: Eligibility }
  | { readonly type: "consent-answered"; readonly consents: readonly Consent[]; readonly given: boolean; /** Milliseconds since 1970. */ readonly at: number }
  | { readonly type: "went-back" }
  | { readonly type: "ticket-refused"; readonly code: string; readonly text: string }
  | { readonly type: "rated"; readonly stars: number }
  | { readonly type: "said-goodbye" }
  | { readonly type: "helper-called" }
  | { readonly type: "helper-dismissed" }
  | { readonly type: "stop-touched" }
  | { readonly type: "stop-confirmed" }
  | { readonly type: "stop-withdrawn" }
  | { readonly type: "continued" }
  | { readonly type: "line-long-lost" };

export type Effect =
  | { readonly do: "take-ticket"; readonly order: Omit<TakeTicket, "id"> }
  | { readonly do: "look-up"; readonly code: string }
  | { readonly do: "open-devices" }
  | { readonly do: "forget" }
  | { readonly do: "leave"; readonly how: "leave-line" | "end-visit" | "continue-visit" | "forget"; readonly session: string }
  | { readonly do: "rate"; readonly session: string; readonly stars: number }
  | { readonly do: "chime"; readonly tune: "warning" | "helper" | "called" | "agreed" };

/** Seconds. `goodbye`: of the last screen of whoever has rated; `farewell`: of the one of everybody else, and after each touch of it. */
export interface BoothPolicy { readonly warnAfter: number; readonly resetAfter: number; readonly goodbye: number; readonly farewell: number }
export const BOOTH_POLICY: BoothPolicy = { warnAfter: 60, resetAfter: 90, goodbye: 8, farewell: 60 };

type Result = readonly [Booth, readonly Effect[]];

/** A kiosk that nobody has touched. */
export function fresh(now: number, screen: Screen | null = null): Booth {
  return {
    language: "zh-CN", letters: 1, contrast: false, step: { at: "touch" }, screen, touchedAt: now, warned: false,
    helper: false, helperAsked: false, stopping: false, left: null,
  };
}

/** Whether the resident is with the server: in line, ringing, talking or parked. No idle reset then. */
export function inSession(booth: Booth): boolean {
  return booth.screen !== null && booth.screen.screen !== "idle" && booth.screen.screen !== "farewell";
}

/** Whether a screen asks for an identity card: only then is one read. */
export function waitsForCard({ step: here }: Booth): boolean {
  return here.at === "who" && here.who.now.at === "put-card";
}

export function step(booth: Booth, event: BoothEvent, now: number, policy: BoothPolicy = BOOTH_POLICY): Result {
  if (event.type === "ticked") return ticked(booth, now, policy);
  if (event.type === "view-came" && event.screen.screen === "farewell" && event.screen.session === booth.left) return [booth, []];
  if (event.type === "view-came") return viewed(resumed(booth, event), event.screen, now, policy);
  if (event.type === "look-up-came") return [{ ...booth, step: came(booth.step, event.typed, event.found) }, []];
  if (event.type === "card-came") return carded(booth, event.result, now);
  if (event.type === "line-long-lost") return [fresh(now), [{ do: "forget" }]];
  if (event.type === "ticket-refused") {
    const refused = booth.step.at === "taking" ? { ...booth.step, at: "refused" as const, code: event.code, text: event.text } : booth.step;
    return [{ ...booth, step: refused }, []];
  }
  return touched({ ...booth, step: stays(booth.step, now, policy), touchedAt: now, warned: false }, event, now, policy);
}

/** Whoever still does something at the goodbye, printing for instance, is not hurried. */
function stays(here: Step, now: number, { farewell }: BoothPolicy): Step {
  return here.at === "goodbye" ? { ...here, until: Math.max(here.until, now + farewell) } : here;
}

/** Whoever lays a card there is there; a card that was waited for in vain says nothing. */
function carded(booth: Booth, result: CardResult, now: number): Result {
  const here = booth.step;
  if (here.at !== "who") return [booth, []];
  const read: Booth = { ...booth, step: { ...here, who: cardCame(here.who, result) } };
  return [result.read ? { ...read, touchedAt: now, warned: false } : read, []];
}

/** Everything below is a finger on the glass. */
function touched(booth: Booth, event: BoothEvent, now: number, policy: BoothPolicy): Result {
  const to = (next: Step, ...effects: Effect[]): Result => [{ ...booth, step: next }, effects];
  const here = booth.step;
  switch (event.type) {
    case "language-chosen": return [{ ...booth, language: event.language }, []];
    case "letters-chosen": return [{ ...booth, letters: event.letters }, []];
    case "contrast-switched": return [{ ...booth, contrast: !booth.contrast }, []];
    case "helper-called": return [{ ...booth, helper: true, helperAsked: true, stopping: false }, [{ do: "chime", tune: "helper" }]];
    case "helper-dismissed": return [{ ...booth, helper: false }, []];
    case "stop-touched": return booth.screen?.screen === "farewell" ? leaving(booth) : [{ ...booth, stopping: true, helper: false }, []];
    case "stop-withdrawn": return [{ ...booth, stopping: false }, []];
    case "stop-confirmed": return stopped({ ...booth, stopping: false }, now);
    case "continued":
      return booth.screen?.screen === "parked" ? [booth, [{ do: "leave", how: "continue-visit", session: booth.screen.session }]] : [booth, []];
    case "began": return here.at === "touch" ? to({ at: "home" }) : [booth, []];
    case "look-up-began": return here.at === "touch" ? to(START) : [booth, []];
    case "look-up-pressed": return here.at === "look-up" ? to(press(here, event.key)) : [booth, []];
    case "look-up-sent": return sent(here) === null ? [booth, []] : to(sent(here)!, { do: "look-up", code: sent(here)!.typed });
    case "home-chosen": return to({ at: "service", home: event.home, lifeEvent: null, search: null });
    case "life-event-chosen": return here.at === "service" ? to({ ...here, lifeEvent: event.lifeEvent, search: null }) : [booth, []];
    case "search-typed": return here.at === "service" ? to({ ...here, lifeEvent: null, search: event.search }) : [booth, []];
    case "service-chosen": {
      const mayChoose = here.at === "elsewhere" || (here.at === "service" && here.home === event.home);
      return mayChoose ? to(next({ home: event.home, service: event.service, rules: event.rules, answers: [] })) : [booth, []];
    }
    case "question-answered": {
      // A second touch of the same button came for the screen before this one.
      if (here.at !== "question" || here.answers.some(([question]) => question === event.question)) return [booth, []];
      return to(next({ ...here, answers: [...here.answers, [event.question, event.answer]] }));
    }
    case "name-typed":
    case "card-confirmed":
    case "card-again":
    case "card-declined":
    case "person-added":
    case "person-dropped": return here.at === "who" ? to({ ...here, who: told(here.who, event) }) : [booth, []];
    case "went-on":
      if (here.at === "bring") return to({ ...here, at: "who", who: whoFirst(event.reader === true, event.wanted) });
      return here.at === "who" ? named(booth, here, event.reader === true) : [booth, []];
    case "case-goes-on": {
      if (here.at !== "look-up" || here.found?.at !== "status") return [booth, []];
      const { home, service, rules, reader, wanted } = event;
      return to({ at: "who", home, service, rules, answers: [], goesOn: { from: here, case: event.case }, who: whoFirst(reader, wanted) });
    }
    case "consent-answered": return here.at === "consent" ? consented(booth, here, event) : [booth, []];
    case "went-back": return to(back(here));
    case "rated":
      if (booth.screen?.screen !== "farewell" || here.at !== "rating") return [booth, []];
      return to({ at: "goodbye", until: now + policy.goodbye }, { do: "rate", session: booth.screen.session, stars: event.stars }, { do: "chime", tune: "agreed" });
    case "said-goodbye": return leaving(booth);
    case "referral-taken": return referred(booth, event);
    default: return [booth, []];
  }
}

function named(booth: Booth, here: Step & { at: "who" }, reader: boolean): Result {
  const { who, done } = wentOn(here.who, reader);
  const { home, service, rules, answers, goesOn } = here;
  return [{ ...booth, step: done ? { at: "consent", home, service, rules, answers, goesOn, people: who.people, wanted: who.wanted, given: [] } : { ...here, who } }, []];
}

function consented(booth: Booth, here: Step & { at: "consent" }, { consents, given: yes, at }: BoothEvent & { type: "consent-answered" }): Result {
  const asked = consents[here.given.length];
  if (asked === undefined) return [booth, []];
  const { goesOn } = here;
  const chosen: Chosen = { home: here.home, service: here.service, goesOn };
  if (!yes && asked.required) return [{ ...booth, step: { at: "staffed-window", ...chosen } }, []];
  const given = [...here.given, { text: asked.text as ConsentGiven["text"], version: asked.version, language: booth.language, given: yes, at }];
  if (given.length < consents.length) return [{ ...booth, step: { ...here, given } }, []];
  const order: Omit<TakeTicket, "id"> = {
    type: "take-ticket", home: here.home, service: here.service, parties: here.people, language: booth.language, consents: given, needs: needsOf(booth),
    answers: Object.fromEntries(here.answers), goes_on: goesOn === undefined ? null : { code: written(goesOn.from.typed), case: goesOn.case },
  };
  return [{ ...booth, step: { at: "taking", ...chosen } }, [{ do: "take-ticket", order }]];
}

/** What the clerk should know before answering. */
export function needsOf({ letters, contrast, helperAsked }: Booth): NonNullable<TakeTicket["needs"]> {
  return [
    ...(letters > 1 ? ["large-type" as const] : []),
    ...(contrast ? ["high-contrast" as const] : []),
    ...(helperAsked ? ["helper" as const] : []),
  ];
}

function stopped(booth: Booth, now: number): Result {
  const screen = booth.screen;
  if (screen?.screen === "waiting" || screen?.screen === "ringing" || screen?.screen === "parked") {
    return [booth, [{ do: "leave", how: "leave-line", session: screen.session }]];
  }
  if (screen?.screen === "talking") return [booth, [{ do: "leave", how: "end-visit", session: screen.talk.session }]];
  return [fresh(now, screen), [{ do: "forget" }]];
}

/** The farewell is over: first everything of the resident goes, then the server hears of it. */
function leaving(booth: Booth): Result {
  if (booth.screen?.screen !== "farewell") return [booth, []];
  const { session } = booth.screen;
  return [{ ...fresh(booth.touchedAt), left: session }, [{ do: "forget" }, { do: "leave", how: "forget", session }]];
}

/** The same person goes on at once with another home: in their language and letters, and with nothing else of this visit. */
function referred(booth: Booth, { home, service, rules }: BoothEvent & { type: "referral-taken" }): Result {
  if (booth.screen?.screen !== "farewell") return [booth, []];
  const [left, effects] = leaving(booth);
  const { language, letters, contrast } = booth;
  return [{ ...left, language, letters, contrast, step: next({ home, service, rules, answers: [] }) }, effects];
}

/** A page that was loaded anew in the middle of a visit goes on in the resident's language and letters. */
function resumed(booth: Booth, { language, needs = [] }: BoothEvent & { type: "view-came" }): Booth {
  if (booth.screen !== null || language === null || language === undefined) return booth;
  const asked = (need: NonNullable<KioskView["needs"]>[number]): boolean => needs.includes(need);
  return { ...booth, language, letters: asked("large-type") ? 1.5 : 1, contrast: asked("high-contrast"), helperAsked: asked("helper") };
}

function viewed(booth: Booth, screen: Screen, now: number, policy: BoothPolicy): Result {
  const before = booth.screen?.screen ?? null;
  const next: Booth = { ...booth, screen };
  switch (screen.screen) {
    case "idle":
      // The visit is over, or was ended by the office: nothing of it may remain. The page's own steps go on.
      return before !== null && before !== "idle" ? [fresh(now, screen), [{ do: "forget" }]] : [next, []];
    case "farewell": {
      if (before === "farewell") return [next, []];
      const rating = screen.reason === "completed" || screen.reason === "ended-by-resident";
      return [{ ...next, touchedAt: now, warned: false, stopping: false, helper: false, step: rating ? { at: "rating" } : { at: "goodbye", until: now + policy.farewell } }, []];
    }
    case "parked":
      return [{ ...next, step: { at: "touch" } }, []];
    default:
      // The ticket is drawn: camera and microphone may be opened now, so that a picture is there when the clerk answers.
      return [{ ...next, step: { at: "touch" }, stopping: before === screen.screen && booth.stopping },
        [{ do: "open-devices" }, ...(screen.screen === "ringing" && before === "waiting" ? [{ do: "chime", tune: "called" } as const] : [])]];
  }
}

function ticked(booth: Booth, now: number, policy: BoothPolicy): Result {
  if (booth.step.at === "goodbye" && booth.screen?.screen === "farewell") return now >= booth.step.until ? leaving(booth) : [booth, []];
  const untouched = booth.step.at === "touch" && booth.screen?.screen !== "farewell" && isPlain(booth);
  if (inSession(booth) || untouched || booth.step.at === "taking") return [booth, []];
  const quiet = now - booth.touchedAt;
  if (quiet >= policy.resetAfter) return booth.screen?.screen === "farewell" ? leaving(booth) : [fresh(now, booth.screen), [{ do: "forget" }]];
  if (quiet >= policy.warnAfter && !booth.warned) return [{ ...booth, warned: true }, [{ do: "chime", tune: "warning" }]];
  return [booth, []];
}

function isPlain({ language, letters, contrast, helper, stopping }: Booth): boolean {
  return language === "zh-CN" && letters === 1 && !contrast && !helper && !stopping;
}
