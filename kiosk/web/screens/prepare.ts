/** Before the line: may you, what to bring, who you are, what you agree to. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { sayCode } from "../../../config/web/words.ts";
import { consentsOf, jurisdiction, service } from "../../../signaling/web/catalogue.ts";
import type { Chosen, Step } from "../booth.ts";
import type { Kiosk } from "../context.ts";

/** Which service, of which jurisdiction: over every screen of the preparation. */
function about({ catalogue, pick }: Kiosk, { home, service: code }: Chosen): TemplateResult {
  const home_name = jurisdiction(catalogue, home)?.short;
  const name = service(catalogue, home, code)?.name;
  return html`<p class="over">${home_name === undefined ? nothing : pick(home_name)} · ${name === undefined ? code : pick(name)}</p>`;
}

export function questionScreen(kiosk: Kiosk, step: Step & { at: "question" }): TemplateResult {
  const { say, pick, tell } = kiosk;
  const question = step.questions[step.index];
  return html`
    <section class="screen" data-test="screen-question" data-index=${step.index}>
      ${about(kiosk, step)}
      <p class="progress-words">${say("kiosk.question.progress", { number: step.index + 1, count: step.questions.length })}</p>
      <h1 tabindex="-1">${question === undefined ? "" : pick(question.text)}</h1>
      <div class="actions two">
        <button class="button primary huge" data-test="answer-yes" @click=${() => tell({ type: "question-answered", answer: true })}>${say("kiosk.question.yes")}</button>
        <button class="button huge" data-test="answer-no" @click=${() => tell({ type: "question-answered", answer: false })}>${say("kiosk.question.no")}</button>
      </div>
    </section>`;
}

export function elsewhereScreen(kiosk: Kiosk, step: Step & { at: "elsewhere" }): TemplateResult {
  const { say, pick, tell } = kiosk;
  const question = step.questions[step.index];
  return html`
    <section class="screen" data-test="screen-elsewhere">
      ${about(kiosk, step)}
      <h1 tabindex="-1">${say("kiosk.elsewhere.title")}</h1>
      <p class="lead card padded">${question === undefined ? "" : pick(question.otherwise)}</p>
      <div class="actions two">
        <button class="button primary huge" data-test="elsewhere-back" @click=${() => tell({ type: "went-back" })}>${say("kiosk.elsewhere.back")}</button>
        <button class="button huge" data-test="elsewhere-done" @click=${() => tell({ type: "stop-confirmed" })}>${say("kiosk.elsewhere.done")}</button>
      </div>
    </section>`;
}

export function bringScreen(kiosk: Kiosk, step: Step & { at: "bring" }): TemplateResult {
  const { say, pick, tell, catalogue } = kiosk;
  const materials = service(catalogue, step.home, step.service)?.materials ?? [];
  return html`
    <section class="screen" data-test="screen-bring">
      ${about(kiosk, step)}
      <h1 tabindex="-1">${say("kiosk.bring.title")}</h1>
      <ul class="materials">
        ${materials.map((material) => html`<li class="card">${icon("check")}<span>${pick(material)}${material.need === "required" ? nothing : html` <small>${say(`material.${material.need}`)}</small>`}</span></li>`)}
      </ul>
      ${materials.length === 0 ? html`<p class="lead">${say("kiosk.bring.nothing")}</p>` : html`<p class="hint">${say("kiosk.bring.missing")}</p>`}
      <div class="actions">
        <button class="button primary huge" data-test="go-on" @click=${() => tell({ type: "went-on" })}>${say("kiosk.go-on")}</button>
      </div>
    </section>`;
}

export function whoScreen(kiosk: Kiosk, step: Step & { at: "who" }): TemplateResult {
  const { say, tell } = kiosk;
  const submit = (event: Event): void => {
    event.preventDefault();
    tell({ type: "went-on" });
  };
  return html`
    <section class="screen" data-test="screen-who">
      ${about(kiosk, step)}
      <h1 tabindex="-1" id="who-title">${say("kiosk.who.title")}</h1>
      <p class="lead" id="who-lead">${say("kiosk.who.lead")}</p>
      <form class="who" autocomplete="off" @submit=${submit}>
        <label class="field"><span class="label">${say("kiosk.who.label")}</span>
          <input class="input huge" data-test="name" type="text" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="60"
            aria-describedby="who-lead" .value=${step.name} @input=${(event: InputEvent) => tell({ type: "name-typed", name: (event.target as HTMLInputElement).value })} />
        </label>
        <div class="actions">
          <button class="button primary huge" data-test="go-on" type="submit" ?disabled=${step.name.trim() === ""}>${say("kiosk.go-on")}</button>
        </div>
      </form>
    </section>`;
}

export function consentScreen(kiosk: Kiosk, step: Step & { at: "consent" }): TemplateResult {
  const { say, pick, tell, catalogue } = kiosk;
  const consents = consentsOf(catalogue, step.home, step.service);
  const asked = consents[step.given.length];
  if (asked === undefined) return html``;
  const answer = (given: boolean): void => tell({ type: "consent-answered", consents, given });
  return html`
    <section class="screen consent" data-test="screen-consent" data-consent=${asked.text}>
      ${about(kiosk, step)}
      <p class="progress-words">${say("kiosk.consent.progress", { number: step.given.length + 1, count: consents.length })}</p>
      <article class="card padded">
        <h1 tabindex="-1">${pick(asked.title)}</h1>
        <p class="consent-body">${pick(asked.body)}</p>
        <p class="hint">${say("kiosk.consent.version", { version: asked.version })} · ${asked.required ? say("kiosk.consent.required") : say("kiosk.consent.optional")}</p>
      </article>
      <div class="actions two">
        <button class="button primary huge" data-test="consent-yes" @click=${() => answer(true)}>${say("kiosk.consent.yes")}</button>
        <button class="button huge" data-test="consent-no" @click=${() => answer(false)}>${say("kiosk.consent.no")}</button>
      </div>
    </section>`;
}

export function staffedWindowScreen(kiosk: Kiosk, step: Step & { at: "staffed-window" }): TemplateResult {
  const { say, pick, tell, catalogue } = kiosk;
  return html`
    <section class="screen" data-test="screen-staffed-window">
      ${about(kiosk, step)}
      <h1 tabindex="-1">${say("kiosk.staffed.title")}</h1>
      <p class="lead card padded">${pick(catalogue.staffed_window)}</p>
      <p class="lead">${say("kiosk.staffed.nothing-sent")}</p>
      <div class="actions two">
        <button class="button primary huge" data-test="staffed-done" @click=${() => tell({ type: "stop-confirmed" })}>${say("kiosk.staffed.done")}</button>
        <button class="button huge" data-test="staffed-back" @click=${() => tell({ type: "went-back" })}>${say("kiosk.staffed.back")}</button>
      </div>
    </section>`;
}

export function takingScreen(kiosk: Kiosk, step: Step & { at: "taking" }): TemplateResult {
  return html`
    <section class="screen centred" data-test="screen-taking">
      ${about(kiosk, step)}
      <h1 tabindex="-1">${kiosk.say("kiosk.taking.title")}</h1>
      <p class="lead">${kiosk.say("kiosk.taking.lead")}</p>
    </section>`;
}

export function refusedScreen(kiosk: Kiosk, step: Step & { at: "refused" }): TemplateResult {
  const { say, tell } = kiosk;
  return html`
    <section class="screen" data-test="screen-refused" data-code=${step.code}>
      ${about(kiosk, step)}
      <h1 tabindex="-1">${say("kiosk.refused.title")}</h1>
      <p class="message warn lead" role="alert">${icon("warn")}<span>${sayCode(say, "error", step.code, step.text)}</span></p>
      <div class="actions two">
        <button class="button primary huge" data-test="refused-back" @click=${() => tell({ type: "went-back" })}>${say("kiosk.refused.back")}</button>
        <button class="button huge" data-test="refused-done" @click=${() => tell({ type: "stop-confirmed" })}>${say("kiosk.refused.done")}</button>
      </div>
    </section>`;
}
