/** Ledger entries in words and with a drawing, and the server's timeline as the player takes it. Pure. */
import type { IconName } from "../../../config/web/icons.ts";
import type { Say, WordKey } from "../../../config/web/words.ts";
import zh from "../../../config/words/zh-CN.json";
import type { Timeline as PlayerTimeline } from "../../../recordings/web/kinds.ts";
import type { Timeline, TimelineEvent } from "../../../signaling/web/wire.generated.ts";

/** What has words of its own by a value in the entry's body: a light that goes on reads differently from one that goes out. */
const BY_VALUE: Readonly<Record<string, string>> = {
  "recording-light": "on", "talk-ended": "reason", "source-on": "source", "source-off": "source", asked: "kind", "ask-ended": "because",
  "consent-given": "text", "consent-refused": "text", "consent-withdrawn": "text", "text-said": "by", "control-granted": "level", "control-used": "did", "control-ended": "because",
};

/** Drawings beside the words; the first that fits. */
const DRAWINGS: readonly (readonly [RegExp, IconName])[] = [
  [/refused|withdrawn|missed|declined|lost|late|incomplete/, "warn"], [/^signature|^form-signed/, "identity"], [/^form|^still|^notice|^receipt|^paper/, "papers"], [/^text/, "letters"],
  [/^control/, "helper"], [/^ask/, "person"], [/^source|^recording-light/, "light"], [/^hold-(began|ended)|^suspension/, "hold"], [/answered|picked/, "answer"], [/ring/, "bell"],
  [/consent-given|acceptance|outcome-delivered/, "check"], [/back|continued|reopened/, "turn"], [/ended|closed/, "end"], [/rated/, "star"], [/viewed|read|export/, "search"],
];

export function eventWords(say: Say, event: TimelineEvent): string {
  const body = event.body as Readonly<Record<string, unknown>>;
  const field = BY_VALUE[event.what];
  for (const key of [field === undefined ? "" : `event.${event.what}.${String(body[field])}`, `event.${event.what}`]) {
    if (Object.hasOwn(zh, key)) return body["method"] === "spoken" ? say("event.consent-spoken", { what: say(key as WordKey) }) : say(key as WordKey);
  }
  return event.what;
}

export function eventIcon({ what }: TimelineEvent): IconName {
  return DRAWINGS.find(([pattern]) => pattern.test(what))?.[1] ?? "other";
}

/** Views and refusals belong to the list beside, not to the picture of what happened. */
const AFTERWARDS = /^(viewed|timeline-read|access-refused|export|exported|receipt-looked-up|paper-received|outcome-delivered|hold-set|hold-released|release-hold|head-signed|deletion|handed-over|handover)/;
/** One thing that people did is one mark: these entries only say more of another. */
const OF_ANOTHER = /^(form-page|signature-drawn|texts-kept)$/;

export function playerTimeline(say: Say, timeline: Timeline): PlayerTimeline {
  const { session, origin, live, length, tracks, intervals, events, completeness } = timeline;
  const marks = events
    .filter((event) => !AFTERWARDS.test(event.what) && !OF_ANOTHER.test(event.what) && !isSecondHalf(event) && event.at >= 0 && event.at <= length)
    .map((event) => ({ seq: event.seq, at: event.at, what: event.what, actor: event.actor, label: eventWords(say, event) }));
  return { session, origin, live, length, tracks, intervals, marks, missing: completeness.missing };
}

/** A still is entered twice, as taken and set straight. */
function isSecondHalf({ what, body }: TimelineEvent): boolean {
  return what === "still-taken" && String((body as { still?: unknown }).still).endsWith("-page");
}
