/** What I agreed to: a card over whatever goes on, each text to read again and to take back; and where one goes without the recording. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { icon } from "../../../config/web/icons.ts";
import { modal } from "../../../config/web/modal.ts";
import { hourAndMinute } from "../../../config/web/times.ts";
import { sayCode } from "../../../config/web/words.ts";
import type { ConsentNow } from "../../../signaling/web/wire.generated.ts";
import type { Kiosk } from "../context.ts";

/** In the bar below, for as long as there is something to look at. */
export function agreedKey({ say, tools }: Kiosk): TemplateResult | typeof nothing {
  const { agreements } = tools;
  if (agreements.consents.length === 0) return nothing;
  return html`<button class="button" data-test="agreed" @click=${() => agreements.open()}>${icon("check")}<span>${say("kiosk.agreed.open")}</span></button>`;
}

/** `above`: what must stay in reach whatever lies over the screen. */
export function agreedCard(kiosk: Kiosk, above: TemplateResult | typeof nothing): TemplateResult | typeof nothing {
  const { agreements } = kiosk.tools;
  const { place } = agreements;
  if (place === null) return nothing;
  const consent = place.at === "list" ? null : agreements.of(place.text);
  // A dialog of its own for each place: it begins at its title, for eyes and for screen readers.
  return html`${keyed(`${place.at}/${consent?.text}`, html`<dialog class="card-over agreed-card" data-test="agreed-card" data-at=${place.at} aria-labelledby="agreed-title" ${modal()} @cancel=${(event: Event) => back(kiosk, event)}>
    ${above}
    ${consent === null || place.at === "list" ? list(kiosk) : place.at === "withdraw" ? withdrawal(kiosk, consent) : reading(kiosk, consent, place.at === "give")}
    ${agreements.problem === null ? nothing : html`<p class="message bad" role="alert" data-test="agreed-problem" data-code=${agreements.problem}>${icon("warn")}<span>${sayCode(kiosk.say, "error", agreements.problem)}</span></p>`}
  </dialog>`)}`;
}

function back({ tools: { agreements } }: Kiosk, event: Event): void {
  event.preventDefault();
  if (agreements.place?.at === "list") agreements.close();
  else agreements.go({ at: "list" });
}

function list(kiosk: Kiosk): TemplateResult {
  const { say, tools: { agreements } } = kiosk;
  return html`
    <h2 id="agreed-title" tabindex="-1" autofocus>${say("kiosk.agreed.title")}</h2>
    <p class="lead">${say("kiosk.agreed.lead")}</p>
    <ul class="agreed-list">${agreements.consents.map((consent) => row(kiosk, consent))}</ul>
    <button class="button primary huge" data-test="agreed-close" @click=${() => agreements.close()}>${say("kiosk.agreed.close")}</button>`;
}

function row(kiosk: Kiosk, consent: ConsentNow): TemplateResult {
  const { say, tools: { agreements } } = kiosk;
  const { text, state } = consent;
  const given = state === "given";
  return html`<li class="card" data-test="agreed-${text}" data-state=${state} data-method=${consent.method}>
    <div class="agreed-what"><p class="agreed-name">${title(kiosk, consent)}</p>
      <p class="agreed-state ${given ? "yes" : "no"}" role="status">${icon(given ? "check" : "stop")}<span>${standing(kiosk, consent)}</span></p></div>
    <div class="agreed-keys">
      <button class="button" data-test="agreed-read-${text}" @click=${() => agreements.go({ at: "read", text })}>${say("kiosk.agreed.read")}</button>
      ${given ? html`<button class="button" data-test="agreed-withdraw-${text}" @click=${() => agreements.go({ at: "withdraw", text })}>${say("kiosk.agreed.withdraw")}</button>`
        : mayGive(kiosk, consent) ? html`<button class="button" data-test="agreed-give-${text}" @click=${() => agreements.go({ at: "give", text })}>${say("kiosk.agreed.give")}</button>` : nothing}
    </div></li>`;
}

/** Once the visit is over there is nothing left to agree to. */
function mayGive({ booth }: Kiosk, { text }: ConsentNow): boolean {
  return text !== "recording" && booth.screen?.screen !== "farewell";
}

function standing({ say, language }: Kiosk, { state, at, method }: ConsentNow): string {
  const words = [say(`kiosk.agreed.${state}`), ...(at === null ? [] : [say("kiosk.agreed.at", { time: hourAndMinute(at, language) })]), ...(method === "spoken" ? [say("kiosk.agreed.spoken")] : [])];
  return words.join(" · ");
}

/** The text's own title, or its short name until the words are here. */
function title({ say, pick, catalogue, tools: { agreements } }: Kiosk, consent: ConsentNow): string {
  const words = agreements.words(catalogue, consent);
  return words === null || words === "lost" ? say(`counter.consent.${consent.text}`) : pick(words.title);
}

function reading(kiosk: Kiosk, consent: ConsentNow, giving: boolean): TemplateResult {
  const { say, pick, catalogue, language, tools: { agreements } } = kiosk;
  const words = agreements.words(catalogue, consent);
  const agree = (): void => void agreements.say(consent.text, { type: "give-consent", language });
  return html`
    <h2 id="agreed-title" tabindex="-1" autofocus>${title(kiosk, consent)}</h2>
    ${words === null || words === "lost" ? html`<p class="lead" role="status">${say(words === null ? "kiosk.agreed.loading" : "kiosk.agreed.no-words")}</p>` : html`<div class="agreed-text" tabindex="0" role="group" aria-labelledby="agreed-title">
      <p class="consent-body" data-test="agreed-body">${pick(words.body)}</p><p class="hint">${say("kiosk.consent.version", { version: consent.version })}</p></div>`}
    <div class="actions ${giving ? "two" : ""}">
      ${giving ? html`<button class="button primary huge" data-test="agreed-agree" ?disabled=${words === null || words === "lost" || agreements.busy} @click=${agree}>${say("kiosk.agreed.agree")}</button>` : nothing}
      <button class="button huge ${giving ? "" : "primary"}" data-test="agreed-back" @click=${() => agreements.go({ at: "list" })}>${say("kiosk.agreed.back")}</button>
    </div>`;
}

/** Asked once more, with what follows; keeping it is the larger word. */
function withdrawal(kiosk: Kiosk, { text }: ConsentNow): TemplateResult {
  const { say, tools: { agreements } } = kiosk;
  return html`
    <h2 id="agreed-title" tabindex="-1" autofocus>${say(`kiosk.agreed.sure.${text}`)}</h2>
    <p class="lead" data-test="agreed-then">${say(text === "recording" ? recordingThen(kiosk) : `kiosk.agreed.then.${text}`)}</p>
    <div class="actions two">
      <button class="button primary huge" data-test="agreed-keep" @click=${() => agreements.go({ at: "list" })}>${say("kiosk.agreed.keep")}</button>
      <button class="button danger huge" data-test="agreed-sure" ?disabled=${agreements.busy} @click=${() => void agreements.say(text, { type: "withdraw-consent" })}>${say("kiosk.agreed.sure-yes")}</button>
    </div>`;
}

function recordingThen({ booth }: Kiosk): "kiosk.agreed.then.recording" | "kiosk.agreed.then.recording-line" | "kiosk.agreed.then.recording-after" {
  const screen = booth.screen?.screen;
  if (screen === "farewell") return "kiosk.agreed.then.recording-after";
  return screen === "waiting" || screen === "ringing" ? "kiosk.agreed.then.recording-line" : "kiosk.agreed.then.recording";
}

/** On the goodbye of whoever took the recording back: the way on, and what is still kept. */
export function staffedInstead({ say, pick, catalogue }: Kiosk): TemplateResult {
  return html`<p class="lead card padded agreed-staffed" data-test="staffed-window">${pick(catalogue.staffed_window)}</p>
    <p class="lead">${say("kiosk.agreed.nothing-sent")}</p>`;
}
