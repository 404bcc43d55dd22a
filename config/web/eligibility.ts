/**
 * May this resident ask for this service: a verdict out of the answers so far, or the questions that still matter. Pure.
 *
 * The same as `evaluate` of signaling/domain/eligibility.py: tests/signaling/domain/test_eligibility_mirror.py compares the two.
 * The shapes are those of the catalogue's files; a part that is left out and one that is null mean the same.
 */
export interface BothLanguages { readonly "zh-CN": string; readonly en: string }

export interface EligibilityOption { readonly code: string; readonly label: BothLanguages }
/** Without options it is answered by yes or no. */
export interface EligibilityQuestion { readonly id: string; readonly text: BothLanguages; readonly options?: readonly EligibilityOption[] | null }

/** One of four forms: an answer, all of these, any of these, not this. */
export interface Condition {
  readonly question?: string | null;
  readonly is?: string | null;
  readonly in?: readonly string[] | null;
  readonly all?: readonly Condition[] | null;
  readonly any?: readonly Condition[] | null;
  readonly not?: Condition | null;
}

export type VerdictKind = "go-on" | "go-on-bring" | "another-home" | "staffed-window" | "not-possible";

export interface EligibilityRule {
  readonly kind: VerdictKind;
  readonly reason: BothLanguages;
  readonly when?: Condition | null;
  readonly go_to?: string | null;
  readonly bring?: readonly BothLanguages[] | null;
}

export interface Eligibility { readonly questions: readonly EligibilityQuestion[]; readonly rules: readonly EligibilityRule[] }

/** Question → answer; `yes` or `no`, or the code of an option. */
export type Answers = Readonly<Record<string, string>>;

export type Verdict =
  | { readonly kind: "open"; readonly open: readonly EligibilityQuestion[] }
  | { readonly kind: VerdictKind; readonly reason: BothLanguages; readonly goTo: string | null; readonly bring: readonly BothLanguages[] };

const YES_NO = ["yes", "no"] as const;

export function answersOf({ options }: EligibilityQuestion): readonly string[] {
  return options === undefined || options === null || options.length === 0 ? YES_NO : options.map(({ code }) => code);
}

export function goesOn(verdict: Verdict): boolean {
  return verdict.kind === "go-on" || verdict.kind === "go-on-bring";
}

/** Throws for an answer that cannot be given; the rules themselves were checked when the server loaded them. */
export function evaluate(eligibility: Eligibility, answers: Answers): Verdict {
  for (const [id, answer] of Object.entries(answers)) {
    const asked = eligibility.questions.find((question) => question.id === id);
    if (asked === undefined || !answersOf(asked).includes(answer)) throw new Error(`unknown-answer: ${answer} to ${id}`);
  }
  const table = completions(eligibility.questions, answers).map((full) => ({ full, told: told(eligibility, full) }));
  const [first] = table;
  if (first !== undefined && table.every(({ told }) => told.key === first.told.key)) return first.told.verdict;
  const open = eligibility.questions.filter(({ id }, place) => given(answers, id) === undefined && matters(eligibility, table, place));
  return { kind: "open", open };
}

interface Told { readonly key: string; readonly verdict: Verdict }
interface Row { readonly full: Answers; readonly told: Told }

/** Whether two sets of answers that differ in this place alone have different verdicts. */
function matters({ questions }: Eligibility, table: readonly Row[], place: number): boolean {
  const seen = new Map<string, string>();
  return table.some(({ full, told }) => {
    const others = questions.filter((_, i) => i !== place).map(({ id }) => given(full, id)).join(" "); // codes hold no space
    const before = seen.get(others);
    if (before === undefined) seen.set(others, told.key);
    return before !== undefined && before !== told.key;
  });
}

/** An id such as `constructor` is an answer only where somebody gave it. */
function given(answers: Answers, id: string): string | undefined {
  return Object.hasOwn(answers, id) ? answers[id] : undefined;
}

function completions(questions: readonly EligibilityQuestion[], answers: Answers): Answers[] {
  return questions.reduce<Answers[]>((found, question) => {
    const answer = given(answers, question.id);
    const space = answer === undefined ? answersOf(question) : [answer];
    return found.flatMap((each) => space.map((one) => ({ ...each, [question.id]: one })));
  }, [{}]);
}

function told({ rules }: Eligibility, full: Answers): Told {
  const rule = rules.find(({ when }) => when === undefined || when === null || holds(when, full));
  if (rule === undefined) throw new Error("no-verdict");
  const verdict = { kind: rule.kind, reason: rule.reason, goTo: rule.go_to ?? null, bring: rule.bring ?? [] };
  const texts = [rule.reason, ...verdict.bring].map((text) => [text["zh-CN"], text.en]);
  return { key: JSON.stringify([rule.kind, verdict.goTo, texts]), verdict };
}

function holds(condition: Condition, full: Answers): boolean {
  if (typeof condition.question === "string") {
    const answer = given(full, condition.question);
    return answer !== undefined && (condition.is === answer || (condition.in ?? []).includes(answer));
  }
  if (condition.all) return condition.all.every((each) => holds(each, full));
  if (condition.any) return condition.any.some((each) => holds(each, full));
  if (condition.not) return !holds(condition.not, full);
  throw new Error("bad-condition");
}
