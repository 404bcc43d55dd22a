/** What was answered before queueing: the catalogue's questions with what was said, and where the rules lead with it. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { evaluate, goesOn } from "../../../config/web/eligibility.ts";
import type { EligibilityQuestion, Verdict } from "../../../config/web/eligibility.ts";
import { icon } from "../../../config/web/icons.ts";
import { service } from "../../../signaling/web/catalogue.ts";
import type { Service } from "../../../signaling/web/catalogue.ts";
import type { Answered } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";

type Words = Pick<Desk, "say" | "pick" | "catalogue" | "view">;

/** Beside the case, folded: it is looked at once. What nobody was asked stands open, since it is to be asked now. */
export function answeredBefore(desk: Words, answered: Answered | null, code: string, name: "case" | "ring" = "case"): TemplateResult | typeof nothing {
  if (answered === null) return nothing;
  const { say, catalogue, view } = desk;
  if (answered.when !== "this-visit") return html`<p class="hint answered" data-test="${name}-answered" data-when=${answered.when}>${say(answered.when === "not" ? "counter.answered.opened" : "counter.answered.earlier")}</p>`;
  const known = service(catalogue, view.jurisdiction, code);
  const rows = Object.entries(answered.answers);
  if (rows.length === 0) return name === "ring" ? nothing : html`<p class="hint answered" data-test="case-answered" data-when="this-visit">${say("counter.answered.none")}</p>`;
  const asItWas = known?.version === answered.version;
  const verdict = known !== null && asItWas ? verdictOf(known, answered.answers) : null;
  return html`<details class="answered" data-test="${name}-answered" data-when="this-visit" data-verdict=${verdict?.kind ?? ""}>
    <summary>${say("counter.answered.title")}${verdict === null ? nothing : html`<small>${icon(verdict.kind === "go-on" ? "check" : "papers")}<span>${say(`counter.answered.verdict.${verdict.kind}`)}</span></small>`}</summary>
    ${known !== null && !asItWas ? html`<p class="hint" data-test="${name}-answered-then">${say("counter.answered.other-version", { version: answered.version })}</p>` : nothing}
    ${verdict === null ? nothing : explained(desk, verdict)}
    <dl>${rows.map(([id, answer]) => html`<div data-test="${name}-answer-${id}" data-answer=${answer}>${inWords(desk, known?.eligibility.questions.find((each) => each.id === id), id, answer)}</div>`)}</dl>
  </details>`;
}

/** Where they led: whoever has a ticket was let on, by the rules of that day. Null where the words here are none of theirs. */
function verdictOf({ eligibility }: Service, answers: Answered["answers"]): (Verdict & { kind: "go-on" | "go-on-bring" }) | null {
  try {
    const verdict = evaluate(eligibility, answers);
    return goesOn(verdict) ? (verdict as Verdict & { kind: "go-on" | "go-on-bring" }) : null;
  } catch {
    return null;
  }
}

function explained({ say, pick }: Words, verdict: Verdict): TemplateResult {
  if (verdict.kind === "open") return html``;
  const { reason, bring } = verdict;
  return html`<p data-test="answered-reason">${pick(reason)}</p>
    ${bring.length === 0 ? nothing : html`<p class="bring-too" data-test="answered-bring">${icon("papers")}<span>${say("counter.answered.bring", { names: bring.map(pick).join(say("counter.notice.and")) })}</span></p>`}`;
}

/** A question that this catalogue does not have stands as its code: better than a wrong word. */
function inWords({ say, pick }: Words, question: EligibilityQuestion | undefined, id: string, answer: string): TemplateResult {
  const option = question?.options?.find(({ code }) => code === answer);
  const words = option !== undefined ? pick(option.label) : answer === "yes" || answer === "no" ? say(`counter.answered.${answer}`) : answer;
  return html`<dt>${question === undefined ? id : pick(question.text)}</dt><dd>${words}</dd>`;
}
