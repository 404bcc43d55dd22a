/** Identity cards through the door of the kiosk's agent. By hand the same as `kiosk/identity/door_wire.py`. Nothing of a card is kept here. */
import { wait } from "../../config/web/ladder.ts";
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

/** What `CardReader` uses of a WebSocket. */
export interface CardSocket {
  readonly readyState: number;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(text: string): void;
  close(): void;
}

const OPEN = 1;
/** Seconds until an agent is asked again that knew neither the word nor a reader: somebody may have set it right. */
const STRANGER = 30;
/** Seconds that a card is waited for, unless the screen says otherwise; the agent allows two minutes. */
export const READING = 60;

/** The first and the last character: in a hall others look on, and the day of birth can be guessed from a face. The same as `config/id_number.py`. */
export function maskedNumber(number: string): string {
  return number.length === 18 ? `${number[0]}${"*".repeat(16)}${number[17]}` : "***";
}

export class CardReader {
  readonly #place: DesktopPlace;
  readonly #changed: () => void;
  readonly #connect: (url: string) => CardSocket;
  #socket: CardSocket | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #running = false;
  #here = false;
  #n = 0;
  #settle: ((result: CardResult) => void) | null = null;

  constructor(place: DesktopPlace, changed: () => void, connect: (url: string) => CardSocket = (url) => new WebSocket(url)) {
    this.#place = place;
    this.#changed = changed;
    this.#connect = connect;
  }

  /** There is a reader that can be asked. */
  get here(): boolean {
    return this.#here;
  }

  /** Look for the agent, and go on looking. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#open();
  }

  /** Leave: a reading that goes on ends. */
  stop(): void {
    this.#running = false;
    clearTimeout(this.#retry);
    const socket = this.#socket;
    this.#lost();
    socket?.close();
  }

  /** Waits for a card. It never rejects; aborted it is `stopped`, a newer reading makes the older one `taken-over`. */
  read(signal: AbortSignal, seconds: number = READING): Promise<CardResult> {
    this.#over({ read: false, code: "taken-over" });
    if (signal.aborted) return Promise.resolve({ read: false, code: "stopped" });
    if (!this.#here) return Promise.resolve({ read: false, code: "agent-away" });
    return new Promise((resolve) => {
      const n = ++this.#n;
      const stopped = (): void => {
        this.#say({ type: "stop-reading" });
        this.#over({ read: false, code: "stopped" });
      };
      signal.addEventListener("abort", stopped, { once: true });
      this.#settle = (result) => {
        signal.removeEventListener("abort", stopped);
        resolve(result);
      };
      this.#say({ type: "read-card", n, seconds });
    });
  }

  #open(): void {
    const socket = this.#connect(`${this.#place.url}/identity`);
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", token: this.#place.token }));
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket && typeof data === "string") this.#heard(JSON.parse(data) as FromAgent);
    };
    socket.onclose = ({ reason }) => {
      if (this.#socket !== socket) return;
      this.#lost();
      if (reason === "taken-over") this.#running = false; // by another page of this kiosk
      if (!this.#running) return;
      this.#failures += 1;
      const seconds = reason === "bad-token" || reason === "nothing-here" ? STRANGER : wait(this.#failures, Math.random());
      this.#retry = setTimeout(() => this.#open(), seconds * 1000);
    };
  }

  #heard(said: FromAgent): void {
    if (said.type === "ready") {
      this.#failures = 0;
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
    this.#socket = null;
    this.#over({ read: false, code: "agent-away" });
    if (!this.#here) return;
    this.#here = false;
    this.#changed();
  }

  #say(message: { readonly type: string; readonly [field: string]: unknown }): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(message));
  }
}

function facts({ name, number, valid_until: validUntil, issuer, sample }: FromAgent & { type: "card" }): CardFacts {
  return { name, number, validUntil, issuer, sample };
}
