/** Ledger entries in words, and the server's timeline as the player takes it. Pure. */
import type { Say, WordKey } from "../../../config/web/words.ts";
import zh from "../../../config/words/zh-CN.json";
import type { Timeline as PlayerTimeline } from "../../../recordings/web/kinds.ts";
import type { Timeline, TimelineEvent } from "../../../signaling/web/wire.generated.ts";

/** What has words of its own by a value in the entry's body: a light that goes on reads differently from one that goes out. */
const BY_VALUE: Readonly<Record<string, string>> = { "recording-light": "on", "talk-ended": "reason", "source-on": "source", "source-off": "source", "ask-ended": "because" };

export function eventWords(say: Say, event: TimelineEvent): string {
  const body = event.body as Readonly<Record<string, unknown>>;
  const field = BY_VALUE[event.what];
  for (const key of [field === undefined ? "" : `event.${event.what}.${String(body[field])}`, `event.${event.what}`]) {
    if (Object.hasOwn(zh, key)) return say(key as WordKey);
  }
  return event.what;
}

/** Views and refusals belong to the list beside, not to the picture of what happened. */
const AFTERWARDS = /^(viewed|timeline-read|access-refused|export|exported|hold-set|hold-released|release-hold|head-signed|deletion)/;

export function playerTimeline(say: Say, timeline: Timeline): PlayerTimeline {
  const { session, origin, live, length, tracks, intervals, events, completeness } = timeline;
  const marks = events.filter(({ what, at }) => !AFTERWARDS.test(what) && at >= 0 && at <= length).map((event) => ({ seq: event.seq, at: event.at, what: event.what, actor: event.actor, label: eventWords(say, event) }));
  return { session, origin, live, length, tracks, intervals, marks, missing: completeness.missing };
}
