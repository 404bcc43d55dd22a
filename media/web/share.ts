/** Sharing a screen: one click, letters sharp before movement smooth, and a clean end however it ends. */
import { CONTENT_HINT } from "./codecs.ts";
import type { MediaNumbers } from "./kinds.ts";

/** Chromium's options beyond the standard's dictionary. */
interface ShareOptions extends DisplayMediaStreamOptions {
  preferCurrentTab?: boolean;
  selfBrowserSurface?: "include" | "exclude";
  surfaceSwitching?: "include" | "exclude";
  systemAudio?: "include" | "exclude";
}

/** The shared screen's track, or null when the person changed their mind. `thisTab` offers the tab itself, for tests and training. */
export async function shareScreen(numbers: MediaNumbers, thisTab: boolean): Promise<MediaStreamTrack | null> {
  const { fps } = numbers.screen;
  const options: ShareOptions = {
    video: { frameRate: { ideal: fps, max: fps } }, // its native size: letters that were scaled cannot be read
    audio: false,
    surfaceSwitching: "include",
    systemAudio: "exclude",
    ...(thisTab ? { preferCurrentTab: true, selfBrowserSurface: "include" } : {}),
  };
  try {
    const track = (await navigator.mediaDevices.getDisplayMedia(options)).getVideoTracks()[0] ?? null;
    if (track !== null) track.contentHint = CONTENT_HINT.screen;
    return track;
  } catch (error) {
    if (error instanceof DOMException && (error.name === "NotAllowedError" || error.name === "AbortError")) return null;
    throw error;
  }
}
