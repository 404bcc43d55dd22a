/** From a place on the glass to a place in the picture and back: the picture lies in its tile as large as it fits, perhaps turned. Pure. */

export interface Spot {
  /** Ten-thousandths of the picture's width and height. */
  readonly x: number;
  readonly y: number;
}

export interface View {
  /** The tile, in CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly pictureWidth: number;
  readonly pictureHeight: number;
  /** Degrees clockwise: the whole tile's picture is turned about its middle, as CSS does. */
  readonly turn: number;
}

const WHOLE = 10_000;

interface Laid {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

/** Where the picture lies in the tile before it is turned (`object-fit: contain`); null while there is none. */
function laid({ width, height, pictureWidth, pictureHeight }: View): Laid | null {
  if (width <= 0 || height <= 0 || pictureWidth <= 0 || pictureHeight <= 0) return null;
  const scale = Math.min(width / pictureWidth, height / pictureHeight);
  return { scale, left: (width - pictureWidth * scale) / 2, top: (height - pictureHeight * scale) / 2 };
}

/** The point turned about the tile's middle by so many degrees clockwise. */
function turned({ width, height }: View, x: number, y: number, degrees: number): readonly [number, number] {
  const [dx, dy] = [x - width / 2, y - height / 2];
  const [cos, sin] = [Math.round(Math.cos((degrees * Math.PI) / 180)), Math.round(Math.sin((degrees * Math.PI) / 180))];
  return [width / 2 + dx * cos - dy * sin, height / 2 + dx * sin + dy * cos];
}

/** The place in the picture under a place on the glass; null beside the picture. */
export function place(view: View, x: number, y: number): Spot | null {
  const where = laid(view);
  if (where === null) return null;
  const [px, py] = turned(view, x, y, -view.turn);
  const x1 = Math.round(((px - where.left) / (view.pictureWidth * where.scale)) * WHOLE);
  const y1 = Math.round(((py - where.top) / (view.pictureHeight * where.scale)) * WHOLE);
  return x1 < 0 || x1 > WHOLE || y1 < 0 || y1 > WHOLE ? null : { x: x1 + 0, y: y1 + 0 }; // no minus zero
}

/** Where on the glass a place in the picture is. */
export function unplace(view: View, spot: Spot): readonly [number, number] {
  const where = laid(view) ?? { scale: 0, left: 0, top: 0 };
  const x = where.left + (spot.x / WHOLE) * view.pictureWidth * where.scale;
  const y = where.top + (spot.y / WHOLE) * view.pictureHeight * where.scale;
  return turned(view, x, y, view.turn);
}
