/** The keys under the pictures: play, steps, place, speed, sounds, and what is going on in words. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { icon } from "../../config/web/icons.ts";
import type { IconName } from "../../config/web/icons.ts";
import type { Deck, State } from "./deck.ts";
import type { Deed } from "./keys.ts";
import { isAtLiveEdge } from "./live.ts";
import { SPEEDS } from "./playhead.ts";
import { coverOf } from "./stage.ts";
import { clock, coverWords, participantName } from "./words.ts";
import type { Names, PlayerSay } from "./words.ts";

export interface Controls {
  readonly deck: Deck;
  readonly say: PlayerSay;
  readonly names: Names;
  readonly silent: ReadonlySet<string>;
  readonly problem: string;
  readonly do: (deed: Deed | "event-before" | "event-next" | "live-edge") => void;
  readonly seek: (at: number) => void;
  readonly speed: (rate: number) => void;
  readonly skip: (on: boolean) => void;
  readonly silence: (publication: string) => void;
}

export function controls(all: Controls): TemplateResult {
  const { deck, say } = all;
  const { at, wanted } = deck;
  const length = deck.timeline.length;
  const { live: isLive } = deck.timeline;
  return html`
    <div class="player-place">
      <input type="range" class="player-slider" data-test="player-slider" min="0" max=${length} step="100" .value=${live(String(Math.round(at)))}
        aria-label=${say("player.position")} aria-valuetext=${say("player.position-is", { at: clock(at), length: clock(length) })}
        @input=${(event: Event) => all.seek(Number((event.target as HTMLInputElement).value))} />
    </div>
    <div class="player-keys" role="group" aria-label=${say("player.label")}>
      <button class="button primary player-play" data-test="player-toggle" @click=${() => all.do("toggle")}>${wanted ? pauseIcon : icon("resume")}<span>${wanted ? say("player.pause") : say("player.play")}</span></button>
      ${small(all, "back", "turn-back", say("player.back"), html`10`)}
      ${small(all, "forward", "turn", say("player.forward"), html`10`)}
      ${small(all, "event-before", "back", say("player.event-before"), icon("light"))}
      ${small(all, "event-next", "next", say("player.event-next"), icon("light"))}
      ${small(all, "frame-before", "back", say("player.frame-before"), icon("camera"), wanted)}
      ${small(all, "frame-after", "next", say("player.frame-next"), icon("camera"), wanted)}
      <p class="player-time" data-test="player-time">${clock(at)} / ${clock(length)}</p>
      <label class="player-speed"><span>${say("player.speed")}</span>
        <select class="input" data-test="player-speed" @change=${(event: Event) => all.speed(Number((event.target as HTMLSelectElement).value))}>
          ${SPEEDS.map((speed) => html`<option value=${speed} .selected=${speed === deck.rate}>${speed}×</option>`)}
        </select></label>
      <label class="player-skip"><input type="checkbox" data-test="player-skip" .checked=${live(deck.skipping)} @change=${(event: Event) => all.skip((event.target as HTMLInputElement).checked)} /><span>${say("player.skip")}</span></label>
      ${isLive ? html`<button class="button" data-test="player-live-edge" ?disabled=${isAtLiveEdge(at, deck.limit)} @click=${() => all.do("live-edge")}>${icon("next")}<span>${say("player.live-edge")}</span></button>` : nothing}
    </div>
    <div class="player-keys player-voices" role="group" aria-label=${say("player.sounds")}>
      ${deck.reels.filter(({ sound }) => sound).map((reel) => voice(all, reel.publication))}
      <p class="player-state" role="status" data-test="player-state">${stateWords(all, deck.state)}</p>
    </div>`;
}

/** A key with a drawing alone; its name is heard, and shown to a pointer. */
function small(all: Controls, deed: Parameters<Controls["do"]>[0], drawing: IconName | "turn-back", name: string, inside: TemplateResult, disabled = false): TemplateResult {
  const back = deed === "back" || deed.endsWith("-before");
  const mark = drawing === "turn-back" ? html`<span class="player-mirrored">${icon("turn")}</span>` : icon(drawing);
  return html`<button class="button player-small" data-test="player-${deed}" aria-label=${name} title=${name} ?disabled=${disabled} @click=${() => all.do(deed)}>
    ${back ? html`${mark}${inside}` : html`${inside}${mark}`}</button>`;
}

const pauseIcon = icon("hold");

function voice({ deck, say, names, silent, silence }: Controls, publication: string): TemplateResult {
  const reel = deck.reel(publication);
  const name = participantName(say, names, publication);
  const off = silent.has(publication);
  const cover = reel === null ? null : coverOf(deck, reel);
  return html`<button class="button ${off ? "player-off" : ""}" data-test="player-sound-${publication}" data-on=${!off} data-covered=${cover?.why ?? ""} @click=${() => silence(publication)}>
    ${icon(off ? "microphone-off" : "speaker")}<span>${off ? say("player.sound-off", { name }) : say("player.sound-on", { name })}${cover === null ? nothing : html` <small>(${coverWords(say, cover)})</small>`}</span></button>`;
}

function stateWords({ deck, say, problem }: Controls, state: State): TemplateResult | string {
  const { live: isLive, length } = deck.timeline;
  if (state === "blocked") return html`${icon("speaker")}<span>${say("player.blocked")}</span>`;
  if (state === "waiting" || state === "waiting-live" || state === "ended") return say(`player.${state}`);
  if (problem !== "") return html`${icon("warn")}<span>${problem}</span>`;
  return isLive ? say("player.live-behind", { seconds: Math.round(Math.max(0, length - deck.at) / 1000 / 5) * 5 }) : "";
}
