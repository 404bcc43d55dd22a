/** What of one publication lies in its buffer: fetches what is needed next, segment by segment, and lets go of what is past. */
import { openBuffer, Refused } from "./buffer.ts";
import type { SegmentBuffer } from "./buffer.ts";
import type { Problem, Reason, SegmentSource } from "./kinds.ts";
import { nextToFetch, partAfter, partAt, REACH, toKeep } from "./plan.ts";
import type { Part, Reach } from "./plan.ts";

/**
 * How long one waits before each time that a segment is asked for, for each next byte, and when the buffer is full; how far ahead a decoder
 * reads. In milliseconds.
 */
const PATIENCE = { waits: [0, 300, 1000], silence: 10_000, full: 500, readAhead: 1000 } as const;

/** When the browser has no room: so much is kept before the place that is shown. */
const TIGHT = { ...REACH, behind: 1000, slack: 0 };

export interface SupplyPort {
  readonly problem: (problem: Problem) => void;
  /** Media that may have been at the decoder already were taken away and will come anew: it must be told to begin anew as well. */
  readonly rewritten: () => void;
}

export class Supply {
  readonly #publication: string;
  readonly #source: SegmentSource;
  readonly #element: HTMLMediaElement;
  readonly #port: SupplyPort;
  readonly #held = new Map<string, Part>();
  readonly #unreadable = new Map<string, Reason>();
  #parts: readonly Part[] = [];
  #suspect: Part | null = null;
  #at = 0;
  #rate = 1;
  #life = new AbortController();
  #buffer: SegmentBuffer | null = null;
  #loading: { readonly part: Part; readonly abort: AbortController } | null = null;
  #busy = false;

  constructor(publication: string, source: SegmentSource, element: HTMLMediaElement, port: SupplyPort) {
    this.#publication = publication;
    this.#source = source;
    this.#element = element;
    this.#port = port;
  }

  get parts(): readonly Part[] {
    return this.#parts;
  }

  set parts(parts: readonly Part[]) {
    this.#parts = parts;
  }

  /** Ranges that can be played, in milliseconds. */
  get ranges(): readonly (readonly [number, number])[] {
    return this.#buffer?.ranges() ?? [];
  }

  /** Nothing more will come for this part than what is there. */
  isFinished({ key }: Part): boolean {
    return this.#held.has(key) || this.#unreadable.has(key);
  }

  isUnreadable(at: number): boolean {
    const part = partAt(this.#parts, at);
    return part !== null && this.#unreadable.has(part.key);
  }

  /** To be called often: one is at `at`. */
  look(at: number, rate: number): void {
    [this.#at, this.#rate] = [at, rate];
    if (this.#suspect !== null && at >= this.#suspect.from) {
      this.#giveUp(this.#suspect, "decode");
      this.#suspect = null;
    }
    const loading = this.#loading;
    if (loading !== null && this.#next()?.key !== loading.part.key) loading.abort.abort();
    if (!this.#busy) void this.#work();
  }

  /** One came back, on purpose: what did not come then may come now. */
  tryAgain(): void {
    for (const [key, reason] of this.#unreadable) if (reason === "fetch") this.#unreadable.delete(key);
  }

  /**
   * The element, which is at `at`, cannot decode something: that part is left out from now on, everything else is fetched again. A decoder
   * reads ahead, so a part that begins soon is suspected first; it is told of when the clock has come to it without another failure.
   */
  refuse(at: number): void {
    if (this.#buffer === null) return; // known already, and begun anew
    const fit = (part: Part | null): Part | null => (part === null || this.#unreadable.has(part.key) ? null : part);
    const [here, next] = [fit(partAt(this.#parts, at)), fit(partAfter(this.#parts, at))];
    if (this.#suspect === null && next !== null && next.from < at + PATIENCE.readAhead) {
      this.#suspect = next;
      this.#unreadable.set(next.key, "decode");
    } else {
      if (this.#suspect !== null) this.#unreadable.delete(this.#suspect.key); // without it the same happens: it was another one
      this.#suspect = null;
      const culprit = here ?? next ?? [...this.#held.values()].at(-1);
      if (culprit !== undefined) this.#giveUp(culprit, "decode");
    }
    this.#renew();
  }

  close(): void {
    this.#life.abort();
    this.#loading?.abort.abort();
  }

  #next(): Part | null {
    return nextToFetch(this.#parts, this.#at, this.#rate, { has: (key) => this.#held.has(key) || this.#unreadable.has(key) });
  }

  #giveUp(part: Part, reason: Reason): void {
    this.#unreadable.set(part.key, reason);
    this.#held.delete(part.key);
    this.#port.problem({ publication: this.#publication, epoch: part.segment.epoch, segment: part.segment.segment, reason });
  }

  /** The buffer is lost. */
  #renew(): void {
    this.#life.abort();
    this.#loading?.abort.abort();
    this.#life = new AbortController();
    this.#buffer = null;
    this.#held.clear();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    try {
      while (!this.#life.signal.aborted) {
        await this.#letGo(REACH);
        const part = this.#next();
        if (part === null) return;
        await this.#load(part);
      }
    } finally {
      this.#busy = false;
    }
  }

  /** Of what is too far away; also of what an unfinished fetch has left. */
  async #letGo(reach: Reach): Promise<void> {
    const { from, to } = toKeep(this.#parts, this.#at, this.#rate, reach);
    const ranges = this.ranges;
    for (const { key, segment } of this.#held.values()) if (segment.start < from || segment.end > to) this.#held.delete(key);
    // A millisecond of tolerance: what the browser tells is rounded.
    if (ranges.some(([start]) => start < from - 1)) await this.#buffer?.remove(0, from).catch(() => undefined); // given up meanwhile: nothing is in it
    if (ranges.some(([, end]) => end > to + 1)) await this.#buffer?.remove(to, Infinity).catch(() => undefined);
  }

  /** Fetch and append one part, or give it up. */
  async #load(part: Part): Promise<void> {
    for (const wait of PATIENCE.waits) {
      const abort = new AbortController();
      this.#loading = { part, abort };
      try {
        await pause(wait, abort.signal);
        const bytes = await this.#pour(part, abort);
        if (bytes === 0) this.#giveUp(part, "empty");
        else this.#held.set(part.key, part);
        return;
      } catch (error) {
        if (abort.signal.aborted && abort.signal.reason !== SILENCE) return;
        if (error instanceof Refused) return this.#refused(part);
        if (isUnfit(error)) return this.#giveUp(part, "decode");
      } finally {
        this.#loading = null;
        this.#buffer?.reset();
      }
    }
    this.#giveUp(part, "fetch");
  }

  #refused(part: Part): void {
    this.#giveUp(part, "decode");
    this.#renew();
  }

  /** The bytes of a segment, from its stream into the buffer; how many there were. */
  async #pour(part: Part, abort: AbortController): Promise<number> {
    const { epoch, segment, media } = part.segment;
    this.#buffer ??= await openBuffer(this.#element, media, this.#life.signal);
    const buffer = this.#buffer;
    const stream = await spoken(this.#source.open(this.#publication, epoch, segment, abort.signal), abort);
    const reader = stream.getReader();
    let bytes = 0;
    try {
      for (;;) {
        const { done, value } = await spoken(reader.read(), abort);
        if (done) return bytes;
        if (value.byteLength === 0) continue;
        if (bytes === 0) await this.#clear(part, buffer);
        const chunk = value as Uint8Array<ArrayBuffer>; // a stream of the network is never shared memory
        await this.#fit(part, abort.signal, () => buffer.append(chunk, part));
        bytes += value.byteLength;
      }
    } finally {
      reader.cancel().catch(() => undefined); // read to its end, or not wanted any more
    }
  }

  /** What an unfinished fetch has left of a part is taken away before it is written again. */
  async #clear({ from, to }: Part, buffer: SegmentBuffer): Promise<void> {
    if (!buffer.ranges().some(([start, end]) => start < to - 100 && end > from + 100)) return;
    await buffer.remove(from, to);
    this.#port.rewritten();
  }

  /** Append, and when there is no room, make some: what is past goes, then one waits until more is past. */
  async #fit(part: Part, abort: AbortSignal, append: () => Promise<void>): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      abort.throwIfAborted();
      try {
        return await append();
      } catch (error) {
        const needed = part.from <= this.#at;
        if (!isFull(error) || (needed && tries > 0)) throw error;
        if (tries > 0) await pause(PATIENCE.full, abort);
        await this.#letGo(TIGHT);
      }
    }
  }
}

const SILENCE = "silence";

/** What `promise` brings, unless nothing is heard of it for too long or it is not wanted any more. */
function spoken<T>(promise: Promise<T>, abort: AbortController): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => abort.abort(SILENCE), PATIENCE.silence);
    const stop = (): void => reject(abort.signal.reason);
    abort.signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => (clearTimeout(timer), abort.signal.removeEventListener("abort", stop)));
    if (abort.signal.aborted) stop();
  });
}

function pause(ms: number, abort: AbortSignal): Promise<void> {
  if (ms === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    abort.addEventListener("abort", () => (clearTimeout(timer), reject(abort.reason)), { once: true });
  });
}

function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}

/** What no second try would change. */
function isUnfit(error: unknown): boolean {
  return isFull(error) || (error instanceof DOMException && error.name === "NotSupportedError");
}
