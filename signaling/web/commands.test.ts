/** Commands keep their id until they are answered. */
import { expect, it } from "vitest";
import { Commands } from "./commands.ts";

function make(): Commands {
  let next = 0;
  return new Commands(() => `id-${(next += 1)}`.padEnd(8, "x"));
}

it("answers the command that was asked, and says a refusal with its code", async () => {
  const commands = make();
  const first = commands.open({ type: "end-shift" });
  const second = commands.open({ type: "set-presence", wish: "away" });
  expect(commands.settle({ type: "refused", re: second.command.id, code: "not-now", text: "no", path: null } as never)).toBe(true);
  expect(commands.settle({ type: "done", re: first.command.id, session: null } as never)).toBe(true);
  await expect(first.answer).resolves.toMatchObject({ type: "done" });
  await expect(second.answer).rejects.toMatchObject({ code: "not-now" });
  expect(commands.unanswered()).toEqual([]);
});

it("keeps what is unanswered, oldest first, to be sent again as it was", () => {
  const commands = make();
  const sent = [commands.open({ type: "end-shift" }), commands.open({ type: "set-presence", wish: "available" })];
  for (const { answer } of sent) answer.catch(() => undefined);
  expect(commands.unanswered()).toEqual(sent.map(({ command }) => command));
});

it("does not send again what was given up", async () => {
  const commands = make();
  const giveUp = new AbortController();
  const { answer } = commands.open({ type: "end-shift" }, giveUp.signal);
  giveUp.abort();
  await expect(answer).rejects.toMatchObject({ code: "given-up" });
  expect(commands.unanswered()).toEqual([]);
});

it("leaves views and notices to others", () => {
  const commands = make();
  expect(commands.settle({ type: "desk-view" })).toBe(false);
  expect(commands.settle({ type: "refused", re: null, code: "bad-message", text: "" } as never)).toBe(false);
});
