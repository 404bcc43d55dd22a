/** A card is waited for as long as its screen stands on the glass, and not a moment longer. */
import { CardReader } from "./card_reader.ts";
import type { CardResult } from "./card_reader.ts";
import type { DesktopPlace } from "./desktop_place.ts";

export class CardReading {
  readonly #reader: Pick<CardReader, "here" | "read">;
  readonly #came: (result: CardResult) => void;
  #waiting: AbortController | null = null;

  constructor(reader: Pick<CardReader, "here" | "read">, came: (result: CardResult) => void) {
    this.#reader = reader;
    this.#came = came;
  }

  /** There is a reader that can be asked: only then is anybody asked for a card. */
  get here(): boolean {
    return this.#reader.here;
  }

  /** `wanted`: the screen that asks for a card stands there. What a reading that was left brings is nobody's. */
  follow(wanted: boolean): void {
    if (wanted === (this.#waiting !== null)) return;
    this.#waiting?.abort();
    this.#waiting = null;
    if (!wanted) return;
    const mine = new AbortController();
    this.#waiting = mine;
    void this.#reader.read(mine.signal).then((result) => {
      if (this.#waiting !== mine) return;
      this.#waiting = null;
      this.#came(result);
    });
  }
}

/** This kiosk's reader, looked for from now on; null where there is none. */
export function findReader(place: DesktopPlace | null, changed: () => void, came: (result: CardResult) => void): CardReading | null {
  if (place === null) return null;
  const reader = new CardReader(place, changed);
  reader.start();
  return new CardReading(reader, came);
}
