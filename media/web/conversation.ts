/** One end's media in one talk: both connections, in whichever room the talk is at the moment; tracks come and go, the talk stays. */
import type { MediaNumbers, Negotiator, Source, TalkShape } from "./kinds.ts";
import { Publisher } from "./publish.ts";
import { keyOf, Subscriber, wantsOf } from "./subscribe.ts";
import type { Wanted } from "./subscribe.ts";

interface Room {
  readonly name: string;
  readonly publisher: Publisher;
  readonly subscriber: Subscriber;
}

export class Conversation {
  readonly session: string;
  readonly #negotiator: Negotiator;
  readonly #numbers: MediaNumbers;
  readonly #sources: readonly Source[];
  readonly #changed: () => void;
  readonly #began = performance.now();
  readonly #local = new Map<Source, MediaStreamTrack>();
  readonly #remote = new Map<string, MediaStreamTrack>();
  readonly #seen = new Set<string>();
  #room: Room | null = null;
  #canAsk = true;

  /** `sources`: what this end may ever publish in the talk. `changed` is called when a track arrived or a connection rose or fell. */
  constructor(session: string, sources: readonly Source[], numbers: MediaNumbers, negotiator: Negotiator, changed: () => void) {
    this.session = session;
    this.#sources = sources;
    this.#numbers = numbers;
    this.#negotiator = negotiator;
    this.#changed = changed;
    addEventListener("online", this.#networkBack);
  }

  readonly #networkBack = (): void => {
    this.#room?.publisher.leg.networkBack();
    this.#room?.subscriber.leg.networkBack();
  };

  /** The talk as the server sees it now. Another room than before: both connections are built anew, the pictures stay until then. */
  update(talk: TalkShape): void {
    const wanted = wantsOf(talk);
    if (this.#room?.name === talk.room) {
      this.#room.subscriber.want(wanted);
      return;
    }
    const before = this.#room;
    const publisher = new Publisher(this.#sources, this.#numbers, this.#negotiator, this.#changed);
    const subscriber = new Subscriber(this.#negotiator, (one, track) => this.#arrived(one, track), this.#changed);
    this.#room = { name: talk.room, publisher, subscriber };
    for (const [source, track] of this.#local) void publisher.set(source, track);
    subscriber.want(wanted);
    for (const { leg } of [publisher, subscriber]) {
      leg.canAsk(this.#canAsk);
      leg.start();
    }
    before?.publisher.leg.close();
    before?.subscriber.leg.close();
    this.#changed();
  }

  /** What this end sends from `source`; null: nothing. */
  async send(source: Source, track: MediaStreamTrack | null): Promise<void> {
    if (track === null) this.#local.delete(source);
    else this.#local.set(source, track);
    await this.#room?.publisher.set(source, track);
  }

  /** What arrives from a participant's source; null before it does. */
  track(participant: string, source: Source): MediaStreamTrack | null {
    return this.#remote.get(keyOf({ participant, source })) ?? null;
  }

  /** Whether both connections carry, as far as this end can tell. */
  get up(): boolean {
    return this.#room !== null && this.#room.publisher.leg.up && this.#room.subscriber.leg.up;
  }

  get epoch(): number | null {
    return this.#room?.publisher.leg.epoch ?? null;
  }

  /** Whether the server can be asked. */
  canAsk(yes: boolean): void {
    this.#canAsk = yes;
    this.#room?.publisher.leg.canAsk(yes);
    this.#room?.subscriber.leg.canAsk(yes);
  }

  /** The server's word on how the node hears this end. */
  told(lost: boolean): void {
    this.#room?.publisher.leg.told(lost);
    this.#room?.subscriber.leg.told(lost);
  }

  /** The node has closed a connection of this end: build anew. */
  rebuild(): void {
    this.#room?.publisher.leg.rebuild();
    this.#room?.subscriber.leg.rebuild();
  }

  /** A tile showed the first picture of a participant's camera: said once. */
  firstFrame(participant: string, source: Source): void {
    if (source !== "camera" || this.#seen.has(participant)) return;
    this.#seen.add(participant);
    this.#negotiator.firstFrame(participant, Math.min(600_000, Math.round(performance.now() - this.#began)));
  }

  close(): void {
    removeEventListener("online", this.#networkBack);
    this.#room?.publisher.leg.close();
    this.#room?.subscriber.leg.close();
    this.#room = null;
    this.#remote.clear();
    this.#local.clear();
  }

  #arrived(wanted: Wanted, track: MediaStreamTrack): void {
    this.#remote.set(keyOf(wanted), track);
    this.#changed();
  }
}
