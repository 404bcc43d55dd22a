/**
 * From a place over the form to a field and back. Kiosk and desk draw the same form in letters of different sizes, so a place is a share of
 * the box of one field's row: what is circled here is circled there. Pure.
 */
import type { Spot } from "../wire.generated.ts";

/** The box of a field's row, in CSS pixels from wherever the given places are counted. */
export interface Row {
  readonly field: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Place {
  readonly field: string;
  /** Ten-thousandths of the row's width and height. */
  readonly spot: Spot;
}

const WHOLE = 10_000;

/** How far `y` is from the row; 0 in it. */
function away({ top, height }: Row, y: number): number {
  return Math.max(top - y, y - top - height, 0);
}

function share(along: number, length: number): number {
  return Math.round(Math.min(1, Math.max(0, along / length)) * WHOLE);
}

/**
 * The field under a place and where in its row; null beside the rows. Between two rows it is the edge of the nearer one: a circle around a
 * row passes there, and stays a circle.
 */
export function place(rows: readonly Row[], x: number, y: number): Place | null {
  const there = rows.filter(({ left, width, height }) => width > 0 && height > 0 && x >= left && x <= left + width);
  if (!there.some(({ top }) => top <= y) || !there.some(({ top, height }) => top + height >= y)) return null;
  const nearest = there.reduce((best, row) => (away(row, y) < away(best, y) ? row : best));
  return { field: nearest.field, spot: { x: share(x - nearest.left, nearest.width), y: share(y - nearest.top, nearest.height) } };
}

/** Where that is; null while the field's row is not on this page. */
export function unplace(rows: readonly Row[], { field, spot }: Place): readonly [number, number] | null {
  const row = rows.find((each) => each.field === field);
  return row === undefined ? null : [row.left + (spot.x / WHOLE) * row.width, row.top + (spot.y / WHOLE) * row.height];
}
