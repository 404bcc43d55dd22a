/** One still, as large as the screen: fitted, pixel for pixel or larger, turned, as it was taken or set straight. */
import { html, nothing, svg } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { modal } from "../../../config/web/modal.ts";
import { stillWords } from "../../../signaling/web/still_words.ts";
import type { Desk } from "../context.ts";
import { stillAddress } from "./checklist.ts";
import type { Checking, Looking, StillForm } from "./still_work.ts";

const ZOOMS = [0, 1, 2, 4] as const;

export function stillDialog({ say, stills }: Desk, looking: Looking): TemplateResult {
  const { session, still, name, form = "page", zoom = 0, turn = 0 } = looking;
  const close = (): void => stills.lookAt(null);
  const lookAt = (change: Partial<Looking>): void => stills.lookAt({ ...looking, ...change });
  return html`
    <dialog class="card-over still-dialog" data-test="still-dialog" data-zoom=${zoom} data-turn=${turn} data-form=${form} aria-labelledby="still-title" ${modal()} @cancel=${close}>
      <header><h2 id="still-title">${name}</h2><p>${stillWords(say, still)}</p>
        <button class="button" data-test="still-close" @click=${close}>${say("counter.close")}</button></header>
      <div class="still-view" tabindex="0">${form !== "original" ? turned(looking, form, still.width, still.height) : html`<img alt=${name} data-test="still-picture" src=${stillAddress(session, still.number, form)} />`}</div>
      <div class="still-keys" role="toolbar" aria-label=${name}>
        ${ZOOMS.map((each) => html`<button class="button" data-test="zoom-${each}" ?disabled=${form === "original"} aria-pressed=${zoom === each} @click=${() => lookAt({ zoom: each })}>${each === 0 ? html`${icon("fit")}<span>${say("counter.stage.fit")}</span>` : `${each}:1`}</button>`)}
        <button class="button" data-test="turn" ?disabled=${form === "original"} @click=${() => lookAt({ turn: (turn + 90) % 360 })}>${icon("turn")}<span>${say("counter.stage.turn")}</span></button>
        <button class="button" data-test="form" aria-pressed=${form === "original"} @click=${() => lookAt({ form: form === "page" ? "original" : "page" })}>${form === "page" ? say("counter.still.original") : say("counter.still.page")}</button>
        ${still.checked ? html`<button class="button" data-test="form-checked" aria-pressed=${form === "checked"} @click=${() => lookAt({ form: "checked" })}>${icon("identity")}<span>${say("counter.still.checked")}</span></button>` : nothing}
      </div>
    </dialog>`;
}

/** A drawing of the picture's size as it is turned: it takes the room that it needs, and nothing of it lies outside what can be scrolled to. */
function turned({ session, still, name, zoom = 0, turn = 0 }: Looking, form: StillForm, width: number, height: number): TemplateResult {
  const [w, h] = turn % 180 === 0 ? [width, height] : [height, width];
  // The picture's own pixels on the glass's pixels: what a browser calls a pixel may be two of them.
  const wide = Math.round((zoom * w) / devicePixelRatio);
  const way = { 0: "", 90: `translate(${height} 0) rotate(90)`, 180: `translate(${width} ${height}) rotate(180)`, 270: `translate(0 ${width}) rotate(270)` }[turn] ?? "";
  return html`<svg role="img" aria-label=${name} data-test="still-picture" viewBox="0 0 ${w} ${h}" width=${zoom === 0 ? "100%" : wide} height=${zoom === 0 ? "100%" : Math.round((wide * h) / w)}>
    ${svg`<image href=${stillAddress(session, still.number, form)} width=${width} height=${height} transform=${way}></image>`}</svg>`;
}

/** What is vouched for is said in a sentence, and done with a key of its own. */
export function checkDialog({ say, stills }: Desk, { session, still, name, busy = false }: Checking): TemplateResult {
  const close = (): void => stills.check(null);
  return html`
    <dialog class="card-over check-dialog" data-test="check-dialog" aria-labelledby="check-title" aria-describedby="check-words" ${modal()} @cancel=${close}>
      <h2 id="check-title">${say("counter.check.title")}</h2>
      <img alt=${name} src=${stillAddress(session, still.number, "page")} />
      <p><strong>${name}</strong> · ${say("counter.still.number", { page: still.page })}</p>
      <p id="check-words">${say("counter.check.words")}</p>
      ${busy ? html`<p class="hint" role="status" data-test="check-busy">${say("counter.check.busy")}</p>` : nothing}
      <div class="outcomes">
        <button class="button" data-test="check-no" ?disabled=${busy} @click=${close}>${say("counter.check.no")}</button>
        <button class="button primary" data-test="check-yes" ?disabled=${busy} @click=${() => void stills.vouch()}>${say("counter.check.yes")}</button>
      </div>
    </dialog>`;
}
