/** The page's side of the door of the kiosk's agent: it knocks until somebody opens, says the word, and comes again when the line is lost. */
import { wait } from "../../config/web/ladder.ts";

/** What is used of a WebSocket. */
export interface AgentSocket {
  binaryType?: BinaryType;
  readonly readyState: number;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(text: string): void;
  close(): void;
}

export type Connect = (url: string) => AgentSocket;

/** Whoever stands at the door. */
export interface AtTheDoor<FromAgent> {
  heard(said: FromAgent): void;
  /** A picture. */
  seen?(picture: ArrayBuffer): void;
  /** The line is gone, or was left. */
  lost(): void;
}

const OPEN = 1;
/** Seconds until an agent is asked again that knew not the word, or not what is asked for: somebody may have set it right. */
const STRANGER = 30;

export class AgentDoor<FromAgent extends { readonly type: string }> {
  readonly #url: string;
  readonly #token: string;
  readonly #me: AtTheDoor<FromAgent>;
  readonly #connect: Connect;
  #socket: AgentSocket | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #running = false;

  constructor(url: string, token: string, me: AtTheDoor<FromAgent>, connect: Connect = (where) => new WebSocket(where)) {
    this.#url = url;
    this.#token = token;
    this.#me = me;
    this.#connect = connect;
  }

  /** Look for the agent, and go on looking. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#open();
  }

  /** Leave. */
  stop(): void {
    this.#running = false;
    clearTimeout(this.#retry);
    const socket = this.#socket;
    this.#lose();
    socket?.close();
  }

  /** Nothing is said where nobody listens. */
  say(message: { readonly type: string; readonly [field: string]: unknown }): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(message));
  }

  #open(): void {
    const socket = this.#connect(this.#url);
    this.#socket = socket;
    if (this.#me.seen !== undefined) socket.binaryType = "arraybuffer";
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", token: this.#token }));
    socket.onmessage = ({ data }) => {
      if (this.#socket !== socket) return;
      if (typeof data === "string") this.#hear(JSON.parse(data) as FromAgent);
      else this.#me.seen?.(data as ArrayBuffer);
    };
    socket.onclose = ({ reason }) => {
      if (this.#socket !== socket) return;
      this.#lose();
      if (reason === "taken-over") this.#running = false; // by another page of this kiosk: two that take turns would help nobody
      if (!this.#running) return;
      this.#failures += 1;
      const seconds = reason === "bad-token" || reason === "nothing-here" ? STRANGER : wait(this.#failures, Math.random());
      this.#retry = setTimeout(() => this.#open(), seconds * 1000);
    };
  }

  #hear(said: FromAgent): void {
    if (said.type === "ready") this.#failures = 0;
    this.#me.heard(said);
  }

  #lose(): void {
    this.#socket = null;
    this.#me.lost();
  }
}
