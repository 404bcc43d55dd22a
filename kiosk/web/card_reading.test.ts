/** A card is read for whoever stands before its screen, and for nobody else. */
import { expect, it } from "vitest";
import { CardReading } from "./card_reading.ts";
import type { CardResult } from "./card_reader.ts";

const CARD: CardResult = { read: true, card: { name: "样本甲", number: "990000195103080013", validUntil: null, issuer: "样本公安局", sample: true } };

/** A reader whose cards a test lays. */
class Plate {
  here = true;
  readonly readings: { readonly signal: AbortSignal; readonly lay: (result: CardResult) => void }[] = [];

  read(signal: AbortSignal): Promise<CardResult> {
    return new Promise((lay) => this.readings.push({ signal, lay }));
  }
}

function at(): { plate: Plate; reading: CardReading; came: CardResult[] } {
  const [plate, came] = [new Plate(), [] as CardResult[]];
  return { plate, came, reading: new CardReading(plate, (result) => came.push(result)) };
}

it("waits once, however often the screen is drawn", async () => {
  const { plate, reading, came } = at();
  reading.follow(true);
  reading.follow(true);
  expect(plate.readings).toHaveLength(1);
  plate.readings[0]!.lay(CARD);
  await Promise.resolve();
  expect(came).toEqual([CARD]);
});

it("stops with its screen, and a card that comes after that is nobody's", async () => {
  const { plate, reading, came } = at();
  reading.follow(true);
  reading.follow(false);
  expect(plate.readings[0]!.signal.aborted).toBe(true);
  plate.readings[0]!.lay(CARD);
  await Promise.resolve();
  expect(came).toEqual([]);
});

it("reads anew for the next person", async () => {
  const { plate, reading, came } = at();
  reading.follow(true);
  plate.readings[0]!.lay(CARD);
  await Promise.resolve();
  reading.follow(false); // it was read
  reading.follow(true);
  plate.readings[1]!.lay({ read: false, code: "no-card" });
  await Promise.resolve();
  expect(came).toEqual([CARD, { read: false, code: "no-card" }]);
});

it("knows whether there is a reader", () => {
  const { plate, reading } = at();
  expect(reading.here).toBe(true);
  plate.here = false;
  expect(reading.here).toBe(false);
});
