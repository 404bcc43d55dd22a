/** A receipt comes, is worked at and goes; what answers too late is nobody's. */
import { expect, it } from "vitest";
import type { WindowCase, WindowStatus } from "../../../signaling/web/wire.generated.ts";
import { asks, begun, caseOf, clearsIn, copiesOf, counted, did, EMPTY, found, isSlow, looking, POLICY } from "./at_window.ts";
import type { Deed, Here, Problem, Shown } from "./at_window.ts";

const CODE = "AB2CD-EF3GH";
const NUMBER = "310116-330424-20261128-0012";
const CASE: WindowCase = {
  case: NUMBER, service: { "zh-CN": "身份证", en: "Identity card" }, state: "returned", due: null, over: false, form: null, follow_by: null, nearby: false, delivered_on: null,
  lacking: [{ material: 2, name: { "zh-CN": "照片", en: "Photograph" }, reason: "not-brought", received: 0 }], notice: true, may: [{ act: "accept-papers", agreement: "2023-09-22" }],
};
const STATUS: WindowStatus = { home: "jinshan", home_name: { "zh-CN": "上海市金山区", en: "Jinshan" }, cases: [CASE] };
const TAKEN: WindowStatus = { ...STATUS, cases: [{ ...CASE, lacking: [{ ...CASE.lacking[0]!, received: 2 }] }] };
const TAKE: Deed = { act: "accept-papers", case: NUMBER, material: 2, copies: 2 };
const NOTICE: Deed = { act: "one-time-notice", case: NUMBER };
const HAND_OUT: Deed = { act: "deliver-outcome", case: NUMBER, collected_by: "applicant" };
const problem = (code: string): Problem => ({ code, text: "" });
const shown = found(looking(CODE, 0), CODE, STATUS) as Shown;
const during = (deed: Deed | "look-again"): Shown => begun(shown, deed, 5)!;

it("a receipt is looked up and stands there, ready", () => {
  expect(shown).toMatchObject({ at: "receipt", code: CODE, status: STATUS, doing: null, said: null, stale: false, asking: null });
  expect(caseOf(shown, NUMBER)).toBe(CASE);
  expect([caseOf(shown, "other"), caseOf(EMPTY, NUMBER)]).toEqual([null, null]);
});

it("a refused look-up leaves an empty screen that says why", () => {
  expect(found(looking(CODE, 0), CODE, problem("unknown-receipt"))).toEqual({ at: "empty", why: problem("unknown-receipt") });
});

it("an answer for somebody who has left, or to another code, is nobody's", () => {
  const other: Here = looking("ZZZZZ-ZZZZZ", 0);
  expect([found(EMPTY, CODE, STATUS), found(other, CODE, STATUS), found(shown, CODE, TAKEN)]).toEqual([EMPTY, other, shown]);
  const deeds: readonly Here[] = [EMPTY, other, shown, during(NOTICE)];
  expect(deeds.map((here) => did(here, CODE, TAKE, TAKEN))).toEqual(deeds);
  const same = during({ ...TAKE });
  expect(did(same, CODE, TAKE, TAKEN), "the same words said once more are another deed").toBe(same);
});

it("one deed at a time, and what it made of the case is shown", () => {
  const doing = during(TAKE);
  expect(begun(doing, HAND_OUT, 6)).toBeNull();
  expect(did(doing, CODE, TAKE, TAKEN)).toMatchObject({ status: TAKEN, doing: null, said: { done: TAKE }, stale: false });
  expect(did(during(NOTICE), CODE, NOTICE, null)).toMatchObject({ status: STATUS, said: { done: NOTICE } });
  expect(begun(EMPTY, TAKE, 0)).toBeNull();
});

it("without an answer nothing more is done before it was looked up again", () => {
  const unsure = did(during(TAKE), CODE, TAKE, problem("unreachable")) as Shown;
  expect(unsure).toMatchObject({ stale: true, said: { refused: { code: "unreachable" } } });
  expect([begun(unsure, TAKE, 9), asks(unsure, { case: NUMBER, seen: null })]).toEqual([null, unsure]);
  const again = begun(unsure, "look-again", 9)!;
  expect(found(again, CODE, problem("unreachable"))).toMatchObject({ stale: true, doing: null });
  expect(found(again, CODE, TAKEN)).toMatchObject({ stale: false, status: TAKEN, said: null });
});

it("what was refused because the case stands otherwise is looked up again, what changed nothing is not", () => {
  const stale = (deed: Deed, code: string): boolean => (did(during(deed), CODE, deed, problem(code)) as Shown).stale;
  expect(["already-delivered", "no-power", "not-now", "unknown-material", "internal"].map((code) => stale(HAND_OUT, code))).toEqual(Array(5).fill(true));
  expect(["store-away", "try-later"].map((code) => stale(TAKE, code))).toEqual([false, false]);
  expect([stale(NOTICE, "unreachable"), stale(NOTICE, "no-power")], "a notice can be printed twice").toEqual([false, true]);
});

it("counts copies between one and twenty, for each material apart, and begins anew after they are in", () => {
  let here: Here = shown;
  for (let n = 0; n < 30; n += 1) here = counted(here, NUMBER, 2, 1);
  expect([copiesOf(here as Shown, NUMBER, 2), copiesOf(here as Shown, NUMBER, 1)]).toEqual([20, 1]);
  for (let n = 0; n < 30; n += 1) here = counted(here, NUMBER, 2, -1);
  expect(copiesOf(here as Shown, NUMBER, 2)).toBe(1);
  expect(counted(EMPTY, NUMBER, 2, 1)).toBe(EMPTY);
  const many = counted(shown, NUMBER, 2, 1) as Shown;
  const after = did(begun(many, TAKE, 5)!, CODE, TAKE, TAKEN) as Shown;
  expect([copiesOf(many, NUMBER, 2), copiesOf(after, NUMBER, 2)]).toEqual([2, 1]);
});

it("asks whose card was seen, and closes the question with the deed", () => {
  const asking = asks(shown, { case: NUMBER, seen: null }) as Shown;
  expect(asking.asking).toEqual({ case: NUMBER, seen: null });
  expect(begun(asks(asking, { case: NUMBER, seen: "applicant" }), HAND_OUT, 1)?.asking).toBeNull();
  expect(asks(asking, null)).toMatchObject({ asking: null });
  expect(asks(EMPTY, { case: NUMBER, seen: null })).toBe(EMPTY);
});

it("warns before the screen is cleared, and has nothing to clear where nothing stands", () => {
  const { clearAfter, warnFor } = POLICY;
  expect([0, clearAfter - warnFor - 1].map((now) => clearsIn(shown, 0, now))).toEqual([null, null]);
  expect(clearsIn(shown, 0, clearAfter - warnFor)).toBe(warnFor);
  expect([clearsIn(shown, 0, clearAfter), clearsIn(shown, 0, clearAfter + 99), clearsIn(shown, 50, clearAfter)]).toEqual([0, 0, null]);
  expect(clearsIn({ at: "empty", why: problem("unknown-receipt") }, 0, clearAfter), "the code that was wrong").toBe(0);
  expect([clearsIn(EMPTY, 0, 999), clearsIn({ at: "empty", why: "cleared" }, 0, 999)]).toEqual([null, null]);
});

it("calls an answer slow once it is", () => {
  expect([isSlow(looking(CODE, 1), 1), isSlow(looking(CODE, 1), 1 + POLICY.slowAfter)]).toEqual([false, true]);
  expect([isSlow(during(TAKE), 5 + POLICY.slowAfter), isSlow(shown, 999), isSlow(EMPTY, 999)]).toEqual([true, false, false]);
});
