/** Before the line: what is still to be asked of this resident, and where their answers lead. Pure. */
import { evaluate, goesOn } from "../../config/web/eligibility.ts";
import type { Eligibility, Verdict } from "../../config/web/eligibility.ts";
import type { LookUp } from "./look_up.ts";

/** What the resident has chosen so far; each step carries all that is true in it. */
export interface Chosen { readonly home: string; readonly service: string; readonly goesOn?: GoingOn | undefined }

/** An earlier case that goes on: the code of its receipt as it was looked up, and which of its cases, from 0. */
export interface GoingOn { readonly from: LookUp; readonly case: number }

/** Question and answer, in the order in which they were given: an object would put `1` before `a`. */
export type Answer = readonly [question: string, answer: string];

/** A service was chosen, and its questions are being asked by the rules as they were then. */
export interface Asked extends Chosen { readonly rules: Eligibility; readonly answers: readonly Answer[] }

/** Where the answers so far lead. */
export function verdictOf({ rules, answers }: Asked): Verdict {
  return evaluate(rules, Object.fromEntries(answers));
}

/** The screen that follows: the first open question, the list of what to bring, or the way elsewhere. */
export function next({ home, service, rules, answers }: Asked): Asked & { readonly at: "question" | "bring" | "elsewhere" } {
  const asked = { home, service, rules, answers };
  const verdict = verdictOf(asked);
  return { ...asked, at: verdict.kind === "open" ? "question" : goesOn(verdict) ? "bring" : "elsewhere" };
}
