/** Several cases at one desk: what is chosen for one is not done for another, and nobody is accepted whom nobody knows. */
import { expect, test, vi } from "vitest";
import type { Order } from "../../../signaling/web/commands.ts";
import type { DeskView, Level, TalkCase, TalkParty } from "../../../signaling/web/wire.generated.ts";
import { CasesWork, ELSEWHERE, isKnown, isWhole, lacksIdentity, stillOpen, whereItWent } from "./cases_work.ts";

const one = (number: string, more: Partial<TalkCase> = {}): TalkCase => ({
  number, service: "birth", service_name: "出生", on_table: false, pages: 0, signed: false, outcome: null, due: null, working_days: 3, referred_to: null, may_be_dropped: false, told: null, stays_open: false, ...more,
});
const party = (level: Level): TalkParty => ({ name: "王", level, id_number: null });
const view = (session: string, ...numbers: string[]): DeskView => ({ talk: { session, case: numbers[0], cases: numbers.map((number) => one(number)) }, wrap_up: null }) as unknown as DeskView;

function work(answer = true): { cases: CasesWork; told: Order[] } {
  const told: Order[] = [];
  return { cases: new CasesWork((order) => { told.push(order); return Promise.resolve(answer); }, vi.fn()), told };
}

test("whoever is referred is told where, before it counts", async () => {
  const { cases, told } = work();
  cases.settle("s", one("1-2"));
  cases.choose({ outcome: "referred" });
  await cases.done();
  expect(told).toEqual([]);
  cases.choose({ to: "pinghu" });
  await cases.done();
  expect(told).toEqual([{ type: "settle-case", session: "s", case: "1-2", outcome: "referred", refer_to: "pinghu" }]);
  expect(cases.settling).toBeNull();
});

test("what a case has already is where the choice begins", () => {
  const { cases } = work();
  cases.settle("s", one("1-2", { outcome: "referred", referred_to: "pinghu" }));
  expect(cases.settling).toMatchObject({ outcome: "referred", to: "pinghu" });
});

test("a window of no home here is a place as well", async () => {
  const { cases, told } = work();
  cases.settle("s", one("1-2"));
  cases.choose({ outcome: "referred", to: ELSEWHERE });
  await cases.done();
  expect(told).toMatchObject([{ outcome: "referred", refer_to: null }]);
  expect(whereItWent(one("1-2", { outcome: "referred" }))).toBe(ELSEWHERE);
});

test("another outcome forgets the other home", async () => {
  const { cases, told } = work();
  cases.settle("s", one("1-2"));
  cases.choose({ outcome: "referred", to: "pinghu" });
  cases.choose({ outcome: "returned" });
  await cases.done();
  expect(told).toMatchObject([{ outcome: "returned", refer_to: null }]);
});

test("what the server refuses stays open and says so, so that nothing has to be chosen again", async () => {
  const { cases } = work(false);
  cases.unfold(true);
  await cases.open("s", "birth");
  expect(cases.opening).toBe(true);
  cases.settle("s", one("1-2", { outcome: "accepted" }));
  await cases.done();
  expect(cases.settling).toMatchObject({ outcome: "accepted", refused: true });
  cases.choose({ outcome: "returned" });
  expect(cases.settling?.refused).toBe(false);
});

test("what was begun for a case that is gone, or in another visit, is not done", () => {
  const { cases } = work();
  cases.settle("s", one("1-2"));
  cases.follow(view("s", "1-1", "1-2"));
  expect(cases.settling).not.toBeNull();
  cases.follow(view("s", "1-1"));
  expect(cases.settling).toBeNull();
  cases.settle("s", one("1-1"));
  cases.follow(view("t", "1-1"));
  expect(cases.settling).toBeNull();
});

test("the other home was chosen for the case on the table, and is not meant for the next", () => {
  const { cases } = work();
  cases.follow(view("s", "1-1", "1-2"));
  cases.chooseHome("pinghu");
  cases.unfold(true);
  cases.follow(view("s", "1-1", "1-2"));
  expect([cases.referTo, cases.opening]).toEqual(["pinghu", true]);
  cases.follow(view("s", "1-2", "1-1"));
  expect([cases.referTo, cases.opening]).toEqual([null, false]);
  cases.chooseHome("pinghu");
  cases.follow({ talk: null, wrap_up: null } as unknown as DeskView);
  expect(cases.referTo).toBeNull();
});

test("only a referral needs a place", () => {
  expect([isWhole(null, "pinghu"), isWhole("accepted", null), isWhole("referred", null), isWhole("referred", "pinghu")]).toEqual([false, true, false, true]);
});

test("a card that was read is worth more than one that was seen, and that more than a name", () => {
  const levels: Level[] = ["declared", "card-seen", "card-read"];
  expect(levels.map((reached) => levels.map((asked) => isKnown(reached, asked)))).toEqual([[true, false, false], [true, true, false], [true, true, true]]);
  expect(lacksIdentity([party("card-read"), party("declared")], "card-seen")).toBe(true);
  expect(lacksIdentity([party("card-read"), party("card-seen")], "card-seen")).toBe(false);
  expect(lacksIdentity([party("declared")], "declared")).toBe(false);
});

test("the case on the table gets its outcome with the end, the others before", () => {
  expect(stillOpen([one("1-1", { on_table: true }), one("1-2"), one("1-3", { outcome: "returned" })]).map(({ number }) => number)).toEqual(["1-2"]);
});
