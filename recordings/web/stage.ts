/** The pictures: who is large and who beside, what covers a place where nothing is seen, and the watermark over all of them. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { icon } from "../../config/web/icons.ts";
import type { IconName } from "../../config/web/icons.ts";
import { coverAt } from "./cover.ts";
import type { Cover } from "./cover.ts";
import type { Deck } from "./deck.ts";
import type { Reel } from "./reel.ts";
import { coverWords, trackName } from "./words.ts";
import type { Names, PlayerSay } from "./words.ts";

const COVER_ICONS: Readonly<Record<Cover["why"], IconName>> = {
  hold: "hold", suspension: "stop", mute: "camera-off", gap: "warn", missing: "warn", unreadable: "warn", nothing: "camera-off",
};
/** Enough to fill the stage of the largest screen. */
const WATERMARKS = Array.from({ length: 60 }, (_, index) => index);

export function pictures(deck: Deck, say: PlayerSay, names: Names, watermark: string): TemplateResult {
  const { stage, side } = deck.layout;
  const place = (publication: string): string => (stage.includes(publication) ? "stage" : side.includes(publication) ? "side" : "away");
  const seen = deck.reels.filter(({ sound }) => !sound);
  // Elements never change their parent: a video that is taken out of the page stops.
  return html`
    <div class="player-pictures" data-stage=${stage.length} data-side=${side.length}>
      ${repeat(seen, ({ publication }) => publication, (reel) => seat(deck, reel, place(reel.publication), say, names))}
      ${seen.length === 0 ? html`<p class="player-empty">${say("player.cover.nothing")}</p>` : nothing}
    </div>
    <div class="player-sounds">${repeat(deck.reels.filter(({ sound }) => sound), ({ publication }) => publication, ({ element }) => element)}</div>
    ${watermark === "" ? nothing : html`<div class="player-watermark" aria-hidden="true" data-test="watermark"><div>${WATERMARKS.map(() => html`<span>${watermark}</span>`)}</div></div>`}`;
}

function seat(deck: Deck, reel: Reel, place: string, say: PlayerSay, names: Names): TemplateResult {
  const cover = coverOf(deck, reel);
  return html`<figure class="player-seat" data-place=${place} data-publication=${reel.publication} data-covered=${cover?.why ?? ""}>
    ${reel.element}
    ${cover === null ? nothing : html`<p class="player-cover" data-test="cover-${reel.publication}">${icon(COVER_ICONS[cover.why])}<span>${coverWords(say, cover)}</span></p>`}
    <figcaption class="player-name">${trackName(say, names, reel.publication)}</figcaption>
  </figure>`;
}

/** Why nothing is seen or heard of a track now; null when something is. */
export function coverOf(deck: Deck, reel: Reel): Cover | null {
  const at = deck.at;
  if (!reel.covered) return null;
  if (reel.isUnreadable(at)) return { why: "unreadable" };
  const track = deck.timeline.tracks.find(({ publication }) => publication === reel.publication);
  return track === undefined ? { why: "nothing" } : coverAt(deck.timeline, track, at);
}

/** Seats share the height of their column. By CSSOM: the page's policy forbids style attributes. */
export function placeSeats(root: ParentNode, { stage, side }: { readonly stage: readonly string[]; readonly side: readonly string[] }): void {
  for (const seat of root.querySelectorAll<HTMLElement>(".player-seat")) {
    const publication = seat.dataset["publication"] ?? "";
    const column = stage.includes(publication) ? stage : side;
    const index = column.indexOf(publication);
    if (index < 0) continue;
    const rows = 12 / column.length;
    seat.style.setProperty("grid-row", `${Math.round(index * rows) + 1} / ${Math.round((index + 1) * rows) + 1}`);
  }
}
