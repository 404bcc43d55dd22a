/** The checklist of a case: what to bring, which page is asked for now, and the pages that were taken. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { stillWords } from "../../../signaling/web/still_words.ts";
import type { CatalogueMaterial, Still, Talk } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";
import { papersSealed } from "./consents.ts";
import { isWithdrawn } from "./consents_work.ts";
import type { StillForm } from "./still_work.ts";

export function checklist(desk: Desk, talk: Talk, materials: readonly CatalogueMaterial[]): TemplateResult | typeof nothing {
  if (materials.length === 0) return nothing;
  const { say, pick, ask } = desk;
  const busy = !talk.may_take_in || (talk.asked ?? null) !== null || talk.held || isWithdrawn(desk.view.consents, "papers-to-home");
  return html`
    <h3 id="checklist">${say("counter.case.materials")}</h3>
    ${papersSealed(desk)}
    ${talk.may_take_in ? nothing : html`<p class="message warn" role="status" data-test="no-power">${icon("warn")}<span>${say("counter.still.no-power")}</span></p>`}
    <ul class="checklist" aria-labelledby="checklist" data-test="checklist">${materials.map((material, place) => {
      const stills = talk.stills.filter((still) => still.material === place);
      return html`<li data-test="material-${place}" data-kept=${stills.some(({ kept }) => kept)}>
        <p>${stills.some(({ kept }) => kept) ? icon("check") : nothing}<span>${pick(material)}${material.need === "required" ? nothing : html` <small>${say(`material.${material.need}`)}</small>`}</span></p>
        ${stills.map((still) => stillRow(desk, talk.session, still, pick(material), talk.may_check && !talk.held))}
        ${asking(desk, talk, place) ?? html`<button class="button small" data-test="ask-page-${place}" ?disabled=${busy} @click=${() => ask({ type: "ask-for-page", session: talk.session, material: place })}>${icon("papers")}<span>${say("counter.still.ask")}</span></button>`}
      </li>`;
    })}</ul>`;
}

/** The page that is asked for now; null when it is another, or none. */
function asking({ say, ask, stills }: Desk, talk: Talk, place: number): TemplateResult | null {
  const asked = talk.asked ?? null;
  if (asked?.ask !== "page" || asked.material !== place) return null;
  const taking = stills.taking || (asked.take ?? null) !== null;
  return html`<div class="asking" data-test="asking" data-taking=${taking}>
    <p role="status">${taking ? say("counter.ask.taking") : say("counter.ask.page", { name: asked.material_name })}</p>
    <div class="keys"><button class="button primary small" data-test="take" ?disabled=${stills.taking} @click=${() => void stills.take(talk.session, asked.id)}>${icon("camera")}<span>${taking ? say("counter.ask.take-again") : say("counter.ask.take")}</span></button>
    <button class="button small" data-test="withdraw" @click=${() => ask({ type: "withdraw-ask", session: talk.session, ask: asked.id })}>${say("counter.ask.withdraw")}</button></div>
  </div>`;
}

/** `mayCheck`: a power lets it be vouched for here. */
export function stillRow({ say, ask, stills }: Desk, session: string, still: Still, name: string, mayCheck = false): TemplateResult {
  const good = still.reasons.length === 0;
  return html`<div class="still ${good ? "good" : "again"}" data-test="still-${still.number}" data-kept=${still.kept} data-checked=${still.checked} data-reasons=${still.reasons.join(" ")}>
    <button class="still-look" data-test="look-${still.number}" aria-label=${say("counter.still.look", { name })} @click=${() => stills.lookAt({ session, still, name, form: still.checked ? "checked" : "page" })}>
      <img alt="" src=${stillAddress(session, still.number, "page")} loading="lazy" decoding="async" /></button>
    <div><p>${icon(good ? "check" : "warn")}<span>${stillWords(say, still)}</span></p>
      ${still.kept ? html`<p class="hint" data-test="page-${still.page}">${say("counter.still.kept-as", { page: still.page })}</p>` : html`<button class="button ${good ? "primary" : ""} small" data-test="keep-${still.number}" @click=${() => ask({ type: "keep-still", session, still: still.number })}>${say("counter.still.keep")}</button>`}
      ${still.checked ? html`<p class="checked" data-test="checked-${still.number}">${icon("identity")}<span>${say("counter.still.is-checked")}</span></p>` : nothing}
      ${mayCheck && still.kept && !still.checked ? html`<button class="button small" data-test="check-still" @click=${() => stills.check({ session, still, name })}>${icon("identity")}<span>${say("counter.still.check")}</span></button>` : nothing}
      <button class="button small" data-test="drop-${still.number}" @click=${() => ask({ type: "drop-still", session, still: still.number })}>${say("counter.still.drop")}</button></div>
  </div>`;
}

/** Where the picture of a still is: as it was taken, the page set straight, or the copy that says that it was checked. */
export function stillAddress(session: string, still: number, form: StillForm): string {
  return `/api/v1/sessions/${encodeURIComponent(session)}/stills/${still}/${form}`;
}
