/** The clerk is told what became of a question as the server knows it, and not told what they did themselves. */
import { expect, it } from "vitest";
import type { Talk } from "../../../signaling/web/wire.generated.ts";
import { toldOf } from "./questions.ts";
import type { Told } from "./questions.ts";

type Ended = NonNullable<Talk["ended"]>;

/** Of a talk in which that has ended last. */
function told(what: Ended["what"], because: string, by: Ended["by"] = null, asked: Talk["asked"] = null): Told | null {
  return toldOf({ ended: { id: "q1", what, because, by }, asked } as Talk);
}

it("tells no from silence by what the server says, whatever the clock of the page says", () => {
  expect(told("control", "refused")).toEqual({ code: "refused", ask: "control" });
  expect(told("page", "silence")).toEqual({ code: "silence", ask: "page" });
  expect(told("control", "window-gone")).toEqual({ code: "window-gone" });
});

it("says nothing where the answer is seen, or the clerk has ended it", () => {
  for (const because of ["allowed", "done", "withdrawn", "hold", "line-lost", "restart", "other-screen", "form-melted", "consent-withdrawn"]) expect(told("signature", because)).toBeNull();
});

it("tells why an operation ended", () => {
  expect(told("grant", "touch", "resident")).toEqual({ code: "stopped" });
  expect(told("grant", "stop-key", "resident")).toEqual({ code: "stopped" });
  expect(told("grant", "time-over")).toEqual({ code: "time-over" });
  for (const by of ["resident", null] as const) expect(told("grant", "window-gone", by)).toEqual({ code: "window-gone" });
  for (const because of ["line-lost", "node-lost", "restart"]) expect(told("grant", because)).toEqual({ code: "interrupted" });
  for (const because of ["hold", "other-screen", "transferred"]) expect(told("grant", because)).toBeNull();
  expect(told("grant", "touch", "clerk")).toBeNull();
});

it("forgets with the next question", () => {
  expect(told("screen", "refused", null, { ask: "screen", id: "q2", until: 100 })).toBeNull();
  expect(toldOf({ ended: null, asked: null } as unknown as Talk)).toBeNull();
});
