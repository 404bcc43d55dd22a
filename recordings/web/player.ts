/** `<session-player>`: a recorded session, all its tracks in step, in the hands of whoever reviews it. Knows no HTTP; see kinds.ts. */
import { html, LitElement, nothing } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import { controls } from "./controls.ts";
import { Deck } from "./deck.ts";
import type { State } from "./deck.ts";
import { deedOf, whereOf } from "./keys.ts";
import type { Deed } from "./keys.ts";
import type { Problem, SegmentSource, Timeline } from "./kinds.ts";
import { markBefore, nextMark } from "./plan.ts";
import { nextSpeed } from "./playhead.ts";
import { pictures, placeSeats } from "./stage.ts";
import { clock, trackName } from "./words.ts";
import type { Names, PlayerSay } from "./words.ts";

const SHOW_EVERY = 250;

/**
 * Properties: `timeline` (a longer one of the same session goes on where one is), `source`, `say`, `names`, `watermark`.
 * Events: `player-problem` (a `Problem`), `player-moved` ({at}), `player-first-picture`. They bubble.
 */
export class SessionPlayer extends LitElement {
  static override properties = { timeline: { attribute: false }, source: { attribute: false }, say: { attribute: false }, names: { attribute: false }, watermark: {} };

  declare timeline: Timeline | null;
  declare source: SegmentSource | null;
  declare say: PlayerSay | null;
  declare names: Names;
  /** Who looks, and when: drawn over every picture. */
  declare watermark: string;
  #deck: Deck | null = null;
  #timer = 0;
  #told = -1;
  #problem = "";
  #silent: ReadonlySet<string> = new Set();
  #skipping = false;

  constructor() {
    super();
    [this.timeline, this.source, this.say, this.names, this.watermark] = [null, null, null, {}, ""];
    this.addEventListener("keydown", (event) => this.press(event));
  }

  protected override createRenderRoot(): HTMLElement {
    return this; // one document, one style sheet
  }

  /** Milliseconds of the session's clock. */
  get at(): number {
    return this.#deck?.at ?? 0;
  }

  get state(): State {
    return this.#deck?.state ?? "paused";
  }

  play(): void {
    this.#deck?.play();
  }

  pause(): void {
    this.#deck?.pause();
  }

  seek(at: number): void {
    this.#problem = "";
    this.#deck?.seek(at);
    this.#tell();
  }

  /** A key that was pressed, here or anywhere on the page that hands it on; whether the player took it. */
  press(event: KeyboardEvent): boolean {
    if (event.defaultPrevented || this.#deck === null) return false;
    const deed = deedOf(event, whereOf(event.target));
    if (deed === null) return false;
    event.preventDefault();
    this.#do(deed);
    return true;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = window.setInterval(() => this.#tell(), SHOW_EVERY);
    this.#begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
    this.#end();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("timeline") && !changed.has("source")) return;
    const goesOn = this.#deck !== null && this.timeline !== null && this.#deck.timeline.session === this.timeline.session && !changed.has("source");
    if (goesOn) this.#deck!.timeline = this.timeline!;
    else {
      this.#end();
      this.#begin();
    }
  }

  #begin(): void {
    if (this.#deck !== null || !this.isConnected || this.timeline === null || this.source === null) return;
    this.#deck = new Deck(this.timeline, this.source, {
      problem: (problem) => this.#onProblem(problem),
      firstPicture: () => this.#send("player-first-picture", null),
      changed: () => this.#tell(true),
    });
    this.#deck.skipping = this.#skipping;
    this.#problem = "";
    this.#told = -1;
    this.requestUpdate();
  }

  #end(): void {
    this.#deck?.close();
    this.#deck = null;
  }

  #send(what: string, detail: object | null): void {
    this.dispatchEvent(new CustomEvent(what, { detail, bubbles: true }));
  }

  #onProblem(problem: Problem): void {
    this.#send("player-problem", problem);
    const { say } = this;
    if (say !== null) this.#problem = say("player.problem", { track: trackName(say, this.names, problem.publication), at: clock(this.#startOf(problem)), reason: say(`player.reason.${problem.reason}`) });
    this.requestUpdate();
  }

  #startOf({ publication, epoch, segment }: Problem): number {
    const track = this.timeline?.tracks.find((one) => one.publication === publication);
    return track?.segments.find((one) => one.epoch === epoch && one.segment === segment)?.start ?? this.at;
  }

  /** Show where one is, and say so. */
  #tell(anyhow = false): void {
    const at = Math.round(this.at);
    if (at === this.#told && !anyhow && this.state !== "waiting") return;
    this.requestUpdate();
    if (at === this.#told) return;
    this.#told = at;
    this.#send("player-moved", { at });
  }

  #do(deed: Deed | "event-before" | "event-next" | "live-edge"): void {
    const deck = this.#deck;
    if (deck === null) return;
    const by = (ms: number): void => this.seek(deck.at + ms);
    switch (deed) {
      case "toggle": return deck.wanted ? deck.pause() : deck.play();
      case "pause": return deck.pause();
      case "on": return deck.wanted ? deck.setRate(nextSpeed(deck.rate, 1)) : deck.play();
      case "back": return by(-10_000);
      case "forward": return by(10_000);
      case "earlier": return by(-5000);
      case "later": return by(5000);
      case "begin": return this.seek(0);
      case "end": return deck.timeline.live ? deck.toLiveEdge() : this.seek(deck.limit);
      case "frame-before": return deck.wanted ? undefined : deck.step(-1);
      case "frame-after": return deck.wanted ? undefined : deck.step(1);
      case "live-edge": return deck.toLiveEdge();
      case "event-before": return this.#jump(markBefore(deck.timeline.marks, deck.at));
      case "event-next": return this.#jump(nextMark(deck.timeline.marks, deck.at));
    }
  }

  #jump(mark: { readonly at: number } | null): void {
    if (mark !== null) this.seek(mark.at);
  }

  #silence(publication: string): void {
    const silent = new Set(this.#silent);
    if (!silent.delete(publication)) silent.add(publication);
    this.#silent = silent;
    this.requestUpdate();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { say, names } = this;
    const deck = this.#deck;
    if (say === null || deck === null) return nothing;
    return html`
      <section class="player" role="group" aria-label=${say("player.label")} data-test="player" data-state=${deck.state} data-speed=${deck.rate} data-live=${deck.timeline.live}>
        <div class="player-stage" tabindex="0" role="group" aria-label=${say("player.keys")} @click=${() => this.#do("toggle")}>${pictures(deck, say, names, this.watermark)}</div>
        ${controls({
          deck, say, names, silent: this.#silent, problem: this.#problem,
          do: (deed) => this.#do(deed),
          seek: (at) => this.seek(at),
          speed: (rate) => deck.setRate(rate),
          skip: (on) => {
            this.#skipping = on;
            deck.skipping = on;
            this.requestUpdate();
          },
          silence: (publication) => this.#silence(publication),
        })}
      </section>`;
  }

  protected override updated(): void {
    if (this.#deck === null) return;
    placeSeats(this, this.#deck.layout);
    for (const reel of this.#deck.reels) if (reel.sound) reel.element.muted = this.#silent.has(reel.publication);
  }
}
