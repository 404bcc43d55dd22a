/**
 * `<form-pointing>`: strokes over the rows of a form that fade, drawn by whoever points and shown to the other side.
 *
 * It lies over the rows in its parent. While `on`, a cover takes pen, finger and mouse, so that no field is typed into by accident; the
 * strokes themselves never take anything. Fires `form-pointing` (bubbles) with what is to be sent: a `StrokePart`, twelve a second at most.
 */
import { place, unplace } from "./form_pointing_places.ts";
import type { Place, Row } from "./form_pointing_places.ts";
import { StrokeParts } from "./stroke_parts.ts";
import type { StrokePart } from "./stroke_parts.ts";

const PACE_MS = 84; // twelve messages a second, which every line carries beside the talk
const FADES_MS = 2500;
const SVG = "http://www.w3.org/2000/svg";

interface Drawn {
  readonly places: Place[];
  readonly ink: SVGGElement;
  touched: number;
}

export class FormPointing extends HTMLElement {
  readonly #paper = document.createElementNS(SVG, "svg");
  readonly #cover = document.createElement("div");
  readonly #drawn = new Map<string, Drawn>();
  readonly #parts = new StrokeParts();
  #stroke = Math.floor(Math.random() * 2 ** 30);
  #finger: number | null = null;
  #timer = 0;
  #frame = 0;
  #on = false;

  constructor() {
    super();
    this.#cover.className = "form-pointing-cover";
    this.#cover.dataset["test"] = "form-pointing-layer";
    this.#cover.onpointerdown = (event) => this.#begin(event);
    this.#cover.onpointermove = (event) => this.#move(event);
    this.#cover.onpointerup = this.#cover.onpointercancel = (event) => {
      if (event.pointerId === this.#finger) this.#end();
    };
  }

  connectedCallback(): void {
    this.setAttribute("aria-hidden", "true");
    this.dataset["test"] = "form-strokes";
    this.dataset["strokes"] = "0";
    this.append(this.#paper);
    if (this.#on) this.prepend(this.#cover);
  }

  disconnectedCallback(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    [this.#frame, this.#timer, this.#finger] = [0, 0, null];
    this.#parts.clear();
    this.#drawn.clear();
    this.#paper.replaceChildren();
  }

  /** Whether this side points. */
  get on(): boolean {
    return this.#on;
  }

  set on(on: boolean) {
    if (on === this.#on) return;
    this.#on = on;
    if (!on) this.#end();
    if (!on) this.#cover.remove();
    else if (this.isConnected) this.prepend(this.#cover);
  }

  /** What the other side points at; nothing is drawn while that field is not on this page. */
  show({ field, stroke, spots }: StrokePart): void {
    const row = this.#rows().get(field);
    if (row === undefined) return;
    const key = `theirs/${stroke}`;
    if (!this.#drawn.has(key) && this.#finger === null) row.scrollIntoView({ block: "nearest" }); // it was below the glass' edge
    this.#draw(key, spots.map((spot) => ({ field, spot })));
  }

  #begin(event: PointerEvent): void {
    if (event.button !== 0 || this.#finger !== null) return;
    event.preventDefault(); // the focus stays where it is
    this.#cover.setPointerCapture(event.pointerId);
    this.#finger = event.pointerId;
    this.#stroke += 1;
    this.#move(event);
  }

  #move(event: PointerEvent): void {
    if (event.pointerId !== this.#finger) return;
    const spot = place(this.#boxes(0, 0), event.clientX, event.clientY);
    if (spot === null) return;
    this.#parts.add(this.#stroke, spot);
    this.#draw(`mine/${this.#stroke}`, [spot]);
    this.#timer ||= window.setTimeout(() => this.#send()); // the first part at once, the next in its beat
  }

  #end(): void {
    if (this.#finger === null) return;
    this.#finger = null;
    this.#parts.end(this.#stroke);
    this.#timer ||= window.setTimeout(() => this.#send()); // the first part at once, the next in its beat
  }

  /** One part a beat: a stroke that crosses many rows comes a little later, and never as a flood. */
  #send(): void {
    this.#timer = 0;
    const detail = this.#parts.next();
    if (detail === null) return;
    this.#timer = window.setTimeout(() => this.#send(), PACE_MS);
    this.dispatchEvent(new CustomEvent<StrokePart>("form-pointing", { bubbles: true, detail }));
  }

  #rows(): ReadonlyMap<string, HTMLElement> {
    const rows = this.parentElement?.querySelectorAll<HTMLElement>("[data-field]") ?? [];
    return new Map([...rows].map((row) => [row.dataset["field"] ?? "", row]));
  }

  /** The rows as they lie now, counted from that point of the window. */
  #boxes(x: number, y: number): readonly Row[] {
    return [...this.#rows()].map(([field, row]) => {
      const { left, top, width, height } = row.getBoundingClientRect();
      return { field, left: left - x, top: top - y, width, height };
    });
  }

  #draw(key: string, places: readonly Place[]): void {
    const drawn = this.#drawn.get(key) ?? { places: [], ink: this.#pen(key.startsWith("mine/")), touched: 0 };
    drawn.places.push(...places);
    drawn.touched = performance.now();
    this.#drawn.set(key, drawn);
    this.#frame ||= requestAnimationFrame(() => this.#paint());
  }

  /** Light on dark, whatever lies below: a broad dark line under a bright one, each with a ring at its tip. */
  #pen(mine: boolean): SVGGElement {
    const ink = document.createElementNS(SVG, "g");
    ink.setAttribute("class", mine ? "mine" : "theirs");
    for (const layer of ["casing", "line"]) {
      for (const shape of ["path", "circle"]) {
        const drawn = document.createElementNS(SVG, shape);
        drawn.setAttribute("class", layer);
        ink.append(drawn);
      }
    }
    this.#paper.append(ink);
    return ink;
  }

  #paint(): void {
    this.#frame = 0;
    const now = performance.now();
    const here = this.getBoundingClientRect();
    const rows = this.#boxes(here.left, here.top);
    const wide = Math.max(4, here.width / 160);
    for (const [key, { ink, places, touched }] of this.#drawn) {
      if (now - touched > FADES_MS) {
        ink.remove();
        this.#drawn.delete(key);
        continue;
      }
      ink.setAttribute("opacity", String(Math.min(1, (FADES_MS - (now - touched)) / 1000)));
      lay(ink, places.map((each) => unplace(rows, each)), wide);
    }
    this.dataset["strokes"] = String(this.#drawn.size);
    if (this.#drawn.size > 0) this.#frame = requestAnimationFrame(() => this.#paint());
  }
}

/** The line over the points in which it can be seen, with a ring where its tip is. */
function lay(ink: SVGGElement, points: readonly (readonly [number, number] | null)[], wide: number): void {
  const line = points.map((point, i) => (point === null ? "" : `${(points[i - 1] ?? null) === null ? "M" : "L"}${point[0].toFixed(1)} ${point[1].toFixed(1)}`)).join("");
  const tip = points.at(-1) ?? null;
  for (const shape of ink.children) {
    shape.setAttribute("stroke-width", String(shape.classList.contains("casing") ? wide * 1.8 : wide));
    if (shape.tagName === "path") shape.setAttribute("d", line);
    else {
      shape.setAttribute("cx", String(tip?.[0] ?? 0));
      shape.setAttribute("cy", String(tip?.[1] ?? 0));
      shape.setAttribute("r", String(tip === null ? 0 : wide * 2.5));
    }
  }
}

export function defineFormPointing(): void {
  if (customElements.get("form-pointing") === undefined) customElements.define("form-pointing", FormPointing);
}
