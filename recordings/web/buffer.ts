/** One SourceBuffer, one thing after the other: append and remove that can be waited for, and told from each other when they fail. */

import type { Part } from "./plan.ts";

/** The browser refuses what was appended; the MediaSource is lost with it. */
export class Refused extends Error {}

export class SegmentBuffer {
  readonly #buffer: SourceBuffer;
  readonly #gone: AbortSignal;
  #media: string;

  /** `gone`: aborted when its MediaSource is given up; whatever is waited for then rejects. */
  constructor(buffer: SourceBuffer, media: string, gone: AbortSignal) {
    this.#buffer = buffer;
    this.#media = media;
    this.#gone = gone;
  }

  /** Ranges in milliseconds. */
  ranges(): readonly (readonly [number, number])[] {
    if (this.#gone.aborted) return [];
    const { buffered } = this.#buffer;
    return Array.from({ length: buffered.length }, (_, index) => [buffered.start(index) * 1000, buffered.end(index) * 1000] as const);
  }

  /**
   * The next bytes of the segment of `part`, cut to what is shown of it: what was handed to the decoder already would not be replaced
   * by what is written over it. Rejects with `Refused`, or with the browser's QuotaExceededError when there is no room.
   */
  async append(bytes: Uint8Array<ArrayBuffer>, { segment, from, to }: Part): Promise<void> {
    const buffer = this.#buffer;
    await this.#done(() => {
      if (segment.media !== this.#media) buffer.changeType(segment.media);
      this.#media = segment.media;
      buffer.appendWindowStart = 0;
      buffer.appendWindowEnd = to < segment.end ? to / 1000 : Infinity;
      // A picture's segment that begins late has no picture to begin with: it is written as a whole.
      if (from > segment.start && segment.media.startsWith("audio/")) buffer.appendWindowStart = from / 1000;
      buffer.appendBuffer(bytes);
    });
  }

  async remove(from: number, to: number): Promise<void> {
    await this.#done(() => this.#buffer.remove(from / 1000, to / 1000));
  }

  /** What comes next is the beginning of a segment, whatever came last. */
  reset(): void {
    if (this.#gone.aborted) return;
    try {
      this.#buffer.abort();
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // the element has failed, and is about to say so
    }
  }

  #done(begin: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#gone.aborted) return reject(this.#gone.reason);
      const over = new AbortController();
      const when = (target: EventTarget, event: string, then: () => void): void =>
        target.addEventListener(event, () => (over.abort(), then()), { signal: over.signal });
      when(this.#buffer, "error", () => reject(new Refused()));
      when(this.#buffer, "updateend", resolve);
      when(this.#gone, "abort", () => reject(this.#gone.reason));
      try {
        begin();
      } catch (error) {
        over.abort();
        reject(error);
      }
    });
  }
}

/** A new MediaSource on `element` with one buffer for `media`. */
export async function openBuffer(element: HTMLMediaElement, media: string, gone: AbortSignal): Promise<SegmentBuffer> {
  const source = new MediaSource();
  const address = URL.createObjectURL(source);
  try {
    await new Promise((resolve, reject) => {
      source.addEventListener("sourceopen", resolve, { once: true });
      gone.addEventListener("abort", () => reject(gone.reason), { once: true });
      element.src = address;
    });
  } finally {
    URL.revokeObjectURL(address);
  }
  return new SegmentBuffer(source.addSourceBuffer(media), media, gone);
}
