/** What happened, in words. */
import { expect, it } from "vitest";
import { speaker } from "../../../config/web/words.ts";
import type { Timeline, TimelineEvent } from "../../../signaling/web/wire.generated.ts";
import { eventWords, playerTimeline } from "./events.ts";

const say = speaker("en");
const event = (what: string, body: object = {}, at = 0): TimelineEvent => ({ seq: 1, at, utc: "2026-11-28T07:00:00.000Z", what, actor: "server", body });

it("says what an entry is, by its value where that matters, and names what it does not know", () => {
  expect(eventWords(say, event("answered"))).toBe("Answered");
  expect(eventWords(say, event("recording-light", { on: true }))).not.toBe(eventWords(say, event("recording-light", { on: false })));
  expect(eventWords(say, event("from-the-future"))).toBe("from-the-future");
});

it("marks on the player's timeline what happened in it, not who looked at it later", () => {
  const timeline: Timeline = {
    session: "session-1", case: "c", number: "J1", service: "s", kiosk: "k", host: "haiyan", home: "jinshan", clerk: "li", state: "Closed", origin: 0, live: false, needs_word: false, length: 9000,
    tracks: [], intervals: [], completeness: { complete: true, missing: [] },
    events: [event("ticket-taken", {}, -5000), event("hold-began", {}, 4000), event("viewed", {}, 5000), event("closed", {}, 20_000)],
  };
  expect(playerTimeline(say, timeline).marks.map(({ what }) => what)).toEqual(["hold-began"]);
});
