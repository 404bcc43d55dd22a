/** The end of a visit: what came of it, the five levels of 好差评, goodbye. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import type { WordKey } from "../../../config/web/words.ts";
import { square } from "../../../signaling/web/square.ts";
import type { Screen } from "../booth.ts";
import type { Kiosk } from "../context.ts";
import { staffedInstead } from "./consents.ts";
import { casesOfFarewell } from "./farewell_cases.ts";
import { papersToTake } from "./farewell_papers.ts";

type Farewell = Extract<Screen, { screen: "farewell" }>;

/** What proves the visit: a code to write down, a square to photograph. Until the home has signed, that it is on its way. `papers`: what may be printed below it. */
function receipt(kiosk: Kiosk, screen: Farewell, papers: "receipt" | "all"): TemplateResult {
  const { say } = kiosk;
  const { code, proof } = screen;
  if (code === null || proof === null) return html`<p class="hint" role="status" data-test="receipt-pending">${say("kiosk.receipt.pending")}</p>${papersToTake(kiosk, screen, papers)}`;
  return html`<div class="receipt card padded" role="group" aria-label=${say("kiosk.receipt.title")} data-test="receipt">
    ${square(proof, say("kiosk.receipt.square", { code }))}
    <div><p>${say("kiosk.receipt.title")}</p><p class="receipt-code" data-test="receipt-code">${code}</p><p class="hint">${say("kiosk.receipt.more")}</p></div>
  </div>${papersToTake(kiosk, screen, papers)}`;
}

export function ratingScreen(kiosk: Kiosk, screen: Farewell): TemplateResult {
  const { say, tell } = kiosk;
  return html`
    <section class="screen" data-test="screen-rating" data-session=${screen.session}>
      ${casesOfFarewell(kiosk, screen)}
      ${receipt(kiosk, screen, "receipt")}
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
      ${screen.outcome === null && screen.code === null ? nothing : receipt(kiosk, screen, "all")}
      <p class="hint">${say("kiosk.goodbye.forgotten")}</p>
      <div class="actions"><button class="button primary huge" data-test="finish" @click=${() => tell({ type: "said-goodbye" })}>${say("kiosk.goodbye.finish")}</button></div>
    </section>`;
}
