/** What is still to be asked, whatever the names of the questions are. */
import { expect, it } from "vitest";
import type { Eligibility } from "../../config/web/eligibility.ts";
import { next, verdictOf } from "./asking.ts";
import type { Answer } from "./asking.ts";
import { back } from "./way_back.ts";

const say = (text: string) => ({ "zh-CN": text, en: text });
/** A number as a name comes first in every object of JavaScript. */
const RULES: Eligibility = {
  questions: ["b", "constructor", "1"].map((id) => ({ id, text: say(id) })),
  rules: [
    { kind: "not-possible", reason: say("no"), when: { any: ["b", "constructor", "1"].map((question) => ({ question, is: "no" })) } },
    { kind: "go-on", reason: say("yes") },
  ],
};
const after = (...answers: Answer[]) => next({ home: "jinshan", service: "s", rules: RULES, answers });

it("asks in the order of the catalogue, and takes the last answer back first", () => {
  const asked: string[] = [];
  let here = after();
  while (here.at === "question") {
    const verdict = verdictOf(here);
    const id = verdict.kind === "open" ? verdict.open[0]?.id ?? "" : "";
    asked.push(id);
    here = after(...here.answers, [id, "yes"]);
  }
  expect(asked).toEqual(["b", "constructor", "1"]);
  expect(here.at).toBe("bring");
  expect(back({ ...here })).toMatchObject({ at: "question", answers: [["b", "yes"], ["constructor", "yes"]] });
});

it("leads elsewhere with the first answer that decides", () => {
  expect(after(["constructor", "no"]).at).toBe("elsewhere");
});

it("carries nothing of the step before it", () => {
  const step = { at: "elsewhere" as const, home: "jinshan", service: "s", rules: RULES, answers: [], name: "王小明" };
  expect(Object.keys(next(step)).sort()).toEqual(["answers", "at", "home", "rules", "service"]);
});
