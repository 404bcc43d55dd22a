/** What the player is given: the timeline of a session as the server tells it, and the port through which segments come. */

/** One file of some four seconds. Times are milliseconds of the session's clock, here and in everything below. */
export interface Segment {
  readonly epoch: number;
  readonly segment: number;
  readonly start: number;
  readonly end: number;
  readonly media: string;
  readonly state: "whole" | "cut" | "suspect";
}

export interface Gap {
  readonly epoch: number;
  readonly start: number;
  readonly end: number;
  readonly cause: string;
}

export interface Track {
  /** `<participant>.<source>`, for instance `resident.camera`. */
  readonly publication: string;
  readonly required: boolean;
  readonly segments: readonly Segment[];
  readonly gaps: readonly Gap[];
}

export interface Interval {
  /** A publication, or `*` for all of them. */
  readonly publication: string;
  readonly kind: "hold" | "mute" | "suspension";
  readonly start: number;
  /** null: it has not ended yet. */
  readonly end: number | null;
}

export interface Mark {
  readonly seq: number;
  readonly at: number;
  readonly what: string;
  readonly actor: string;
  /** The words for it, made by the page. */
  readonly label: string;
}

export interface Missing {
  readonly publication: string;
  readonly start: number;
  readonly end: number;
}

export interface Timeline {
  readonly session: string;
  /** Milliseconds since 1970 at which the session's clock stood at 0; null when recording was never ordered. */
  readonly origin: number | null;
  /** Whether more is still being recorded. */
  readonly live: boolean;
  /** Milliseconds that are known so far. */
  readonly length: number;
  readonly tracks: readonly Track[];
  readonly intervals: readonly Interval[];
  readonly marks: readonly Mark[];
  readonly missing: readonly Missing[];
}

export interface SegmentSource {
  /** The clear WebM of one segment, as recordings/playable.py hands it on. Rejects when it cannot be had. */
  open(publication: string, epoch: number, segment: number, abort: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

/** Why a segment cannot be seen: it did not come, it holds nothing, or the browser refuses what it holds. */
export type Reason = "fetch" | "empty" | "decode";

export interface Problem {
  readonly publication: string;
  readonly epoch: number;
  readonly segment: number;
  readonly reason: Reason;
}

export function participantOf(publication: string): string {
  return publication.split(".", 1)[0] ?? publication;
}

export function sourceOf(publication: string): string {
  return publication.slice(publication.indexOf(".") + 1);
}

/** Whether a track is heard and not seen. */
export function isSound(track: Track): boolean {
  const media = track.segments[0]?.media;
  return media === undefined ? sourceOf(track.publication) === "microphone" : media.startsWith("audio/");
}
