/** The clerk is told what became of a question, and not told what they did themselves. */
import { expect, it } from "vitest";
import type { Talk } from "../../../signaling/web/wire.generated.ts";
import { endOfGrant, endOfQuestion, Questions } from "./questions.ts";

const TALK: Talk = {
  session: "s1", case: "c", number: "J1", home: "jinshan", service: "x", service_name: "x", since: 0, held: false, room: "r", me: "clerk",
  ends: [{ participant: "resident", role: "resident", name: "王", place: "k", present: true }], sources: [], recording: "recording", acceptable: true, asked: null,
  may_show: false, stills: [], may_take_in: true, may_check: false, has_form: true, form: { case: "c", code: "f", version: "1", laid: true, frozen: null }, grant: null,
  windows: [{ window: "portal", name: "网" }], texts: [], cases: [], parties: [], level: "declared",
};
const control = { ...TALK, asked: { ask: "control", id: "q1", until: 100, scope: "form", scope_name: "表单", level: "control", purpose: "fill-in", minutes: 5 } } as const;
const granted = { ...TALK, grant: { id: "q1", scope: "form", level: "control", purpose: "fill-in", until: 400 } } as const;
const lost = { ...TALK, ends: TALK.ends.map((end) => ({ ...end, present: false })) };

it("tells no from silence by the time", () => {
  expect(endOfQuestion(control, TALK, 60)).toEqual({ code: "refused", ask: "control" });
  expect(endOfQuestion(control, TALK, 100.1)).toEqual({ code: "silence", ask: "control" });
});

it("says nothing where yes is seen, where the talk is held, and where the line broke", () => {
  expect(endOfQuestion(control, granted, 60)).toBeNull();
  expect(endOfQuestion(control, { ...TALK, held: true }, 60)).toBeNull();
  expect(endOfQuestion(control, lost, 60)).toBeNull();
  const screen: Talk = { ...TALK, asked: { ask: "screen", id: "q2", until: 100 } };
  expect(endOfQuestion(screen, { ...TALK, may_show: true }, 60)).toBeNull();
  expect(endOfQuestion(screen, TALK, 60)).toEqual({ code: "refused", ask: "screen" });
});

it("sees a page that came into the case, and a signature that was given", () => {
  const still = { number: 7, material: 0, width: 1, height: 1, reasons: [], glare: null, kept: false, page: 1, checked: false };
  const page: Talk = { ...TALK, stills: [still], asked: { ask: "page", id: "q3", until: 100, material: 0, material_name: "证", take: null } };
  expect(endOfQuestion(page, { ...page, asked: null, stills: [{ ...still, kept: true }] }, 60)).toBeNull();
  expect(endOfQuestion(page, { ...page, asked: null }, 60)).toEqual({ code: "refused", ask: "page" });
  const place = { page: 0, x: 0, y: 0, width: 1, height: 1, signed: false };
  const paper = (signed: boolean): Talk["form"] => ({ case: "c", code: "f", version: "1", laid: true, frozen: { id: "p1", pages: [], places: [{ ...place, signed }], signed: null } });
  const sign: Talk = { ...TALK, form: paper(false), asked: { ask: "signature", id: "q4", until: 100, form: "p1", signer: 0 } };
  expect(endOfQuestion(sign, { ...TALK, form: paper(true) }, 60)).toBeNull();
  expect(endOfQuestion(sign, { ...TALK, form: paper(false) }, 60)).toEqual({ code: "refused", ask: "signature" });
});

it("tells why an operation ended", () => {
  expect(endOfGrant(granted, TALK, 60)).toEqual({ code: "stopped" });
  expect(endOfGrant(granted, TALK, 400)).toEqual({ code: "time-over" });
  expect(endOfGrant(granted, lost, 60)).toEqual({ code: "interrupted" });
  expect(endOfGrant(granted, { ...TALK, held: true }, 60)).toBeNull();
  expect(endOfGrant(granted, { ...TALK, form: { case: "c", code: "f", version: "1", laid: false, frozen: null } }, 60)).toBeNull();
  const window: Talk = { ...TALK, grant: { ...granted.grant, scope: "portal" } };
  expect(endOfGrant(window, TALK, 60)).toEqual({ code: "stopped" });
  expect(endOfGrant(window, { ...TALK, windows: [] }, 60)).toEqual({ code: "window-gone" });
  expect(endOfGrant(window, { ...TALK, case: "c-2" }, 60)).toBeNull();
});

it("does not tell what one did oneself, and forgets with the next question and the next talk", () => {
  const questions = new Questions();
  questions.mine("q1");
  questions.followed(control, TALK, 60);
  expect(questions.told).toBeNull();
  const other = new Questions();
  other.followed(control, TALK, 60);
  expect(other.told).toEqual({ code: "refused", ask: "control" });
  other.followed(TALK, control, 61);
  expect(other.told).toBeNull();
  other.followed(control, TALK, 100.1);
  other.followed(TALK, { ...TALK, session: "s2" }, 101);
  expect(other.told).toBeNull();
});
