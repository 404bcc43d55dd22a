/** The resident's consents as they stand: in the case, told at once when one changes, and entered when it is spoken. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { modal } from "../../../config/web/modal.ts";
import { hourAndMinute } from "../../../config/web/times.ts";
import type { WordKey } from "../../../config/web/words.ts";
import type { ConsentNow } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";
import { isWithdrawn, lacksConsent } from "./consents_work.ts";
import type { Spoken } from "./consents_work.ts";

/** `session` where something may be entered as spoken: in the talk. */
export function consentsOfCase(desk: Desk, session: string | null): TemplateResult | typeof nothing {
  const { say, view } = desk;
  if (view.consents.length === 0) return nothing;
  return html`
    <h3 id="consents">${say("counter.consent.title")}</h3>
    <ul class="consents" aria-labelledby="consents" data-test="consents">${view.consents.map((consent) => row(desk, session, consent))}</ul>`;
}

function row({ say, language, consents }: Desk, session: string | null, consent: ConsentNow): TemplateResult {
  const { text, state, method, at } = consent;
  const given = state === "given";
  const words = [say(`counter.consent.${state}`), ...(at === null ? [] : [hourAndMinute(at, language)]), ...(method === "spoken" ? [say("counter.consent.spoken")] : [])];
  return html`<li data-test="consent-${text}" data-state=${state} data-method=${method}>
    <p>${icon(given ? "check" : "warn")}<span>${say(`counter.consent.${text}`)}<small>${words.join(" · ")}</small></span></p>
    ${session === null || text === "recording" ? nothing : html`<button class="button small" data-test="spoken-${text}" @click=${() => consents.ask(text)}>${icon("speaker")}<span>${say("counter.consent.enter")}</span></button>`}</li>`;
}

/** On the stage, until it is closed: what has changed, and what follows. */
export function consentNews({ say, consents, control }: Desk): TemplateResult | typeof nothing {
  const { news } = consents;
  if (news === null) return nothing;
  const name = say(`counter.consent.${news.text}`);
  const close = (): void => {
    control.closeTold(); // a question that ended with it needs no word of its own
    consents.closeNews();
  };
  return html`<p class="message ${news.state === "withdrawn" ? "warn" : ""} consent-news" role="alert" data-test="consent-news" data-text=${news.text} data-state=${news.state}>
    ${icon(news.state === "withdrawn" ? "warn" : "check")}<span>${say(`counter.consent.told.${news.state}`, { name })}${news.state === "withdrawn" ? html` ${say(`counter.consent.follows.${news.text}`)}` : nothing}</span>
    <button class="button small" data-test="consent-news-close" @click=${close}>${say("counter.close")}</button></p>`;
}

/** Beside the pages that were taken: they lie sealed, and count no more. */
export function papersSealed({ say, view }: Desk): TemplateResult | typeof nothing {
  if (!isWithdrawn(view.consents, "papers-to-home")) return nothing;
  return html`<p class="message warn" role="status" data-test="papers-sealed">${icon("warn")}<span>${say("counter.consent.papers-sealed")}</span></p>`;
}

/** Why the case cannot be accepted: what the resident does not agree to comes before what was not recorded. */
export function notAcceptable({ view }: Pick<Desk, "view">): WordKey {
  return lacksConsent(view.consents) ? "counter.consent.not-acceptable" : "counter.recording.not-acceptable";
}

export function spokenDialog(desk: Desk, session: string, text: Spoken): TemplateResult {
  const { say, pick, catalogue, consents, view } = desk;
  const close = (): void => consents.ask(null);
  const now = view.consents.find((each) => each.text === text);
  const given = now?.state === "given";
  const words = catalogue.consents.find((each) => each.text === text && each.version === now?.version);
  return html`
    <dialog class="card-over" data-test="spoken-dialog" aria-labelledby="spoken-title" ${modal()} @cancel=${close}>
      <div class="stack">
        <h2 id="spoken-title">${say("counter.consent.spoken-title", { name: say(`counter.consent.${text}`) })}</h2>
        <p class="hint">${say("counter.consent.spoken-lead")}</p>
        ${words === undefined ? nothing : html`<blockquote class="consent-words" data-test="spoken-words">${pick(words.body)}</blockquote>`}
        <div class="outcomes">
          <button class="button" autofocus data-test="spoken-close" @click=${close}>${say("counter.consent.spoken-close")}</button>
          <button class="button primary" data-test="spoken-enter" @click=${() => void consents.enter(session, text, !given)}>${say(given ? "counter.consent.spoken-no" : "counter.consent.spoken-yes")}</button>
        </div>
      </div>
    </dialog>`;
}
