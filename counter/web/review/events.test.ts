/** What happened, in words. */
import { expect, it } from "vitest";
import en from "../../../config/words/en.json";
import { speaker } from "../../../config/web/words.ts";
import type { Timeline, TimelineEvent } from "../../../signaling/web/wire.generated.ts";
import { eventIcon, eventWords, playerTimeline } from "./events.ts";

const say = speaker("en");
const event = (what: string, body: object = {}, at = 0): TimelineEvent => ({ seq: 1, at, utc: "2026-11-28T07:00:00.000Z", what, actor: "server", body });

it("says what an entry is, by its value where that matters, and names what it does not know", () => {
  expect(eventWords(say, event("answered"))).toBe("Answered");
  expect(eventWords(say, event("recording-light", { on: true }))).not.toBe(eventWords(say, event("recording-light", { on: false })));
  expect(eventWords(say, event("from-the-future"))).toBe("from-the-future");
});

it("tells questions, operations, signatures and written lines apart by what they were", () => {
  const words = (what: string, ...bodies: readonly object[]): readonly string[] => bodies.map((body) => eventWords(say, event(what, body)));
  for (const several of [
    words("asked", { kind: "screen" }, { kind: "page" }, { kind: "signature" }, { kind: "control" }),
    words("ask-ended", ...["allowed", "refused", "done", "silence", "withdrawn", "hold", "line-lost", "node-lost", "talk-ended", "form-melted", "consent-withdrawn", "restart"].map((because) => ({ because }))),
    words("control-used", ...["typed", "pressed", "key", "wheel", "moved", "turned", "refused"].map((did) => ({ did }))),
    words("control-ended", ...["stop-key", "clerk", "time-over", "other-screen", "other-page", "window-gone", "hold", "line-lost", "node-lost", "talk-ended", "restart"].map((because) => ({ because }))),
    words("control-granted", { level: "view" }, { level: "control" }), words("text-said", { by: "resident" }, { by: "clerk" }),
  ]) expect(new Set(several).size).toBe(several.length);
  expect(words("control-ended", { because: "from-the-future" })).toEqual([en["event.control-ended"]]);
});

it("names which consent was given, refused or withdrawn, and says when it was spoken", () => {
  const all = ["given", "refused", "withdrawn"].flatMap((how) => ["recording", "identity-check", "papers-to-home"].map((text) => eventWords(say, event(`consent-${how}`, { text }))));
  expect(new Set(all).size).toBe(9);
  expect(eventWords(say, event("consent-given", { text: "papers-to-home", method: "spoken" }))).toBe("Agreed to sending papers (spoken)");
  expect(eventWords(say, event("talk-ended", { reason: "consent-withdrawn" }))).not.toBe(eventWords(say, event("talk-ended", { reason: "completed" })));
  expect(eventIcon(event("consent-withdrawn"))).toBe("warn");
});

it("has words and a drawing for every entry of papers, forms, signatures, operation and lines", () => {
  for (const what of [
    "still-taken", "still-kept", "still-dropped", "still-checked", "form-laid", "form-put-away", "form-shown", "form-hidden", "form-confirmed", "form-reopened", "form-frozen",
    "form-page", "form-melted", "form-signed", "signature-drawn", "signature-given", "text-said", "texts-kept", "control-granted", "control-used", "control-ended", "asked", "ask-ended",
    "notice-given", "paper-handed-out", "receipt-given", "receipt-looked-up", "paper-received", "outcome-delivered",
  ]) {
    expect(eventWords(say, event(what))).not.toBe(what);
    expect(eventIcon(event(what))).not.toBe("other");
  }
});

it("marks on the player's timeline what happened in it, not who looked at it later", () => {
  const timeline: Timeline = {
    session: "session-1", case: "c", number: "J1", service: "s", kiosk: "k", host: "haiyan", home: "jinshan", clerk: "li", state: "Closed", origin: 0, live: false, needs_word: false, length: 9000,
    tracks: [], intervals: [], papers: [], completeness: { complete: true, missing: [] },
    events: [event("ticket-taken", {}, -5000), event("hold-began", {}, 4000), event("viewed", {}, 5000), event("closed", {}, 20_000)],
  };
  expect(playerTimeline(say, timeline).marks.map(({ what }) => what)).toEqual(["hold-began"]);
  const signed = [event("still-taken", { still: "5-original" }, 5), event("still-taken", { still: "5-page" }, 5), event("signature-drawn", {}, 6), event("signature-given", {}, 6), event("form-page", {}, 7)];
  expect(playerTimeline(say, { ...timeline, events: signed }).marks.map(({ what }) => what), "one deed is one mark").toEqual(["still-taken", "signature-given"]);
});
