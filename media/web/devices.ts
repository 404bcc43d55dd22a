/** This machine's camera and microphone: opened, watched, opened again when plugged back in, closed; every trouble has a stable code. */
import { CONTENT_HINT } from "./codecs.ts";
import type { MediaNumbers } from "./kinds.ts";

export type DeviceSource = "camera" | "microphone";
export type Trouble = "missing" | "refused" | "busy" | "unplugged" | "failed";

export interface Choice {
  /** Device ids; absent: whatever the machine prefers. */
  readonly camera?: string;
  readonly microphone?: string;
}

const SOUND: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: { ideal: 1 } };

/** What a failed `getUserMedia` means for a person. */
export function troubleOf(error: unknown): Trouble {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "failed";
}

export class Devices {
  readonly #numbers: MediaNumbers;
  readonly #changed: () => void;
  readonly #tracks = new Map<DeviceSource, MediaStreamTrack>();
  readonly #troubles = new Map<DeviceSource, Trouble>();
  readonly #off = new Set<DeviceSource>();
  #choice: Choice = {};
  #wanted = false;

  /** `changed` is called whenever a track or a trouble has changed. */
  constructor(numbers: MediaNumbers, changed: () => void) {
    this.#numbers = numbers;
    this.#changed = changed;
  }

  get opened(): boolean {
    return this.#wanted;
  }

  track(source: DeviceSource): MediaStreamTrack | null {
    return this.#tracks.get(source) ?? null;
  }

  trouble(source: DeviceSource): Trouble | null {
    return this.#troubles.get(source) ?? null;
  }

  /** Whether the person has switched `source` on (the default). */
  isOn(source: DeviceSource): boolean {
    return !this.#off.has(source);
  }

  /** Muted or covered: the track goes on and carries silence or black, so that switching on again takes no time. */
  switch(source: DeviceSource, on: boolean): void {
    if (on) this.#off.delete(source);
    else this.#off.add(source);
    const track = this.#tracks.get(source);
    if (track !== undefined) track.enabled = on;
    this.#changed();
  }

  /** Opens both; what cannot be opened has a trouble afterwards. Never throws. */
  async open(choice: Choice = this.#choice): Promise<void> {
    this.#choice = choice;
    if (!this.#wanted) {
      this.#wanted = true;
      navigator.mediaDevices?.addEventListener("devicechange", this.#replug);
    }
    await Promise.all([this.#acquire("camera"), this.#acquire("microphone")]);
    this.#changed();
  }

  close(): void {
    this.#wanted = false;
    navigator.mediaDevices?.removeEventListener("devicechange", this.#replug);
    for (const source of ["camera", "microphone"] as const) this.#release(source);
    this.#troubles.clear();
    this.#off.clear();
    this.#changed();
  }

  /** The machine's devices by kind; names are empty before a permission was given. */
  static async list(): Promise<{ cameras: MediaDeviceInfo[]; microphones: MediaDeviceInfo[] }> {
    const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
    return { cameras: all.filter(({ kind }) => kind === "videoinput"), microphones: all.filter(({ kind }) => kind === "audioinput") };
  }

  readonly #replug = (): void => {
    const lost = (["camera", "microphone"] as const).filter((source) => !this.#tracks.has(source));
    if (this.#wanted && lost.length > 0) void Promise.all(lost.map((source) => this.#acquire(source))).then(this.#changed);
  };

  async #acquire(source: DeviceSource): Promise<void> {
    try {
      if (navigator.mediaDevices === undefined) throw new DOMException("not a secure context", "SecurityError");
      const stream = await navigator.mediaDevices.getUserMedia(this.#constraints(source));
      const track = stream.getTracks()[0];
      if (track === undefined || !this.#wanted) {
        track?.stop();
        return;
      }
      this.#release(source);
      track.contentHint = CONTENT_HINT[source];
      track.enabled = this.isOn(source);
      track.onended = () => this.#ended(source, track);
      this.#tracks.set(source, track);
      this.#troubles.delete(source);
    } catch (error) {
      if (this.#wanted && !this.#tracks.has(source)) this.#troubles.set(source, troubleOf(error));
    }
  }

  #constraints(source: DeviceSource): MediaStreamConstraints {
    const id = this.#choice[source];
    const device: MediaTrackConstraints = id === undefined ? {} : { deviceId: { ideal: id } };
    if (source === "microphone") return { audio: { ...SOUND, ...device } };
    const { width, height, fps } = this.#numbers.camera;
    return { video: { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: fps, max: fps }, ...device } };
  }

  #ended(source: DeviceSource, track: MediaStreamTrack): void {
    if (this.#tracks.get(source) !== track) return;
    this.#tracks.delete(source);
    this.#troubles.set(source, "unplugged");
    this.#changed();
    this.#replug();
  }

  #release(source: DeviceSource): void {
    const track = this.#tracks.get(source);
    this.#tracks.delete(source);
    if (track === undefined) return;
    track.onended = null;
    track.stop();
  }
}
