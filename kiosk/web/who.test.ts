/** One person after the other, by card or by name, and nobody twice. */
import { expect, it } from "vitest";
import type { CardFacts } from "./card_reader.ts";
import { ANY_NUMBER, cardCame, MOST_PEOPLE, told, wentOn as wentOnWith, whoAgain, whoBack, whoFirst } from "./who.ts";
import type { Who, WhoEvent } from "./who.ts";

const CARD: CardFacts = { name: "样本甲", number: "990000195103080013", validUntil: null, issuer: "样本公安局", sample: true };
const OTHER: CardFacts = { ...CARD, name: "样本乙", number: "99000019531021002X" };
const all = (who: Who, ...events: WhoEvent[]): Who => events.reduce(told, who);
const laid = (who: Who, card: CardFacts): Who => told(cardCame(who, { read: true, card }), { type: "card-confirmed" });
const wentOn = (who: Who) => wentOnWith(who, false);
const wanted = ANY_NUMBER;
const WITH_ME: WhoEvent = { type: "person-added", reader: true };

it("asks for the card where there is a reader, and for the name where there is none", () => {
  expect(whoFirst(true).now).toEqual({ at: "put-card" });
  expect(whoFirst(false).now).toEqual({ at: "declare", name: "" });
});

it("is through with a name alone, as somebody who came alone", () => {
  const { who, done } = wentOn(all(whoFirst(false), { type: "name-typed", name: " 王小明 " }));
  expect([who.people, done]).toEqual([[{ name: "王小明" }], true]);
  expect(wentOn(whoFirst(false)).done).toBe(false);
  expect(wentOn(all(whoFirst(false), { type: "name-typed", name: "  " })).done).toBe(false);
});

it("shows a couple in a list: one by card, one by name", () => {
  const first = laid(whoFirst(true), CARD);
  expect(first).toEqual({ wanted, people: [{ name: "样本甲", id_number: CARD.number, read: true }], now: { at: "list" } });
  const { who, done } = wentOn(all(first, WITH_ME, { type: "card-declined" }, { type: "name-typed", name: "李国强" }));
  expect([who.people.map(({ name }) => name), who.now.at, done]).toEqual([["样本甲", "李国强"], "list", false]);
  expect(wentOn(who).done).toBe(true);
});

it("takes the name that was typed when somebody says that they are not alone", () => {
  const who = all(whoFirst(false), { type: "name-typed", name: "王小明" }, { type: "person-added", reader: false });
  expect(who).toEqual({ wanted, people: [{ name: "王小明" }], now: { at: "declare", name: "" } });
  expect(all(whoFirst(false), { type: "person-added", reader: false })).toEqual(whoFirst(false));
});

it("counts nobody twice, and four at most", () => {
  const once = laid(whoFirst(true), CARD);
  expect(laid(all(once, WITH_ME), CARD).people).toHaveLength(1);
  let who = laid(all(once, WITH_ME), OTHER);
  for (let n = 3; n <= MOST_PEOPLE; n += 1) who = wentOn(all(who, WITH_ME, { type: "card-declined" }, { type: "name-typed", name: `第${n}位` })).who;
  expect(who.people).toHaveLength(MOST_PEOPLE);
  expect(all(who, WITH_ME)).toBe(who);
});

it("takes no card that nobody waits for, and says why there is none", () => {
  const naming = all(whoFirst(true), { type: "card-declined" });
  expect(cardCame(naming, { read: true, card: CARD })).toBe(naming);
  expect(cardCame(whoFirst(true), { read: false, code: "unreadable" }).now).toEqual({ at: "not-read", code: "unreadable" });
  expect(all(cardCame(whoFirst(true), { read: false, code: "unreadable" }), { type: "card-again" }).now).toEqual({ at: "put-card" });
});

it("lets somebody be taken out again, and begins anew when nobody is left", () => {
  const couple = laid(all(laid(whoFirst(true), CARD), WITH_ME), OTHER);
  const one = all(couple, { type: "person-dropped", place: 0, reader: true });
  expect(one.people.map(({ name }) => name)).toEqual(["样本乙"]);
  expect(all(one, { type: "person-dropped", place: 0, reader: false })).toEqual(whoFirst(false));
});

it("goes back one screen at a time, and keeps what was typed", () => {
  expect(whoBack(whoFirst(false))).toBeNull();
  expect(whoAgain([{ name: "王小明" }], wanted)).toEqual({ wanted, people: [], now: { at: "declare", name: "王小明" } });
  const couple = laid(all(laid(whoFirst(true), CARD), WITH_ME), OTHER);
  expect(whoAgain(couple.people, wanted)).toEqual(couple);
  const second = whoBack(couple);
  expect([second?.people.length, second?.now.at]).toEqual([1, "put-card"]);
  const list = whoBack(second!);
  expect([list?.people.length, list?.now.at]).toEqual([1, "list"]);
});

const COUPLE = { least: 2, most: 2 };

it("asks the second of a couple at once, shows both, and takes no third", () => {
  const second = wentOn(all(whoFirst(false, COUPLE), { type: "name-typed", name: "王小明" }));
  expect([second.who.people.length, second.who.now, second.done]).toEqual([1, { at: "declare", name: "" }, false]);
  const { who, done } = wentOn(all(second.who, { type: "name-typed", name: "李思雨" }));
  expect([who.people.map(({ name }) => name), who.now.at, done]).toEqual([["王小明", "李思雨"], "list", false]);
  expect(wentOn(who).done).toBe(true);
  expect(all(who, { type: "person-added", reader: false })).toBe(who);
});

it("reads the second card after the first, and the same card twice is still one of two", () => {
  const first = laid(whoFirst(true, COUPLE), CARD);
  expect([first.people.length, first.now.at]).toEqual([1, "put-card"]);
  expect([laid(first, CARD).people.length, laid(first, CARD).now.at]).toEqual([1, "put-card"]);
  expect([laid(first, OTHER).people.length, laid(first, OTHER).now.at]).toEqual([2, "list"]);
});

it("does not go on when one of a couple was taken out again, and goes back to the first name", () => {
  const both = laid(laid(whoFirst(true, COUPLE), CARD), OTHER);
  const one = all(both, { type: "person-dropped", place: 1, reader: true });
  expect([one.now.at, wentOn(one).done]).toEqual(["list", false]);
  expect(all(one, WITH_ME).now.at).toBe("put-card");
  const named = wentOn(all(whoFirst(false, COUPLE), { type: "name-typed", name: "王小明" })).who;
  expect(whoBack(named)).toEqual({ wanted: COUPLE, people: [], now: { at: "declare", name: "王小明" } });
});
