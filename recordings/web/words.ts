/** The words that the player says, and how it names tracks, times and reasons. The texts stand in config/words. */
import { runningTime } from "../../config/web/times.ts";
import type { Values } from "../../config/web/words.ts";
import type { Cover } from "./cover.ts";
import { participantOf, sourceOf } from "./kinds.ts";
import type { Reason } from "./kinds.ts";

const PARTICIPANTS = ["resident", "clerk", "helper", "interpreter", "supervisor"] as const;
const SOURCES = ["camera", "microphone", "screen", "document"] as const;
const CAUSES = ["loss", "line", "writer-overflow", "writer-crash", "disk", "no-keyframe", "node", "source-change"] as const;
const PLAIN = [
  "label", "play", "pause", "back", "forward", "event-before", "event-next", "frame-before", "frame-next", "speed", "skip", "position", "position-is", "keys",
  "live-edge", "live-behind", "waiting", "waiting-live", "ended", "blocked", "track", "sounds", "sound-on", "sound-off", "problem",
] as const;
const TIMELINE = [
  "label", "events", "several", "from-to", "recorded", "cut", "suspect", "list", "list-empty", "more", "events-list", "nothing", "cursor",
] as const;

type Covered = Exclude<Cover["why"], "gap">;
/** Every key there is; a `Say` of config/web/words.ts is one of these as soon as the texts are in config/words. */
export type PlayerKey =
  | `player.${(typeof PLAIN)[number]}`
  | `player.participant.${(typeof PARTICIPANTS)[number]}`
  | `player.source.${(typeof SOURCES)[number]}`
  | `player.cause.${(typeof CAUSES)[number] | "other"}`
  | `player.cover.${Covered | "gap" | "gap-alone"}`
  | `player.reason.${Reason}`
  | `player.timeline.${(typeof TIMELINE)[number]}`;

export type PlayerSay = (key: PlayerKey, values?: Values) => string;

/** Names of participants that the page knows, for instance the clerk's. */
export type Names = Readonly<Record<string, string>>;

function known<T extends string>(list: readonly T[], text: string): text is T {
  return (list as readonly string[]).includes(text);
}

export function participantName(say: PlayerSay, names: Names, publication: string): string {
  const participant = participantOf(publication);
  if (Object.hasOwn(names, participant)) return names[participant]!;
  return known(PARTICIPANTS, participant) ? say(`player.participant.${participant}`) : participant;
}

/** For instance "Resident – camera". */
export function trackName(say: PlayerSay, names: Names, publication: string): string {
  const source = sourceOf(publication);
  return say("player.track", { name: participantName(say, names, publication), source: known(SOURCES, source) ? say(`player.source.${source}`) : source });
}

export function causeWords(say: PlayerSay, cause: string): string {
  return known(CAUSES, cause) ? say(`player.cause.${cause}`) : say("player.cause.other", { cause });
}

export function coverWords(say: PlayerSay, cover: Cover): string {
  return cover.why === "gap" ? say("player.cover.gap", { cause: causeWords(say, cover.cause) }) : say(`player.cover.${cover.why}`);
}

/** A time of the session's clock (ms) as a running clock. */
export function clock(at: number): string {
  return runningTime(at / 1000);
}
