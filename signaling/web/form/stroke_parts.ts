/** What is drawn over the form, on its way to the line: joined into parts, each within one field, taken away one at a time. Pure. */
import type { Spot } from "../wire.generated.ts";
import type { Place } from "./form_pointing_places.ts";

/** The next part of a stroke. */
export interface StrokePart {
  readonly field: string;
  /** The same for all parts of one stroke. */
  readonly stroke: number;
  readonly spots: readonly Spot[];
  readonly ended: boolean;
}

interface Waiting extends StrokePart {
  readonly spots: Spot[];
  ended: boolean;
}

/** As many as the wire takes in one message. */
const MOST_SPOTS = 64;

export class StrokeParts {
  readonly #waiting: Waiting[] = [];
  #last: Place | null = null;

  add(stroke: number, place: Place): void {
    const part = this.#waiting.at(-1);
    const joins = part?.stroke === stroke && part.field === place.field && part.spots.length < MOST_SPOTS;
    if (joins) part.spots.push(place.spot);
    else this.#waiting.push({ field: place.field, stroke, spots: [place.spot], ended: false });
    this.#last = place;
  }

  /** The pen is up. A part needs a spot: where all have left, the last is said again. */
  end(stroke: number): void {
    const part = this.#waiting.at(-1);
    if (part?.stroke === stroke) part.ended = true;
    else if (this.#last !== null) this.#waiting.push({ field: this.#last.field, stroke, spots: [this.#last.spot], ended: true });
    this.#last = null;
  }

  /** What is to leave next; null when nothing waits. */
  next(): StrokePart | null {
    return this.#waiting.shift() ?? null;
  }

  clear(): void {
    this.#waiting.length = 0;
    this.#last = null;
  }
}
