/** The pictures: who is large and who beside, what covers a place where nothing is seen, and the watermark over all of them. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { icon } from "../../config/web/icons.ts";
import type { IconName } from "../../config/web/icons.ts";
import { coverAt } from "./cover.ts";
import type { Cover } from "./cover.ts";
import type { Deck } from "./deck.ts";
import { sourceOf } from "./kinds.ts";
import type { Layout } from "./layout.ts";
import type { Reel } from "./reel.ts";
import { coverWords, trackName } from "./words.ts";
import type { Names, PlayerSay } from "./words.ts";

const COVER_ICONS: Readonly<Record<Cover["why"], IconName>> = {
  hold: "hold", suspension: "stop", mute: "camera-off", gap: "warn", missing: "warn", unreadable: "warn", nothing: "camera-off",
};
/** Enough to fill the stage of a large screen. */
const WATERMARKS = Array.from({ length: 160 }, (_, index) => index);
/** Of the grid in which seats stand: two, three or four divide it. */
const ROWS = 12;

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

/** The stage's seats side by side, the others in a column beside them. By CSSOM: the page's policy forbids style attributes. */
export function placeSeats(root: ParentNode, { stage, side }: Layout): void {
  const pictures = root.querySelector<HTMLElement>(".player-pictures");
  const beside = stage.some((publication) => sourceOf(publication) !== "camera") ? "22%" : "34%";
  pictures?.style.setProperty("grid-template-columns", `repeat(${Math.max(1, stage.length)}, minmax(0, 1fr)) ${side.length > 0 ? `minmax(0, ${beside})` : ""}`);
  for (const seat of root.querySelectorAll<HTMLElement>(".player-seat")) {
    const publication = seat.dataset["publication"] ?? "";
    const place = stage.indexOf(publication);
    const [from, to] = place >= 0 ? [0, 1] : [side.indexOf(publication) / side.length, (side.indexOf(publication) + 1) / side.length];
    seat.style.setProperty("grid-column", String(place >= 0 ? place + 1 : Math.max(1, stage.length) + 1));
    seat.style.setProperty("grid-row", `${Math.round(from * ROWS) + 1} / ${Math.round(to * ROWS) + 1}`);
  }
}
