/** When a flash is seen and when a beep is heard, both in milliseconds of `performance.now()`. */

/** Looks at the lower half of each picture of a video as it comes onto the glass. */
export class Looker {
  /**
   * The first picture of each flash. `at`: one frame of the display after it was handed to the compositor. `slot`: the middle of the
   * slot that Chromium gives it, which ends with `expectedDisplayTime`.
   */
  readonly flashes: { readonly at: number; readonly slot: number; readonly media: number }[] = [];
  readonly #picture = new OffscreenCanvas(8, 8).getContext("2d", { willReadFrequently: true })!;
  #bright = true;

  constructor(video: HTMLVideoElement) {
    const shown = (_now: number, { presentationTime, expectedDisplayTime, mediaTime }: VideoFrameCallbackMetadata): void => {
      this.#picture.drawImage(video, 0, video.videoHeight / 2, video.videoWidth, video.videoHeight / 2, 0, 0, 8, 8);
      const bright = this.#picture.getImageData(4, 4, 1, 1).data[0]! > 200;
      if (bright && !this.#bright) this.flashes.push({ at: presentationTime + 1000 / 60, slot: (presentationTime + expectedDisplayTime) / 2, media: mediaTime * 1000 });
      this.#bright = bright;
      video.requestVideoFrameCallback(shown);
    };
    video.requestVideoFrameCallback(shown);
  }
}

/** Listens to what an element sounds like. */
export class Listener {
  readonly beeps: number[] = [];
  readonly #audio: AudioContext;

  private constructor(audio: AudioContext) {
    this.#audio = audio;
  }

  static async of(audio: AudioContext, element: HTMLMediaElement): Promise<Listener> {
    await audio.audioWorklet.addModule(new URL("./onsets.js", import.meta.url));
    const listener = new Listener(audio);
    const node = new AudioWorkletNode(audio, "onsets");
    node.port.onmessage = ({ data }: MessageEvent<number>) => listener.beeps.push(listener.#whenHeard(data));
    audio.createMediaElementSource(element).connect(node).connect(audio.destination);
    return listener;
  }

  /** What the way through the graph adds, in milliseconds: an element that sounds by itself knows its device's delay and allows for it. */
  get latency(): number {
    return this.#audio.outputLatency * 1000;
  }

  #whenHeard(contextTime: number): number {
    const now = this.#audio.getOutputTimestamp();
    return now.performanceTime! + (contextTime - now.contextTime!) * 1000 - this.latency;
  }
}
