/** Keeps this end's media in step with the talk that the server describes: begins, follows room changes, mutes, shares, ends. */
import { Conversation } from "../../media/web/conversation.ts";
import type { Devices, DeviceSource } from "../../media/web/devices.ts";
import type { MediaNumbers, Negotiator, Source } from "../../media/web/kinds.ts";
import type { Pointing } from "../../media/web/pointing.ts";
import type { Answer } from "./commands.ts";
import type { Line } from "./line.ts";
import type { LineQuality, Talk } from "./wire.generated.ts";

const OWN: readonly DeviceSource[] = ["microphone", "camera"];
/** What an end may show beside its face: a screen, or papers under a second camera. */
export type Extra = "screen" | "document";
const EXTRAS: readonly Extra[] = ["screen", "document"];

/** The media code's way to the node: offers as commands over the line. */
export function negotiatorOver(line: Line, session: string): Negotiator {
  const media = (answer: Answer): { sdp: string; epoch: number } => {
    if (answer.type !== "media-answer") throw new Error(`an offer was answered by ${answer.type}`);
    return answer;
  };
  const aside = (sent: Promise<Answer>): void => void sent.catch(() => undefined); // nothing follows from a refusal of these
  return {
    publish: async (sdp, sources, epoch, signal) => media(await line.command({ type: "publish-offer", session, sdp, sources, epoch }, signal)),
    subscribe: async (sdp, wants, fresh, signal) => media(await line.command({ type: "subscribe-offer", session, sdp, wants, fresh }, signal)),
    candidates: (connection, candidates) => aside(line.command({ type: "ice-candidates", session, connection, candidates })),
    firstFrame: (participant, after_ms) => aside(line.command({ type: "report-first-frame", session, participant, after_ms })),
  };
}

export class Talking {
  readonly #line: Line;
  readonly #devices: Devices;
  readonly #numbers: MediaNumbers;
  readonly #sources: readonly Source[];
  readonly #changed: () => void;
  readonly #quality = new Map<string, LineQuality["level"]>();
  #talk: Talk | null = null;
  #conversation: Conversation | null = null;
  readonly #shown = new Map<Extra, MediaStreamTrack>();
  /** Said to the server and not answered yet: its views may be older than that. */
  readonly #saying = new Set<Source>();

  /** `sources`: what this end may publish. `changed` is called whenever there is something new to draw. */
  constructor(line: Line, devices: Devices, numbers: MediaNumbers, sources: readonly Source[], changed: () => void) {
    this.#line = line;
    this.#devices = devices;
    this.#numbers = numbers;
    this.#sources = sources;
    this.#changed = changed;
  }

  get conversation(): Conversation | null {
    return this.#conversation;
  }

  get talk(): Talk | null {
    return this.#talk;
  }

  /** How the node hears each participant; absent: well. */
  get quality(): ReadonlyMap<string, LineQuality["level"]> {
    return this.#quality;
  }

  /** What is being shown beside the face; null: nothing. */
  shown(extra: Extra): MediaStreamTrack | null {
    return this.#shown.get(extra) ?? null;
  }

  get sharing(): boolean {
    return this.#shown.has("screen");
  }

  /** The talk as the server describes it now; null: there is none. */
  follow(talk: Talk | null): void {
    if (this.#conversation !== null && this.#conversation.session !== talk?.session) this.#finish();
    for (const { participant, present } of talk?.ends ?? []) {
      const before = this.#talk?.ends.find((end) => end.participant === participant);
      if (present && before?.present === false) this.#quality.delete(participant); // what was said of the connection before
    }
    this.#talk = talk;
    if (talk === null) return;
    if (this.#conversation === null) this.#begin(talk);
    this.#conversation?.update(talk);
    this.#setRight(talk);
  }

  /** The devices have changed: what was opened or unplugged is sent or not any more. */
  devicesChanged(): void {
    for (const source of OWN) void this.#conversation?.send(source, this.#devices.track(source));
  }

  heard({ session, participant, level, reason }: LineQuality): void {
    if (session !== this.#talk?.session) return;
    this.#quality.set(participant, level);
    if (participant === this.#talk.me) {
      if (reason === "offer-again") this.#conversation?.rebuild();
      else this.#conversation?.told(level === "lost");
    }
    this.#changed();
  }

  /** The next part of a stroke; of no use to anybody later, so it is not said again when the line breaks. */
  point({ participant, source, stroke, spots, ended }: Pointing): void {
    const talk = this.#talk;
    if (talk === null || talk.held || this.#line.state.at !== "up") return;
    void this.#line.command({ type: "point", session: talk.session, participant, source: source as Source, stroke, spots: [...spots], ended }, AbortSignal.timeout(2000)).catch(() => undefined);
  }

  lineUp(up: boolean): void {
    this.#conversation?.canAsk(up);
  }

  /** The person mutes or covers, or takes it back. */
  switchSource(source: DeviceSource, on: boolean): void {
    this.#devices.switch(source, on);
    this.#say(source, on);
  }

  /** Show a screen or papers to the others, or stop showing. Ends by itself when the track ends. */
  async show(extra: Extra, track: MediaStreamTrack | null): Promise<void> {
    const before = this.#shown.get(extra) ?? null;
    if (before !== null) before.onended = null;
    if (before !== track) before?.stop();
    if (track === null) {
      this.#shown.delete(extra);
    } else {
      this.#shown.set(extra, track);
      track.onended = () => void this.show(extra, null);
    }
    await this.#conversation?.send(extra, track);
    if (before !== null || track !== null) this.#say(extra, track !== null);
    this.#changed();
  }

  /** A connection rose or fell. What was said of the one before is over when a new one carries. */
  #moved(): void {
    if (this.#conversation?.up === true && this.#talk !== null) this.#quality.delete(this.#talk.me);
    this.#changed();
  }

  #begin(talk: Talk): void {
    this.#quality.clear();
    this.#conversation = new Conversation(talk.session, this.#sources, this.#numbers, negotiatorOver(this.#line, talk.session), () => this.#moved());
    this.#conversation.canAsk(this.#line.state.at === "up");
    for (const source of OWN) {
      const off = talk.sources.some((one) => one.participant === talk.me && one.source === source && !one.on);
      if (off) this.#devices.switch(source, false); // muted before a reload: still muted
      else if (!this.#devices.isOn(source)) this.#say(source, false, talk.session);
    }
    this.devicesChanged();
  }

  /**
   * What the server believes to be shown, against what is: a share does not outlive a reload of the page, and the server takes it
   * for ended when the connection is built anew. Whoever is right about one's own screen is this end.
   */
  #setRight(talk: Talk): void {
    for (const extra of EXTRAS.filter((one) => this.#sources.includes(one) && !this.#saying.has(one))) {
      const said = talk.sources.find((one) => one.participant === talk.me && one.source === extra);
      if (this.#shown.has(extra) && (talk.held || said?.stopped === true)) {
        void this.show(extra, null); // a hold ends what is shown, and so may whoever looks
        continue;
      }
      const claimed = said?.on === true;
      if (claimed !== this.#shown.has(extra)) this.#say(extra, !claimed);
    }
  }

  #finish(): void {
    for (const track of this.#shown.values()) {
      track.onended = null;
      track.stop();
    }
    this.#shown.clear();
    this.#saying.clear();
    this.#conversation?.close();
    this.#conversation = null;
    this.#quality.clear();
  }

  #say(source: Source, on: boolean, session = this.#talk?.session): void {
    if (session === undefined) return;
    this.#saying.add(source);
    const said = (): boolean => this.#saying.delete(source);
    void this.#line.command({ type: "set-source", session, source, on }).then(said, said); // after a refusal the next view tells the truth
  }
}
