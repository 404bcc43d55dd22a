/** The card of what one agreed to: it belongs to one visit, asks for words once, and counts nothing before the server has said so. */
import { afterEach, expect, it, vi } from "vitest";
import { CommandRefused } from "../../signaling/web/commands.ts";
import type { Catalogue, ConsentNow, KioskView } from "../../signaling/web/wire.generated.ts";
import { Agreements } from "./agreements.ts";

type Screen = KioskView["screen"];
const GIVEN: ConsentNow = { text: "papers-to-home", version: "2026-09-01", language: "zh-CN", state: "given", method: "touch", at: 1 };
const waiting = (session = "session-1"): Screen => ({ screen: "waiting", session }) as unknown as Screen;
const ringing = { screen: "ringing", session: "session-1" } as unknown as Screen;
const talking = { screen: "talking", talk: { session: "session-1" } } as unknown as Screen;
const catalogue = (version: string): Catalogue => ({ consents: [{ text: "papers-to-home", version, title: {}, body: {}, required: false }] }) as unknown as Catalogue;

function card(command: (order: object) => Promise<unknown> = async () => undefined): Agreements {
  const agreements = new Agreements({ command: command as never }, () => undefined);
  agreements.follow(waiting(), [GIVEN]);
  return agreements;
}

afterEach(() => vi.unstubAllGlobals());

it("stays open from the line to the bell, and closes when the talk begins or the visit is another's", () => {
  const agreements = card();
  agreements.open();
  agreements.follow(ringing, [GIVEN]);
  expect(agreements.place).toEqual({ at: "list" });
  agreements.follow(talking, [GIVEN]);
  expect(agreements.place).toBeNull();
  agreements.follow(waiting("session-2"), [GIVEN]);
  agreements.open();
  agreements.follow(null, []);
  expect([agreements.place, agreements.consents]).toEqual([null, []]);
});

it("says it for this visit, and shows the list again once it is done", async () => {
  const orders: object[] = [];
  const agreements = card(async (order) => void orders.push(order));
  agreements.go({ at: "withdraw", text: "papers-to-home" });
  await agreements.say("papers-to-home", { type: "withdraw-consent" });
  expect(orders).toEqual([{ type: "withdraw-consent", session: "session-1", text: "papers-to-home" }]);
  expect(agreements.place).toEqual({ at: "list" });
});

it("tells a refusal, and nothing is sent twice by two touches", async () => {
  let answer: (error: Error) => void = () => undefined;
  const sent = vi.fn(() => new Promise((_, refuse) => (answer = refuse)));
  const agreements = card(sent);
  agreements.go({ at: "withdraw", text: "papers-to-home" });
  const first = agreements.say("papers-to-home", { type: "withdraw-consent" });
  void agreements.say("papers-to-home", { type: "withdraw-consent" });
  answer(new CommandRefused("not-now", ""));
  await first;
  expect(sent).toHaveBeenCalledTimes(1);
  expect([agreements.problem, agreements.place?.at, agreements.busy]).toEqual(["not-now", "withdraw", false]);
});

it("reads the catalogue's words where they are the version that counts, and asks once for an older one", async () => {
  const fetched = vi.fn(async () => new Response(JSON.stringify({ text: "papers-to-home", version: "2026-09-01" })));
  vi.stubGlobal("fetch", fetched);
  const agreements = card();
  expect(agreements.words(catalogue("2026-09-01"), GIVEN)).toMatchObject({ version: "2026-09-01" });
  expect(fetched).not.toHaveBeenCalled();
  expect(agreements.words(catalogue("2027-01-01"), GIVEN)).toBeNull();
  await vi.waitFor(() => expect(agreements.words(catalogue("2027-01-01"), GIVEN)).toMatchObject({ version: "2026-09-01" }));
  expect(fetched).toHaveBeenCalledTimes(1);
});

it("asks again for words that could not be had, when the card is opened again", async () => {
  const fetched = vi.fn(async (): Promise<Response> => Promise.reject(new TypeError("no line")));
  vi.stubGlobal("fetch", fetched);
  const agreements = card();
  agreements.words(catalogue("2027-01-01"), GIVEN);
  await vi.waitFor(() => expect(agreements.words(catalogue("2027-01-01"), GIVEN)).toBe("lost"));
  expect(fetched).toHaveBeenCalledTimes(1);
  agreements.open();
  expect(agreements.words(catalogue("2027-01-01"), GIVEN)).toBeNull();
});
