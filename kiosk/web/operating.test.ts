/** An operation from yes to its end, told without a screen: whatever the view or the line says, nothing stands longer than it may. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Order } from "../../signaling/web/commands.ts";
import type { AskedControl, Granted, Talk } from "../../signaling/web/wire.generated.ts";
import { DesktopRefused } from "./desktop.ts";
import { Operating } from "./operating.ts";
import type { Agent } from "./operating.ts";

const WINDOW = { window: "portal", zh: "门户", en: "Portal" };
const ASKED: AskedControl = { ask: "control", id: "ask-1", until: 45, scope: "portal", scope_name: "门户", level: "control", purpose: "fill-in", minutes: 5 };
const GRANT: Granted = { id: "ask-1", scope: "portal", level: "control", purpose: "fill-in", until: 300 };
const talk = (what: Partial<Talk> = {}): Talk => ({ session: "session-1", held: false, asked: null, grant: null, windows: [{ window: "portal", name: "门户" }], ...what }) as Talk;

let orders: Order[];
let refuse: boolean;
let revoked: string[];
let shown: MediaStreamTrack | null;
let opens: () => Promise<MediaStreamTrack>;
let agent: Agent;
let operating: Operating;
let track: MediaStreamTrack;
const stopped = vi.fn();

beforeEach(() => {
  [orders, revoked, refuse, shown] = [[], [], false, null];
  stopped.mockReset();
  track = { stop: stopped } as unknown as MediaStreamTrack;
  opens = () => Promise.resolve(track);
  agent = {
    windows: [WINDOW], grant: () => opens(), act: () => Promise.resolve({ count: 1, refused: null }), revoke: (reason) => void revoked.push(reason),
    onHappened: () => undefined, onEnded: () => undefined,
  };
  const line = {
    command: (order: Order) => {
      orders.push(order);
      return refuse ? Promise.reject(new Error("no")) : Promise.resolve({ type: "done", re: "r", session: null } as const);
    },
  };
  const talking = { shown: () => shown, show: (_: "screen", next: MediaStreamTrack | null) => Promise.resolve(void (shown = next)) };
  operating = new Operating(line, talking, agent, () => undefined);
});

const said = (type: Order["type"]): Order[] => orders.filter((order) => order.type === type);

async function granted(): Promise<void> {
  operating.follow(talk({ asked: ASKED }), true);
  await operating.answer(talk({ asked: ASKED }), ASKED, true);
  operating.follow(talk({ grant: GRANT }), true);
}

describe("a yes", () => {
  it("opens the window first, then says yes, and shows it when the server has allowed it", async () => {
    operating.follow(talk({ asked: ASKED }), true);
    await operating.answer(talk({ asked: ASKED }), ASKED, true);
    expect(said("answer-ask")).toEqual([{ type: "answer-ask", session: "session-1", ask: "ask-1", yes: true }]);
    expect(shown).toBeNull();
    operating.follow(talk({ grant: GRANT }), true);
    expect(shown).toBe(track);
    expect(operating.grant).toEqual(GRANT);
  });

  it("is a no where the window does not open, and why is kept until it was read", async () => {
    opens = () => Promise.reject(new DesktopRefused("no-browser"));
    operating.follow(talk({ asked: ASKED }), true);
    await operating.answer(talk({ asked: ASKED }), ASKED, true);
    expect(said("answer-ask")).toMatchObject([{ yes: false }]);
    operating.follow(talk(), true);
    expect(operating.problem).toBe("no-browser");
    operating.dismiss();
    expect(operating.problem).toBeNull();
  });

  it("that comes too late shows nothing: silence was no", async () => {
    let open: (track: MediaStreamTrack) => void = () => undefined;
    opens = () => new Promise((resolve) => (open = resolve));
    operating.follow(talk({ asked: ASKED }), true);
    const answered = operating.answer(talk({ asked: ASKED }), ASKED, true);
    expect(operating.opening).toBe(true);
    operating.follow(talk(), true);
    expect(revoked).toEqual(["over"]);
    open(track);
    await answered;
    expect(said("answer-ask")).toEqual([]);
    expect(stopped).toHaveBeenCalled();
  });

  it("that the server does not take closes the window", async () => {
    operating.follow(talk({ asked: ASKED }), true);
    refuse = true;
    await operating.answer(talk({ asked: ASKED }), ASKED, true);
    expect(revoked).toEqual(["not-taken"]);
    expect(stopped).toHaveBeenCalled();
  });
});

describe("its end", () => {
  it.each([
    ["the view", () => operating.follow(talk(), true), "over"],
    ["a hold", () => operating.follow(talk({ held: true }), true), "hold"],
    ["a broken line", () => operating.follow(talk({ grant: GRANT }), false), "line-lost"],
    ["the end of the talk", () => operating.follow(null, true), "over"],
    ["the stop key", () => operating.stop(), "stop-key"],
  ])("by %s is at once, window and picture", async (_, ends, reason) => {
    await granted();
    ends();
    expect(revoked).toEqual([reason]);
    expect(shown).toBeNull();
    expect(stopped).toHaveBeenCalled();
    expect(operating.grant).toBeNull();
  });

  it("is told to the server where it believes otherwise, and what is over never stands again", async () => {
    await granted();
    operating.follow(talk({ grant: GRANT }), false);
    expect(said("stop-control")).toMatchObject([{ grant: "ask-1", reason: "line-lost" }]);
    operating.follow(talk({ grant: GRANT }), true);
    expect(operating.grant).toBeNull();
    expect(said("stop-control")).toHaveLength(1);
  });

  it("by the desktop is told with its reason", async () => {
    await granted();
    agent.onEnded("ask-1", "resident-touched");
    expect(said("stop-control")).toMatchObject([{ reason: "resident-touched" }]);
  });

  it("comes when nobody looks any more", async () => {
    await granted();
    shown = null;
    operating.follow(talk({ grant: GRANT }), true);
    expect(said("stop-control")).toMatchObject([{ reason: "share-stopped" }]);
  });
});

describe("what was done", () => {
  it("is told once, together, and before the end", async () => {
    await granted();
    agent.onHappened("ask-1", 0, [{ did: "granted", level: "control", seconds: 300 }, { did: "typed", field: "phone", count: 3 }]);
    agent.onHappened("ask-1", 1, [{ did: "typed", field: "phone", count: 3 }, { did: "typed", field: "phone" }]);
    operating.stop();
    expect(orders.slice(-2)).toMatchObject([
      { type: "report-control", grant: "ask-1", lines: [{ did: "typed", field: "phone", count: 4 }] }, { type: "stop-control", reason: "stop-key" },
    ]);
  });
});

describe("what can be opened", () => {
  it("is offered when a talk begins without it, and once", () => {
    operating.follow(talk({ windows: [] }), true);
    operating.follow(talk({ windows: [] }), true);
    expect(said("offer-windows")).toMatchObject([{ windows: [WINDOW] }]);
    operating.follow(talk(), true);
    expect(said("offer-windows")).toHaveLength(1);
  });
});
