/** "I have a receipt": the code on large keys, how its cases stand, and the way to bring what is missing. No name and no number of a case ever stands here. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { dayInWords } from "../../../config/web/times.ts";
import { sayCode } from "../../../config/web/words.ts";
import { jurisdiction, service } from "../../../signaling/web/catalogue.ts";
import type { ReceiptCase, ReceiptStatus } from "../../../signaling/web/wire.generated.ts";
import type { Kiosk } from "../context.ts";
import { KEYS, LETTERS, written } from "../look_up.ts";
import type { LookUp } from "../look_up.ts";
import { closedNow } from "./prepare.ts";

export function lookUpScreen(kiosk: Kiosk, step: LookUp): TemplateResult {
  return step.found?.at === "status" ? statusScreen(kiosk, step.found.status) : codeScreen(kiosk, step);
}

function codeScreen({ say, tell }: Kiosk, { typed, asking, found }: LookUp): TemplateResult {
  const problem = found?.at === "problem" ? found : null;
  const key = (one: string, words: TemplateResult | string = one, label: string = one): TemplateResult => html`<button class="key" type="button" data-test="code-key-${one}" aria-label=${label}
    @click=${() => tell({ type: "look-up-pressed", key: one })}>${words}</button>`;
  const typing = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || (event.key.length > 1 && event.key !== "Backspace" && event.key !== "Enter")) return;
    if (event.key === "Enter" && (event.target as HTMLElement).closest("button") !== null) return;
    if (event.key === " " ) return;
    event.preventDefault();
    tell(event.key === "Enter" ? { type: "look-up-sent" } : { type: "look-up-pressed", key: event.key === "Backspace" ? "erase" : event.key });
  };
  return html`
    <section class="screen look-up" data-test="screen-look-up" @keydown=${typing}>
      <h1 tabindex="-1">${say("kiosk.look-up.title")}</h1>
      <p class="lead">${say("kiosk.look-up.lead")}</p>
      <output class="code-typed card" data-test="code-typed" aria-label=${say("kiosk.look-up.typed", { count: typed.length, code: [...typed].join(" ") })}>${written(typed)}</output>
      ${problem === null ? nothing : html`<p class="message warn" role="alert" data-test="look-up-problem" data-code=${problem.code}>${icon("warn")}<span>${problem.code === "try-later" ? say("kiosk.look-up.later", { seconds: problem.seconds ?? 60 }) : sayCode(say, "error", problem.code, "")}</span></p>`}
      <div class="keys" role="group" aria-label=${say("kiosk.look-up.keys")}>
        ${KEYS.map((row) => html`<div class="key-row">${[...row].map((one) => key(one))}</div>`)}
      </div>
      <div class="actions flow look-up-deeds">
        <button class="button huge" data-test="code-erase" ?disabled=${typed === "" || asking} @click=${() => tell({ type: "look-up-pressed", key: "erase" })}>${say("kiosk.look-up.erase")}</button>
        <button class="button primary huge" data-test="code-send" ?disabled=${typed.length < LETTERS || asking} @click=${() => tell({ type: "look-up-sent" })}>${asking ? say("kiosk.look-up.asking") : say("kiosk.look-up.send")}</button>
      </div>
    </section>`;
}

function statusScreen(kiosk: Kiosk, status: ReceiptStatus): TemplateResult {
  const { say, pick, tell } = kiosk;
  const { cases } = status;
  const [only] = cases;
  const single = cases.length === 1 && only !== undefined;
  return html`
    <section class="screen status" data-test="screen-status" data-state=${single ? only.state : "several"}>
      <p class="over">${pick(status.home_name)}</p>
      <h1 tabindex="-1">${single ? say(`kiosk.look-up.state.${only.state}`) : say("kiosk.look-up.several", { count: cases.length })}</h1>
      ${cases.map((one, place) => caseOf(kiosk, status, one, place, single))}
      <div class="actions flow"><button class="button ${cases.some(({ goes_on }) => goes_on !== null) ? "" : "primary"} huge" data-test="status-done" @click=${() => tell({ type: "stop-confirmed" })}>${say("kiosk.look-up.done")}</button></div>
    </section>`;
}

/** One case: how it stands, until when, what is still to be brought, and the way to bring it now. */
function caseOf(kiosk: Kiosk, status: ReceiptStatus, one: ReceiptCase, place: number, single: boolean): TemplateResult {
  const { say, pick, language } = kiosk;
  const day = (iso: string): string => dayInWords(iso, language);
  const due = dueOf(kiosk, one);
  return html`<article class="status-case ${single ? "" : "card padded"}" data-test="status-case-${place}" data-state=${one.state}>
    ${single ? html`<p class="lead">${say(`kiosk.look-up.more.${one.state}`)}</p>` : html`<h2 data-test="status-service">${pick(one.service)}</h2><p class="status-state">${say(`kiosk.look-up.state.${one.state}`)}</p><p>${say(`kiosk.look-up.more.${one.state}`)}</p>`}
    ${!single && due === null ? nothing : html`<dl class="facts ${single ? "card padded" : ""}">
      ${single ? html`<div><dt>${say("kiosk.farewell.service")}</dt><dd data-test="status-service">${pick(one.service)}</dd></div>` : nothing}
      ${due === null ? nothing : html`<div><dt>${say("kiosk.farewell.due")}</dt><dd data-test="status-due" data-over=${one.over}>${due}</dd></div>`}
    </dl>`}
    ${one.lacking.length === 0 && one.form === null ? nothing : html`
      <h3 id="lacking-${place}">${say("kiosk.look-up.lacking")}</h3>
      <ul class="materials" aria-labelledby="lacking-${place}">
        ${one.lacking.map(({ name, reason }) => html`<li class="card" data-test="lacking">${icon("papers")}<span>${pick(name)} <small>${say(`notice.reason.${reason}`)}</small></span></li>`)}
        ${one.form === null ? nothing : html`<li class="card" data-test="lacking-form">${icon("papers")}<span>${say(`notice.form.${one.form}`)}</span></li>`}
      </ul>
      ${one.follow_by === null ? nothing : html`<p class="lead" data-test="follow-by">${say("kiosk.notice.follow-by", { day: day(one.follow_by) })}</p>`}`}
    ${bringNow(kiosk, status.home, one, place)}
  </article>`;
}

/** Until when it is decided; null where nothing is promised. */
function dueOf({ say, language }: Kiosk, { state, due, over }: ReceiptCase): string | null {
  const accepted = state === "accepted" || state === "accepted-with-gaps";
  if (due === null) return accepted ? say("kiosk.look-up.due-unknown") : null;
  if (!accepted && state !== "handed-over") return null;
  const day = dayInWords(due, language);
  return over ? say("kiosk.look-up.over", { day }) : say("kiosk.look-up.due", { day });
}

/** What is missing may be brought in another visit, and that may begin here. */
function bringNow(kiosk: Kiosk, home: string, { goes_on }: ReceiptCase, place: number): TemplateResult | typeof nothing {
  const { say, tell, catalogue, reader } = kiosk;
  const known = goes_on === null ? null : service(catalogue, home, goes_on);
  const authority = jurisdiction(catalogue, home);
  if (known === null || authority === null) return nothing;
  return html`<p class="hint">${say("kiosk.look-up.bring-more")}</p>
    ${closedNow(kiosk, authority)}
    <button class="button primary huge" data-test="bring-now-${place}" ?disabled=${!authority.open}
      @click=${() => tell({ type: "case-goes-on", home, service: known.code, rules: known.eligibility, wanted: known.parties, case: place, reader })}>${icon("papers")}${say("kiosk.look-up.bring")}</button>`;
}
