/** Sounds made on the spot, so that no file has to load: the bell of a counter, the kiosk's warning, a confirmation. */

type Note = readonly [hertz: number, at: number, seconds: number];

const TUNES = {
  called: { notes: [[523.3, 0, 0.4], [659.3, 0.25, 0.4], [784, 0.5, 0.8]], length: 1.6 },
  /** Two tones and a pause, 2 s: heard across a room, not harsh. */
  bell: { notes: [[880, 0, 0.5], [698.5, 0.32, 0.7]], length: 2 },
  warning: { notes: [[523.3, 0, 0.3], [523.3, 0.4, 0.3]], length: 1 },
  helper: { notes: [[659.3, 0, 0.4], [784, 0.3, 0.4], [1046.5, 0.6, 0.7]], length: 1.5 },
  agreed: { notes: [[784, 0, 0.15], [1046.5, 0.12, 0.3]], length: 0.5 },
} satisfies Record<string, { notes: readonly Note[]; length: number }>;

export type Tune = keyof typeof TUNES;

/** Chimes of one page. Silent, and `audible` false, until a touch or click has unlocked the sound. */
export class Chimes {
  #context: AudioContext | null = null;
  #ringing: GainNode | null = null;

  /** Whether a chime would be heard now. */
  get audible(): boolean {
    return this.#context?.state === "running";
  }

  /** To be called inside a click or touch. */
  async unlock(): Promise<boolean> {
    this.#context ??= new AudioContext();
    await Promise.race([this.#context.resume(), new Promise((done) => setTimeout(done, 1000))]);
    return this.audible;
  }

  play(tune: Tune, volume = 0.5): void {
    this.#schedule(tune, 1, volume);
  }

  /** Ring again and again for `seconds`, planned ahead in the sound card's own time: a hidden tab's slow timers do not silence it. */
  ring(seconds: number, volume = 0.8): void {
    this.hush();
    this.#ringing = this.#schedule("bell", Math.max(1, Math.ceil(seconds / TUNES.bell.length)), volume);
  }

  /** Stop ringing. */
  hush(): void {
    this.#ringing?.disconnect();
    this.#ringing = null;
  }

  get isRinging(): boolean {
    return this.#ringing !== null;
  }

  #schedule(tune: Tune, times: number, volume: number): GainNode | null {
    const context = this.#context;
    if (context === null || context.state !== "running") return null;
    const out = context.createGain();
    out.gain.value = volume;
    out.connect(context.destination);
    const { notes, length } = TUNES[tune];
    for (let round = 0; round < times; round += 1) {
      for (const [hertz, at, seconds] of notes) tone(context, out, hertz, context.currentTime + round * length + at, seconds);
    }
    return out;
  }
}

/** One struck tone with its octave, fading. */
function tone(context: AudioContext, out: AudioNode, hertz: number, at: number, seconds: number): void {
  for (const [times, loud] of [[1, 0.5], [2, 0.18]] as const) {
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.frequency.value = hertz * times;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(loud, at + 0.015);
    gain.gain.exponentialRampToValueAtTime(0.001, at + seconds);
    oscillator.connect(gain).connect(out);
    oscillator.start(at);
    oscillator.stop(at + seconds + 0.05);
  }
}
