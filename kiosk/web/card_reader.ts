/** Identity cards through the door of the kiosk's agent. By hand the same as `kiosk/identity/door_wire.py`. Nothing of a card is kept here. */
import { AgentDoor } from "./agent_door.ts";
import type { Connect } from "./agent_door.ts";
import type { DesktopPlace } from "./desktop_place.ts";

/** A card that was read, whole and valid. */
export interface CardFacts {
  readonly name: string;
  readonly number: string;
  /** `2036-01-31`; null for a card without an end. */
  readonly validUntil: string | null;
  readonly issuer: string;
  /** Invented for a demonstration: it belongs to nobody. */
  readonly sample: boolean;
}

/** Why there is no card; `agent-away`: the agent was lost, or has not been there. */
export type CardProblem =
  | "no-reader" | "no-card" | "unreadable" | "bad-number" | "card-expired" | "reader-fault" | "stopped" | "taken-over" | "agent-away";

export type CardResult = { readonly read: true; readonly card: CardFacts } | { readonly read: false; readonly code: CardProblem };

type FromAgent =
  | { readonly type: "ready" }
  | { readonly type: "card"; readonly n: number; readonly name: string; readonly number: string; readonly valid_until: string | null; readonly issuer: string; readonly sample: boolean }
  | { readonly type: "no-card"; readonly n: number; readonly code: CardProblem };

/** Seconds that a card is waited for, unless the screen says otherwise; the agent allows two minutes. */
export const READING = 60;

/** The first and the last character: in a hall others look on, and the day of birth can be guessed from a face. The same as `config/id_number.py`. */
export function maskedNumber(number: string): string {
  return number.length === 18 ? `${number[0]}${"*".repeat(16)}${number[17]}` : "***";
}

export class CardReader {
  readonly #door: AgentDoor<FromAgent>;
  readonly #changed: () => void;
  #here = false;
  #n = 0;
  #settle: ((result: CardResult) => void) | null = null;

  constructor(place: DesktopPlace, changed: () => void, connect?: Connect) {
    this.#door = new AgentDoor<FromAgent>(`${place.url}/identity`, place.token, { heard: (said) => this.#heard(said), lost: () => this.#lost() }, connect);
    this.#changed = changed;
  }

  /** There is a reader that can be asked. */
  get here(): boolean {
    return this.#here;
  }

  /** Look for the agent, and go on looking. */
  start(): void {
    this.#door.start();
  }

  /** Leave: a reading that goes on ends. */
  stop(): void {
    this.#door.stop();
  }

  /** Waits for a card. It never rejects; aborted it is `stopped`, a newer reading makes the older one `taken-over`. */
  read(signal: AbortSignal, seconds: number = READING): Promise<CardResult> {
    this.#over({ read: false, code: "taken-over" });
    if (signal.aborted) return Promise.resolve({ read: false, code: "stopped" });
    if (!this.#here) return Promise.resolve({ read: false, code: "agent-away" });
    return new Promise((resolve) => {
      const n = ++this.#n;
      const stopped = (): void => {
        this.#door.say({ type: "stop-reading" });
        this.#over({ read: false, code: "stopped" });
      };
      signal.addEventListener("abort", stopped, { once: true });
      this.#settle = (result) => {
        signal.removeEventListener("abort", stopped);
        resolve(result);
      };
      this.#door.say({ type: "read-card", n, seconds });
    });
  }

  #heard(said: FromAgent): void {
    if (said.type === "ready") {
      this.#here = true;
      this.#changed();
    } else if (said.n === this.#n) { // an answer to an earlier question is another person's card
      this.#over(said.type === "no-card" ? { read: false, code: said.code } : { read: true, card: facts(said) });
    }
  }

  #over(result: CardResult): void {
    const settle = this.#settle;
    this.#settle = null;
    settle?.(result);
  }

  #lost(): void {
    this.#over({ read: false, code: "agent-away" });
    if (!this.#here) return;
    this.#here = false;
    this.#changed();
  }
}

function facts({ name, number, valid_until: validUntil, issuer, sample }: FromAgent & { type: "card" }): CardFacts {
  return { name, number, validUntil, issuer, sample };
}
