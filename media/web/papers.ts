/** The second camera of a kiosk, looking down on papers: which one it is, and opening it sharp. */
import { CONTENT_HINT } from "./codecs.ts";
import type { MediaNumbers } from "./kinds.ts";

const NAMED = /document|scan|visuali[sz]er|高拍|文档|实物/i;

export interface Camera {
  readonly deviceId: string;
  readonly label: string;
}

/** Which camera sees the face and which the papers. One that is named for documents, else the second; with one camera there is none for papers. Pure. */
export function castCameras(cameras: readonly Camera[]): { face: string | null; papers: string | null } {
  if (cameras.length < 2) return { face: cameras[0]?.deviceId ?? null, papers: null };
  const papers = cameras.find(({ label }) => NAMED.test(label)) ?? cameras[1]!;
  return { face: cameras.find((camera) => camera !== papers)?.deviceId ?? null, papers: papers.deviceId };
}

/** The papers' picture: its resolution before its frame rate. Rejects as `getUserMedia` does. */
export async function openPapers(deviceId: string, numbers: MediaNumbers): Promise<MediaStreamTrack> {
  const { width, height, fps } = numbers.document;
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { deviceId: { exact: deviceId }, width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: fps, max: fps } },
  });
  const track = stream.getVideoTracks()[0]!;
  track.contentHint = CONTENT_HINT.document;
  return track;
}
