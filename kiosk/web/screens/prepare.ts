/** Before the line: may you, what to bring, what you agree to. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { answersOf } from "../../../config/web/eligibility.ts";
import { icon } from "../../../config/web/icons.ts";
import { dayAndTime } from "../../../config/web/times.ts";
import { sayCode } from "../../../config/web/words.ts";
import { consentsOf, jurisdiction, sameService, service } from "../../../signaling/web/catalogue.ts";
import type { Service } from "../../../signaling/web/catalogue.ts";
import type { CatalogueJurisdiction, CataloguePeople } from "../../../signaling/web/wire.generated.ts";
import { verdictOf } from "../asking.ts";
import type { Asked, Chosen } from "../asking.ts";
import type { Step } from "../booth.ts";
import type { Kiosk } from "../context.ts";

/** Which service, of which jurisdiction: over every screen of the preparation. */
export function about({ catalogue, pick }: Kiosk, { home, service: code }: Chosen): TemplateResult {
  const home_name = jurisdiction(catalogue, home)?.short;
  const name = service(catalogue, home, code)?.name;
  return html`<p class="over">${home_name === undefined ? nothing : pick(home_name)} · ${name === undefined ? code : pick(name)}</p>`;
}

/** Every answer is a button of the same weight: none is suggested. */
export function questionScreen(kiosk: Kiosk, step: Asked): TemplateResult {
  const { say, pick, tell } = kiosk;
  const verdict = verdictOf(step);
  if (verdict.kind !== "open") return html``;
  const [question] = verdict.open;
  if (question === undefined) return html``;
  const label = (answer: string): string => {
    const option = question.options?.find(({ code }) => code === answer);
    return option === undefined ? say(answer === "yes" ? "kiosk.question.yes" : "kiosk.question.no") : pick(option.label);
  };
  const answers = answersOf(question);
  return html`
    <section class="screen" data-test="screen-question" data-service=${step.service} data-question=${question.id} data-index=${step.answers.length}>
      ${about(kiosk, step)}
      <p class="progress-words">${say("kiosk.question.progress", { number: step.answers.length + 1, count: step.answers.length + verdict.open.length })}</p>
      <h1 tabindex="-1">${pick(question.text)}</h1>
      <div class="actions ${question.options?.length ? "options" : "two"}">
        ${answers.map((answer) => html`<button class="button huge answer" data-test="answer-${answer}" @click=${() => tell({ type: "question-answered", question: question.id, answer })}>${label(answer)}</button>`)}
      </div>
    </section>`;
}

/** The rules lead elsewhere: why, and where to. */
export function elsewhereScreen(kiosk: Kiosk, step: Asked): TemplateResult {
  const { say, pick, tell, catalogue } = kiosk;
  const verdict = verdictOf(step);
  if (verdict.kind === "open") return html``;
  const other = verdict.goTo === null ? null : jurisdiction(catalogue, verdict.goTo);
  const title = verdict.kind === "another-home" ? say("kiosk.elsewhere.other-home", { home: other === null ? verdict.goTo ?? "" : pick(other.short) })
    : say(verdict.kind === "not-possible" ? "kiosk.elsewhere.not-possible" : "kiosk.elsewhere.title");
  return html`
    <section class="screen" data-test="screen-elsewhere" data-kind=${verdict.kind}>
      ${about(kiosk, step)}
      <h1 tabindex="-1">${title}</h1>
      <p class="lead card padded" data-test="elsewhere-reason">${pick(verdict.reason)}</p>
      ${verdict.kind === "staffed-window" ? html`
        <p class="hint">${say("kiosk.elsewhere.not-sure")}</p>
        <p class="lead" data-test="elsewhere-window">${pick(catalogue.staffed_window)}</p>` : nothing}
      <div class="actions">
        ${other === null ? nothing : otherHome(kiosk, step, other)}
        <div class="actions-row">
          <button class="button huge" data-test="elsewhere-back" @click=${() => tell({ type: "went-back" })}>${say("kiosk.elsewhere.back")}</button>
          <button class="button huge" data-test="elsewhere-done" @click=${() => tell({ type: "stop-confirmed" })}>${say("kiosk.elsewhere.done")}</button>
        </div>
      </div>
    </section>`;
}

/** The same service of the home that the rules name; its name alone where that is not offered here. */
function otherHome(kiosk: Kiosk, step: Asked, other: CatalogueJurisdiction): TemplateResult {
  const { say, pick, tell, catalogue } = kiosk;
  const there = sameService(catalogue, step.home, step.service, other.code);
  if (there === null) return html`<p class="lead" data-test="elsewhere-name">${say("kiosk.elsewhere.ask-there", { home: pick(other.name) })}</p>`;
  return html`
    ${closedNow(kiosk, other)}
    <button class="button primary huge" data-test="elsewhere-home" ?disabled=${!other.open}
      @click=${() => tell({ type: "service-chosen", home: other.code, service: there.code, rules: there.eligibility })}>${say("kiosk.elsewhere.go", { home: pick(other.short) })}</button>`;
}

/** When a home opens again; nothing while it is open. */
export function closedNow({ say, language }: Kiosk, { open, opens }: CatalogueJurisdiction): TemplateResult | typeof nothing {
  if (open) return nothing;
  return html`<p class="message" role="status" data-test="home-closed">${icon("warn")}<span>${opens === null ? say("kiosk.home.closed") : say("kiosk.home.opens", { when: dayAndTime(opens, language) })}</span></p>`;
}

/** Whoever comes for something that several ask for is told so before any name; nothing where one may come alone. */
export function together({ say }: Pick<Kiosk, "say">, wanted: CataloguePeople): TemplateResult | typeof nothing {
  return wanted.least < 2 ? nothing : html`<p class="message together" data-test="people-together" data-least=${wanted.least}>${icon("person")}<span>${say("kiosk.people.together", { count: wanted.least })}</span></p>`;
}

/** What the verdict asks for stands first, then the service's list; beside them what it costs, how long it takes, what comes of it. */
export function bringScreen(kiosk: Kiosk, step: Asked): TemplateResult {
  const { say, pick, tell, catalogue } = kiosk;
  const chosen = service(catalogue, step.home, step.service);
  const materials = chosen?.materials ?? [];
  const verdict = verdictOf(step);
  const bring = verdict.kind === "open" ? [] : verdict.bring;
  return html`
    <section class="screen" data-test="screen-bring" data-service=${step.service}>
      ${about(kiosk, step)}
      <h1 tabindex="-1">${say("kiosk.bring.title")}</h1>
      ${verdict.kind === "open" || step.answers.length === 0 ? nothing : html`<p class="lead" data-test="bring-reason">${pick(verdict.reason)}</p>`}
      ${chosen === null ? nothing : together(kiosk, chosen.parties)}
      <div class="bring">
        <div class="bring-list">
          <ul class="materials">
            ${bring.map((one) => html`<li class="card because" data-test="bring-because">${icon("check")}<span>${pick(one)}</span></li>`)}
            ${materials.map((material) => html`<li class="card">${icon("check")}<span>${pick(material)}${material.need === "required" ? nothing : html` <small>${say(`material.${material.need}`)}</small>`}</span></li>`)}
          </ul>
          ${materials.length + bring.length === 0 ? html`<p class="lead">${say("kiosk.bring.nothing")}</p>` : html`<p class="hint">${say("kiosk.bring.missing")}</p>`}
        </div>
        ${chosen === null ? nothing : terms(kiosk, chosen)}
      </div>
      <div class="actions">
        <button class="button primary huge" data-test="go-on" @click=${() => tell({ type: "went-on", reader: kiosk.reader, wanted: chosen?.parties })}>${say("kiosk.go-on")}</button>
      </div>
    </section>`;
}

function terms({ say, pick, catalogue }: Kiosk, { home, fee, working_days, result, delivery }: Service): TemplateResult {
  const authority = jurisdiction(catalogue, home)?.short;
  const price = fee.up_to === null ? (fee.yuan === 0 ? say("kiosk.bring.free") : say("kiosk.bring.yuan", { yuan: fee.yuan }))
    : fee.yuan === 0 ? say("kiosk.bring.up-to", { yuan: fee.up_to }) : say("kiosk.bring.yuan-to", { from: fee.yuan, to: fee.up_to });
  const way = (one: Service["delivery"][number]): string => say(`delivery.${one}`, { home: authority === undefined ? home : pick(authority) });
  return html`
    <dl class="terms card padded" data-test="terms">
      <div><dt>${say("kiosk.bring.fee")}</dt><dd data-test="fee">${price}</dd>${fee.note === null ? nothing : html`<dd class="more-words">${pick(fee.note)}</dd>`}</div>
      <div><dt>${say("kiosk.bring.when")}</dt><dd data-test="when">${working_days === 0 ? say("kiosk.bring.at-once") : say("kiosk.farewell.within", { days: working_days })}</dd></div>
      <div><dt>${say("kiosk.bring.result")}</dt><dd class="more-words" data-test="result">${pick(result)}</dd></div>
      <div><dt>${say("kiosk.bring.how")}</dt>${delivery.map((one) => html`<dd data-test="delivery-${one}">${way(one)}</dd>`)}</div>
    </dl>`;
}

export function consentScreen(kiosk: Kiosk, step: Step & { at: "consent" }): TemplateResult {
  const { say, pick, tell, catalogue } = kiosk;
  const consents = consentsOf(catalogue, step.home, step.service);
  const asked = consents[step.given.length];
  if (asked === undefined) return html``;
  const answer = (given: boolean): void => tell({ type: "consent-answered", consents, given, at: kiosk.instant() });
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
