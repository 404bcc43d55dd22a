/**
 * The end's half of one connection, without I/O: hello, heartbeat, numbering, acknowledgement, resume. Mirrors `signaling/link.py`.
 *
 * It is told what was received and what time it is (`now`, monotonic seconds). `frames(now)` is what to put on the socket,
 * `events()` what happened. It never waits and never asks for the time.
 */
import { Budget } from "./budget.ts";
import { PROTOCOL } from "./wire.generated.ts";

export interface LinkPolicy {
  readonly outboxMessages: number;
  readonly welcomeWithin: number;
  readonly ackWithin: number;
  readonly ackMessages: number;
  /** How fast an end sends, well below the server's rate, so that what is repeated after a drop is not "too fast". */
  readonly pacePerSecond: number;
  readonly paceBurst: number;
}

export const LINK_POLICY: LinkPolicy = {
  outboxMessages: 256, welcomeWithin: 5, ackWithin: 0.25, ackMessages: 32, pacePerSecond: 14, paceBurst: 20,
};

export type LinkEvent =
  /** Hello and welcome are exchanged. Not resumed: both sides start at 1, and what the server did not get is to be sent again by its owner. */
  | { readonly type: "established"; readonly resumed: boolean; readonly serverNow: number }
  /** One message, each exactly once and in order while the link is resumed. */
  | { readonly type: "received"; readonly body: unknown }
  /** The socket is to be closed. `resumable`: only the line was lost. */
  | { readonly type: "closed"; readonly code: string; readonly text: string; readonly again: boolean; readonly resumable: boolean };

type Frame = { readonly type: string; readonly [field: string]: unknown };
type State = "new" | "greeting" | "open" | "lost" | "dead";

export class EndLink {
  readonly #policy: LinkPolicy;
  readonly #pace: Budget;
  #state: State = "new";
  #heartbeat = 4;
  #token: string | null = null;
  #frames: Frame[] = [];
  #events: LinkEvent[] = [];
  #outbox: { seq: number; body: unknown }[] = [];
  #sent = 0;
  #onSocket = 0;
  #received = 0;
  #unacked = 0;
  #ackAt = Infinity;
  #pings = 0;
  #pingAt = Infinity;
  #pingSent = Number.NaN;
  /** Seconds from the last ping to its pong; null before the first. */
  rtt: number | null = null;

  constructor(now: number, policy: LinkPolicy = LINK_POLICY) {
    this.#policy = policy;
    this.#pace = new Budget(policy.pacePerSecond, policy.paceBurst, now);
  }

  get open(): boolean {
    return this.#state === "open";
  }

  get dead(): boolean {
    return this.#state === "dead";
  }

  /** A new socket is open: greet, with a fresh one-time ticket. */
  hello(ticket: string, now: number): void {
    this.#state = "greeting";
    this.#pingAt = now + this.#policy.welcomeWithin;
    this.#frames = [{ type: "hello", protocol: PROTOCOL, ticket, link: this.#token, received: this.#received }];
  }

  /** Number a message and keep it until it is acknowledged, over drops of the line; beyond the bound the link closes with `too-slow`. */
  send(body: unknown): void {
    if (this.dead) return;
    this.#sent += 1;
    this.#outbox.push({ seq: this.#sent, body });
    if (this.#outbox.length > this.#policy.outboxMessages) this.#end("too-slow", { again: true });
  }

  /** One WebSocket text message came. */
  receive(text: string, now: number): void {
    if (this.#state !== "open" && this.#state !== "greeting") return;
    this.#pings = 0;
    this.#pingAt = now + this.#heartbeat;
    let frame: Frame;
    try {
      frame = JSON.parse(text) as Frame;
    } catch {
      return this.#end("bad-message", { again: true });
    }
    if (frame.type === "bye") {
      this.#state = "dead";
      this.#events.push({ type: "closed", code: String(frame["code"]), text: String(frame["text"] ?? ""), again: frame["again"] === true, resumable: false });
    } else if (this.#state === "greeting") {
      this.#greeted(frame, now);
    } else {
      this.#handle(frame, now);
    }
  }

  /** Time has passed: pings, and silence. */
  tick(now: number): void {
    if ((this.#state !== "open" && this.#state !== "greeting") || now < this.#pingAt) return;
    if (this.#state === "greeting") return this.#end("welcome-expected", { again: true, resumable: true });
    if (this.#pings === 2) return this.#end("silent", { again: true, resumable: true });
    this.#pings += 1;
    this.#pingSent = now;
    this.#pingAt = now + this.#heartbeat;
    this.#frames.push({ type: "ping", at: now });
  }

  /** The socket is gone and nobody said bye. */
  lost(): void {
    if (this.#state === "open" || this.#state === "greeting") {
      this.#state = "lost";
      this.#frames = [];
    }
  }

  /** Say bye after what is waiting, for good. */
  close(code: string): void {
    this.#end(code, {});
  }

  /** What to put on the socket now, in order; each frame is given once. */
  frames(now: number): string[] {
    if (this.#state === "open") {
      this.#release(now);
      if (now >= this.#ackAt || this.#unacked >= this.#policy.ackMessages) {
        this.#frames.push({ type: "ack", ack: this.#received });
        this.#acknowledging();
      }
    }
    const frames = this.#frames;
    this.#frames = [];
    return frames.map((frame) => JSON.stringify(frame));
  }

  /** What happened since it was last asked; each event is given once. */
  events(): LinkEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** When `tick()` and `frames()` are to be called again, if nothing else happens before; infinite when never. */
  deadline(): number {
    if (this.#state !== "open" && this.#state !== "greeting") return Infinity;
    const waiting = this.#state === "open" && this.#onSocket < this.#sent;
    return Math.min(this.#pingAt, this.#ackAt, waiting ? this.#pace.nextAt() : Infinity);
  }

  #greeted(frame: Frame, now: number): void {
    if (frame.type !== "welcome") return this.#end("welcome-expected", { again: true });
    const resumed = frame["resumed"] === true;
    const there = resumed ? Number(frame["received"]) : 0;
    const first = this.#outbox[0]?.seq ?? this.#sent + 1;
    if (resumed && !(there >= first - 1 && there <= this.#sent)) return this.#end("sequence-gap", { again: true });
    this.#token = String(frame["link"]);
    this.#heartbeat = Math.min(60, Math.max(0.5, Number(frame["heartbeat"])));
    if (!resumed) {
      this.#outbox = [];
      this.#sent = 0;
      this.#received = 0;
    }
    this.#state = "open";
    this.#unacked = 0;
    this.#ackAt = now; // says that the welcome has come, so that the token before it is worth nothing any more
    this.#pings = 0;
    this.#pingAt = now + this.#heartbeat;
    this.#forget(there);
    this.#onSocket = there;
    this.#events.push({ type: "established", resumed, serverNow: Number(frame["now"]) });
  }

  #handle(frame: Frame, now: number): void {
    switch (frame.type) {
      case "data":
        if (this.#acked(Number(frame["ack"]))) this.#take(Number(frame["seq"]), frame["body"], now);
        break;
      case "ack":
        this.#acked(Number(frame["ack"]));
        break;
      case "ping":
        this.#frames.push({ type: "pong", at: frame["at"] });
        break;
      case "pong":
        if (frame["at"] === this.#pingSent) {
          this.rtt = Math.max(0, now - this.#pingSent);
          this.#pingSent = Number.NaN;
        }
        break;
      default:
        break; // a newer server may say more; `protocol-version` guards what matters
    }
  }

  #take(seq: number, body: unknown, now: number): void {
    if (seq > this.#received + 1) return this.#end("sequence-gap", { again: true });
    this.#unacked += 1;
    this.#ackAt = Math.min(this.#ackAt, now + this.#policy.ackWithin);
    if (seq === this.#received + 1) {
      this.#received = seq;
      this.#events.push({ type: "received", body });
    }
  }

  #acked(ack: number): boolean {
    if (ack > this.#onSocket) {
      this.#end("sequence-gap", { again: true });
      return false;
    }
    this.#forget(ack);
    return true;
  }

  #release(now: number): void {
    for (const { seq, body } of this.#outbox) {
      if (seq <= this.#onSocket) continue;
      if (!this.#pace.spend(now)) return;
      this.#frames.push({ type: "data", seq, ack: this.#received, body });
      this.#onSocket = seq;
      this.#acknowledging();
    }
  }

  #acknowledging(): void {
    this.#unacked = 0;
    this.#ackAt = Infinity;
  }

  #forget(receivedThere: number): void {
    this.#outbox = this.#outbox.filter(({ seq }) => seq > receivedThere);
  }

  #end(code: string, how: { again?: boolean; resumable?: boolean }): void {
    if (this.dead) return;
    if (this.#state === "open" || this.#state === "greeting") {
      this.#frames.push({ type: "bye", code, text: "", again: how.again === true });
    }
    this.#events.push({ type: "closed", code, text: "", again: how.again === true, resumable: how.resumable === true });
    this.#state = how.resumable === true ? "lost" : "dead";
  }
}
