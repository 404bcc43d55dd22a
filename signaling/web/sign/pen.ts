/** Who writes on the pad: one pointer at a time, one device a signature; pointers become points. Pure: pointers and moments come in. */
import { FULL_PRESSURE, LONGEST_MS, MOST_POINTS, MOST_STROKES, PAD } from "./ink.ts";
import type { Device, Point, Stroke, Strokes } from "./ink.ts";

/** The part of a `PointerEvent` that is used. `timeStamp`: milliseconds of any clock that runs forwards. */
export interface Pointer {
  readonly pointerId: number;
  readonly pointerType: string;
  readonly clientX: number;
  readonly clientY: number;
  readonly pressure: number;
  readonly timeStamp: number;
}

/** Where the pad lies on the glass, in the pixels of `clientX`. */
export interface Glass {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Points nearer to the last one than this tell nothing new; in units of the pad. */
const NEAREST = 3;

export class Pen {
  #strokes: readonly Stroke[] = [];
  #stroke: Point[] | null = null;
  #device: Device = "pen";
  #holder: number | null = null;
  #origin = 0;
  #late = false;

  /** All that is written, the stroke under way last. */
  get strokes(): readonly Stroke[] {
    return this.#stroke === null ? this.#strokes : [...this.#strokes, this.#stroke];
  }

  get writing(): boolean {
    return this.#holder !== null;
  }

  /** As much as a signature may have: nothing more is written. */
  get full(): boolean {
    const strokes = this.strokes;
    return this.#late || strokes.reduce((points, stroke) => points + stroke.length, 0) >= MOST_POINTS || (this.#stroke === null && strokes.length >= MOST_STROKES);
  }

  /** What is sent. */
  signature(): Strokes {
    return { ...PAD, device: this.#device, strokes: this.strokes };
  }

  clear(): void {
    [this.#strokes, this.#stroke, this.#holder, this.#late] = [[], null, null, false];
  }

  /** A pointer comes down on the pad. Returns whether it writes. */
  down(pointer: Pointer, glass: Glass): boolean {
    const device = deviceOf(pointer);
    const others = this.writing || this.strokes.length > 0;
    // The hand that holds the pen touches the glass before the pen does, and beside it later: what fingers left is no part of it.
    if (device === "pen" && others && this.#device !== "pen") this.clear();
    else if (this.writing || (others && device !== this.#device) || this.full) return false;
    this.#device = device;
    this.#holder = pointer.pointerId;
    this.#write(pointer, glass);
    return true;
  }

  /** It moves; beside the pad its stroke ends at the edge, and a new one begins where it comes back. Returns whether anything was written. */
  move(pointer: Pointer, glass: Glass): boolean {
    if (pointer.pointerId !== this.#holder) return false;
    return this.#write(pointer, glass);
  }

  /** It is lifted, or was taken away. Returns whether it was the one that wrote. */
  up(pointer: { readonly pointerId: number }): boolean {
    if (pointer.pointerId !== this.#holder) return false;
    this.#end();
    this.#holder = null;
    return true;
  }

  #write(pointer: Pointer, glass: Glass): boolean {
    const x = ((pointer.clientX - glass.left) / glass.width) * PAD.width;
    const y = ((pointer.clientY - glass.top) / glass.height) * PAD.height;
    const inside = x >= 0 && x <= PAD.width && y >= 0 && y <= PAD.height;
    if (this.full || (!inside && this.#stroke === null)) return false;
    const last = this.#stroke?.at(-1);
    const point: Point = [between(x, PAD.width), between(y, PAD.height), between(pointer.pressure * FULL_PRESSURE, FULL_PRESSURE), this.#at(pointer)];
    this.#late = point[3] > LONGEST_MS;
    if (this.#late) return false;
    const near = last !== undefined && Math.hypot(point[0] - last[0], point[1] - last[1]) < NEAREST;
    if (!near) this.#stroke = [...(this.#stroke ?? []), point];
    if (!inside) this.#end();
    return !near;
  }

  /** Never before the point before: events of two sources may come in another order. */
  #at(pointer: Pointer): number {
    const last = this.strokes.at(-1)?.at(-1);
    if (last === undefined) this.#origin = pointer.timeStamp;
    return Math.max(last?.[3] ?? 0, Math.round(pointer.timeStamp - this.#origin));
  }

  #end(): void {
    if (this.#stroke !== null) this.#strokes = [...this.#strokes, this.#stroke];
    this.#stroke = null;
  }
}

function deviceOf({ pointerType }: Pointer): Device {
  if (pointerType === "pen") return "pen";
  return pointerType === "touch" ? "finger" : "mouse";
}

function between(value: number, most: number): number {
  return Math.round(Math.min(Math.max(value, 0), most));
}
