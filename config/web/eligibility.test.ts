/** May they ask for it: a resident of Jinshan at a kiosk in Haiyan. */
import { expect, it } from "vitest";
import { answersOf, evaluate, goesOn } from "./eligibility.ts";
import type { Eligibility } from "./eligibility.ts";

const say = (en: string) => ({ "zh-CN": en, en });
const CARD: Eligibility = {
  questions: [
    { id: "registered-there", text: say("Registered in Jinshan?") },
    { id: "where", text: say("Where?"), options: [{ code: "pinghu", label: say("Pinghu") }, { code: "elsewhere", label: say("Elsewhere") }] },
    { id: "lost", text: say("Lost?"), options: null },
  ],
  rules: [
    { kind: "another-home", reason: say("Choose Pinghu."), go_to: "pinghu", when: { all: [{ question: "registered-there", is: "no" }, { question: "where", in: ["pinghu"] }] } },
    { kind: "staffed-window", reason: say("A window nearby."), when: { not: { question: "registered-there", is: "yes" } } },
    { kind: "go-on-bring", reason: say("The register."), bring: [say("Household register")], when: { any: [{ question: "lost", is: "yes" }] } },
    { kind: "go-on", reason: say("Here.") },
  ],
};
const open = (answers: Record<string, string>): string[] => {
  const verdict = evaluate(CARD, answers);
  return verdict.kind === "open" ? verdict.open.map(({ id }) => id) : [];
};

it("asks only what can still change the verdict", () => {
  expect(open({})).toEqual(["registered-there", "where", "lost"]);
  expect(open({ "registered-there": "yes" })).toEqual(["lost"]);
  expect(open({ "registered-there": "no" })).toEqual(["where"]);
});

it("says why, where to go instead, and what to bring", () => {
  expect(evaluate(CARD, { "registered-there": "no", where: "pinghu" })).toEqual({ kind: "another-home", reason: say("Choose Pinghu."), goTo: "pinghu", bring: [] });
  const bring = evaluate(CARD, { "registered-there": "yes", lost: "yes" });
  expect(bring).toMatchObject({ kind: "go-on-bring", bring: [say("Household register")] });
  expect([bring, evaluate(CARD, { "registered-there": "yes", lost: "no" }), evaluate(CARD, {})].map(goesOn)).toEqual([true, true, false]);
});

it("lets everybody go on where nothing is asked", () => {
  expect(evaluate({ questions: [], rules: [{ kind: "go-on", reason: say("Here.") }] }, {})).toMatchObject({ kind: "go-on" });
});

it("takes only answers that can be given", () => {
  expect(answersOf(CARD.questions[0]!)).toEqual(["yes", "no"]);
  expect(() => evaluate(CARD, { where: "yes" })).toThrow("unknown-answer");
  expect(() => evaluate(CARD, { weather: "yes" })).toThrow("unknown-answer");
});
