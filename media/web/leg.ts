/** One of a participant's two connections over its whole life: built, watched, repaired, replaced before it is closed. */
import { wait } from "../../config/web/ladder.ts";
import type { Answered } from "./kinds.ts";
import { decide, failed } from "./recovery.ts";
import type { Trouble } from "./recovery.ts";

/** What differs between publish and subscribe. */
export interface Recipe {
  readonly name: "publish" | "subscribe";
  /** Adds the m-lines to a new connection. */
  prepare(pc: RTCPeerConnection): void;
  /** Sends the offer that `pc` has set as its local description. `epoch` is null for a new connection. */
  offer(pc: RTCPeerConnection, epoch: number | null, signal: AbortSignal): Promise<Answered>;
  candidates(candidates: readonly string[]): void;
  /** `pc` is connected and takes over; the one before is closed next. */
  adopted(pc: RTCPeerConnection): void;
  changed(): void;
}

interface Built {
  readonly pc: RTCPeerConnection;
  readonly giveUp: AbortController;
  epoch: number | null;
  wasUp: boolean;
  heard: number;
  heardAt: number;
  /** The node has closed it, or refuses what it is to carry: only a new one helps. */
  gone: boolean;
  /** Offers of one connection never overlap; an unanswered one must not hold up another connection's. */
  turn: Promise<void>;
}

const LOOK_EVERY_MS = 1000;
const GATHER_MS = 40;
/** News of a connection that was just replaced may come late. */
const REBUILD_PAUSE = 2;
const monotonic = (): number => performance.now() / 1000;

export class Leg {
  readonly #recipe: Recipe;
  #live: Built | null = null;
  /** The connection that is being built while the live one (if any) still carries what it can. */
  #next: Built | null = null;
  #trouble: Trouble | null = null;
  #toldLost = false;
  #canAsk = true;
  #builtAt = -Infinity;
  /** One look must not take the last bytes of the old address for a sign of life. */
  #suspect = false;
  #closed = false;
  #timer = 0;

  constructor(recipe: Recipe) {
    this.#recipe = recipe;
  }

  /** Whether media can flow at this moment, as far as this end can tell. */
  get up(): boolean {
    return this.#live !== null && this.#trouble === null && !this.#toldLost;
  }

  get pcs(): RTCPeerConnection[] {
    return [this.#live, this.#next].flatMap((built) => (built === null ? [] : [built.pc]));
  }

  /** Epoch of the live connection; null before the first answer. */
  get epoch(): number | null {
    return this.#live?.epoch ?? this.#next?.epoch ?? null;
  }

  start(): void {
    this.#trouble = { since: monotonic(), tries: 0, nextAt: 0 };
    this.#timer = window.setInterval(() => void this.#look(), LOOK_EVERY_MS);
    void this.#look();
  }

  /** Whether the server can be asked; offers wait until it can. */
  canAsk(yes: boolean): void {
    const now = yes && !this.#canAsk;
    this.#canAsk = yes;
    if (now) void this.#look();
  }

  /** What the server says about how the node hears us. */
  told(lost: boolean): void {
    this.#toldLost = lost;
    if (lost) void this.#look();
  }

  /** The machine is on the network again, perhaps at another address: try at once whatever was given up. */
  networkBack(): void {
    if (this.#closed || this.#live === null || this.#next !== null) return;
    const now = monotonic();
    this.#trouble = { since: now, tries: 0, nextAt: now };
    this.#suspect = true;
    void this.#look();
  }

  /** The node has closed this connection: an ICE restart would be in vain, so a new one is built at once. */
  rebuild(): void {
    const now = monotonic();
    if (this.#closed || this.#next !== null || this.#live === null || now - this.#builtAt < REBUILD_PAUSE) return;
    this.#trouble = { since: now, tries: 1, nextAt: now };
    this.#live.gone = true;
    void this.#look();
  }

  /** The m-lines of the live connection have changed: offer again. */
  renegotiate(change: (pc: RTCPeerConnection) => void): void {
    for (const built of [this.#live, this.#next]) {
      if (built === null) continue;
      change(built.pc);
      this.#inTurn(built, false);
    }
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const built of [this.#live, this.#next]) this.#end(built);
    this.#live = this.#next = null;
  }

  async #look(): Promise<void> {
    if (this.#closed) return;
    const watched = this.#next ?? this.#live;
    if (watched !== null) await this.#listen(watched);
    if (this.#closed) return;
    const now = monotonic();
    const before = this.up;
    const { trouble, action } = decide(this.#trouble, {
      state: watched?.pc.connectionState ?? "new",
      heardAt: watched?.heardAt ?? 0,
      toldLost: this.#toldLost || this.#suspect || watched?.gone === true,
      canAsk: this.#canAsk,
      restartable: this.#next === null && this.#live !== null && this.#live.wasUp && !this.#live.gone && this.#live.epoch !== null,
    }, now);
    this.#trouble = trouble;
    this.#suspect &&= action === "none";
    if (action === "restart" && this.#live !== null) {
      this.#inTurn(this.#live, true);
    } else if (action === "build") {
      this.#build();
    }
    if (this.up !== before) this.#recipe.changed();
  }

  #build(): void {
    this.#end(this.#next);
    this.#builtAt = monotonic();
    const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle", iceServers: [], iceCandidatePoolSize: 0 });
    const built: Built = { pc, giveUp: new AbortController(), epoch: null, wasUp: false, heard: 0, heardAt: 0, gone: false, turn: Promise.resolve() };
    this.#next = built;
    this.#trickle(built);
    pc.onconnectionstatechange = () => {
      if (pc.connectionState === "connected") this.#connected(built);
      else if (pc.connectionState === "disconnected" || pc.connectionState === "failed") void this.#look();
    };
    this.#recipe.prepare(pc);
    this.#inTurn(built, false);
  }

  #connected(built: Built): void {
    built.wasUp = true;
    built.heardAt = monotonic();
    if (this.#next === built) {
      const old = this.#live;
      this.#live = built;
      this.#next = null;
      this.#toldLost = false;
      this.#recipe.adopted(built.pc);
      this.#end(old);
    }
    this.#trouble = null;
    this.#recipe.changed();
  }

  /** Offer and answer, without waiting for candidates; they follow as they are found. */
  async #exchange(built: Built, iceRestart: boolean): Promise<void> {
    const { pc, giveUp } = built;
    try {
      await pc.setLocalDescription(await pc.createOffer({ iceRestart }));
      const { sdp, epoch } = await this.#recipe.offer(pc, built.epoch, giveUp.signal);
      if (giveUp.signal.aborted) return;
      built.epoch = epoch;
      await pc.setRemoteDescription({ type: "answer", sdp });
    } catch {
      if (giveUp.signal.aborted || this.#closed) return;
      if (built.wasUp && !iceRestart) built.gone = true; // it carries, but not what is wanted now: the next one will
      if (pc.signalingState === "have-local-offer") await pc.setLocalDescription({ type: "rollback" }).catch(() => undefined);
      this.#trouble = failed(this.#trouble, monotonic(), wait(this.#trouble?.tries ?? 1, Math.random()));
    }
  }

  #trickle(built: Built): void {
    let found: string[] = [];
    let timer = 0;
    built.pc.onicecandidate = ({ candidate }) => {
      if (candidate === null || candidate.candidate === "" || candidate.protocol === "tcp") return;
      found.push(candidate.candidate);
      if (timer !== 0) return;
      timer = window.setTimeout(() => {
        timer = 0;
        if (!built.giveUp.signal.aborted) this.#recipe.candidates(found.splice(0, 100));
        found = [];
      }, GATHER_MS);
    };
  }

  /** Counts everything that proves the other side alive; a held talk sends no RTP and is alive. */
  async #listen(built: Built): Promise<void> {
    const report = await built.pc.getStats().catch(() => null);
    let heard = 0;
    report?.forEach((stat: { type: string; bytesReceived?: number; responsesReceived?: number; requestsReceived?: number }) => {
      if (stat.type === "candidate-pair") heard += (stat.bytesReceived ?? 0) + (stat.responsesReceived ?? 0) + (stat.requestsReceived ?? 0);
    });
    if (heard !== built.heard) built.heardAt = monotonic();
    built.heard = heard;
  }

  #inTurn(built: Built, iceRestart: boolean): void {
    built.turn = built.turn.then(() => this.#exchange(built, iceRestart));
  }

  #end(built: Built | null): void {
    if (built === null) return;
    built.giveUp.abort();
    built.pc.onconnectionstatechange = null;
    built.pc.onicecandidate = null;
    built.pc.close();
  }
}
