/**
 * Ink: from points to smooth lines as wide as the pen was pressed, what goes over the wire, and whether it is enough. Pure.
 *
 * The server draws the same lines on the paper (signaling/office/signature_ink.py) and judges by the same numbers
 * (signaling/domain/signature.py).
 */

export type Device = "pen" | "finger" | "mouse";
/** x and y in units of the pad from its upper left corner, pressure (0 to 1000), milliseconds since the signature's first point. */
export type Point = readonly [x: number, y: number, pressure: number, at: number];
export type Stroke = readonly Point[];

export interface Pad {
  readonly width: number;
  readonly height: number;
}

/** What the glass gives, as it is sent. Whole numbers only. */
export interface Strokes extends Pad {
  readonly device: Device;
  readonly strokes: readonly Stroke[];
}

/** A line of one width with round ends: an SVG path's `d` and `stroke-width`, in units of the pad. */
export interface Line {
  readonly d: string;
  readonly width: number;
}

/** The pad of the pages: the same units on every screen, three to four of them for a pixel. */
export const PAD: Pad = { width: 3200, height: 1000 };
export const MOST_STROKES = 60;
export const MOST_POINTS = 6000;
export const FULL_PRESSURE = 1000;
export const LONGEST_MS = 600_000;
const LEAST_PATH = 10;
const LEAST_BOX = 20;
const [THIN, THICK] = [4, 14]; // thousandths of the pad's width: without pressure, and with all of it
const LEVELS = 16;

type Spot = readonly [x: number, y: number];

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where in a box the pad is drawn (as large as it fits, in the middle): there is room for half of its widest line at the edges. */
export function inner({ x, y, width, height }: Box): Box {
  const edge = Math.min(width, height, (width * THICK) / 1000) / 2;
  return { x: x + edge, y: y + edge, width: width - 2 * edge, height: height - 2 * edge };
}

/** Why these are no signature: nothing, a dot, or a mark too small to be meant; null when there is enough ink. */
export function lacks({ width, strokes }: Pad & { readonly strokes: readonly Stroke[] }): "signature-empty" | null {
  const { left, top, right, bottom } = bounds(strokes);
  const box = Math.max(right - left, bottom - top);
  return pathLength(strokes) * LEAST_PATH >= width && box * LEAST_BOX >= width ? null : "signature-empty";
}

/** How far the pen went, in units of the pad; what is between two strokes does not count. */
export function pathLength(strokes: readonly Stroke[]): number {
  let path = 0;
  for (const stroke of strokes) {
    stroke.forEach(([x, y], n) => {
      const before = stroke[n - 1];
      if (before !== undefined) path += Math.hypot(x - before[0], y - before[1]);
    });
  }
  return path;
}

/** The box around all points; around none it has no size. */
export function bounds(strokes: readonly Stroke[]): { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number } {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of strokes.flat()) [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  return left <= right ? { left, top, right, bottom } : { left: 0, top: 0, right: 0, bottom: 0 };
}

/**
 * One stroke as lines, each of one width. A line runs from the middle between two points to the next middle, bent towards the point
 * between them: no part of it lies outside of the points' own hull, hence none outside of the pad.
 */
export function lines(stroke: Stroke, { width }: Pad = PAD): readonly Line[] {
  const drawn: Line[] = [];
  const [first] = stroke;
  if (first === undefined) return drawn;
  let level = levelOf(first);
  let from: Spot = [first[0], first[1]];
  let d = `M${text(from)}`;
  for (const { point, curve, to } of parts(stroke)) {
    if (levelOf(point) !== level) {
      if (d.includes(" ")) drawn.push({ d, width: widthOf(level, width) });
      level = levelOf(point);
      d = `M${text(from)}`;
    }
    d += curve;
    from = to;
  }
  // A dot: a line of no length has round ends too, but not in every renderer.
  drawn.push({ d: d.includes(" ") ? d : `${d} h0.1`, width: widthOf(level, width) });
  return drawn;
}

interface Part {
  /** The point whose pressure it has. */
  readonly point: Point;
  readonly curve: string;
  readonly to: Spot;
}

function* parts(stroke: Stroke): Generator<Part> {
  const last = stroke.at(-1);
  if (last === undefined || stroke.length < 2) return;
  for (const [n, point] of stroke.entries()) {
    const next = stroke[n + 1];
    const to: Spot = next === undefined ? [point[0], point[1]] : [(point[0] + next[0]) / 2, (point[1] + next[1]) / 2];
    const straight = n === 0 || next === undefined;
    yield { point, to, curve: straight ? ` L${text(to)}` : ` Q${text([point[0], point[1]])},${text(to)}` };
  }
}

const text = ([x, y]: Spot): string => `${x},${y}`;
const levelOf = ([, , pressure]: Point): number => Math.floor((pressure * LEVELS + FULL_PRESSURE / 2) / FULL_PRESSURE);
const widthOf = (level: number, width: number): number => (width * (THIN + ((THICK - THIN) * level) / LEVELS)) / 1000;
