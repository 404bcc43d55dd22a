/** The few kinds that the media code speaks of; the wire's messages have the same shapes, so that they fit without translation. */

export type Source = "microphone" | "camera" | "screen" | "document";
export type Role = "resident" | "clerk" | "helper" | "interpreter" | "supervisor";

export interface Want {
  readonly mid: string;
  readonly participant: string;
  readonly source: Source;
}

/** What the media code needs to know of a talk. */
export interface TalkShape {
  readonly session: string;
  readonly room: string;
  readonly me: string;
  readonly held: boolean;
  readonly ends: readonly { readonly participant: string; readonly role: Role; readonly present: boolean }[];
  readonly sources: readonly { readonly participant: string; readonly source: Source; readonly on: boolean }[];
}

export interface Answered {
  readonly sdp: string;
  readonly epoch: number;
}

/** How offers reach the media node and answers come back; owned by the media code, provided by the page. */
export interface Negotiator {
  publish(sdp: string, sources: Readonly<Record<string, Source>>, epoch: number | null, signal: AbortSignal): Promise<Answered>;
  subscribe(sdp: string, wants: readonly Want[], fresh: boolean, signal: AbortSignal): Promise<Answered>;
  candidates(connection: "publish" | "subscribe", candidates: readonly string[]): void;
  firstFrame(participant: string, afterMs: number): void;
}

export interface VideoNumbers {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly max_bitrate: number;
}

export interface MediaNumbers {
  readonly camera: VideoNumbers;
  readonly screen: VideoNumbers;
  readonly document: VideoNumbers;
  readonly microphone: { readonly max_bitrate: number };
}

export function kindOf(source: Source): "audio" | "video" {
  return source === "microphone" ? "audio" : "video";
}
