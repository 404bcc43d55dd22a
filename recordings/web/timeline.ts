/** `<session-timeline>`: what was recorded when, what was not and why, and what happened; a click or Enter leads there. */
import { html, LitElement, nothing, svg } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import { icon } from "../../config/web/icons.ts";
import type { IconName } from "../../config/web/icons.ts";
import { barsOf, clustersOf, nextOf, ticksOf, timeOf, xOf } from "./bars.ts";
import type { Cluster } from "./bars.ts";
import type { Mark, Timeline, Track } from "./kinds.ts";
import { byRank } from "./layout.ts";
import { legend, lists } from "./timeline_list.ts";
import { KINDS, notable, stretchesOf, wordsAt } from "./timeline_rows.ts";
import type { Kind, Stretch } from "./timeline_rows.ts";
import { patterns } from "./timeline_patterns.ts";
import { clock, trackName } from "./words.ts";
import type { Names, PlayerSay } from "./words.ts";

const ROW = 18;

/** Drawings for what happened; a point where there is none. */
const MARKS: readonly (readonly [RegExp, IconName])[] = [
  [/^signature|^form-signed/, "identity"], [/^form/, "papers"], [/^text/, "letters"], [/^ask/, "person"],
  [/ring/, "bell"], [/answer|picked|talk-began/, "answer"], [/consent/, "check"], [/still|document|notice/, "papers"], [/share|screen/, "screen"], [/signature/, "identity"],
  [/control|operat/, "helper"], [/hold|mute|suspen/, "hold"], [/gap|incident|incomplete|missing/, "warn"], [/reconnect|lost|returned|epoch/, "turn"],
  [/ended|closed|outcome/, "end"], [/rat/, "star"],
];

function markIcon(what: string): IconName {
  return MARKS.find(([pattern]) => pattern.test(what))?.[1] ?? "light";
}

interface Row {
  readonly track: Track;
  readonly stretches: readonly Stretch[];
  readonly notable: readonly Stretch[];
  readonly drawing: TemplateResult;
}

/** Properties: `timeline`, `at` (ms), `say`, `names`. Event: `timeline-seek` ({at}), bubbles. */
export class SessionTimeline extends LitElement {
  static override properties = { timeline: { attribute: false }, at: { attribute: false }, say: { attribute: false }, names: { attribute: false } };

  declare timeline: Timeline | null;
  declare at: number;
  declare say: PlayerSay | null;
  declare names: Names;
  #width = 0;
  #rows: readonly Row[] = [];
  #kinds: ReadonlySet<Kind> = new Set();
  #clusters: readonly Cluster<Mark>[] = [];
  #ticks: readonly number[] = [];
  #focused = 0;
  readonly #open = new Set<string>();
  readonly #size = new ResizeObserver(() => this.#measure());

  constructor() {
    super();
    [this.timeline, this.at, this.say, this.names] = [null, 0, null, {}];
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#size.disconnect();
  }

  get #length(): number {
    return this.timeline?.length ?? 0;
  }

  #measure(): void {
    const width = this.querySelector<HTMLElement>(".timeline-plot")?.clientWidth ?? 0;
    if (width === this.#width) return;
    this.#width = width;
    this.requestUpdate("timeline");
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { timeline, say } = this;
    if (timeline === null || say === null || !(changed.has("timeline") || changed.has("say") || changed.has("names"))) return;
    this.#ticks = ticksOf(timeline.length, this.#width);
    this.#clusters = clustersOf(timeline.marks, timeline.length, this.#width);
    this.#rows = timeline.tracks.toSorted((a, b) => byRank(a.publication, b.publication)).map((track) => {
      const stretches = stretchesOf(timeline, track, say);
      return { track, stretches, notable: notable(stretches), drawing: this.#draw(stretches, timeline.length) };
    });
    this.#kinds = new Set(this.#rows.flatMap(({ stretches }) => stretches.map(({ kind }) => kind)));
  }

  /** One path for each kind, however many there are. */
  #draw(stretches: readonly Stretch[], length: number): TemplateResult {
    const paths = KINDS.map((kind) => {
      const spans = stretches.filter((one) => one.kind === kind);
      const path = spans.length === 0 ? "" : barsOf(spans, length, this.#width, ROW, kind === "recorded" ? 1 : 3, kind === "recorded" ? 1 : 0);
      return path === "" ? nothing : svg`<path class="timeline-${kind}" data-count=${spans.length} d=${path}/>`;
    });
    return html`<svg class="timeline-bars" width=${this.#width} height=${ROW} aria-hidden="true">${paths}</svg>`;
  }

  #seek(at: number): void {
    this.dispatchEvent(new CustomEvent("timeline-seek", { detail: { at: Math.min(this.#length, Math.max(0, at)) }, bubbles: true }));
  }

  readonly #pressed = (event: PointerEvent): void => {
    if (event.button !== 0 || (event.target as Element).closest("button") !== null) return;
    const plot = event.currentTarget as HTMLElement;
    plot.setPointerCapture(event.pointerId);
    this.#seekTo(plot, event.clientX);
  };

  readonly #moved = (event: PointerEvent): void => {
    const plot = event.currentTarget as HTMLElement;
    if (plot.hasPointerCapture(event.pointerId)) this.#seekTo(plot, event.clientX);
  };

  #seekTo(plot: HTMLElement, x: number): void {
    this.#seek(timeOf(x - plot.getBoundingClientRect().left, this.#length, this.#width));
  }

  /** Says what lies under the pointer; a node for each of thousands of spans would say it too, and cost too much. */
  #hover(event: PointerEvent, stretches: readonly Stretch[], say: PlayerSay): void {
    const row = event.currentTarget as HTMLElement;
    const at = timeOf(event.clientX - row.getBoundingClientRect().left, this.#length, this.#width);
    row.title = wordsAt(stretches, at, (2 * this.#length) / Math.max(1, this.#width), say);
  }

  readonly #key = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = { ArrowLeft: -5000, ArrowDown: -5000, ArrowRight: 5000, ArrowUp: 5000, PageUp: 60_000, PageDown: -60_000, Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.#seek(this.at + step);
  };

  /** Among the events the arrows move the focus: one stop for the tab key, however many there are. */
  readonly #markKey = (event: KeyboardEvent): void => {
    const by: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    const step = by[event.key];
    if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.#focused = Math.min(this.#clusters.length - 1, Math.max(0, this.#focused + step));
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelectorAll<HTMLElement>(".timeline-mark")[this.#focused]?.focus());
  };

  protected override render(): TemplateResult | typeof nothing {
    const { timeline, say, names } = this;
    if (timeline === null || say === null) return nothing;
    return html`
      ${patterns}
      <section class="timeline" role="group" aria-label=${say("player.timeline.label")} data-test="timeline">
        <div class="timeline-names" aria-hidden="true">
          <p>${say("player.timeline.events")}</p>
          ${this.#rows.map(({ track }) => html`<p>${trackName(say, names, track.publication)}</p>`)}
        </div>
        <div class="timeline-plot" @pointerdown=${this.#pressed} @pointermove=${this.#moved}>
          <div class="timeline-ticks" aria-hidden="true">${this.#ticks.map((at) => html`<span class="timeline-tick">${clock(at)}</span>`)}</div>
          <div class="timeline-marks" role="group" aria-label=${say("player.timeline.events")} @keydown=${this.#markKey}>
            ${this.#clusters.map((cluster, index) => this.#mark(cluster, index, say))}
          </div>
          ${this.#rows.map(({ track, stretches, drawing }) => html`<div class="timeline-row" data-test="timeline-${track.publication}"
            @pointermove=${(event: PointerEvent) => this.#hover(event, stretches, say)}>${drawing}</div>`)}
          <div class="timeline-cursor" role="slider" tabindex="0" data-test="timeline-cursor" aria-label=${say("player.timeline.cursor")} aria-orientation="horizontal"
            aria-valuemin="0" aria-valuemax=${Math.round(timeline.length / 1000)} aria-valuenow=${Math.round(this.at / 1000)}
            aria-valuetext=${say("player.position-is", { at: clock(this.at), length: clock(timeline.length) })} @keydown=${this.#key}></div>
        </div>
      </section>
      ${legend(this.#kinds, say)}
      ${lists({ timeline, rows: this.#rows, say, names, isOpen: (which) => this.#open.has(which), toggle: (which, open) => this.#toggle(which, open), seek: (at) => this.#seek(at) })}`;
  }

  #toggle(which: string, open: boolean): void {
    if (open === this.#open.has(which)) return;
    if (open) this.#open.add(which);
    else this.#open.delete(which);
    this.requestUpdate();
  }

  #mark(cluster: Cluster<Mark>, index: number, say: PlayerSay): TemplateResult {
    const [first] = cluster.marks;
    const many = cluster.marks.length > 1;
    const each = cluster.marks.map(({ at, label }) => `${clock(at)} ${label}`).join("\n");
    const name = many ? `${say("player.timeline.several", { count: cluster.marks.length })}: ${each.replaceAll("\n", ", ")}` : each;
    return html`<button class="timeline-mark ${many ? "timeline-many" : ""}" data-test="timeline-mark" data-at=${first!.at} tabindex=${index === this.#focused ? 0 : -1}
      aria-label=${name} title=${each} @focus=${() => (this.#focused = index)} @click=${() => this.#seek(nextOf(cluster, this.at).at)}>${many ? cluster.marks.length : icon(markIcon(first!.what))}</button>`;
  }

  protected override updated(): void {
    const plot = this.querySelector(".timeline-plot");
    if (plot !== null) this.#size.observe(plot);
    this.#measure();
    this.#place(".timeline-cursor", [xOf(this.at, this.#length, this.#width)]);
    this.#place(".timeline-tick", this.#ticks.map((at) => xOf(at, this.#length, this.#width)));
    this.#place(".timeline-mark", this.#clusters.map(({ x }) => x));
  }

  /** By CSSOM: the page's policy forbids style attributes. */
  #place(what: string, places: readonly number[]): void {
    this.querySelectorAll<HTMLElement>(what).forEach((element, index) => element.style.setProperty("--x", `${places[index] ?? 0}px`));
  }
}
