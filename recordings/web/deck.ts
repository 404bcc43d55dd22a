/** All tracks of a session on one clock: the clock runs while every track has what it should have, and stands while one has not. */
import type { Problem, SegmentSource, Timeline } from "./kinds.ts";
import { byRank, isShown, layout } from "./layout.ts";
import type { Layout } from "./layout.ts";
import { liveEdge, limitOf } from "./live.ts";
import { skipTo } from "./plan.ts";
import * as head from "./playhead.ts";
import { Reel } from "./reel.ts";
import { asked, looked } from "./stepping.ts";
import type { Next, Stepping } from "./stepping.ts";

export interface DeckPort {
  readonly problem: (problem: Problem) => void;
  readonly firstPicture: () => void;
  /** Something one can see has changed: the state, the place after a jump, the speed. */
  readonly changed: () => void;
}

/** `waiting`: for media; `waiting-live`: for more to be recorded; `blocked`: for a touch, which the browser wants before it lets anything sound. */
export type State = "paused" | "playing" | "waiting" | "waiting-live" | "ended" | "blocked";

const LOOK_EVERY = 40;
/** When elements are told to play, the clock waits until all of them move; so long and no longer. */
const LONGEST_START = 500;
/** A clock that stood at the edge of what is known runs again when this much more is known. */
const LIVE_MARGIN = 1500;

export class Deck {
  readonly #source: SegmentSource;
  readonly #port: DeckPort;
  readonly #reels = new Map<string, Reel>();
  readonly #timer: number;
  #ordered: readonly Reel[] = [];
  #timeline: Timeline;
  #head = head.AT_THE_BEGINNING;
  #starting: number | null = null;
  /** Of which publication pictures are gone through one by one. */
  #stepping: { readonly publication: string; readonly stepping: Stepping } | null = null;
  #seen = false;
  #state: State = "paused";
  #blocked = false;
  /** Whether time in which nothing was recorded is jumped over. */
  skipping = false;

  constructor(timeline: Timeline, source: SegmentSource, port: DeckPort) {
    this.#source = source;
    this.#port = port;
    this.#timeline = timeline;
    this.timeline = timeline;
    if (timeline.live) this.#head = head.seek(this.#head, liveEdge(this.#head.limit));
    this.#timer = window.setInterval(() => this.#look(), LOOK_EVERY);
  }

  get timeline(): Timeline {
    return this.#timeline;
  }

  /** The same session, as far as it is known now. */
  set timeline(timeline: Timeline) {
    this.#timeline = timeline;
    for (const track of timeline.tracks) {
      const reel = this.#reels.get(track.publication);
      if (reel !== undefined) reel.track = track;
      else if (track.segments.length > 0) this.#reels.set(track.publication, this.#newReel(track));
    }
    this.#ordered = [...this.#reels.values()].sort((a, b) => byRank(a.publication, b.publication));
    this.#head = head.setLimit(this.#head, performance.now(), limitOf(timeline));
  }

  get reels(): readonly Reel[] {
    return this.#ordered;
  }

  reel(publication: string): Reel | null {
    return this.#reels.get(publication) ?? null;
  }

  get at(): number {
    return head.timeAt(this.#head, performance.now());
  }

  get rate(): number {
    return this.#head.rate;
  }

  get limit(): number {
    return this.#head.limit;
  }

  /** At the very end the last picture is still to be seen. */
  get #last(): number {
    return Math.max(0, this.#timeline.length - 1);
  }

  get state(): State {
    return this.#state;
  }

  /** Whether the viewer wants to play. */
  get wanted(): boolean {
    return this.#head.wanted;
  }

  get layout(): Layout {
    const at = this.at;
    return layout(this.reels.filter(({ sound }) => !sound).map(({ publication }) => publication), (publication) => isShown(this.#reels.get(publication)!.parts, at));
  }

  play(): void {
    this.#blocked = false;
    if (!this.#timeline.live && head.atLimit(this.#head, performance.now())) this.seek(0);
    this.#head = head.play(this.#head);
    this.#look();
  }

  pause(): void {
    this.#head = head.pause(this.#head, performance.now());
    this.#look();
  }

  seek(at: number): void {
    this.#stepping = null;
    this.#head = head.seek(this.#head, at);
    this.#starting = null;
    this.#look();
    this.#port.changed();
  }

  setRate(rate: number): void {
    this.#head = head.setRate(this.#head, performance.now(), rate);
    this.#look();
    this.#port.changed();
  }

  /** One picture on or back, of what stands on the stage; for a clock that stands. */
  step(by: 1 | -1): void {
    const { at } = this;
    const publication = this.layout.stage.find((one) => Math.abs((this.#reels.get(one)?.picture ?? Infinity) - at) < 1000);
    if (publication === undefined) return this.seek(at + by * 40);
    const before = this.#stepping?.publication === publication ? this.#stepping.stepping : null;
    this.#stepOn(publication, asked(before, by, this.#reels.get(publication)!.picture!, at));
  }

  #stepOn(publication: string, { stepping, seek }: Next): void {
    if (seek !== null) this.seek(seek);
    this.#stepping = stepping === null ? null : { publication, stepping };
  }

  toLiveEdge(): void {
    this.seek(liveEdge(this.#head.limit));
  }

  close(): void {
    clearInterval(this.#timer);
    for (const reel of this.reels) reel.close();
  }

  #newReel(track: Timeline["tracks"][number]): Reel {
    return new Reel(track, this.#source, {
      problem: this.#port.problem,
      blocked: () => this.#onBlocked(),
      firstPicture: () => {
        if (!this.#seen) this.#port.firstPicture();
        this.#seen = true;
      },
    });
  }

  #onBlocked(): void {
    this.pause();
    this.#blocked = true;
    this.#look();
  }

  #look(): void {
    const now = performance.now();
    const place = head.timeAt(this.#head, now);
    const next = this.skipping && this.#head.wanted ? skipTo(this.reels.map(({ parts }) => parts), place) : null;
    if (next !== null && next < this.#head.limit) this.#head = head.seek(this.#head, next);
    const { rate, jumps } = this.#head;
    const at = Math.min(head.timeAt(this.#head, now), this.#last);
    for (const reel of this.reels) reel.look(at, rate, jumps);
    if (this.#head.since !== null) this.#running(now, at, rate);
    else this.#standing(now, at, rate);
    this.#lookAtStep(now, at);
    this.#tellState(now);
  }

  #lookAtStep(now: number, at: number): void {
    if (this.#stepping === null) return;
    const { publication, stepping } = this.#stepping;
    const reel = this.#reels.get(publication);
    if (this.#head.wanted || reel === undefined || reel.picture === null) this.#stepping = null;
    else this.#stepOn(publication, looked(stepping, reel.picture, at, reel.seeks, now));
  }

  #running(now: number, at: number, rate: number): void {
    if (head.atLimit(this.#head, now) || this.reels.some((reel) => reel.isStarved(at))) {
      this.#head = head.stand(this.#head, now);
      if (!this.#timeline.live && head.atLimit(this.#head, now)) this.#head = head.pause(this.#head, now);
      for (const reel of this.reels) reel.rest(Math.min(this.#head.at, this.#last));
      return;
    }
    // What is new comes at the speed of life.
    if (this.#timeline.live && rate > 1 && this.#head.limit - at < LIVE_MARGIN) this.setRate(1);
    for (const reel of this.reels) reel.run(at, this.#head.rate);
  }

  #standing(now: number, at: number, rate: number): void {
    const room = this.#timeline.live ? LIVE_MARGIN : 1;
    const ready = this.#head.wanted && this.#head.limit - at >= room && (this.#starting !== null || this.reels.every((reel) => reel.isReady(at, rate)));
    if (!ready) {
      this.#starting = null;
      for (const reel of this.reels) reel.rest(at);
      return;
    }
    if (this.#starting === null) {
      this.#starting = now;
      for (const reel of this.reels) reel.start(at, rate);
    }
    const places = this.reels.map((reel) => ({ sound: reel.sound, at: reel.moving })).filter((place) => place.at !== undefined);
    if (places.some((place) => place.at === null) && now - this.#starting < LONGEST_START) return;
    this.#starting = null;
    // The clock takes over the place of the sound that moves: a picture is moved unseen, a voice is heard to be.
    const moving = places.filter((place): place is { sound: boolean; at: number } => typeof place.at === "number");
    const chosen = moving.some(({ sound }) => sound) ? moving.filter(({ sound }) => sound) : moving;
    const place = chosen.reduce((sum, one) => sum + one.at / chosen.length, 0);
    this.#head = head.run(this.#head, now, chosen.length > 0 ? place : at);
  }

  #tellState(now: number): void {
    const state = this.#stateNow(now);
    if (state === this.#state) return;
    this.#state = state;
    this.#port.changed();
  }

  #stateNow(now: number): State {
    const end = head.atLimit(this.#head, now);
    if (!this.#head.wanted) return this.#blocked ? "blocked" : end && !this.#timeline.live && this.#head.limit > 0 ? "ended" : "paused";
    if (this.#head.since !== null) return "playing";
    return this.#timeline.live && this.#head.limit - this.#head.at < LIVE_MARGIN ? "waiting-live" : "waiting";
  }
}
