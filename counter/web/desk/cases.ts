/** The visit's cases: which lies on the table, one more, what becomes of each. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { modal } from "../../../config/web/modal.ts";
import { dayInWords } from "../../../config/web/times.ts";
import { sayCode } from "../../../config/web/words.ts";
import type { WordKey } from "../../../config/web/words.ts";
import { jurisdiction } from "../../../signaling/web/catalogue.ts";
import type { Settlement, Talk, TalkCase, WrapUp } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";
import { AFTERWARDS, ELSEWHERE, isWhole, mayAccept, noticeFirst, OUTCOMES, saidOf, stillOpen } from "./cases_work.ts";
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
    ${toDo(desk, all)}
    ${waits ? html`<p class="hint" data-test="cases-busy">${say(talk.held ? "counter.cases.held" : "counter.cases.busy")}</p>` : nothing}
    ${cases.opening && !busy ? html`<div class="openable" data-test="openable"><p id="openable-title">${say("counter.cases.which")}</p>
      <ul aria-labelledby="openable-title">${view.openable.map(({ service, service_name }) => html`<li><button class="button small" data-test="open-${service}" @click=${() => void cases.open(talk.session, service)}>${service_name}</button></li>`)}</ul></div>` : nothing}
  </section>`;
}

/** Before the talk ends: which of several cases still need an outcome, and whether a notice was given while it could be. Nothing for one case alone, which the end asks for. */
function toDo({ say }: Desk, all: readonly TalkCase[]): TemplateResult | typeof nothing {
  const open = all.filter((one) => saidOf(one) === null);
  if (all.length < 2 || open.length === 0) return nothing;
  return html`<div class="to-do" data-test="cases-to-do"><p>${say("counter.cases.todo")}</p>
    <ul>${open.map((one) => html`<li data-test="to-do-${one.number}" data-told=${one.told ?? ""}><strong>${one.service_name}</strong> ${say(one.told === null ? "counter.cases.todo-outcome" : "counter.cases.todo-told")}</li>`)}</ul></div>`;
}

/** How far a case is: its pages, or its outcome with the day or the place. */
function standing({ say, language, pick, catalogue }: Pick<Desk, "say" | "language" | "pick" | "catalogue">, { outcome, due, pages, referred_to, told, stays_open }: TalkCase): string {
  if (stays_open) return say("counter.cases.stays-open");
  if (outcome === null) return `${say("counter.cases.open", { pages })}${told === null ? "" : ` · ${say("counter.cases.told")}`}`;
  const words = say(`outcome.clerk.${outcome}` as WordKey);
  if (due !== null) return `${words} · ${dayInWords(due, language)}`;
  const home = referred_to === null ? null : jurisdiction(catalogue, referred_to);
  return referred_to === null ? words : `${words} · ${say("counter.cases.to", { home: home === null ? referred_to : pick(home.short) })}`;
}

/** The other homes, where the outcome is a referral, and any other window. */
export function homeChoice({ say, pick, catalogue, view }: Desk, name: string, outcome: Settlement | null, chosen: string | null, choose: (home: string) => void): TemplateResult | typeof nothing {
  if (outcome !== "referred") return nothing;
  const others = catalogue.jurisdictions.filter(({ code }) => code !== view.jurisdiction);
  const place = (code: string, test: string, words: string): TemplateResult => html`
    <label class="choice"><input type="radio" name="${name}-home" data-test="${name}-home-${test}" .checked=${chosen === code} @change=${() => choose(code)} /><span>${words}</span></label>`;
  return html`<fieldset data-test="${name}-homes"><legend>${say("counter.cases.refer-to")}</legend>
    <div class="outcomes">${others.map(({ code, name: title }) => place(code, code, pick(title)))}${place(ELSEWHERE, "elsewhere", say("counter.cases.elsewhere"))}</div></fieldset>`;
}

/** Those without an outcome are named, and each may be settled from here. */
export function openCases({ say, cases, view }: Desk, session: string, all: readonly TalkCase[]): TemplateResult | typeof nothing {
  const open = stillOpen(all);
  if (open.length === 0) return nothing;
  const untold = view.talk !== null && open.some(({ told }) => told === null);
  return html`<div class="message warn" role="status" data-test="cases-open">${icon("warn")}<div class="stack"><p>${say("counter.cases.need-outcome")}</p>
    <div class="keys">${open.map((one) => html`<button class="button small" type="button" data-test="settle-${one.number}" @click=${() => cases.settle(session, one)}>${one.service_name}${one.told === null ? nothing : html` · ${say("counter.cases.told")}`}</button>`)}</div>
    ${untold ? html`<p data-test="last-chance">${say("counter.cases.last-chance")}</p>` : nothing}</div></div>`;
}

/** In the wrap-up: the others with what has become of each, which may still be changed. */
export function otherCases(desk: Desk, session: string, all: readonly TalkCase[]): TemplateResult | typeof nothing {
  const settled = all.filter((one) => !one.on_table && saidOf(one) !== null);
  if (settled.length === 0) return nothing;
  return html`<ul class="other-cases" data-test="other-cases">${settled.map((one) => html`<li data-test="other-${one.number}" data-outcome=${saidOf(one)}>
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
  const over = desk.view.talk === null;
  const waits = over && noticeFirst(settling.outcome, one.told) !== null;
  const done = (event: Event): void => {
    event.preventDefault();
    void cases.done();
  };
  return html`<dialog class="card-over" data-test="settle-dialog" aria-labelledby="settle-title" ${modal()} @cancel=${() => cases.close()}>
    <form class="stack" @submit=${done}>
      <h2 id="settle-title">${say("counter.cases.settle-title")}</h2>
      <p><strong>${one.service_name}</strong> <small class="hint">${one.number}</small></p>
      <div class="outcomes" role="radiogroup" aria-labelledby="settle-title">${(over ? AFTERWARDS : OUTCOMES).map((outcome) => html`<label class="choice"><input type="radio" name="settle-choice" data-test="settle-${outcome}"
        ?disabled=${!acceptable && outcome.startsWith("accepted")} .checked=${settling.outcome === outcome} @change=${() => cases.choose({ outcome })} /><span>${say(`outcome.clerk.${outcome}` as WordKey)}</span></label>`)}</div>
      ${homeChoice(desk, "settle", settling.outcome, settling.to, (to) => cases.choose({ to }))}
      ${over ? afterTheTalk(desk, one, settling) : turnFirst(desk, one, settling)}
      ${settling.refused && problem !== null ? html`<p class="message bad" role="alert" data-test="settle-problem" data-code=${problem.code}>${icon("warn")}<span>${sayCode(say, "error", problem.code, problem.text)}</span></p>` : nothing}
      <div class="outcomes">
        <button class="button" type="button" data-test="settle-no" @click=${() => cases.close()}>${say("counter.cases.not-now")}</button>
        <button class="button primary" data-test="settle-yes" ?disabled=${waits || !isWhole(settling.outcome, settling.to)}>${say("counter.cases.settle")}</button>
      </div>
    </form></dialog>`;
}

/** Two outcomes stand on a notice, and a notice is written for the case on the table. */
function turnFirst({ say, ask, cases, view }: Desk, one: TalkCase, { session, outcome }: Settling): TemplateResult | typeof nothing {
  const { talk } = view;
  if (one.on_table || talk === null || noticeFirst(outcome, one.told) === null) return nothing;
  const turn = (): void => {
    cases.close();
    ask({ type: "turn-to-case", session, case: one.number });
  };
  return html`<div class="message" data-test="settle-notice">${icon("papers")}<div class="stack"><p>${say("counter.cases.turn-first")}</p>
    <div class="keys"><button class="button small" type="button" data-test="settle-turn" ?disabled=${talk.held || talk.asked !== null} @click=${turn}>${say("counter.cases.turn")}</button></div></div></div>`;
}

/** Nobody is there any more to be told: what was missed stays open, and is no dead end. */
function afterTheTalk({ say }: Desk, one: TalkCase, { outcome }: Settling): TemplateResult | typeof nothing {
  if (outcome === "stays-open") return staysOpen({ say });
  if (one.on_table || noticeFirst(outcome, one.told) === null) return nothing;
  return html`<p class="message warn" role="status" data-test="settle-too-late">${icon("warn")}<span>${say("counter.cases.too-late")}</span></p>`;
}

/** What it means that a case stays open. */
export function staysOpen({ say }: Pick<Desk, "say">): TemplateResult {
  return html`<p class="hint" data-test="stays-open">${say("counter.cases.stays-open-more")}</p>`;
}
