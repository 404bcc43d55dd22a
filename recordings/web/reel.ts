/** One publication on one media element, kept on the session's clock: shown where it was recorded, still and covered where it was not. */
import { follow, PICTURE, SOUND } from "./follow.ts";
import { isSound } from "./kinds.ts";
import type { Problem, SegmentSource, Track } from "./kinds.ts";
import { layOut, partAfter, partAt, SMALL_HOLE } from "./plan.ts";
import type { Part } from "./plan.ts";
import { STRAIGHT, steer } from "./steering.ts";
import { Supply } from "./supply.ts";

/** What a reel tells while it works. */
export interface ReelPort {
  readonly problem: (problem: Problem) => void;
  /** The first picture is on the glass. */
  readonly firstPicture: () => void;
  /** The browser wants a touch before it lets anything sound. */
  readonly blocked: () => void;
}

/** From handing a picture to the compositor until it is seen: one frame of a display of 60 Hz. */
const TO_THE_GLASS = 1000 / 60;
/** Milliseconds of media that must lie ahead before the clock runs; at speed 1. */
const ENOUGH = 800;
/**
 * A seek to a place shortly before a hole that takes longer never ends: Chromium shows the right one of the last three pictures, and then
 * waits for a fourth that does not come.
 */
const LONGEST_SEEK = 400;
/** An element that has its media and is not ready after this long is not waited for any longer. */
const LONGEST_WAIT = 4000;
/** After a jump to catch up the next one waits this long: on a slow machine jumping costs more than it brings. */
const REST_AFTER_JUMP = 1500;

export class Reel {
  readonly publication: string;
  readonly sound: boolean;
  readonly element: HTMLMediaElement;
  readonly #supply: Supply;
  readonly #port: ReelPort;
  #jumps = -1;
  /** The decoder must begin anew where it stands. */
  #anew = false;
  #startedAt: number | null = null;
  /** The clock at the last look while it ran here. */
  #clock: { readonly at: number; readonly now: number; readonly rate: number } | null = null;
  #steering = STRAIGHT;
  #hereSince: number | null = null;
  #jumpedAt = -Infinity;
  #seekTook = 60;
  #soughtAt = 0;
  #shown: number | null = null;
  #lengths: readonly number[] = [];
  #covered = true;

  constructor(track: Track, source: SegmentSource, port: ReelPort) {
    this.publication = track.publication;
    this.sound = isSound(track);
    this.#port = port;
    this.element = document.createElement(this.sound ? "audio" : "video");
    this.element.dataset["publication"] = track.publication;
    this.element.setAttribute("aria-hidden", "true");
    this.element.preload = "auto";
    this.#supply = new Supply(track.publication, source, this.element, { problem: port.problem, rewritten: () => (this.#anew = true) });
    this.element.addEventListener("error", () => {
      if (this.element.error !== null) this.#supply.refuse(this.element.currentTime * 1000);
    });
    this.element.addEventListener("seeked", () => (this.#seekTook += (Math.min(400, performance.now() - this.#soughtAt) - this.#seekTook) / 4));
    if (this.element instanceof HTMLVideoElement) this.#watch(this.element);
    this.track = track;
  }

  set track(track: Track) {
    this.#supply.parts = layOut(track);
  }

  get parts(): readonly Part[] {
    return this.#supply.parts;
  }

  /** Whether there is nothing to be seen or heard at the time of the last look. */
  get covered(): boolean {
    return this.#covered;
  }

  isUnreadable(at: number): boolean {
    return this.#supply.isUnreadable(at);
  }

  /** The time of the picture that is shown, in milliseconds; null before the first. */
  get picture(): number | null {
    return this.#shown;
  }

  /** How long pictures last here: pictures that a busy browser leaves out make it seem more, never less. */
  get #lasts(): number {
    return this.#lengths.length === 0 ? 1000 / 15 : this.#lengths.toSorted((a, b) => a - b)[this.#lengths.length >> 2]!;
  }

  /** To be called at every look: fetch what is needed at `at`. `jumps`: those of the clock so far. */
  look(at: number, rate: number, jumps: number): void {
    if (jumps !== this.#jumps) this.#supply.tryAgain();
    this.#jumps = jumps;
    this.#supply.look(at, rate);
    const range = this.#rangeAt(at);
    this.#covered = range === null && !this.#isComing(at) && this.#holeAround(at) >= SMALL_HOLE;
    if (range === null) this.#hereSince = null;
    else this.#hereSince ??= performance.now();
  }

  /** Whether the clock may begin to run at `at`. */
  isReady(at: number, rate: number): boolean {
    const range = this.#rangeAt(at);
    if (range === null) return !this.#isComing(at);
    if (range[1] - at < ENOUGH * rate && this.#isComing(range[1])) return false;
    const { element } = this;
    if (performance.now() - (this.#hereSince ?? performance.now()) > LONGEST_WAIT) return true;
    if (element.seeking && !this.seeks && !this.#anew) return true; // it shows what there is, and moves no more
    return !element.seeking && !this.#anew && element.readyState >= (range[1] - at < ENOUGH ? element.HAVE_CURRENT_DATA : element.HAVE_FUTURE_DATA) && Math.abs(element.currentTime * 1000 - at) < 60;
  }

  /** Whether the clock must stop running at `at`: there should be something, and it has not come. */
  isStarved(at: number): boolean {
    return this.#rangeAt(at) === null && this.#isComing(at);
  }

  /** The clock stands at `at`: so does this, on the right picture. */
  rest(at: number): void {
    const { element } = this;
    [this.#startedAt, this.#clock] = [null, null];
    if (!element.paused) element.pause();
    const range = this.#rangeAt(at);
    if (range === null) return this.#prime(at);
    if (!this.seeks && (this.#anew || Math.abs(element.currentTime * 1000 - at) > (this.sound ? 45 : 1))) this.#jumpTo(at, range);
  }

  /** The clock is about to run at `at`: begin to move, if there is anything. */
  start(at: number, rate: number): void {
    this.#startedAt = null;
    if (this.#rangeAt(at) === null) return;
    this.#startedAt = this.element.currentTime;
    this.#steering = STRAIGHT;
    this.element.playbackRate = rate;
    this.#play();
  }

  /** Where it is, once it moves after `start`; null: it does not yet; undefined: it has nothing to play. */
  get moving(): number | null | undefined {
    if (this.#startedAt === null) return undefined;
    const now = this.element.currentTime;
    return now > this.#startedAt ? now * 1000 : null;
  }

  /** The clock runs, and is at `at`. */
  run(at: number, rate: number): void {
    const { element } = this;
    const range = this.#rangeAt(at);
    if (range === null) {
      this.#clock = null;
      if (this.#covered && !element.paused) element.pause();
      return this.#prime(at);
    }
    if (this.seeks) return;
    this.#clock = { at, now: performance.now(), rate };
    const drift = element.currentTime * 1000 - at - this.#steering.lead * rate;
    if (element.paused) {
      if (this.#anew || Math.abs(drift) > 100) this.#jumpTo(at, range);
      element.playbackRate = rate;
      this.#steering = STRAIGHT;
      return this.#play();
    }
    const elsewhere = this.#anew || this.#rangeAt(element.currentTime * 1000)?.[0] !== range[0]; // on the other side of a hole it would wait for ever
    const correction = follow(drift, rate, element.playbackRate !== rate, this.sound ? SOUND : PICTURE);
    if (elsewhere || correction.do === "jump") {
      if (!elsewhere && performance.now() - this.#jumpedAt < REST_AFTER_JUMP) return;
      this.#jumpedAt = performance.now();
      this.#jumpTo(elsewhere ? at : at + this.#seekTook * rate, range);
    } else if (element.playbackRate !== correction.rate) element.playbackRate = correction.rate;
  }

  close(): void {
    this.#supply.close();
    this.element.pause();
    this.element.removeAttribute("src");
    this.element.load();
  }

  /** Whether it is on its way to a place, and may be expected to arrive. */
  get seeks(): boolean {
    if (!this.element.seeking) return false;
    const there = this.element.currentTime * 1000;
    const few = (this.#rangeAt(there)?.[1] ?? 0) - there < Math.max(1000, 5 * this.#lasts);
    return performance.now() - this.#soughtAt < (few ? LONGEST_SEEK : LONGEST_WAIT);
  }

  #jumpTo(at: number, range: readonly [number, number]): void {
    [this.#anew, this.#soughtAt] = [false, performance.now()];
    this.element.currentTime = within(at, range);
  }

  #play(): void {
    this.element.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") this.#port.blocked();
    });
  }

  /** In a hole, out of sight: stand ready where the media go on. */
  #prime(at: number): void {
    const next = this.#supply.ranges.find(([start]) => start > at);
    if (next === undefined || !this.#covered || this.seeks || !this.element.paused) return;
    if (this.#anew || Math.abs(this.element.currentTime * 1000 - next[0]) > 1) this.#jumpTo(next[0], next);
  }

  /** The range of the buffer in which `at` lies; what the browser tells is rounded. */
  #rangeAt(at: number): readonly [number, number] | null {
    return this.#supply.ranges.find(([start, end]) => start - 2 <= at && at < end) ?? null;
  }

  #isComing(at: number): boolean {
    const part = partAt(this.#supply.parts, at);
    return part !== null && !this.#supply.isFinished(part);
  }

  /** How long nothing is here around `at`, as far as one knows. */
  #holeAround(at: number): number {
    const { ranges, parts } = this.#supply;
    const before = ranges.findLast(([, end]) => end <= at)?.[1] ?? -Infinity;
    const next = partAfter(parts, at);
    const expected = next === null || this.#supply.isFinished(next) ? Infinity : next.from;
    return Math.min(expected, ranges.find(([start]) => start > at)?.[0] ?? Infinity) - before;
  }

  #watch(video: HTMLVideoElement): void {
    video.muted = true; // no rule about sound ever stops a picture
    video.playsInline = true;
    video.disablePictureInPicture = true; // there the watermark would be missing
    const shown = (_now: number, { mediaTime, presentationTime }: VideoFrameCallbackMetadata): void => {
      const clock = this.#clock;
      // Only in step with the clock, and only at the speed of life: otherwise pictures are left out, and there is no rhythm.
      if (clock !== null && clock.rate === 1 && video.playbackRate === 1) {
        this.#steering = steer(this.#steering, mediaTime * 1000 - clock.at - (presentationTime + TO_THE_GLASS - clock.now), this.#lasts);
      }
      if (this.#shown === null) this.#port.firstPicture();
      const passed = mediaTime * 1000 - (this.#shown ?? 0);
      if (!video.paused && video.playbackRate < 1.3 && passed > 5 && passed < 1000) this.#lengths = [...this.#lengths.slice(-15), passed];
      this.#shown = mediaTime * 1000;
      video.requestVideoFrameCallback(shown);
    };
    video.requestVideoFrameCallback(shown);
  }
}

/** Seconds: `at`, not before the range begins and not after its last moment. */
function within(at: number, [start, end]: readonly [number, number]): number {
  return Math.min(Math.max(at, start), end - 1) / 1000;
}
