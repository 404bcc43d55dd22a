/** Beside the drawing: what the hatchings mean, and lists of what is missing and of what happened, for eyes, ears and keyboard alike. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { Timeline, Track } from "./kinds.ts";
import { fromTo, KINDS } from "./timeline_rows.ts";
import type { Kind, Stretch } from "./timeline_rows.ts";
import { clock, coverWords, trackName } from "./words.ts";
import type { Names, PlayerSay } from "./words.ts";

/** So many lines are shown; the rest is counted. */
const MOST = 300;

export interface Lists {
  readonly timeline: Timeline;
  readonly rows: readonly { readonly track: Track; readonly notable: readonly Stretch[] }[];
  readonly say: PlayerSay;
  readonly names: Names;
  readonly isOpen: (which: string) => boolean;
  readonly toggle: (which: string, open: boolean) => void;
  readonly seek: (at: number) => void;
}

function kindWords(kind: Kind, say: PlayerSay): string {
  switch (kind) {
    case "recorded": case "cut": case "suspect": return say(`player.timeline.${kind}`);
    case "gap": return say("player.cover.gap-alone");
    default: return coverWords(say, { why: kind });
  }
}

/** The kinds that are drawn, each with its hatching. */
export function legend(there: ReadonlySet<Kind>, say: PlayerSay): TemplateResult {
  return html`<ul class="timeline-legend">${KINDS.filter((kind) => there.has(kind)).map((kind) => html`<li>
    <svg width="28" height="14" aria-hidden="true"><path class="timeline-${kind}" d="M0 0H28V14H0z"/></svg><span>${kindWords(kind, say)}</span></li>`)}</ul>`;
}

interface Line {
  readonly at: number;
  readonly words: string;
}

/** Folded; the lines are made when they are unfolded. */
export function lists(all: Lists): TemplateResult {
  const { timeline, rows, say, names } = all;
  const told = rows.flatMap(({ track, notable }, index) => notable.filter((one) => one.everywhere !== true || index === 0).map((one) => ({ track, one })));
  const gaps = (): Line[] => told.map(({ track, one }) => ({ at: one.start, words: one.everywhere === true ? fromTo(one, say) : `${trackName(say, names, track.publication)}: ${fromTo(one, say)}` }));
  const events = (): Line[] => timeline.marks.map(({ at, label }) => ({ at, words: `${clock(at)} ${label}` }));
  return html`<div class="timeline-lists">
    ${folded(all, "gaps", say("player.timeline.list", { count: told.length }), gaps)}
    ${folded(all, "events", say("player.timeline.events-list", { count: timeline.marks.length }), events)}</div>`;
}

function folded({ say, isOpen, toggle, seek }: Lists, which: string, title: string, make: () => readonly Line[]): TemplateResult {
  const lines = isOpen(which) ? [...make()].sort((a, b) => a.at - b.at) : null;
  return html`<details class="timeline-list" data-test="timeline-${which}" @toggle=${(event: Event) => toggle(which, (event.target as HTMLDetailsElement).open)}>
    <summary>${title}</summary>
    ${lines === null ? nothing : lines.length === 0 ? html`<p>${say("player.timeline.list-empty")}</p>` : html`<ul>
      ${lines.slice(0, MOST).map(({ at, words }) => html`<li><button class="button quiet" @click=${() => seek(at)}>${words}</button></li>`)}
      ${lines.length > MOST ? html`<li>${say("player.timeline.more", { count: lines.length - MOST })}</li>` : nothing}</ul>`}
  </details>`;
}
