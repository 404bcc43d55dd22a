/** The publish connection: one sendonly m-line per source for life; what is sent on it changes by `replaceTrack`. */
import { onlyOurCodecs, preferWhenThin, sendingOf } from "./codecs.ts";
import { kindOf } from "./kinds.ts";
import type { MediaNumbers, Negotiator, Source } from "./kinds.ts";
import { Leg } from "./leg.ts";

export class Publisher {
  readonly leg: Leg;
  readonly #sources: readonly Source[];
  readonly #numbers: MediaNumbers;
  readonly #tracks = new Map<Source, MediaStreamTrack>();
  readonly #senders = new WeakMap<RTCPeerConnection, Map<Source, RTCRtpTransceiver>>();
  /** One stream for face and voice, so that lips stay in sync; one each for the rest. */
  readonly #person = new MediaStream();

  constructor(sources: readonly Source[], numbers: MediaNumbers, negotiator: Negotiator, changed: () => void) {
    this.#sources = sources;
    this.#numbers = numbers;
    this.leg = new Leg({
      name: "publish",
      prepare: (pc) => this.#prepare(pc),
      offer: (pc, epoch, signal) => negotiator.publish(pc.localDescription?.sdp ?? "", this.#carried(pc), epoch, signal),
      candidates: (candidates) => negotiator.candidates("publish", candidates),
      adopted: () => undefined,
      changed,
    });
  }

  /** What `source` sends from now on; null: nothing. */
  async set(source: Source, track: MediaStreamTrack | null): Promise<void> {
    if (track === null) this.#tracks.delete(source);
    else this.#tracks.set(source, track);
    await Promise.all(this.leg.pcs.map(async (pc) => {
      const sender = this.#senders.get(pc)?.get(source)?.sender;
      if (sender === undefined) return;
      await sender.replaceTrack(track);
      if (track !== null) await preferWhenThin(sender, source);
    }));
  }

  #prepare(pc: RTCPeerConnection): void {
    const transceivers = new Map<Source, RTCRtpTransceiver>();
    for (const source of this.#sources) {
      const kind = kindOf(source);
      const track = this.#tracks.get(source);
      const stream = source === "microphone" || source === "camera" ? this.#person : new MediaStream();
      const transceiver = pc.addTransceiver(track ?? kind, { direction: "sendonly", streams: [stream], sendEncodings: [sendingOf(source, this.#numbers)] });
      onlyOurCodecs(transceiver, kind);
      void preferWhenThin(transceiver.sender, source);
      transceivers.set(source, transceiver);
    }
    this.#senders.set(pc, transceivers);
  }

  #carried(pc: RTCPeerConnection): Record<string, Source> {
    const carried: Record<string, Source> = {};
    for (const [source, { mid }] of this.#senders.get(pc) ?? []) if (mid !== null) carried[mid] = source;
    return carried;
  }
}
