/** When a connection is repaired, and how. */
import { describe, expect, it } from "vitest";
import { decide, failed, RECOVERY } from "./recovery.ts";
import type { Action, Facts, Trouble } from "./recovery.ts";

const WELL: Facts = { state: "connected", heardAt: 0, toldLost: false, canAsk: true, restartable: true };

/** What is done, second by second, while `facts` holds. */
function play(facts: (now: number) => Facts, seconds: number, trouble: Trouble | null = null): { actions: [number, Action][]; trouble: Trouble | null } {
  const actions: [number, Action][] = [];
  for (let now = 0; now <= seconds; now += 1) {
    const next = decide(trouble, facts(now), now);
    trouble = next.trouble;
    if (next.action !== "none") actions.push([now, next.action]);
  }
  return { actions, trouble };
}

describe("recovery", () => {
  it("leaves a line alone that is heard, however quiet", () => {
    expect(play((now) => ({ ...WELL, heardAt: now - 4 }), 60).actions).toEqual([]);
  });

  it("restarts ICE after five silent seconds, then builds anew, and never gives up", () => {
    const { actions } = play(() => WELL, 120);
    expect(actions[0]).toEqual([RECOVERY.silent, "restart"]);
    expect(actions[1]).toEqual([RECOVERY.silent + RECOVERY.restartPatience, "build"]);
    expect(actions.slice(1).every(([, action]) => action === "build")).toBe(true);
    expect(actions.length).toBeGreaterThan(8);
    expect(Math.max(...actions.slice(1).map(([now], n, all) => (n === 0 ? 0 : now - all[n - 1]![0])))).toBeLessThanOrEqual(2 * RECOVERY.buildPatience);
  });

  it("acts at once when the browser or the server says that the line is gone", () => {
    expect(play((now) => ({ ...WELL, heardAt: now, state: "failed" }), 0).actions).toEqual([[0, "restart"]]);
    expect(play((now) => ({ ...WELL, heardAt: now, toldLost: true }), 0).actions).toEqual([[0, "restart"]]);
  });

  it("builds where there is nothing to restart", () => {
    expect(play(() => ({ ...WELL, state: "new", restartable: false }), 0).actions).toEqual([[0, "build"]]);
  });

  it("waits while the server cannot be asked, and acts as soon as it can", () => {
    expect(play((now) => ({ ...WELL, state: "failed", canAsk: now >= 30 }), 30).actions).toEqual([[30, "restart"]]);
  });

  it("is done when something is heard again", () => {
    const { trouble } = play((now) => (now < 6 ? WELL : { ...WELL, heardAt: now }), 8);
    expect(trouble).toBeNull();
  });

  it("tries a refused offer again after a pause, not after the whole patience", () => {
    expect(failed({ since: 0, tries: 2, nextAt: 20 }, 10, 0.5).nextAt).toBe(10.5);
    expect(failed({ since: 0, tries: 2, nextAt: 10.2 }, 10, 0.5).nextAt).toBe(10.2);
  });
});
