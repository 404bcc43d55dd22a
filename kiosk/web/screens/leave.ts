/** The end of a visit: what came of it, the five levels of 好差评, goodbye. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { dayInWords } from "../../../config/web/times.ts";
import type { Say, WordKey } from "../../../config/web/words.ts";
import { square } from "../../../signaling/web/square.ts";
import type { Screen } from "../booth.ts";
import type { Kiosk } from "../context.ts";

type Farewell = Extract<Screen, { screen: "farewell" }>;

/** What proves the visit: a code to write down, a square to photograph. Until the home has signed, that it is on its way. */
function receipt(say: Say, { code, proof }: Farewell): TemplateResult {
  if (code === null || proof === null) return html`<p class="hint" role="status" data-test="receipt-pending">${say("kiosk.receipt.pending")}</p>`;
  return html`<div class="receipt card padded" role="group" aria-label=${say("kiosk.receipt.title")} data-test="receipt">
    ${square(proof, say("kiosk.receipt.square", { code }))}
    <div><p>${say("kiosk.receipt.title")}</p><p class="receipt-code" data-test="receipt-code">${code}</p><p class="hint">${say("kiosk.receipt.more")}</p></div>
  </div>`;
}

/** Until when it is decided: the day, or how many working days where the day cannot be said yet. */
function promise({ say, language }: Pick<Kiosk, "say" | "language">, { due, working_days }: Farewell): TemplateResult | typeof nothing {
  if (working_days === null) return nothing;
  const words = due === null ? say("kiosk.farewell.within", { days: working_days }) : working_days === 0 ? say("kiosk.farewell.at-once", { day: dayInWords(due, language) }) : say("kiosk.farewell.by", { day: dayInWords(due, language), days: working_days });
  return html`<div><dt>${say("kiosk.farewell.due")}</dt><dd data-test="due" data-due=${due ?? ""}>${words}</dd></div>`;
}

export function ratingScreen({ say, tell, language }: Kiosk, screen: Farewell): TemplateResult {
  const outcome: WordKey = screen.outcome === null ? `kiosk.farewell.${screen.reason}` as WordKey : `outcome.${screen.outcome}` as WordKey;
  return html`
    <section class="screen" data-test="screen-rating" data-session=${screen.session}>
      <h1 tabindex="-1" data-test="outcome" data-outcome=${screen.outcome ?? ""}>${say(outcome)}</h1>
      ${screen.outcome === null ? nothing : html`<p class="lead">${say(`outcome.${screen.outcome}.more` as WordKey)}</p>`}
      <dl class="facts card padded">
        <div><dt>${say("kiosk.farewell.service")}</dt><dd>${screen.service_name}</dd></div>
        <div><dt>${say("kiosk.farewell.case")}</dt><dd data-test="case">${screen.case}</dd></div>
        ${promise({ say, language }, screen)}
      </dl>
      ${receipt(say, screen)}
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

export function goodbyeScreen({ say, tell }: Kiosk, screen: Farewell): TemplateResult {
  return html`
    <section class="screen centred" data-test="screen-goodbye" data-reason=${screen.reason}>
      <h1 tabindex="-1">${say(`kiosk.goodbye.${screen.reason}` as WordKey)}</h1>
      <p class="lead">${say("kiosk.goodbye.papers")}</p>
      ${screen.outcome === null && screen.code === null ? nothing : receipt(say, screen)}
      <p class="hint">${say("kiosk.goodbye.forgotten")}</p>
      <div class="actions"><button class="button primary huge" data-test="finish" @click=${() => tell({ type: "said-goodbye" })}>${say("kiosk.goodbye.finish")}</button></div>
    </section>`;
}
