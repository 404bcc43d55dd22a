/** What has come of the cases of a visit: each with its outcome, its day or its place, what it lacks, and the way on to another home. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { dayInWords } from "../../../config/web/times.ts";
import type { WordKey } from "../../../config/web/words.ts";
import { jurisdiction, sameService } from "../../../signaling/web/catalogue.ts";
import type { Service } from "../../../signaling/web/catalogue.ts";
import type { CatalogueJurisdiction, Outcome, TalkCase } from "../../../signaling/web/wire.generated.ts";
import type { Screen } from "../booth.ts";
import type { Kiosk } from "../context.ts";
import { noticeOfCase } from "./farewell_papers.ts";
import { closedNow } from "./prepare.ts";

type Farewell = Extract<Screen, { screen: "farewell" }>;

/** Title and facts: one case as a sentence, several as a list. */
export function casesOfFarewell(kiosk: Kiosk, screen: Farewell): TemplateResult {
  return screen.cases.length > 1 ? several(kiosk, screen) : single(kiosk, screen);
}

function single(kiosk: Kiosk, screen: Farewell): TemplateResult {
  const { say } = kiosk;
  const { outcome, reason } = screen;
  const [one] = screen.cases;
  return html`
    <h1 tabindex="-1" data-test="outcome" data-outcome=${outcome ?? ""}>${say((outcome === null ? `kiosk.farewell.${reason}` : `outcome.${outcome}`) as WordKey)}</h1>
    ${outcome === null ? nothing : html`<p class="lead">${lead(kiosk, outcome, one)}</p>`}
    <dl class="facts card padded">
      <div><dt>${say("kiosk.farewell.service")}</dt><dd>${screen.service_name}</dd></div>
      <div><dt>${say("kiosk.farewell.case")}</dt><dd data-test="case">${screen.case}</dd></div>
      ${promise(kiosk, screen.due, screen.working_days)}${result(kiosk, outcome, one?.service)}${place(kiosk, one)}
    </dl>
    ${wayOn(kiosk, one)}
    ${noticeOfCase(kiosk, screen, one?.number ?? screen.case, false)}`;
}

function several(kiosk: Kiosk, screen: Farewell): TemplateResult {
  const { say } = kiosk;
  const { cases, outcome } = screen;
  return html`
    <h1 tabindex="-1" data-test="outcome" data-outcome=${outcome ?? ""}>${say("kiosk.farewell.several", { count: cases.length })}</h1>
    <p class="lead">${say("kiosk.farewell.several-more")}</p>
    <ul class="farewell-cases">${cases.map((one) => html`<li class="card padded" data-test="farewell-case" data-case=${one.number} data-outcome=${one.outcome ?? ""}>
      <h2>${one.service_name}</h2>
      <p class="farewell-outcome">${icon(one.outcome?.startsWith("accepted") === true ? "check" : one.outcome === "returned" ? "papers" : "next")}<span>${one.outcome === null ? say("kiosk.farewell.no-outcome") : say(`outcome.${one.outcome}` as WordKey)}</span></p>
      <dl class="facts">
        ${promise(kiosk, one.due, one.outcome?.startsWith("accepted") === true ? one.working_days : null)}${result(kiosk, one.outcome, one.service)}${place(kiosk, one)}
        <div><dt>${say("kiosk.farewell.case")}</dt><dd data-test="case">${one.number}</dd></div>
      </dl>
      ${wayOn(kiosk, one)}
      ${noticeOfCase(kiosk, screen, one.number, true)}</li>`)}</ul>`;
}

/** Until when it is decided: the day, or how many working days where the day cannot be said yet. */
function promise({ say, language }: Kiosk, due: string | null, days: number | null): TemplateResult | typeof nothing {
  if (days === null) return nothing;
  const words = due === null ? say("kiosk.farewell.within", { days }) : days === 0 ? say("kiosk.farewell.at-once", { day: dayInWords(due, language) }) : say("kiosk.farewell.by", { day: dayInWords(due, language), days });
  return html`<div><dt>${say("kiosk.farewell.due")}</dt><dd data-test="due" data-due=${due ?? ""}>${words}</dd></div>`;
}

/** What the resident leaves with: of a couple whose papers were looked through nobody shall think that it is married. */
function result({ say, pick, catalogue }: Kiosk, outcome: string | null, code: string | undefined): TemplateResult | typeof nothing {
  const known = catalogue.services.find((each) => each.code === code);
  if (known === undefined || outcome?.startsWith("accepted") !== true) return nothing;
  return html`<div><dt>${say("kiosk.bring.result")}</dt><dd class="more-words" data-test="result">${pick(known.result)}</dd></div>`;
}

function place({ say, pick, catalogue }: Kiosk, one: TalkCase | undefined): TemplateResult | typeof nothing {
  const to = one?.referred_to ?? null;
  if (to === null) return nothing;
  const home = jurisdiction(catalogue, to);
  return html`<div><dt>${say("kiosk.farewell.referred-to")}</dt><dd data-test="referred-to" data-home=${to}>${home === null ? to : pick(home.name)}</dd></div>`;
}

/** Where that home's same service is offered here, nobody has to go anywhere. */
function wayOn(kiosk: Kiosk, one: TalkCase | undefined): TemplateResult | typeof nothing {
  const { say, pick, tell } = kiosk;
  const found = sameThere(kiosk, one);
  if (found === null) return nothing;
  const { to, home, there } = found;
  return html`${closedNow(kiosk, home)}<button class="button primary huge" data-test="go-on-with-${to}" ?disabled=${!home.open}
    @click=${() => tell({ type: "referral-taken", home: to, service: there.code, rules: there.eligibility })}>${icon("next")}${say("kiosk.farewell.go-on", { home: pick(home.short) })}</button>`;
}

/** The home to which it was referred, and that home's same service at this kiosk; null where one of the two is not to be had here. */
function sameThere({ catalogue }: Kiosk, one: TalkCase | undefined): { readonly to: string; readonly home: CatalogueJurisdiction; readonly there: Service } | null {
  const to = one?.referred_to ?? null;
  const from = catalogue.services.find(({ code }) => code === one?.service)?.home;
  if (one === undefined || to === null || from === undefined) return null;
  const [home, there] = [jurisdiction(catalogue, to), sameService(catalogue, from, one.service, to)];
  return home === null || there === null ? null : { to, home, there };
}

/** One sentence on what comes now. */
function lead(kiosk: Kiosk, outcome: Outcome, one: TalkCase | undefined): string {
  const here = outcome === "referred" ? sameThere(kiosk, one) : null;
  return here === null ? kiosk.say(`outcome.${outcome}.more` as WordKey) : kiosk.say("kiosk.farewell.referred-here", { home: kiosk.pick(here.home.short) });
}
