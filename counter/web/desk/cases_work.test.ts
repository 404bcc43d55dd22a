import { expect, test, vi } from "vitest";
import type { Order } from "../../../signaling/web/commands.ts";
import type { DeskView } from "../../../signaling/web/wire.generated.ts";
import { CasesWork, isWhole } from "./cases_work.ts";

const view = (session: string, ...numbers: string[]): DeskView => ({ talk: { session, cases: numbers.map((number) => ({ number })) }, wrap_up: null }) as unknown as DeskView;

function work(answer = true): { cases: CasesWork; told: Order[] } {
  const told: Order[] = [];
  return { cases: new CasesWork((order) => { told.push(order); return Promise.resolve(answer); }, vi.fn()), told };
}

test("whoever is referred is told where, before it counts", async () => {
  const { cases, told } = work();
  cases.settle("s", "1-2", "referred");
  await cases.done();
  expect(told).toEqual([]);
  cases.choose({ to: "pinghu" });
  await cases.done();
  expect(told).toEqual([{ type: "settle-case", session: "s", case: "1-2", outcome: "referred", refer_to: "pinghu" }]);
  expect(cases.settling).toBeNull();
});

test("another outcome forgets the other home", async () => {
  const { cases, told } = work();
  cases.settle("s", "1-2", "referred");
  cases.choose({ to: "pinghu" });
  cases.choose({ outcome: "returned" });
  await cases.done();
  expect(told).toMatchObject([{ outcome: "returned", refer_to: null }]);
});

test("what the server refuses stays open, so that nothing has to be chosen again", async () => {
  const { cases } = work(false);
  cases.unfold(true);
  await cases.open("s", "birth");
  expect(cases.opening).toBe(true);
  cases.settle("s", "1-2", "accepted");
  await cases.done();
  expect(cases.settling).not.toBeNull();
});

test("what was begun for a case that is gone, or in another visit, is not done", () => {
  const { cases } = work();
  cases.settle("s", "1-2", "accepted");
  cases.follow(view("s", "1-1", "1-2"));
  expect(cases.settling).not.toBeNull();
  cases.follow(view("s", "1-1"));
  expect(cases.settling).toBeNull();
  cases.settle("s", "1-1", "accepted");
  cases.follow(view("t", "1-1"));
  expect(cases.settling).toBeNull();
});

test("only a referral needs a place", () => {
  expect([isWhole(null, "pinghu"), isWhole("accepted", null), isWhole("referred", null), isWhole("referred", "pinghu")]).toEqual([false, true, false, true]);
});
