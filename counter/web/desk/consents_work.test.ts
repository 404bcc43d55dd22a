/** A consent that changes is told once, to the clerk who is there, and not to the one who entered it. */
import { expect, it } from "vitest";
import type { Order } from "../../../signaling/web/commands.ts";
import type { ConsentNow, DeskView } from "../../../signaling/web/wire.generated.ts";
import { ConsentsWork, isWithdrawn, lacksConsent } from "./consents_work.ts";

const consent = (text: ConsentNow["text"], state: ConsentNow["state"] = "given"): ConsentNow => ({ text, version: "2026-09-01", language: "zh-CN", state, method: "touch", at: 1 });
const view = (consents: readonly ConsentNow[], session: string | null = "s1", over = false): DeskView =>
  ({ talk: session === null || over ? null : { session }, wrap_up: session !== null && over ? { session } : null, consents }) as unknown as DeskView;

function work(done = true): { consents: ConsentsWork; asked: Order[] } {
  const asked: Order[] = [];
  return { consents: new ConsentsWork(async (order) => (asked.push(order), done), () => undefined), asked };
}

it("tells what changes in the talk, also when the talk ends with it", () => {
  const { consents } = work();
  consents.follow(view([consent("recording"), consent("papers-to-home")]));
  expect(consents.news, "what was there before is no news").toBeNull();
  consents.follow(view([consent("recording"), consent("papers-to-home", "withdrawn")]));
  expect(consents.news).toEqual({ text: "papers-to-home", state: "withdrawn" });
  consents.closeNews();
  consents.follow(view([consent("recording", "withdrawn"), consent("papers-to-home", "withdrawn")], "s1", true));
  expect(consents.news).toEqual({ text: "recording", state: "withdrawn" });
});

it("says nothing of another resident, and closes what was open about the last one", () => {
  const { consents } = work();
  consents.follow(view([consent("papers-to-home")]));
  consents.ask("papers-to-home");
  consents.follow(view([consent("papers-to-home", "withdrawn")], "s2"));
  expect([consents.news, consents.spoken]).toEqual([null, null]);
  consents.follow(view([], null));
  expect(consents.news).toBeNull();
});

it("does not tell the clerk what the clerk entered, unless it was refused", async () => {
  const { consents, asked } = work();
  consents.follow(view([consent("papers-to-home", "refused")]));
  await consents.enter("s1", "papers-to-home", true);
  expect(asked).toEqual([{ type: "enter-spoken-consent", session: "s1", text: "papers-to-home", given: true }]);
  consents.follow(view([consent("papers-to-home")]));
  expect(consents.news).toBeNull();
  const refused = work(false);
  refused.consents.follow(view([consent("papers-to-home")]));
  await refused.consents.enter("s1", "papers-to-home", false);
  refused.consents.follow(view([consent("papers-to-home", "withdrawn")]));
  expect(refused.consents.news).toEqual({ text: "papers-to-home", state: "withdrawn" });
});

it("knows what the case lacks", () => {
  expect(lacksConsent([consent("recording"), consent("papers-to-home", "refused")]), "papers may be brought by hand").toBe(false);
  expect(lacksConsent([consent("identity-check", "refused")])).toBe(true);
  expect(lacksConsent([consent("papers-to-home", "withdrawn")])).toBe(true);
  expect(isWithdrawn([consent("papers-to-home", "refused")], "papers-to-home")).toBe(false);
});
