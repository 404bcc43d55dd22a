/** The visit's cases and the people in them: which lies on the table, one more, what becomes of each, who has shown a card. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { modal } from "../../../config/web/modal.ts";
import { dayInWords } from "../../../config/web/times.ts";
import type { WordKey } from "../../../config/web/words.ts";
import type { Level, Outcome, Talk, TalkCase, TalkParty } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";
import { isWhole } from "./cases_work.ts";
import { OUTCOMES } from "./wrap_up.ts";

const LEVELS: readonly Level[] = ["declared", "card-seen", "card-read"];

/** Whether somebody is known as well as is asked. */
export function isKnown(reached: Level, asked: Level): boolean {
  return LEVELS.indexOf(reached) >= LEVELS.indexOf(asked);
}

/** Tabs of the cases, with what may be done with the one on the table. One case alone needs no tab. */
export function casesOfVisit(desk: Desk, talk: Talk): TemplateResult {
  const { say, ask, cases, view } = desk;
  const all = talk.cases ?? [];
  const busy = talk.held || (talk.asked ?? null) !== null;
  const onTable = all.find(({ on_table }) => on_table);
  const openable = view.openable ?? [];
  return html`<section class="cases" aria-label=${say("counter.cases.label")} data-test="cases" data-count=${all.length}>
    ${all.length < 2 ? nothing : html`<ul>${all.map((one) => html`<li>
      <button class="case-tab" aria-current=${one.on_table ? "true" : "false"} data-test="case-${one.number}" data-outcome=${one.outcome ?? ""} ?disabled=${busy && !one.on_table}
        @click=${() => { if (!one.on_table) ask({ type: "turn-to-case", session: talk.session, case: one.number }); }}>
        <strong>${one.service_name}</strong><span>${standing(desk, one)}</span></button></li>`)}</ul>`}
    <div class="keys">
      ${all.length < 2 || onTable === undefined ? nothing : html`<button class="button small" data-test="case-settle" @click=${() => cases.settle(talk.session, onTable.number, onTable.outcome)}>${say("counter.cases.settle")}</button>`}
      ${onTable?.may_be_dropped === true ? html`<button class="button small" data-test="case-drop" ?disabled=${busy} @click=${() => ask({ type: "drop-case", session: talk.session, case: onTable.number })}>${say("counter.cases.drop")}</button>` : nothing}
      ${openable.length === 0 ? nothing : html`<button class="button small" data-test="case-more" aria-expanded=${cases.opening} ?disabled=${busy} @click=${() => cases.unfold(!cases.opening)}>${say("counter.cases.more")}</button>`}
    </div>
    ${cases.opening ? html`<ul class="openable" data-test="openable">${openable.map(({ service, service_name }) => html`<li><button class="button quiet small" data-test="open-${service}" @click=${() => void cases.open(talk.session, service)}>${service_name}</button></li>`)}</ul>` : nothing}
  </section>`;
}

function standing({ say, language }: Pick<Desk, "say" | "language">, one: TalkCase): string {
  if (one.outcome === null) return say("counter.cases.open", { pages: one.pages });
  const outcome = say(`outcome.clerk.${one.outcome}` as WordKey);
  return one.due === null ? outcome : `${outcome} · ${dayInWords(one.due, language)}`;
}

/** Who asks, how well each is known, and what the case on the table wants. `session` null: the talk is over. */
export function partiesOfVisit({ say, ask }: Desk, session: string | null, parties: readonly TalkParty[], level: Level): TemplateResult {
  return html`<ul class="parties" aria-label=${say("counter.parties.label")} data-test="parties">${parties.map((party, n) => {
    const known = isKnown(party.level, level);
    return html`<li data-test="party-${n}" data-level=${party.level} data-known=${known}>
      <p>${icon(known ? "identity" : "warn")}<strong>${party.name}</strong> <small>${say(`level.${party.level}` as WordKey)}</small></p>
      ${(party.id_number ?? null) === null ? nothing : html`<p class="hint" data-test="party-number-${n}">${say("counter.parties.number", { number: party.id_number ?? "" })}</p>`}
      ${session === null || party.level !== "declared" ? nothing : html`<button class="button small" data-test="party-seen-${n}" @click=${() => ask({ type: "confirm-identity", session, party: n })}>${icon("identity")}<span>${say("counter.parties.seen")}</span></button>`}
    </li>`;
  })}</ul>`;
}

/** Whether somebody is not known as well as the case asks. */
export function lacksIdentity(parties: readonly TalkParty[], level: Level): boolean {
  return parties.some((party) => !isKnown(party.level, level));
}

/** The other homes, where the outcome is a referral. */
export function homeChoice({ say, pick, catalogue, view }: Desk, name: string, outcome: Outcome | null, chosen: string | null, choose: (home: string) => void): TemplateResult | typeof nothing {
  if (outcome !== "referred") return nothing;
  const others = catalogue.jurisdictions.filter(({ code }) => code !== view.jurisdiction);
  return html`<fieldset data-test="${name}-homes"><legend>${say("counter.cases.refer-to")}</legend><div class="outcomes">${others.map(({ code, name: title }) => html`
    <label class="choice"><input type="radio" name="${name}-home" data-test="${name}-home-${code}" .checked=${chosen === code} @change=${() => choose(code)} /><span>${pick(title)}</span></label>`)}</div></fieldset>`;
}

/** Cases that still need an outcome before the talk may end; the one on the table gets its own with the end. */
export function stillOpen(cases: readonly TalkCase[]): readonly TalkCase[] {
  return cases.filter(({ outcome, on_table }) => outcome === null && !on_table);
}

/** They are named, and each may be settled from here. */
export function openCases({ say, cases }: Desk, session: string, all: readonly TalkCase[]): TemplateResult | typeof nothing {
  const open = stillOpen(all);
  if (open.length === 0) return nothing;
  return html`<div class="message warn" role="status" data-test="cases-open">${icon("warn")}<div><p>${say("counter.cases.need-outcome")}</p>
    <div class="keys">${open.map((one) => html`<button class="button small" type="button" data-test="settle-${one.number}" @click=${() => cases.settle(session, one.number, null)}>${one.service_name}</button>`)}</div></div></div>`;
}

/** What becomes of one case, while the talk or the others go on. */
export function settleDialog(desk: Desk, all: readonly TalkCase[], acceptable: boolean): TemplateResult | typeof nothing {
  const { say, cases } = desk;
  const { settling } = cases;
  const one = all.find(({ number }) => number === settling?.case);
  if (settling === null || one === undefined) return nothing;
  const done = (event: Event): void => {
    event.preventDefault();
    void cases.done();
  };
  return html`<dialog class="card-over" data-test="settle-dialog" aria-labelledby="settle-title" ${modal()} @cancel=${() => cases.close()}>
    <form class="stack" @submit=${done}>
      <h2 id="settle-title">${one.service_name}</h2>
      <p class="hint">${one.number}</p>
      <div class="outcomes" role="radiogroup" aria-labelledby="settle-title">${OUTCOMES.map((outcome) => html`<label class="choice"><input type="radio" name="settle-choice" data-test="settle-${outcome}"
        ?disabled=${!acceptable && outcome.startsWith("accepted")} .checked=${settling.outcome === outcome} @change=${() => cases.choose({ outcome })} /><span>${say(`outcome.clerk.${outcome}` as WordKey)}</span></label>`)}</div>
      ${homeChoice(desk, "settle", settling.outcome, settling.to, (to) => cases.choose({ to }))}
      <div class="outcomes">
        <button class="button" type="button" data-test="settle-no" @click=${() => cases.close()}>${say("counter.close")}</button>
        <button class="button primary" data-test="settle-yes" ?disabled=${!isWhole(settling.outcome, settling.to)}>${say("counter.cases.settle")}</button>
      </div>
    </form></dialog>`;
}
