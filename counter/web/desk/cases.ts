/** The visit's cases: which lies on the table, one more, what becomes of each. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { modal } from "../../../config/web/modal.ts";
import { dayInWords } from "../../../config/web/times.ts";
import { sayCode } from "../../../config/web/words.ts";
import type { WordKey } from "../../../config/web/words.ts";
import { jurisdiction } from "../../../signaling/web/catalogue.ts";
import type { Outcome, Talk, TalkCase, WrapUp } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";
import { ELSEWHERE, isWhole, mayAccept, OUTCOMES, stillOpen } from "./cases_work.ts";
import type { Settling } from "./cases_work.ts";

/** Tabs of the cases, with what may be done with the one on the table. One case alone needs no tab. */
export function casesOfVisit(desk: Desk, talk: Talk): TemplateResult {
  const { say, ask, cases, view } = desk;
  const all = talk.cases;
  const busy = talk.held || talk.asked !== null;
  const onTable = all.find(({ on_table }) => on_table);
  const waits = busy && (all.length > 1 || view.openable.length > 0);
  return html`<section class="cases" aria-label=${say("counter.cases.label")} data-test="cases" data-count=${all.length}>
    ${all.length < 2 ? nothing : html`<ul>${all.map((one) => html`<li>
      <button class="case-tab" aria-current=${one.on_table ? "true" : "false"} data-test="case-${one.number}" data-service=${one.service} data-outcome=${one.outcome ?? ""} ?disabled=${busy && !one.on_table}
        @click=${() => { if (!one.on_table) ask({ type: "turn-to-case", session: talk.session, case: one.number }); }}>
        <strong>${one.service_name}</strong><span>${one.outcome === null ? nothing : icon("check")}${standing(desk, one)}</span></button></li>`)}</ul>`}
    <div class="keys">
      ${all.length < 2 || onTable === undefined ? nothing : html`<button class="button small" data-test="case-settle" @click=${() => cases.settle(talk.session, onTable)}>${say(onTable.outcome === null ? "counter.cases.settle" : "counter.cases.change")}</button>`}
      ${onTable?.may_be_dropped === true ? html`<button class="button small" data-test="case-drop" ?disabled=${busy} @click=${() => ask({ type: "drop-case", session: talk.session, case: onTable.number })}>${say("counter.cases.drop")}</button>` : nothing}
      ${view.openable.length === 0 ? nothing : html`<button class="button small" data-test="case-more" aria-expanded=${cases.opening && !busy} ?disabled=${busy} @click=${() => cases.unfold(!cases.opening)}>${say("counter.cases.more")}</button>`}
    </div>
    ${waits ? html`<p class="hint" data-test="cases-busy">${say(talk.held ? "counter.cases.held" : "counter.cases.busy")}</p>` : nothing}
    ${cases.opening && !busy ? html`<div class="openable" data-test="openable"><p id="openable-title">${say("counter.cases.which")}</p>
      <ul aria-labelledby="openable-title">${view.openable.map(({ service, service_name }) => html`<li><button class="button small" data-test="open-${service}" @click=${() => void cases.open(talk.session, service)}>${service_name}</button></li>`)}</ul></div>` : nothing}
  </section>`;
}

/** How far a case is: its pages, or its outcome with the day or the place. */
function standing({ say, language, pick, catalogue }: Pick<Desk, "say" | "language" | "pick" | "catalogue">, { outcome, due, pages, referred_to }: TalkCase): string {
  if (outcome === null) return say("counter.cases.open", { pages });
  const words = say(`outcome.clerk.${outcome}` as WordKey);
  if (due !== null) return `${words} · ${dayInWords(due, language)}`;
  const home = referred_to === null ? null : jurisdiction(catalogue, referred_to);
  return referred_to === null ? words : `${words} · ${say("counter.cases.to", { home: home === null ? referred_to : pick(home.short) })}`;
}

/** The other homes, where the outcome is a referral, and any other window. */
export function homeChoice({ say, pick, catalogue, view }: Desk, name: string, outcome: Outcome | null, chosen: string | null, choose: (home: string) => void): TemplateResult | typeof nothing {
  if (outcome !== "referred") return nothing;
  const others = catalogue.jurisdictions.filter(({ code }) => code !== view.jurisdiction);
  const place = (code: string, test: string, words: string): TemplateResult => html`
    <label class="choice"><input type="radio" name="${name}-home" data-test="${name}-home-${test}" .checked=${chosen === code} @change=${() => choose(code)} /><span>${words}</span></label>`;
  return html`<fieldset data-test="${name}-homes"><legend>${say("counter.cases.refer-to")}</legend>
    <div class="outcomes">${others.map(({ code, name: title }) => place(code, code, pick(title)))}${place(ELSEWHERE, "elsewhere", say("counter.cases.elsewhere"))}</div></fieldset>`;
}

/** Those without an outcome are named, and each may be settled from here. */
export function openCases({ say, cases }: Desk, session: string, all: readonly TalkCase[]): TemplateResult | typeof nothing {
  const open = stillOpen(all);
  if (open.length === 0) return nothing;
  return html`<div class="message warn" role="status" data-test="cases-open">${icon("warn")}<div class="stack"><p>${say("counter.cases.need-outcome")}</p>
    <div class="keys">${open.map((one) => html`<button class="button small" type="button" data-test="settle-${one.number}" @click=${() => cases.settle(session, one)}>${one.service_name}</button>`)}</div></div></div>`;
}

/** In the wrap-up: the others with what has become of each, which may still be changed. */
export function otherCases(desk: Desk, session: string, all: readonly TalkCase[]): TemplateResult | typeof nothing {
  const settled = all.filter(({ on_table, outcome }) => !on_table && outcome !== null);
  if (settled.length === 0) return nothing;
  return html`<ul class="other-cases" data-test="other-cases">${settled.map((one) => html`<li data-test="other-${one.number}" data-outcome=${one.outcome}>
    ${icon("check")}<span><strong>${one.service_name}</strong> ${standing(desk, one)}</span>
    <button class="button small" type="button" data-test="settle-${one.number}" @click=${() => desk.cases.settle(session, one)}>${desk.say("counter.cases.change")}</button></li>`)}</ul>`;
}

/** Several cases: which of them the choice below is for. */
export function ofTable({ say }: Pick<Desk, "say">, all: readonly TalkCase[]): TemplateResult | typeof nothing {
  const onTable = all.find(({ on_table }) => on_table);
  return all.length < 2 || onTable === undefined ? nothing : html`<p data-test="of-table">${say("counter.cases.of-table", { name: onTable.service_name })}</p>`;
}

/** What becomes of one case, while the talk or the others go on. How well people must be known is known here of the case on the table alone. */
export function settleDialog(desk: Desk, { cases: all, acceptable: provable }: Pick<Talk | WrapUp, "cases" | "acceptable">): TemplateResult | typeof nothing {
  const { say, cases, problem } = desk;
  const { settling } = cases;
  const one = all.find(({ number }) => number === settling?.case);
  if (settling === null || one === undefined) return nothing;
  const acceptable = one.on_table ? mayAccept(desk.view) : provable;
  const done = (event: Event): void => {
    event.preventDefault();
    void cases.done();
  };
  return html`<dialog class="card-over" data-test="settle-dialog" aria-labelledby="settle-title" ${modal()} @cancel=${() => cases.close()}>
    <form class="stack" @submit=${done}>
      <h2 id="settle-title">${say("counter.cases.settle-title")}</h2>
      <p><strong>${one.service_name}</strong> <small class="hint">${one.number}</small></p>
      <div class="outcomes" role="radiogroup" aria-labelledby="settle-title">${OUTCOMES.map((outcome) => html`<label class="choice"><input type="radio" name="settle-choice" data-test="settle-${outcome}"
        ?disabled=${!acceptable && outcome.startsWith("accepted")} .checked=${settling.outcome === outcome} @change=${() => cases.choose({ outcome })} /><span>${say(`outcome.clerk.${outcome}` as WordKey)}</span></label>`)}</div>
      ${homeChoice(desk, "settle", settling.outcome, settling.to, (to) => cases.choose({ to }))}
      ${noticeFirst(desk, one, settling)}
      ${settling.refused && problem !== null ? html`<p class="message bad" role="alert" data-test="settle-problem" data-code=${problem.code}>${icon("warn")}<span>${sayCode(say, "error", problem.code, problem.text)}</span></p>` : nothing}
      <div class="outcomes">
        <button class="button" type="button" data-test="settle-no" @click=${() => cases.close()}>${say("counter.cases.not-now")}</button>
        <button class="button primary" data-test="settle-yes" ?disabled=${!isWhole(settling.outcome, settling.to)}>${say("counter.cases.settle")}</button>
      </div>
    </form></dialog>`;
}

/** Two outcomes stand on a notice, and a notice is written for the case on the table. */
function noticeFirst({ say, ask, cases, view }: Desk, one: TalkCase, { session, outcome }: Settling): TemplateResult | typeof nothing {
  if (one.on_table || (outcome !== "returned" && outcome !== "accepted-with-gaps")) return nothing;
  const turn = (): void => {
    cases.close();
    ask({ type: "turn-to-case", session, case: one.number });
  };
  const { talk } = view;
  return html`<div class="message" data-test="settle-notice">${icon("papers")}<div class="stack"><p>${say("counter.cases.turn-first")}</p>
    ${talk === null ? nothing : html`<div class="keys"><button class="button small" type="button" data-test="settle-turn" ?disabled=${talk.held || talk.asked !== null} @click=${turn}>${say("counter.cases.turn")}</button></div>`}</div></div>`;
}
