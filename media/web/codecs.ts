/** Only what the node forwards is offered: VP8 with retransmission, and Opus. An offer for six participants is 14 kB so, 39 kB otherwise. */
import { kindOf } from "./kinds.ts";
import type { MediaNumbers, Source } from "./kinds.ts";

const WANTED = { audio: ["audio/opus"], video: ["video/vp8", "video/rtx"] } as const;

/** Limits what `transceiver` offers. A browser without these codecs offers what it has, and the node says no in words. */
export function onlyOurCodecs(transceiver: RTCRtpTransceiver, kind: "audio" | "video"): void {
  const wanted: readonly string[] = WANTED[kind];
  const ours = (RTCRtpReceiver.getCapabilities(kind)?.codecs ?? []).filter(({ mimeType }) => wanted.includes(mimeType.toLowerCase()));
  if (ours.length > 0) transceiver.setCodecPreferences(ours);
}

/** What the encoder is told about a source: bit rate, frame rate, and what to give up first when the line is thin. */
export function sendingOf(source: Source, numbers: MediaNumbers): RTCRtpEncodingParameters {
  if (source === "microphone") return { maxBitrate: numbers.microphone.max_bitrate, priority: "high", networkPriority: "high" };
  const { max_bitrate, fps } = numbers[source];
  return { maxBitrate: max_bitrate, maxFramerate: fps };
}

export const CONTENT_HINT: Readonly<Record<Source, string>> = { microphone: "speech", camera: "motion", screen: "text", document: "detail" };

type WithPreference = RTCRtpSendParameters & { degradationPreference?: "maintain-framerate" | "maintain-resolution" | "balanced" };

/** Screens and papers keep their size and lose frames; a face loses size before it stutters. */
export async function preferWhenThin(sender: RTCRtpSender, source: Source): Promise<void> {
  if (kindOf(source) === "audio") return;
  const parameters: WithPreference = sender.getParameters();
  if (parameters.encodings.length === 0) return;
  parameters.degradationPreference = source === "camera" ? "balanced" : "maintain-resolution";
  await sender.setParameters(parameters).catch(() => undefined); // a wish: a browser without it keeps its own rule
}
