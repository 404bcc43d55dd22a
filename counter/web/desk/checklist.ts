/** The checklist of a case: what to bring, which page is asked for now, and the pages that were taken. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { stillWords } from "../../../signaling/web/still_words.ts";
import type { CatalogueMaterial, Still, Talk } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";

export function checklist(desk: Desk, talk: Talk, materials: readonly CatalogueMaterial[]): TemplateResult | typeof nothing {
  if (materials.length === 0) return nothing;
  const { say, pick, ask } = desk;
  const busy = (talk.asked ?? null) !== null || talk.held;
  return html`
    <h3 id="checklist">${say("counter.case.materials")}</h3>
    <ul class="checklist" aria-labelledby="checklist" data-test="checklist">${materials.map((material, place) => {
      const stills = (talk.stills ?? []).filter((still) => still.material === place);
      return html`<li data-test="material-${place}" data-kept=${stills.some(({ kept }) => kept)}>
        <p>${stills.some(({ kept }) => kept) ? icon("check") : nothing}${pick(material)}${material.need === "required" ? nothing : html` <small>${say(`material.${material.need}`)}</small>`}</p>
        ${stills.map((still) => stillRow(desk, talk.session, still, pick(material)))}
        ${asking(desk, talk, place) ?? html`<button class="button small" data-test="ask-page-${place}" ?disabled=${busy} @click=${() => ask({ type: "ask-for-page", session: talk.session, material: place })}>${icon("papers")}<span>${say("counter.still.ask")}</span></button>`}
      </li>`;
    })}</ul>`;
}

/** The page that is asked for now; null when it is another, or none. */
function asking({ say, ask, pressTake, wantsTake }: Desk, talk: Talk, place: number): TemplateResult | null {
  const asked = talk.asked ?? null;
  if (asked?.ask !== "page" || asked.material !== place) return null;
  const taking = wantsTake || (asked.take ?? null) !== null;
  return html`<div class="asking" data-test="asking" data-taking=${taking}>
    <p role="status">${taking ? say("counter.ask.taking") : say("counter.ask.page", { name: asked.material_name })}</p>
    <div class="keys"><button class="button primary small" data-test="take" ?disabled=${wantsTake} @click=${() => pressTake(talk.session, asked.id)}>${icon("camera")}<span>${taking ? say("counter.ask.take-again") : say("counter.ask.take")}</span></button>
    <button class="button small" data-test="withdraw" @click=${() => ask({ type: "withdraw-ask", session: talk.session, ask: asked.id })}>${say("counter.ask.withdraw")}</button></div>
  </div>`;
}

export function stillRow({ say, ask, lookAt }: Desk, session: string, still: Still, name: string): TemplateResult {
  const good = still.reasons.length === 0;
  return html`<div class="still ${good ? "good" : "again"}" data-test="still-${still.number}" data-kept=${still.kept} data-reasons=${still.reasons.join(" ")}>
    <button class="still-look" data-test="look-${still.number}" aria-label=${say("counter.still.look", { name })} @click=${() => lookAt({ session, still, name })}>
      <img alt="" src=${stillAddress(session, still.number, "page")} loading="lazy" decoding="async" /></button>
    <div><p>${icon(good ? "check" : "warn")}<span>${stillWords(say, still)}</span></p>
      ${still.kept ? html`<p class="hint">${say("counter.still.kept")}</p>` : html`<button class="button ${good ? "primary" : ""} small" data-test="keep-${still.number}" @click=${() => ask({ type: "keep-still", session, still: still.number })}>${say("counter.still.keep")}</button>`}
      <button class="button small" data-test="drop-${still.number}" @click=${() => ask({ type: "drop-still", session, still: still.number })}>${say("counter.still.drop")}</button></div>
  </div>`;
}

/** Where the picture of a still is: as it was taken, or the page set straight. */
export function stillAddress(session: string, still: number, form: "original" | "page"): string {
  return `/api/v1/sessions/${encodeURIComponent(session)}/stills/${still}/${form}`;
}
