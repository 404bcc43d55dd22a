/**
 * `<pointing-layer>`: strokes over a picture that fade, drawn by whoever looks and shown to the other side.
 *
 * It lies in a `<media-tile>` and knows where the picture is in it; places are ten-thousandths of the picture's own sides, so that both
 * sides mean the same spot however large, letterboxed or turned each sees it. Fires `pointing` (bubbles) with what is to be sent.
 */
import { place, unplace } from "./pointing_places.ts";
import type { Spot, View } from "./pointing_places.ts";

export interface Stroke {
  readonly stroke: number;
  readonly spots: readonly Spot[];
  readonly ended: boolean;
}

/** What leaves this page: which picture, and the next part of a stroke. */
export interface Pointing extends Stroke {
  readonly participant: string;
  readonly source: string;
}

const TOGETHER_MS = 70; // a message for this much of a movement: under a tenth of a second, and within what a line may carry
const MOST_SPOTS = 64;
const FADES_MS = 2500;

interface Drawn {
  readonly spots: Spot[];
  readonly mine: boolean;
  touched: number;
}

export class PointingLayer extends HTMLElement {
  readonly #canvas = document.createElement("canvas");
  readonly #drawn = new Map<string, Drawn>();
  #stroke = Math.floor(Math.random() * 2 ** 30);
  #waiting: Spot[] = [];
  #timer = 0;
  #down = false;
  #frame = 0;

  /** Whose picture of which source lies below. */
  participant = "";
  source = "camera";
  /** Degrees clockwise by which the picture is shown turned. */
  turn = 0;

  connectedCallback(): void {
    this.dataset["surface"] = `${this.participant}/${this.source}`;
    this.#canvas.setAttribute("aria-hidden", "true");
    if (this.#canvas.parentNode !== this) this.append(this.#canvas);
    this.onpointerdown = (event) => this.#begin(event);
    this.onpointermove = (event) => this.#move(event);
    this.onpointerup = this.onpointercancel = () => this.#end();
  }

  disconnectedCallback(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#drawn.clear();
  }

  /** What the other side points at. */
  show(stroke: Stroke): void {
    this.#draw(`theirs/${stroke.stroke}`, stroke.spots, false);
  }

  #begin(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.setPointerCapture(event.pointerId);
    this.#down = true;
    this.#stroke += 1;
    this.#move(event);
  }

  #move(event: PointerEvent): void {
    if (!this.#down) return;
    const spot = place(this.#view(), event.offsetX, event.offsetY);
    if (spot === null) return;
    this.#waiting.push(spot);
    this.#draw(`mine/${this.#stroke}`, [spot], true);
    if (this.#waiting.length >= MOST_SPOTS) this.#send(false);
    else this.#timer ||= window.setTimeout(() => this.#send(false), TOGETHER_MS);
  }

  #end(): void {
    if (!this.#down) return;
    this.#down = false;
    this.#send(true);
  }

  #send(ended: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const spots = this.#waiting;
    this.#waiting = [];
    if (spots.length === 0) return;
    const detail: Pointing = { participant: this.participant, source: this.source, stroke: this.#stroke, spots, ended };
    this.dispatchEvent(new CustomEvent("pointing", { bubbles: true, detail }));
  }

  #view(): View {
    const video = this.closest("media-tile")?.querySelector("video");
    return { width: this.clientWidth, height: this.clientHeight, pictureWidth: video?.videoWidth ?? 0, pictureHeight: video?.videoHeight ?? 0, turn: this.turn };
  }

  #draw(key: string, spots: readonly Spot[], mine: boolean): void {
    const drawn = this.#drawn.get(key) ?? { spots: [], mine, touched: 0 };
    drawn.spots.push(...spots);
    drawn.touched = performance.now();
    this.#drawn.set(key, drawn);
    this.dataset["strokes"] = String(this.#drawn.size);
    this.#frame ||= requestAnimationFrame(() => this.#paint());
  }

  #paint(): void {
    this.#frame = 0;
    const now = performance.now();
    for (const [key, { touched }] of this.#drawn) if (now - touched > FADES_MS) this.#drawn.delete(key);
    this.dataset["strokes"] = String(this.#drawn.size);
    const view = this.#view();
    if (this.#canvas.width !== view.width || this.#canvas.height !== view.height) Object.assign(this.#canvas, { width: view.width, height: view.height });
    const pen = this.#canvas.getContext("2d");
    if (pen === null) return;
    pen.clearRect(0, 0, view.width, view.height);
    for (const { spots, mine, touched } of this.#drawn.values()) {
      pen.globalAlpha = Math.min(1, (FADES_MS - (now - touched)) / 1000);
      this.#line(pen, spots.map((spot) => unplace(view, spot)), mine);
    }
    if (this.#drawn.size > 0) this.#frame = requestAnimationFrame(() => this.#paint());
  }

  /** Light on dark on the picture, whatever its colours are. */
  #line(pen: CanvasRenderingContext2D, points: readonly (readonly [number, number])[], mine: boolean): void {
    const [first] = points;
    const last = points.at(-1);
    if (first === undefined || last === undefined) return;
    const wide = Math.max(4, this.clientWidth / 160);
    for (const [colour, width] of [["#10181f", wide * 1.8], [mine ? "#ffd480" : "#ff5d52", wide]] as const) {
      Object.assign(pen, { strokeStyle: colour, lineWidth: width, lineCap: "round", lineJoin: "round" });
      pen.beginPath();
      pen.moveTo(...first);
      for (const point of points.slice(1)) pen.lineTo(...point);
      pen.stroke();
      pen.beginPath();
      pen.arc(...last, wide * 2.5, 0, 2 * Math.PI);
      pen.stroke();
    }
  }
}

export function definePointing(): void {
  if (customElements.get("pointing-layer") === undefined) customElements.define("pointing-layer", PointingLayer);
}

/** Show what has come, where its picture is shown on this page; nothing where it is not. */
export function showPointed(page: ParentNode, pointed: Pointing): void {
  for (const layer of page.querySelectorAll<PointingLayer>("pointing-layer")) {
    if (layer.dataset["surface"] === `${pointed.participant}/${pointed.source}`) layer.show(pointed);
  }
}
