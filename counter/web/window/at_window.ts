/** Whose receipt is on the screen, what is being asked of the server, and for how long nobody has touched anything. Pure: times are monotonic seconds. */
import type { WindowCase, WindowOutcome, WindowStatus } from "../../../signaling/web/wire.generated.ts";

/** What is done for one case, `case` being its number. */
export type Deed =
  | { readonly act: "one-time-notice"; readonly case: string }
  | { readonly act: "accept-papers"; readonly case: string; readonly material: number; readonly copies: number }
  | { readonly act: "deliver-outcome"; readonly case: string; readonly collected_by: WindowOutcome["collected_by"] };

export interface Problem {
  readonly code: string;
  /** The server's own sentence, where the pages have none for the code. */
  readonly text: string;
}

/** The screen without a receipt; `wrong`: what was typed is no code, `cleared`: nobody touched the last one for long. */
export interface Empty { readonly at: "empty"; readonly why: Problem | "wrong" | "cleared" | null }
export interface Looking { readonly at: "looking"; readonly code: string; readonly since: number }
export interface Shown {
  readonly at: "receipt";
  readonly code: string;
  readonly status: WindowStatus;
  /** What the server has not answered yet. */
  readonly doing: { readonly deed: Deed | "look-again"; readonly since: number } | null;
  /** What came of the last deed. */
  readonly said: { readonly done: Deed } | { readonly refused: Problem; readonly deed: Deed | "look-again" } | null;
  /** What is shown may not be what is true any more: nothing is done before it was looked up again. */
  readonly stale: boolean;
  /** The case of which is asked whose identity card was seen, and what was answered so far. */
  readonly asking: { readonly case: string; readonly seen: WindowOutcome["collected_by"] | null } | null;
  /** Copies that are about to be taken in, by `sheetOf`; one where there is no number. */
  readonly copies: Readonly<Record<string, number>>;
}
export type Here = Empty | Looking | Shown;

export const EMPTY: Empty = { at: "empty", why: null };
/** Seconds without a touch until the receipt is cleared, for how many of them this is said before, and after how many an answer is called slow. */
export const POLICY = { clearAfter: 180, warnFor: 30, slowAfter: 3 } as const;
/** After these nothing has changed, and the same may be tried again. */
const UNCHANGED = ["store-away", "try-later"];
/** As the wire has it. */
const MOST_COPIES = 20;

export function looking(code: string, now: number): Looking {
  return { at: "looking", code, since: now };
}

/** The server's answer to a look-up. One that comes when another code or nobody is waited for is nobody's: `here` stays. */
export function found(here: Here, code: string, answer: WindowStatus | Problem): Here {
  if (here.at === "looking" && here.code === code) return "code" in answer ? { at: "empty", why: answer } : shown(code, answer);
  if (here.at !== "receipt" || here.code !== code || here.doing?.deed !== "look-again") return here;
  return "code" in answer ? { ...here, doing: null, said: { refused: answer, deed: "look-again" }, stale: true } : shown(code, answer);
}

/** `here` with a deed under way; null where none can begin. */
export function begun(here: Here, deed: Deed | "look-again", now: number): Shown | null {
  if (here.at !== "receipt" || here.doing !== null || (here.stale && deed !== "look-again")) return null;
  return { ...here, doing: { deed, since: now }, said: null, asking: null };
}

/** The server's answer to a deed; a notice has none but that it came. */
export function did(here: Here, code: string, deed: Deed, answer: WindowStatus | Problem | null): Here {
  if (here.at !== "receipt" || here.code !== code || here.doing?.deed !== deed) return here;
  if (answer !== null && "code" in answer) {
    const harmless = UNCHANGED.includes(answer.code) || (deed.act === "one-time-notice" && answer.code === "unreachable");
    return { ...here, doing: null, said: { refused: answer, deed }, stale: !harmless };
  }
  return { ...here, status: answer ?? here.status, doing: null, said: { done: deed }, copies: {} };
}

/** Asks whose card was seen, takes the answer, or does not ask any more. */
export function asks(here: Here, asking: Shown["asking"]): Here {
  return here.at !== "receipt" || (asking !== null && (here.doing !== null || here.stale)) ? here : { ...here, asking };
}

/** One copy more or fewer of a material, between one and as many as a window takes in at once. */
export function counted(here: Here, number: string, material: number, more: 1 | -1): Here {
  if (here.at !== "receipt") return here;
  const copies = Math.min(MOST_COPIES, Math.max(1, copiesOf(here, number, material) + more));
  return { ...here, copies: { ...here.copies, [sheetOf(number, material)]: copies } };
}

export function copiesOf({ copies }: Shown, number: string, material: number): number {
  return copies[sheetOf(number, material)] ?? 1;
}

const sheetOf = (number: string, material: number): string => `${number} ${material}`;

/** Seconds until the screen is cleared, once that is near; 0: it is time. Null while nothing is on it, or somebody is there. */
export function clearsIn(here: Here, touched: number, now: number): number | null {
  if (here.at === "empty" && (here.why === null || here.why === "cleared")) return null;
  const left = Math.ceil(touched + POLICY.clearAfter - now);
  return left > POLICY.warnFor ? null : Math.max(0, left);
}

/** Whether the server has been asked for longer than one waits without a word. */
export function isSlow(here: Here, now: number): boolean {
  const since = here.at === "looking" ? here.since : here.at === "receipt" ? here.doing?.since : undefined;
  return since !== undefined && now - since >= POLICY.slowAfter;
}

export function caseOf(here: Here, number: string): WindowCase | null {
  return here.at === "receipt" ? here.status.cases.find((one) => one.case === number) ?? null : null;
}

function shown(code: string, status: WindowStatus): Shown {
  return { at: "receipt", code, status, doing: null, said: null, stale: false, asking: null, copies: {} };
}
