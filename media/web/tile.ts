/** Pictures and voices as elements. */

/** A live camera sends at least one picture in this time. */
const STALLED_MS = 2000;

/**
 * `<media-tile>`: one picture. Always muted, so that no autoplay rule ever stops a picture; voices are `<media-voice>`.
 *
 * Counted on the `<video>` for tests and for support: data-participant, data-source, data-frames, data-first-frame-ms, data-width, data-height.
 * Fires `first-frame` (bubbles) when the first picture of a track is on the glass.
 */
export class MediaTile extends HTMLElement {
  readonly #video = document.createElement("video");
  #track: MediaStreamTrack | null = null;
  #waitingFor = 0;
  #callback = 0;
  #timer = 0;
  #seenAt = 0;
  #frames = 0;
  #since = performance.now();

  /** Set by the page's template. */
  participant = "";
  source = "camera";

  get track(): MediaStreamTrack | null {
    return this.#track;
  }

  set track(track: MediaStreamTrack | null) {
    if (track === this.#track) return;
    this.#track = track;
    this.#video.srcObject = track === null ? null : new MediaStream([track]);
    if (track === null) {
      delete this.dataset["playing"];
      return;
    }
    this.#waitingFor += 1;
    void this.#video.play().catch(() => undefined); // replaced before it began
    this.#watch(this.#waitingFor);
  }

  get video(): HTMLVideoElement {
    return this.#video;
  }

  connectedCallback(): void {
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#video.autoplay = true;
    this.#video.disablePictureInPicture = true;
    this.#video.dataset["participant"] = this.participant;
    this.#video.dataset["source"] = this.source;
    this.#video.dataset["frames"] ??= "0";
    this.#video.setAttribute("aria-hidden", "true");
    if (this.#video.parentNode !== this) this.append(this.#video);
    this.#timer = window.setInterval(() => this.#lookAlive(), 500);
    if (this.#track !== null) {
      void this.#video.play().catch(() => undefined); // moved in the page: a video pauses when it is taken out
      this.#watch(++this.#waitingFor);
    }
  }

  disconnectedCallback(): void {
    this.#video.cancelVideoFrameCallback(this.#callback);
    clearInterval(this.#timer);
  }

  /** Marks a picture that has stopped moving, so that the page can say so instead of showing a frozen face as live. */
  #lookAlive(): void {
    const moving = performance.now() - this.#seenAt < STALLED_MS;
    if (moving || this.dataset["playing"] === undefined) delete this.dataset["stalled"];
    else this.dataset["stalled"] = "true";
  }

  #watch(turn: number): void {
    let first = true;
    const shown = (_now: number, picture: VideoFrameCallbackMetadata): void => {
      if (turn !== this.#waitingFor) return;
      this.#frames += 1;
      this.#seenAt = performance.now();
      if (first) {
        first = false;
        this.#video.dataset["firstFrameMs"] ??= String(Math.round(performance.now() - this.#since));
        this.dataset["playing"] = "true";
        this.dispatchEvent(new CustomEvent("first-frame", { bubbles: true, detail: { participant: this.participant, source: this.source } }));
      }
      if (this.#frames < 10 || this.#frames % 10 === 0) this.#say(picture);
      this.#callback = this.#video.requestVideoFrameCallback(shown);
    };
    this.#callback = this.#video.requestVideoFrameCallback(shown);
  }

  #say({ width, height }: VideoFrameCallbackMetadata): void {
    this.#video.dataset["frames"] = String(this.#frames);
    if (this.#video.dataset["width"] !== String(width) || this.#video.dataset["height"] !== String(height)) {
      this.#video.dataset["width"] = String(width);
      this.#video.dataset["height"] = String(height);
      this.dataset["shape"] = width >= height ? "wide" : "tall";
    }
  }
}

/** `<media-voice>`: one participant's sound. Fires `voice-blocked` when the browser wants a touch first, `voice-playing` when it is heard. */
export class MediaVoice extends HTMLElement {
  readonly #audio = document.createElement("audio");
  #track: MediaStreamTrack | null = null;

  participant = "";

  set track(track: MediaStreamTrack | null) {
    if (track === this.#track) return;
    this.#track = track;
    this.#audio.srcObject = track === null ? null : new MediaStream([track]);
    this.play();
  }

  /** Silent while the talk is held. */
  set muted(muted: boolean) {
    this.#audio.muted = muted;
  }

  connectedCallback(): void {
    this.#audio.autoplay = true;
    this.#audio.dataset["participant"] = this.participant;
    if (this.#audio.parentNode !== this) this.append(this.#audio);
    this.play();
  }

  /** Try again, after a touch. */
  play(): void {
    if (this.#track === null || !this.isConnected) return;
    this.#audio.play().then(
      () => this.#tell("voice-playing"),
      (error: unknown) => {
        if (error instanceof DOMException && error.name === "NotAllowedError") this.#tell("voice-blocked");
      },
    );
  }

  #tell(what: string): void {
    this.dispatchEvent(new CustomEvent(what, { bubbles: true }));
  }
}

export function defineTiles(): void {
  if (customElements.get("media-tile") === undefined) customElements.define("media-tile", MediaTile);
  if (customElements.get("media-voice") === undefined) customElements.define("media-voice", MediaVoice);
}
