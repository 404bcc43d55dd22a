/** The end of a visit: what came of it, the five levels of 好差评, goodbye. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { dayInWords } from "../../../config/web/times.ts";
import type { WordKey } from "../../../config/web/words.ts";
import { square } from "../../../signaling/web/square.ts";
import type { Screen } from "../booth.ts";
import type { Kiosk } from "../context.ts";
import { staffedInstead } from "./consents.ts";
import { casesOfFarewell } from "./farewell_cases.ts";

type Farewell = Extract<Screen, { screen: "farewell" }>;

/** What proves the visit: a code to write down, a square to photograph. Until the home has signed, that it is on its way. */
function receipt(kiosk: Kiosk, screen: Farewell): TemplateResult {
  const { say } = kiosk;
  const { code, proof } = screen;
  if (code === null || proof === null) return html`<p class="hint" role="status" data-test="receipt-pending">${say("kiosk.receipt.pending")}</p>${prints(kiosk, screen)}`;
  return html`<div class="receipt card padded" role="group" aria-label=${say("kiosk.receipt.title")} data-test="receipt">
    ${square(proof, say("kiosk.receipt.square", { code }))}
    <div><p>${say("kiosk.receipt.title")}</p><p class="receipt-code" data-test="receipt-code">${code}</p><p class="hint">${say("kiosk.receipt.more")}</p></div>
  </div>${prints(kiosk, screen)}`;
}

/** What may be taken along on paper, and how the printer stands. */
function prints({ say, printing }: Kiosk, { session, papers = [] }: Farewell): TemplateResult | typeof nothing {
  if (papers.length === 0) return nothing;
  const { state } = printing;
  return html`<div class="papers-row" role="group" aria-label=${say("kiosk.print.label")}>
    ${papers.map((each) => html`<button class="button" data-test="print-${each.paper}" ?disabled=${state.at === "busy"} @click=${() => void printing.print(session, each)}>${icon("papers")}<span>${say(`kiosk.print.${each.paper}`)}</span></button>`)}
  </div>
  ${state.at === "idle" ? nothing : html`<p class=${state.at === "failed" ? "message warn" : "hint"} role="status" data-test="print-state" data-state=${state.at}>${state.at === "failed" ? icon("warn") : nothing}<span>${say(`kiosk.print.is-${state.at}`)}</span></p>`}`;
}

/** Everything that is lacking, as the clerk told it. */
function lacking({ say, language }: Kiosk, { notice, cases }: Farewell): TemplateResult | typeof nothing {
  if (notice === null) return nothing;
  const onNotice = cases.filter(({ outcome }) => outcome === "returned" || outcome === "accepted-with-gaps");
  const of = cases.length > 1 && onNotice.length === 1 ? onNotice[0] : undefined; // which one it is of, is said where there could be a doubt
  return html`<section class="lacking card padded" aria-labelledby="lacking" data-test="notice" data-because=${notice.because}>
    <h2 id="lacking">${notice.because !== "materials" ? say(`notice.because.${notice.because}`) : of === undefined ? say("kiosk.notice.title") : say("kiosk.notice.of", { service: of.service_name })}</h2>
    <ul>
      ${notice.lines.map(({ name, reason }) => html`<li data-test="notice-line" data-reason=${reason}>${icon("papers")}<span>${name}<small>${say(`notice.reason.${reason}`)}</small></span></li>`)}
      ${notice.form === null ? nothing : html`<li data-test="notice-form">${icon("papers")}<span>${say(`notice.form.${notice.form}`)}</span></li>`}
    </ul>
    ${notice.follow_by === null ? nothing : html`<p data-test="follow-by">${say("kiosk.notice.follow-by", { day: dayInWords(notice.follow_by, language) })}</p>`}
  </section>`;
}

export function ratingScreen(kiosk: Kiosk, screen: Farewell): TemplateResult {
  const { say, tell } = kiosk;
  return html`
    <section class="screen" data-test="screen-rating" data-session=${screen.session}>
      ${casesOfFarewell(kiosk, screen)}
      ${lacking(kiosk, screen)}
      ${receipt(kiosk, screen)}
      <h2 id="rate">${say("kiosk.rating.title")}</h2>
      <ul class="ratings" aria-labelledby="rate">
        ${[5, 4, 3, 2, 1].map((stars) => html`<li>
          <button class="rating" data-test="rate-${stars}" @click=${() => tell({ type: "rated", stars })}>
            <span class="stars" aria-hidden="true">${Array.from({ length: stars }, () => icon("star"))}</span><span>${say(`kiosk.rating.${stars}` as WordKey)}</span>
          </button></li>`)}
      </ul>
      <div class="actions flow"><button class="button huge" data-test="skip-rating" @click=${() => tell({ type: "said-goodbye" })}>${say("kiosk.rating.skip")}</button></div>
    </section>`;
}

export function goodbyeScreen(kiosk: Kiosk, screen: Farewell): TemplateResult {
  const { say, tell } = kiosk;
  return html`
    <section class="screen centred" data-test="screen-goodbye" data-reason=${screen.reason}>
      <h1 tabindex="-1">${say(`kiosk.goodbye.${screen.reason}` as WordKey)}</h1>
      ${screen.reason === "consent-withdrawn" ? staffedInstead(kiosk) : nothing}
      <p class="lead">${say("kiosk.goodbye.papers")}</p>
      ${screen.outcome === null && screen.code === null ? nothing : receipt(kiosk, screen)}
      <p class="hint">${say("kiosk.goodbye.forgotten")}</p>
      <div class="actions"><button class="button primary huge" data-test="finish" @click=${() => tell({ type: "said-goodbye" })}>${say("kiosk.goodbye.finish")}</button></div>
    </section>`;
}
