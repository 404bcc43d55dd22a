/** What proves a session, in words a person can act on; and what needs two people: export, release of a legal hold. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { dayAndTime, runningTime } from "../../../config/web/times.ts";
import type { WordKey } from "../../../config/web/words.ts";
import { reviewApi } from "../../../signaling/web/review_api.ts";
import type { Approval, Integrity, Timeline } from "../../../signaling/web/wire.generated.ts";
import type { Reviewer } from "./app.ts";
import { PURPOSES } from "./work.ts";
import type { Purpose, SessionWork } from "./work.ts";

type Level = "good" | "pending" | "bad";

export function integrityPanel(reviewer: Reviewer, work: SessionWork, timeline: Timeline): TemplateResult {
  const { say } = reviewer;
  const found = work.integrity;
  return html`<section class="card padded integrity" data-test="integrity" aria-labelledby="integrity-title">
    <h2 id="integrity-title">${say("review.integrity.title")}</h2>
    ${found === "checking" ? html`<p role="status">${say("review.integrity.checking")}</p>` : found === null ? nothing : lines(reviewer, found, timeline)}
    <button class="button" data-test="check" ?disabled=${found === "checking"} @click=${() => void work.check()}>${say("review.integrity.check")}</button>
  </section>`;
}

function lines({ say, language }: Reviewer, found: Integrity, timeline: Timeline): TemplateResult {
  const line = (name: string, level: Level, words: string): TemplateResult => html`<li data-test="integrity-${name}" data-level=${level}>${icon(level === "good" ? "check" : level === "pending" ? "hold" : "warn")}<span>${words}</span></li>`;
  const signed = found.signatures.filter(({ role }) => role === "home").at(-1);
  const countersigned = found.signatures.filter(({ role }) => role === "host").at(-1);
  const missing = timeline.completeness.missing.reduce((sum, { start, end }) => sum + end - start, 0);
  const gaps = Object.entries(found.gaps);
  return html`<ul class="integrity-lines">
    ${line("chain", found.chain === null ? "good" : "bad", found.chain === null ? say("review.integrity.chain", { count: found.entries }) : say("review.integrity.chain-broken", { where: found.chain }))}
    ${line("home", found.home_signed ? "good" : timeline.state === "Closed" ? "bad" : "pending", found.home_signed && signed !== undefined ? say("review.integrity.home", { by: signed.by, code: signed.code ?? "", when: dayAndTime(Date.parse(signed.at) / 1000, language) }) : say("review.integrity.home-pending"))}
    ${found.host_signed === null ? nothing : line("host", found.host_signed ? "good" : "pending", found.host_signed && countersigned !== undefined ? say("review.integrity.host", { by: countersigned.by }) : say("review.integrity.host-pending"))}
    ${line("segments", found.damaged.length === 0 ? "good" : "bad", found.damaged.length === 0 ? say("review.integrity.segments", { count: found.verified }) : say("review.integrity.segments-damaged", { count: found.damaged.length, which: found.damaged.slice(0, 3).join(", ") }))}
    ${line("complete", timeline.completeness.complete ? "good" : "bad", timeline.completeness.complete ? say("review.integrity.complete") : say("review.integrity.incomplete", { time: runningTime(missing / 1000) }))}
    ${gaps.length === 0 ? nothing : line("gaps", "pending", say("review.integrity.gaps", { list: gaps.map(([cause, count]) => `${say(`player.cause.${cause}` as WordKey)} × ${count}`).join(", ") }))}
  </ul>
  <p class="hint digest">${say("review.integrity.digest")} <code>${found.digest}</code></p>`;
}

export function peoplePanel(reviewer: Reviewer, work: SessionWork): TemplateResult | typeof nothing {
  const { say, person } = reviewer;
  const { approvals } = work;
  if (approvals === null) return nothing;
  const supervisor = person.role === "supervisor";
  const open = (deed: Approval["deed"]): boolean => approvals.requests.some((one) => one.deed === deed && one.used_at === null);
  const ask = (deed: Approval["deed"]) => (event: Event): void => {
    event.preventDefault();
    void work.request(deed, String(new FormData(event.target as HTMLFormElement).get("purpose")) as Purpose);
  };
  const form = (deed: Approval["deed"]): TemplateResult => html`<form class="ask" data-test="ask-${deed}" @submit=${ask(deed)}>
    <label class="field"><span class="label">${say("review.people.purpose")}</span><select class="input" name="purpose">${PURPOSES.map((one) => html`<option value=${one}>${say(`review.purpose.${one}`)}</option>`)}</select></label>
    <button class="button" data-test="ask-${deed}-do" ?disabled=${work.busy}>${say(`review.people.ask-${deed}`)}</button></form>`;
  return html`<section class="card padded people" data-test="people" aria-labelledby="people-title">
    <h2 id="people-title">${say("review.people.title")}</h2><p class="hint">${say("review.people.lead")}</p>
    ${supervisor && !open("export") ? form("export") : nothing}
    ${approvals.held ? html`<p class="message warn" data-test="held">${icon("hold")}<span>${say("review.people.held")}</span></p>${supervisor && !open("release-hold") ? form("release-hold") : nothing}`
      : supervisor ? html`<button class="button" data-test="hold" ?disabled=${work.busy} @click=${() => void work.hold()}>${say("review.people.hold")}</button>` : nothing}
    <ul class="requests">${approvals.requests.map((one) => request(reviewer, work, one))}</ul>
    ${made(reviewer, work)}
  </section>`;
}

function request({ say, person, language }: Reviewer, work: SessionWork, one: Approval): TemplateResult {
  const state = one.used_at !== null ? "used" : one.approved_at !== null ? "approved" : "asked";
  return html`<li data-test="request" data-deed=${one.deed} data-state=${state}>
    <p><strong>${say(`review.people.deed.${one.deed}`)}</strong> · ${say(`review.purpose.${one.purpose}`)}<br />
      <small>${say("review.people.asked", { by: one.asked_by, when: dayAndTime(one.asked_at, language) })}${one.approved_by === null ? nothing : html`<br />${say("review.people.approved", { by: one.approved_by })}`}${one.used_at === null ? nothing : html`<br />${say("review.people.used")}`}</small></p>
    ${state === "asked" && one.asked_by !== person.login ? html`<button class="button primary" data-test="approve" ?disabled=${work.busy} @click=${() => void work.approve(one.id)}>${say("review.people.approve")}</button>` : nothing}
    ${state === "asked" && one.asked_by === person.login ? html`<p class="hint">${say("review.people.wait")}</p>` : nothing}
    ${state === "approved" && one.deed === "export" && person.role === "supervisor" ? html`<button class="button primary" data-test="make" ?disabled=${work.busy} @click=${() => void work.export(one.id)}>${say("review.people.make")}</button>` : nothing}
  </li>`;
}

function made({ say }: Reviewer, work: SessionWork): TemplateResult | typeof nothing {
  const done = work.package;
  if (done === null || done.failed !== null) return nothing;
  if (!done.ready) return html`<p><progress max="1" .value=${done.share} data-test="making" aria-label=${say("review.people.making")}></progress> ${say("review.people.making")}</p>`;
  return html`<a class="button primary" data-test="download" download href=${reviewApi.packageAddress(work.session, done.id)}>${say("review.people.download", { megabytes: (done.size / 1e6).toFixed(1) })}</a>`;
}
