/** What is shown of a case's powers, and what the words of a missing one are for. */
import { expect, it } from "vitest";
import type { WindowAct, WindowAllowed, WindowCase } from "../../../signaling/web/wire.generated.ts";
import { isQuiet, offersOf } from "./offers.ts";

const AGREED = "2023-09-22";
const may = (...acts: readonly WindowAct[]): WindowAllowed[] => acts.map((act) => ({ act, agreement: AGREED }));
const RETURNED: WindowCase = {
  case: "310116-330424-20261128-0012", service: { "zh-CN": "身份证", en: "Identity card" }, state: "returned", due: null, over: false, form: null, follow_by: null,
  lacking: [{ material: 0, name: { "zh-CN": "照片", en: "Photograph" }, reason: "not-brought", received: 0 }], notice: true, nearby: false, delivered_on: null, may: [],
};
const ACCEPTED: WindowCase = { ...RETURNED, state: "accepted", lacking: [], notice: false, nearby: true };

it("offers what the home lets this window do, and says nothing more", () => {
  const offers = offersOf({ ...RETURNED, may: may("accept-papers", "one-time-notice") });
  expect(offers).toEqual({ notice: { act: "one-time-notice", agreement: AGREED }, papers: { act: "accept-papers", agreement: AGREED }, outcome: null, withheld: [], elsewhere: false });
  expect(offersOf({ ...ACCEPTED, may: may("deliver-outcome") })).toMatchObject({ outcome: { agreement: AGREED }, withheld: [], elsewhere: false });
});

it("names what the case calls for and no power is there for, in the order of the page", () => {
  expect(offersOf(RETURNED).withheld).toEqual(["one-time-notice", "accept-papers"]);
  expect(offersOf({ ...RETURNED, may: may("accept-papers") }).withheld).toEqual(["one-time-notice"]);
  expect(offersOf(ACCEPTED).withheld).toEqual(["deliver-outcome"]);
});

it("offers nothing that the case does not call for, whatever is allowed", () => {
  const every = may("accept-papers", "one-time-notice", "deliver-outcome");
  expect(offersOf({ ...RETURNED, lacking: [], notice: false, delivered_on: "2026-12-01", may: every })).toMatchObject({ notice: null, papers: null, outcome: null, withheld: [] });
});

it("an outcome that was handed out is neither offered nor missed", () => {
  const offers = offersOf({ ...ACCEPTED, delivered_on: "2026-12-01" });
  expect(offers).toMatchObject({ outcome: null, withheld: [], elsewhere: false });
  expect(isQuiet(offers, { ...ACCEPTED, delivered_on: "2026-12-01" })).toBe(false);
});

it("what is not promised here is said to be elsewhere, also where a power would let it be handed out", () => {
  const far: WindowCase = { ...ACCEPTED, nearby: false };
  expect(offersOf(far)).toMatchObject({ outcome: null, withheld: [], elsewhere: true });
  expect(offersOf({ ...far, may: may("deliver-outcome") })).toMatchObject({ outcome: { act: "deliver-outcome" }, elsewhere: true });
  expect(offersOf({ ...far, state: "handed-over", may: may("deliver-outcome") }).elsewhere).toBe(true);
  expect(offersOf({ ...far, state: "handed-over" }).elsewhere, "nobody says that it was accepted").toBe(false);
});

it("knows when there is nothing to do at all", () => {
  const open: WindowCase = { ...RETURNED, state: "open", lacking: [], notice: false };
  expect(isQuiet(offersOf(open), open)).toBe(true);
  expect(isQuiet(offersOf(RETURNED), RETURNED)).toBe(false);
});
