/** Time as drawing: thousands of spans become one path, and events that stand too close together become one button. Pure; pixels. */

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Cluster<M> {
  readonly x: number;
  readonly marks: readonly M[];
}

/** Where a time lies on a line of `width` pixels. */
export function xOf(at: number, length: number, width: number): number {
  return length <= 0 ? 0 : Math.min(1, Math.max(0, at / length)) * width;
}

/** The time at a place on it. */
export function timeOf(x: number, length: number, width: number): number {
  return width <= 0 ? 0 : Math.min(1, Math.max(0, x / width)) * length;
}

/**
 * One path for all of them, `height` high. Spans that are less than a pixel apart become one, so that the path has no more corners
 * than the line has pixels; `least` is the width below which nothing is drawn, however short, so that a short gap is seen in an hour.
 * Where there is room, `seam` pixels are left free between spans that touch.
 */
export function barsOf(spans: readonly Span[], length: number, width: number, height: number, least = 1, seam = 0): string {
  const path: string[] = [];
  let [left, right] = [0, -1];
  const close = (free: number): void => {
    if (right >= left) path.push(`M${fixed(left)} 0H${fixed(Math.max(left + least, right - free))}V${height}H${fixed(left)}z`);
  };
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    const [from, to] = [xOf(start, length, width), xOf(end, length, width)];
    const roomy = seam > 0 && to - from >= 8 * seam && right - left >= 8 * seam;
    if (right >= left && from < right + 1 && !(roomy && from > right - 1)) right = Math.max(right, to);
    else {
      close(from < right + 1 ? seam : 0);
      [left, right] = [from, to];
    }
  }
  close(0);
  return path.join("");
}

/** Marks from left to right, each cluster at least `apart` pixels from the one before. */
export function clustersOf<M extends { readonly at: number }>(marks: readonly M[], length: number, width: number, apart = 26): readonly Cluster<M>[] {
  const found: { x: number; marks: M[] }[] = [];
  for (const mark of [...marks].sort((a, b) => a.at - b.at)) {
    const x = xOf(mark.at, length, width);
    const last = found.at(-1);
    if (last !== undefined && x - last.x < apart) last.marks.push(mark);
    else found.push({ x, marks: [mark] });
  }
  return found;
}

/** The mark of a cluster to jump to: the one after the place where one is, and round again. */
export function nextOf<M extends { readonly at: number }>({ marks }: Cluster<M>, at: number): M {
  const here = marks.findLastIndex((mark) => Math.abs(mark.at - at) <= 50);
  return marks[(here + 1) % marks.length]!;
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].map((seconds) => seconds * 1000);

/** Round times at least `apart` pixels from each other; none so near the end that it would not fit. */
export function ticksOf(length: number, width: number, apart = 80): readonly number[] {
  const step = STEPS.find((one) => xOf(one, length, width) >= apart) ?? STEPS.at(-1)!;
  const count = length <= 0 ? 0 : Math.floor(timeOf(width - apart / 2, length, width) / step) + 1;
  return Array.from({ length: count }, (_, index) => index * step);
}

function fixed(x: number): string {
  return String(Math.round(x * 10) / 10);
}
