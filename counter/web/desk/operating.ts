/**
 * What the clerk does in a granted window, on its way to the line: of the pointer only the newest place, letters together, everything else in
 * its order. Pure: it is told what was done and what time it is (`now`, seconds), `take(now)` is what may go, each once.
 *
 * It stays below what a line may carry (signaling/web/link.ts), so that the form and the talk have their share of it.
 */
import { Budget } from "../../../signaling/web/budget.ts";
import type { Action } from "../../../signaling/web/wire.generated.ts";

export interface OperatingPolicy {
  readonly perSecond: number;
  readonly burst: number;
  /** Seconds between two places of the pointer. */
  readonly moveEvery: number;
  /** Seconds for which letters wait for those that follow. */
  readonly together: number;
  /** Letters in one action, notches in one turn: what the wire takes. */
  readonly mostLetters: number;
  readonly mostNotches: number;
  /** Actions that may wait; whoever is that far ahead of the line does not see what they do. */
  readonly mostWaiting: number;
}

export const OPERATING: OperatingPolicy = { perSecond: 5, burst: 8, moveEvery: 0.2, together: 0.15, mostLetters: 500, mostNotches: 10, mostWaiting: 40 };

interface Waiting {
  action: Action;
  /** Not before then. */
  readonly from: number;
}

export class Operating {
  readonly #policy: OperatingPolicy;
  readonly #pace: Budget;
  #waiting: Waiting[] = [];
  #movedAt = -Infinity;
  /** The button is down, as the other side will see it once all that waits has gone. */
  #down = false;

  constructor(now: number, policy: OperatingPolicy = OPERATING) {
    this.#policy = policy;
    this.#pace = new Budget(policy.perSecond, policy.burst, now);
  }

  /** This was done. `repeated`: a key that is held down; it does not pile up. */
  put(action: Action, now: number, repeated = false): void {
    if (repeated && this.#waiting.length > 0) return;
    if (action.do === "release") {
      if (!this.#down) return; // its press was not taken
      this.#down = false;
    } else if (this.#joined(action)) {
      return;
    } else if (this.#waiting.length >= this.#policy.mostWaiting) {
      return;
    } else if (action.do === "press") {
      if (this.#down) return;
      this.#down = true;
    }
    const from = action.do === "text" ? now + this.#policy.together : action.do === "move" ? Math.max(now, this.#movedAt + this.#policy.moveEvery) : now;
    for (const text of action.do === "text" ? pieces(action.text, this.#policy.mostLetters) : [""]) {
      this.#waiting.push({ action: action.do === "text" ? { do: "text", text } : action, from });
    }
  }

  /** What may go now, in order. */
  take(now: number): Action[] {
    const taken: Action[] = [];
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (this.#dueOf(first) > now || !this.#pace.spend(now)) break;
      this.#waiting.shift();
      if (first.action.do === "move") this.#movedAt = now;
      taken.push(first.action);
    }
    return taken;
  }

  /** When `take` is to be called again; infinite when nothing waits. */
  dueAt(): number {
    const first = this.#waiting[0];
    return first === undefined ? Infinity : Math.max(this.#dueOf(first), this.#pace.nextAt());
  }

  /** Letters and places wait for more of their kind only while nothing else was done after them. */
  #dueOf({ from, action }: Waiting): number {
    return this.#waiting.length > 1 && action.do !== "move" ? -Infinity : from;
  }

  /** Whether it went into what waits last. */
  #joined(action: Action): boolean {
    const last = this.#waiting.at(-1);
    const before = last?.action;
    if (last === undefined || before === undefined) return false;
    if (action.do === "text" && before.do === "text" && before.text.length + action.text.length <= this.#policy.mostLetters) {
      last.action = { do: "text", text: before.text + action.text };
      return true;
    }
    if (action.do === "wheel" && before.do === "wheel") {
      const steps = Math.max(-this.#policy.mostNotches, Math.min(this.#policy.mostNotches, before.steps + action.steps));
      last.action = { ...action, steps };
      return true;
    }
    if (before.do !== "move") return false;
    if (action.do === "move") {
      last.action = action;
      return true;
    }
    // Where something is pressed or turned, it says itself; only a button that is let go stays where the pointer was put.
    if (action.do === "press" || action.do === "wheel") this.#waiting.pop();
    return false;
  }
}

/** A text in pieces of so many UTF-16 units at most, no letter cut in two. */
function pieces(text: string, most: number): string[] {
  const found: string[] = [];
  for (const letter of text) {
    const last = found.at(-1);
    if (last === undefined || last.length + letter.length > most) found.push(letter);
    else found[found.length - 1] = last + letter;
  }
  return found;
}
