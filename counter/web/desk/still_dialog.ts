/** One still, as large as the screen: fitted, pixel for pixel or larger, turned, as it was taken or set straight. */
import { html, svg } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { modal } from "../../../config/web/modal.ts";
import { stillWords } from "../../../signaling/web/still_words.ts";
import type { Still } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";
import { stillAddress } from "./checklist.ts";

export interface Looking {
  readonly session: string;
  readonly still: Still;
  readonly name: string;
  readonly form?: "original" | "page";
  /** Screen pixels for a pixel of the picture; 0: the whole of it fits. */
  readonly zoom?: 0 | 1 | 2 | 4;
  /** Degrees clockwise. */
  readonly turn?: number;
}

const ZOOMS = [0, 1, 2, 4] as const;

export function stillDialog({ say, lookAt }: Desk, looking: Looking): TemplateResult {
  const { session, still, name, form = "page", zoom = 0, turn = 0 } = looking;
  const close = (): void => lookAt(null);
  return html`
    <dialog class="card-over still-dialog" data-test="still-dialog" data-zoom=${zoom} data-turn=${turn} data-form=${form} aria-labelledby="still-title" ${modal()} @cancel=${close}>
      <header><h2 id="still-title">${name}</h2><p>${stillWords(say, still)}</p>
        <button class="button" data-test="still-close" @click=${close}>${say("counter.close")}</button></header>
      <div class="still-view" tabindex="0">${form === "page" ? turned(looking, still.width, still.height) : html`<img alt=${name} data-test="still-picture" src=${stillAddress(session, still.number, form)} />`}</div>
      <div class="still-keys" role="toolbar" aria-label=${name}>
        ${ZOOMS.map((each) => html`<button class="button" data-test="zoom-${each}" ?disabled=${form !== "page"} aria-pressed=${zoom === each} @click=${() => lookAt({ ...looking, zoom: each })}>${each === 0 ? html`${icon("fit")}<span>${say("counter.stage.fit")}</span>` : `${each}:1`}</button>`)}
        <button class="button" data-test="turn" ?disabled=${form !== "page"} @click=${() => lookAt({ ...looking, turn: (turn + 90) % 360 })}>${icon("turn")}<span>${say("counter.stage.turn")}</span></button>
        <button class="button" data-test="form" aria-pressed=${form === "original"} @click=${() => lookAt({ ...looking, form: form === "page" ? "original" : "page" })}>${form === "page" ? say("counter.still.original") : say("counter.still.page")}</button>
      </div>
    </dialog>`;
}

/** A drawing of the picture's size as it is turned: it takes the room that it needs, and nothing of it lies outside what can be scrolled to. */
function turned({ session, still, name, zoom = 0, turn = 0 }: Looking, width: number, height: number): TemplateResult {
  const [w, h] = turn % 180 === 0 ? [width, height] : [height, width];
  // The picture's own pixels on the glass's pixels: what a browser calls a pixel may be two of them.
  const wide = Math.round((zoom * w) / devicePixelRatio);
  const way = { 0: "", 90: `translate(${height} 0) rotate(90)`, 180: `translate(${width} ${height}) rotate(180)`, 270: `translate(0 ${width}) rotate(270)` }[turn] ?? "";
  return html`<svg role="img" aria-label=${name} data-test="still-picture" viewBox="0 0 ${w} ${h}" width=${zoom === 0 ? "100%" : wide} height=${zoom === 0 ? "100%" : Math.round((wide * h) / w)}>
    ${svg`<image href=${stillAddress(session, still.number, "page")} width=${width} height=${height} transform=${way}></image>`}</svg>`;
}
