/** One paper, as large as the screen: fitted, pixel for pixel or larger, turned; who looks and when stands over it, as over the recording. */
import { html, nothing, svg } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { modal } from "../../../config/web/modal.ts";
import { runningTime } from "../../../config/web/times.ts";
import type { WordKey } from "../../../config/web/words.ts";
import { isPicture, paperAddress, paperName, standingWords } from "./paper_sheets.ts";
import type { Naming, Sheet } from "./paper_sheets.ts";
import type { Table } from "./papers.ts";
import type { Looking, Size } from "./papers_work.ts";

const ZOOMS = [0, 1, 2, 4] as const;
/** Enough to fill a large screen. */
const WATERMARKS = Array.from({ length: 160 }, (_, index) => index);

export function paperDialog({ reviewer: { say }, work, watermark }: Table, sheet: Sheet, looking: Looking, naming: Naming): TemplateResult {
  const pictures = sheet.papers.filter(isPicture);
  const paper = pictures[looking.version] ?? sheet.papers[0];
  const record = sheet.papers.find(({ kind }) => kind === "signature-record");
  const name = paperName(paper, naming);
  const { zoom, turn } = looking;
  const look = (change: Partial<Looking>): void => work.look({ ...looking, ...change });
  const close = (event: Event): void => {
    (event.currentTarget as HTMLElement).closest("dialog")?.close(); // gives the focus back to the tile
    work.look(null);
  };
  return html`
    <dialog class="card-over still-dialog paper-dialog" data-test="paper-dialog" data-kind=${paper.kind} data-zoom=${zoom} data-turn=${turn} aria-labelledby="paper-title" ${modal()} @cancel=${close}>
      <header><h2 id="paper-title">${name}</h2><p>${runningTime(paper.at / 1000)} · ${standingWords(say, sheet)}</p>
        <button class="button" data-test="paper-close" @click=${close}>${say("counter.close")}</button></header>
      <div class="paper-large">
        <div class="still-view" tabindex="0" role="group" aria-label=${name}>${turned(paperAddress(work.session, paper), work.sizeOf(paper), name, zoom, turn)}</div>
        <div class="player-watermark" aria-hidden="true" data-test="paper-watermark"><div>${WATERMARKS.map(() => html`<span>${watermark}</span>`)}</div></div>
      </div>
      <div class="still-keys" role="toolbar" aria-label=${name}>
        ${ZOOMS.map((each) => html`<button class="button" data-test="zoom-${each}" aria-pressed=${zoom === each} @click=${() => look({ zoom: each })}>${each === 0 ? html`${icon("fit")}<span>${say("counter.stage.fit")}</span>` : `${each}:1`}</button>`)}
        <button class="button" data-test="turn" @click=${() => look({ turn: (turn + 90) % 360 })}>${icon("turn")}<span>${say("counter.stage.turn")}</span></button>
        ${pictures.length < 2 ? nothing : pictures.map(({ kind }, index) => html`<button class="button" data-test="version-${kind}" aria-pressed=${pictures[index] === paper} @click=${() => look({ version: index })}>${say(`review.papers.version.${kind}` as WordKey)}</button>`)}
        ${record === undefined ? nothing : html`<a class="button" data-test="record" target="_blank" rel="noopener" href=${`/api/v1/${paperAddress(work.session, record)}`}>${icon("identity")}<span>${say("review.papers.record")}</span></a>`}
      </div>
    </dialog>`;
}

/** A drawing of the picture's size as it is turned: it takes the room that it needs, and nothing of it lies outside what can be scrolled to. */
function turned(address: string, { width, height }: Size, name: string, zoom: number, turn: number): TemplateResult {
  const [w, h] = turn % 180 === 0 ? [width, height] : [height, width];
  // The picture's own pixels on the glass's pixels: what a browser calls a pixel may be two of them.
  const wide = Math.round((zoom * w) / devicePixelRatio);
  const way = { 0: "", 90: `translate(${height} 0) rotate(90)`, 180: `translate(${width} ${height}) rotate(180)`, 270: `translate(0 ${width}) rotate(270)` }[turn] ?? "";
  return html`<svg role="img" aria-label=${name} data-test="paper-large" viewBox="0 0 ${w} ${h}" width=${zoom === 0 ? "100%" : wide} height=${zoom === 0 ? "100%" : Math.round((wide * h) / w)}>
    ${svg`<rect class="paper-sheet" width=${w} height=${h}></rect><image href=${`/api/v1/${address}`} width=${width} height=${height} transform=${way}></image>`}</svg>`;
}
