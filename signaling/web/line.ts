/** Keeps a page connected: one WebSocket after the other around one link, a fresh ticket each, by the ladder, never by a click. */
import { wait } from "../../config/web/ladder.ts";
import { api, ApiError } from "./api.ts";
import { Commands, CommandRefused } from "./commands.ts";
import type { Answer, Order } from "./commands.ts";
import { EndLink } from "./link.ts";
import type { LinkEvent } from "./link.ts";

export type LineState =
  | { readonly at: "connecting"; readonly since: number }
  | { readonly at: "up" }
  /** Being repaired; `since` is when it was lost (monotonic seconds). */
  | { readonly at: "down"; readonly since: number }
  /** The cookie is not accepted (any more): log in or enrol. */
  | { readonly at: "unknown-here" }
  /** The same person or kiosk is connected elsewhere. */
  | { readonly at: "taken-over" }
  /** The server speaks another version of the protocol: the page must be loaded again. */
  | { readonly at: "outdated" }
  | { readonly at: "stopped" };

export interface LineOwner {
  /** A message that answers nothing. */
  message(message: { readonly type: string }): void;
  state(state: LineState): void;
}

const OPEN_WITHIN_MS = 8_000;

export const monotonic = (): number => performance.now() / 1000;

function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Line {
  readonly #as: "person" | "kiosk";
  readonly #owner: LineOwner;
  readonly #commands = new Commands(randomId);
  #link = new EndLink(monotonic());
  #socket: WebSocket | null = null;
  #state: LineState = { at: "stopped" };
  #failures = 0;
  #timer = 0;
  #retry = 0;
  /** Server clock minus this machine's, in seconds, by the last welcome. */
  #ahead = 0;

  constructor(as: "person" | "kiosk", owner: LineOwner) {
    this.#as = as;
    this.#owner = owner;
  }

  get state(): LineState {
    return this.#state;
  }

  /** Seconds since 1970 UTC by the server's clock. */
  serverNow(): number {
    return Date.now() / 1000 + this.#ahead;
  }

  start(): void {
    if (this.#state.at !== "stopped" && this.#state.at !== "taken-over" && this.#state.at !== "unknown-here") return;
    if (this.#link.dead) this.#link = new EndLink(monotonic());
    addEventListener("online", this.#wake);
    document.addEventListener("visibilitychange", this.#wake);
    this.#enter({ at: "connecting", since: monotonic() });
    void this.#connect();
  }

  /** Say bye and forget everything that is not answered. */
  stop(): void {
    this.#rest({ at: "stopped" });
    this.#link.close("bye");
    this.#pump();
    this.#commands.drop(new CommandRefused("given-up", ""));
    this.#drop();
  }

  /** Ask for something. Rejects with `CommandRefused`. Repeated with the same id over drops of the line until it is answered. */
  command(order: Order, signal?: AbortSignal): Promise<Answer> {
    const { command, answer } = this.#commands.open(order, signal);
    this.#link.send(command); // where the link has to start anew, everything unanswered is sent at its welcome
    this.#pump();
    return answer;
  }

  readonly #wake = (): void => {
    if (this.#retry !== 0 && document.visibilityState === "visible") {
      clearTimeout(this.#retry);
      this.#retry = 0;
      this.#failures = 0;
      void this.#connect();
    }
  };

  async #connect(): Promise<void> {
    let ticket: string;
    try {
      ({ ticket } = await api.socketTicket(this.#as));
    } catch (error) {
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) return this.#rest({ at: "unknown-here" });
      return this.#again(error instanceof ApiError ? error.retryAfter : null);
    }
    if (this.#resting()) return;
    const socket = new WebSocket(new URL("/api/v1/socket", location.href.replace(/^http/, "ws")));
    this.#socket = socket;
    const slow = setTimeout(() => socket.close(), OPEN_WITHIN_MS);
    socket.onopen = () => {
      clearTimeout(slow);
      if (this.#socket !== socket) return;
      if (this.#link.dead) this.#link = new EndLink(monotonic());
      this.#link.hello(ticket, monotonic());
      this.#pump();
    };
    socket.onmessage = ({ data }) => {
      if (this.#socket !== socket || typeof data !== "string") return;
      this.#link.receive(data, monotonic());
      this.#pump();
    };
    socket.onclose = () => {
      clearTimeout(slow);
      if (this.#socket === socket) this.#lost();
    };
  }

  /** Move what waits: frames to the socket, events to the owner; then sleep until the link's next deadline. */
  #pump(): void {
    clearTimeout(this.#timer);
    const now = monotonic();
    this.#link.tick(now);
    const frames = this.#link.frames(now);
    if (this.#socket?.readyState === WebSocket.OPEN) for (const frame of frames) this.#socket.send(frame);
    for (const event of this.#link.events()) this.#happened(event);
    const due = this.#link.deadline();
    if (Number.isFinite(due)) this.#timer = window.setTimeout(() => this.#pump(), Math.max(5, (due - monotonic()) * 1000));
  }

  #happened(event: LinkEvent): void {
    if (event.type === "received") {
      const message = event.body as { readonly type: string };
      if (!this.#commands.settle(message)) this.#owner.message(message);
    } else if (event.type === "established") {
      this.#failures = 0;
      this.#ahead = event.serverNow - Date.now() / 1000;
      if (!event.resumed) for (const command of this.#commands.unanswered()) this.#link.send(command);
      this.#enter({ at: "up" });
      queueMicrotask(() => this.#pump());
    } else if (event.code === "taken-over" || event.code === "kiosk-in-use") {
      this.#rest({ at: "taken-over" });
      this.#commands.drop(new CommandRefused("given-up", "")); // the other window goes on with its own
      this.#drop();
    } else if (event.code === "protocol-version") {
      this.#rest({ at: "outdated" });
      this.#drop();
    } else if (!this.#resting()) {
      this.#lost();
    }
  }

  #lost(): void {
    this.#drop();
    this.#link.lost();
    if (this.#resting()) return;
    if (this.#state.at === "up") this.#enter({ at: "down", since: monotonic() });
    this.#again(null);
  }

  #again(atLeast: number | null): void {
    if (this.#resting() || this.#retry !== 0) return;
    this.#failures += 1;
    const seconds = Math.max(wait(this.#failures, Math.random()), atLeast ?? 0);
    this.#retry = window.setTimeout(() => {
      this.#retry = 0;
      void this.#connect();
    }, seconds * 1000);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    clearTimeout(this.#timer);
    socket?.close();
  }

  #rest(state: LineState): void {
    clearTimeout(this.#retry);
    this.#retry = 0;
    removeEventListener("online", this.#wake);
    document.removeEventListener("visibilitychange", this.#wake);
    this.#enter(state);
  }

  #resting(): boolean {
    return this.#state.at !== "connecting" && this.#state.at !== "up" && this.#state.at !== "down";
  }

  #enter(state: LineState): void {
    this.#state = state;
    this.#owner.state(state);
  }
}
