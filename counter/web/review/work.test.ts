/** A package is asked for once by hand, also where the home signs what was entered last only a moment later. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "../../../signaling/web/api.ts";
import { reviewApi } from "../../../signaling/web/review_api.ts";
import { SessionWork } from "./work.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function work(...answers: (string | null)[]): { readonly session: SessionWork; readonly asked: () => number } {
  vi.spyOn(reviewApi, "approvals").mockResolvedValue({ held: false, requests: [] } as never);
  const begin = vi.spyOn(reviewApi, "export");
  for (const code of answers) {
    if (code === null) begin.mockResolvedValueOnce({ id: "p", ready: true, failed: null, share: 1, size: 1 } as never);
    else begin.mockRejectedValueOnce(new ApiError(code, "", 409));
  }
  return { session: new SessionWork("s", false, () => undefined), asked: () => begin.mock.calls.length };
}

it("is asked for again until the home has signed", async () => {
  const { session, asked } = work("head-pending", "head-pending", null);
  const made = session.export("r");
  await vi.advanceTimersByTimeAsync(5000);
  await made;
  expect(asked()).toBe(3);
  expect(session.package?.ready).toBe(true);
  expect(session.problem).toBe(null);
});

it("says so when the home does not sign, and anything else at once", async () => {
  const never = work(...Array.from({ length: 60 }, () => "head-pending"));
  const waited = never.session.export("r");
  await vi.advanceTimersByTimeAsync(60_000);
  await waited;
  expect(never.session.problem?.code).toBe("head-pending");
  vi.restoreAllMocks();
  const used = work("request-used");
  await used.session.export("r");
  expect([used.session.problem?.code, used.asked()]).toEqual(["request-used", 1]);
});
