/** The subscribe connection: one recvonly m-line for each source of every other participant, more of them as they come. */
import { onlyOurCodecs } from "./codecs.ts";
import { kindOf } from "./kinds.ts";
import type { Negotiator, Source, TalkShape, Want } from "./kinds.ts";
import { Leg } from "./leg.ts";

export interface Wanted {
  readonly participant: string;
  readonly source: Source;
}

export const keyOf = ({ participant, source }: Wanted): string => `${participant}/${source}`;

/** What this end wants to receive: face and voice of everybody else, the clerk's screen, and papers where there is a camera for them. */
export function wantsOf(talk: TalkShape): Wanted[] {
  return talk.ends.filter(({ participant }) => participant !== talk.me).flatMap(({ participant, role }) => {
    const on = (source: Source): boolean => talk.sources.some((one) => one.participant === participant && one.source === source && one.on);
    const sources: Source[] = ["microphone", "camera"];
    if (role === "clerk" || on("screen")) sources.push("screen"); // a clerk's is asked for before it is shared: no negotiation then
    if (on("document")) sources.push("document");
    return sources.map((source) => ({ participant, source }));
  });
}

export class Subscriber {
  readonly leg: Leg;
  #wanted: readonly Wanted[] = [];
  readonly #receiving = new WeakMap<RTCPeerConnection, Map<string, RTCRtpTransceiver>>();
  readonly #arrived: (wanted: Wanted, track: MediaStreamTrack) => void;

  constructor(negotiator: Negotiator, arrived: (wanted: Wanted, track: MediaStreamTrack) => void, changed: () => void) {
    this.#arrived = arrived;
    this.leg = new Leg({
      name: "subscribe",
      prepare: (pc) => this.#add(pc),
      // A new connection has no epoch yet; anything later goes on with the running one.
      offer: (pc, epoch, signal) => negotiator.subscribe(pc.localDescription?.sdp ?? "", this.#wants(pc), epoch === null, signal),
      candidates: (candidates) => negotiator.candidates("subscribe", candidates),
      adopted: (pc) => this.#hand(pc),
      changed,
    });
  }

  /** Receive exactly these from now on. */
  want(wanted: readonly Wanted[]): void {
    const known = new Set(this.#wanted.map(keyOf));
    this.#wanted = wanted;
    if (this.leg.pcs.length > 0 && wanted.some((one) => !known.has(keyOf(one)))) {
      this.leg.renegotiate((pc) => {
        this.#add(pc);
        this.#hand(pc);
      });
    }
  }

  #add(pc: RTCPeerConnection): void {
    const receiving = this.#receiving.get(pc) ?? new Map<string, RTCRtpTransceiver>();
    this.#receiving.set(pc, receiving);
    for (const wanted of this.#wanted) {
      if (receiving.has(keyOf(wanted))) continue;
      const kind = kindOf(wanted.source);
      const transceiver = pc.addTransceiver(kind, { direction: "recvonly" });
      onlyOurCodecs(transceiver, kind);
      receiving.set(keyOf(wanted), transceiver);
    }
  }

  #wants(pc: RTCPeerConnection): Want[] {
    return this.#wanted.flatMap((wanted) => {
      const mid = this.#receiving.get(pc)?.get(keyOf(wanted))?.mid ?? null;
      return mid === null ? [] : [{ mid, ...wanted }];
    });
  }

  #hand(pc: RTCPeerConnection): void {
    for (const wanted of this.#wanted) {
      const track = this.#receiving.get(pc)?.get(keyOf(wanted))?.receiver.track;
      if (track !== undefined) this.#arrived(wanted, track);
    }
  }
}
