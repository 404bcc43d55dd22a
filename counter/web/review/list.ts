/** The list: what must be looked at, the search, the sessions. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { dayAndTime } from "../../../config/web/times.ts";
import { pick, sayCode } from "../../../config/web/words.ts";
import type { Say, WordKey } from "../../../config/web/words.ts";
import zh from "../../../config/words/zh-CN.json";
import { service } from "../../../signaling/web/catalogue.ts";
import type { SessionSummary } from "../../../signaling/web/wire.generated.ts";
import { OUTCOMES } from "../desk/cases_work.ts";
import type { Reviewer } from "./app.ts";
import type { ListWork } from "./list_work.ts";

const LIVE = ["InSession", "OnHold", "Reconnecting"];
const INCIDENTS = ["any", "recording-late", "recording-broken", "evidence-incomplete", "segment-suspect", "break-glass", "acceptance-allowed", "notice-twice", "handover-stuck", "handover-refused"] as const;

export function incidentWords(say: Say, kind: string): string {
  const key = `incident.${kind}`;
  return Object.hasOwn(zh, key) ? say(key as WordKey) : kind;
}

export function serviceWords({ catalogue, language, person }: Reviewer, code: string): string {
  const known = service(catalogue, person.jurisdiction, code);
  return known === null ? code : pick(known.name, language);
}

export function listPage(reviewer: Reviewer, list: ListWork): TemplateResult {
  const { say } = reviewer;
  return html`<main id="main" class="review-list" data-test="screen-list">
    <h1 tabindex="-1">${say(list.seesSessions ? "review.list.title" : "review.incidents.heading")}</h1>
    ${list.problem === null ? nothing : html`<p class="message bad" role="alert" data-test="problem" data-code=${list.problem.code}>${icon("warn")}<span>${sayCode(say, "error", list.problem.code, list.problem.message)}</span></p>`}
    ${list.seesIncidents ? incidents(reviewer, list) : nothing}
    ${list.seesSessions ? searchForm(reviewer, list) : nothing}
    ${list.sessions === null ? html`<p role="status">${say("review.loading")}</p>` : list.seesSessions ? sessions(reviewer, list.sessions) : nothing}
  </main>`;
}

function incidents({ say, language, open }: Reviewer, list: ListWork): TemplateResult {
  const todo = list.incidents.filter(({ done_at }) => done_at === null);
  return html`<section class="card padded" data-test="incidents" aria-labelledby="incidents-title">
    <h2 id="incidents-title">${say("review.incidents.title", { count: todo.length })}</h2>
    ${todo.length === 0 ? html`<p class="hint">${say("review.incidents.none")}</p>` : html`<ul class="incidents">${todo.map((incident) => html`<li data-test="incident" data-kind=${incident.kind}>
      ${icon("warn")}<span>${incidentWords(say, incident.kind)}</span><time>${dayAndTime(incident.at, language)}</time>
      ${list.seesSessions ? html`<button class="button" data-test="incident-open" @click=${() => open(incident.session)}>${say("review.open")}</button>` : html`<code>${incident.session}</code>`}
      <button class="button" data-test="incident-done" @click=${() => void list.done(incident.id)}>${say("review.incidents.done")}</button></li>`)}</ul>`}
  </section>`;
}

function searchForm(reviewer: Reviewer, list: ListWork): TemplateResult {
  const { say, catalogue, person, language } = reviewer;
  const submit = (event: Event): void => {
    event.preventDefault();
    const fields = [...new FormData(event.target as HTMLFormElement)].map(([name, value]) => [name, String(value).trim()] as const);
    list.search(Object.fromEntries(fields.filter(([, value]) => value !== "")));
  };
  const field = (name: string, type: "text" | "date"): TemplateResult => html`<label class="field"><span class="label">${say(`review.search.${name}` as WordKey)}</span>
    <input class="input" name=${name} type=${type} maxlength="64" autocomplete="off" spellcheck="false" data-test="search-${name}" /></label>`;
  const choice = (name: string, options: readonly (readonly [string, string])[]): TemplateResult => html`<label class="field"><span class="label">${say(`review.search.${name}` as WordKey)}</span>
    <select class="input" name=${name} data-test="search-${name}"><option value="">${say("review.search.all")}</option>${options.map(([value, words]) => html`<option value=${value}>${words}</option>`)}</select></label>`;
  const services = catalogue.services.filter(({ home }) => home === person.jurisdiction).map(({ code, name }) => [code, pick(name, language)] as const);
  return html`<form class="card padded search" role="search" data-test="search" @submit=${submit}>
    ${field("q", "text")}${field("from", "date")}${field("to", "date")}
    ${choice("service", services)}${field("clerk", "text")}${field("kiosk", "text")}
    ${choice("outcome", OUTCOMES.map((one) => [one, say(`outcome.clerk.${one}` as WordKey)]))}
    ${choice("rating", [5, 4, 3, 2, 1].map((stars) => [String(stars), say(`kiosk.rating.${stars}` as WordKey)]))}
    ${choice("incident", INCIDENTS.map((kind) => [kind, incidentWords(say, kind)]))}
    <button class="button primary" data-test="search-do">${icon("search")}${say("review.search.do")}</button>
  </form>`;
}

function sessions(reviewer: Reviewer, found: readonly SessionSummary[]): TemplateResult {
  const { say } = reviewer;
  if (found.length === 0) return html`<p class="hint" data-test="none">${say("review.list.none")}</p>`;
  return html`<div class="card table" data-test="sessions"><table>
    <caption class="only-heard">${say("review.list.title")}</caption>
    <thead><tr>${["opened", "number", "service", "kiosk", "clerk", "outcome", "rating", "incidents"].map((name) => html`<th scope="col">${say(`review.list.${name}` as WordKey)}</th>`)}<th></th></tr></thead>
    <tbody>${found.map((one) => row(reviewer, one))}</tbody>
  </table></div>`;
}

function row(reviewer: Reviewer, one: SessionSummary): TemplateResult {
  const { say, language, open } = reviewer;
  const live = LIVE.includes(one.state);
  return html`<tr data-test="session" data-session=${one.session} data-state=${one.state}>
    <td>${dayAndTime(one.opened_at, language)}</td>
    <td>${one.number}</td>
    <td>${serviceWords(reviewer, one.service)}</td>
    <td>${one.kiosk}</td>
    <td>${one.clerk ?? ""}</td>
    <td>${live ? html`<span class="live">${icon("light")}${say("review.list.live")}</span>` : one.outcome === null ? say(one.closed_at === null ? "review.list.open" : "review.list.no-outcome") : say(`outcome.clerk.${one.outcome}` as WordKey)}</td>
    <td>${one.rating === null ? "" : say(`kiosk.rating.${one.rating}` as WordKey)}</td>
    <td>${one.incidents.map((kind) => html`<span class="raised">${icon("warn")}${incidentWords(say, kind)}</span>`)}</td>
    <td><button class="button" data-test="open" @click=${() => open(one.session)} aria-label=${say("review.open-one", { number: one.number })}>${say("review.open")}</button></td>
  </tr>`;
}
