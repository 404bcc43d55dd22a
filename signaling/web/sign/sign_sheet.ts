/** How the page and the pad are drawn: the ink stands on both, in the same shape. Nothing here listens or decides. */
import { html, nothing, svg } from "lit";
import type { SVGTemplateResult, TemplateResult } from "lit";
import { inner, lines, PAD } from "./ink.ts";
import type { Box, Line, Stroke } from "./ink.ts";

/** A place on a page: ten-thousandths of its width and height. */
export interface Place extends Box {
  /** From 0. */
  readonly page: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const WHOLE = 10_000;
const BASE = 770; // where one writes, in units of the pad
const drawn = new WeakMap<Stroke, readonly Line[]>();

/** A stroke that is finished is never another one: its lines are worked out once. */
function linesOf(stroke: Stroke): readonly Line[] {
  const known = drawn.get(stroke) ?? lines(stroke);
  drawn.set(stroke, known);
  return known;
}

function ink(strokes: readonly Stroke[]): SVGTemplateResult {
  return svg`<g class="sign-ink" fill="none" stroke-linecap="round" stroke-linejoin="round">${strokes.map((stroke) => linesOf(stroke).map(
    ({ d, width }) => svg`<path d=${d} stroke-width=${width}></path>`))}</g>`;
}

/** What lies over the picture of the page on which is signed: the marked box, and the ink in it as it will be on paper. */
export function overPage(place: Place, picture: Size, strokes: readonly Stroke[], here: string): SVGTemplateResult {
  const box: Box = {
    x: (place.x / WHOLE) * picture.width, y: (place.y / WHOLE) * picture.height,
    width: (place.width / WHOLE) * picture.width, height: (place.height / WHOLE) * picture.height,
  };
  const pad = inner(box);
  return svg`<svg class="sign-over" viewBox=${`0 0 ${picture.width} ${picture.height}`} aria-hidden="true" data-test="sign-over">
    <rect class="sign-box" x=${box.x} y=${box.y} width=${box.width} height=${box.height} rx=${box.height / 12} data-test="sign-box"></rect>
    ${strokes.length > 0 ? nothing : svg`<text class="sign-here" x=${box.x + box.width / 2} y=${box.y + box.height * 0.62} font-size=${box.height * 0.38} text-anchor="middle">${here}</text>`}
    <svg x=${pad.x} y=${pad.y} width=${pad.width} height=${pad.height} viewBox=${`0 0 ${PAD.width} ${PAD.height}`} overflow="visible" data-test="sign-page-ink">${ink(strokes)}</svg>
  </svg>`;
}

/** What is on the pad: a line to write on, a word as long as nothing is written, the ink. */
export function onPad(strokes: readonly Stroke[], hint: string): SVGTemplateResult {
  return svg`<svg viewBox=${`0 0 ${PAD.width} ${PAD.height}`} aria-hidden="true" data-test="sign-pad-ink">
    <path class="sign-base" d=${`M160,${BASE} H${PAD.width - 160}`}></path>
    ${strokes.length > 0 ? nothing : svg`<text class="sign-hint" x=${PAD.width / 2} y=${BASE - 200} font-size="150" text-anchor="middle">${hint}</text>`}
    ${ink(strokes)}
  </svg>`;
}

/** A magnifying glass with a plus or a minus in it. */
export function lens(larger: boolean): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" aria-hidden="true" focusable="false">
    <circle cx="10.5" cy="10.5" r="7"></circle><path d=${`m15.7 15.7 5 5M7.5 10.5h6${larger ? "M10.5 7.5v6" : ""}`}></path></svg>`;
}
