/** What the clerk is proposed, may say, and sends. */
import { expect, test } from "vitest";
import type { CatalogueMaterial, Still, Talk } from "../../../signaling/web/wire.generated.ts";
import { NoticeWork, openMaterials, order, propose, reasonsFor } from "./notice_work.ts";
import type { NoticeCase } from "./notice_work.ts";

const material = (need: CatalogueMaterial["need"]): CatalogueMaterial => ({ "zh-CN": "户口簿", en: "Household book", need });
const still = (place: number, kept: boolean, ...reasons: Still["reasons"][number][]): Still => ({ number: place + 1, material: place, width: 10, height: 10, reasons, glare: null, kept, page: 1, checked: false });
const ABOUT: NoticeCase = {
  session: "session-1", case: "1-1", materials: [material("required"), material("required"), material("may-follow"), material("optional")],
  stills: [still(0, true), still(1, false, "skewed", "blurred")], lack: "form-missing", outcome: "returned",
};

test("what is there already is proposed", () => {
  expect(openMaterials(ABOUT)).toEqual([1]);
  expect(propose(ABOUT)).toMatchObject({ because: "materials", reasons: [null, "blurred", null, null], form: true });
  expect(propose({ ...ABOUT, stills: [], outcome: "accepted-with-gaps" })).toMatchObject({ reasons: ["seen", "seen", "follows", null], form: false });
});

test("nothing is offered that the server would refuse", () => {
  expect(reasonsFor(ABOUT, 0)).not.toContain("not-brought");
  expect(reasonsFor(ABOUT, 1)).not.toContain("follows");
  expect(reasonsFor(ABOUT, 2).slice(0, 3)).toEqual(["not-brought", "follows", "seen"]);
});

test("the command says what is said, and a day only where something follows", () => {
  const draft = { ...propose(ABOUT), remarks: ["", "  照片太暗 ", "", ""], remark: " 周一来 " };
  expect(order(draft)).toEqual({ type: "give-notice", session: "session-1", because: "materials", lines: [{ material: 1, reason: "blurred", remark: "照片太暗" }], form: "form-missing", follow_days: null, remark: "周一来" });
  expect(order({ ...draft, reasons: ["seen", "seen", "follows", null] }).follow_days).toBe(10);
  expect(order({ ...draft, because: "withdrawn" })).toMatchObject({ lines: [], form: null, follow_days: null });
});

test("it stays open when it is refused, and closes with the case", async () => {
  let done = false;
  const told: unknown[] = [];
  const work = new NoticeWork((each) => { told.push(each); return Promise.resolve(done); }, () => undefined);
  work.open(ABOUT);
  work.say(2, { reason: "follows" });
  work.change({ followDays: 5 });
  await work.give();
  expect(work.draft).toMatchObject({ busy: false, followDays: 5 });
  done = true;
  await work.give();
  expect(work.draft).toBeNull();
  expect(told).toHaveLength(2);
  work.open(ABOUT);
  work.follow({ talk: null, wrap_up: null });
  expect(work.draft).toBeNull();
  work.open(ABOUT);
  work.follow({ talk: { session: "session-1", case: "1-1" } as Talk, wrap_up: null });
  expect(work.draft).not.toBeNull();
  work.follow({ talk: { session: "session-1", case: "1-2" } as Talk, wrap_up: null });
  expect(work.draft, "another case lies on the table").toBeNull();
});
