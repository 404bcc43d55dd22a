/** The desktop's agent as the page sees it, with an agent of a few lines. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Desktop, DesktopRefused } from "./desktop.ts";
import type { AgentSocket } from "./agent_door.ts";
import type { DesktopEntry } from "./desktop.ts";
import type { Sheet } from "./desktop_sheet.ts";

const WINDOWS = [{ window: "tax", zh: "税务", en: "Tax" }];

class Agent implements AgentSocket {
  binaryType: BinaryType = "blob";
  readyState = 0;
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  readonly heard: Record<string, unknown>[] = [];
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  send(text: string): void {
    this.heard.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.readyState = 3;
  }

  opens(): this {
    this.readyState = 1;
    this.onopen?.({} as Event);
    return this.says({ type: "ready", windows: WINDOWS });
  }

  says(message: unknown): this {
    this.onmessage?.({ data: JSON.stringify(message) } as MessageEvent);
    return this;
  }

  shows(picture: ArrayBuffer): this {
    this.onmessage?.({ data: picture } as MessageEvent);
    return this;
  }

  goes(reason = ""): void {
    this.readyState = 3;
    this.onclose?.({ reason } as CloseEvent);
  }
}

/** A sheet without a canvas: the first picture gives the track. */
class Paper implements Sheet {
  drawn: ArrayBuffer[] = [];
  closed = false;
  first: (track: MediaStreamTrack) => void = () => undefined;
  readonly track = new Promise<MediaStreamTrack>((resolve) => {
    this.first = resolve;
  });
  draw(picture: ArrayBuffer): void {
    this.drawn.push(picture);
    this.first(TRACK);
  }
  close(): void {
    this.closed = true;
  }
}

const TRACK = { kind: "video" } as MediaStreamTrack;
const PICTURE = new ArrayBuffer(3);

describe("the desktop's agent", () => {
  let agents: Agent[];
  let papers: Paper[];
  let changes: number;
  let desktop: Desktop;
  const agent = (): Agent => agents.at(-1)!;

  beforeEach(() => {
    vi.useFakeTimers();
    [agents, papers, changes] = [[], [], 0];
    desktop = new Desktop(
      "ws://127.0.0.1:17600",
      "token",
      () => (changes += 1),
      (url) => (agents.push(new Agent(url)), agent()),
      () => (papers.push(new Paper()), papers.at(-1)!),
    );
    desktop.start();
  });
  afterEach(() => {
    desktop.stop();
    vi.useRealTimers();
  });

  it("is greeted with the token and tells its windows", () => {
    expect(desktop.windows).toEqual([]);
    agent().opens();
    expect(agent().url).toBe("ws://127.0.0.1:17600");
    expect(agent().binaryType).toBe("arraybuffer");
    expect(agent().heard).toEqual([{ type: "hello", token: "token" }]);
    expect(desktop.windows).toEqual(WINDOWS);
    expect(changes).toBe(1);
  });

  it("opens a window whose pictures become a track", async () => {
    agent().opens();
    const track = desktop.grant("g1", "tax", "control", 600);
    expect(agent().heard.at(-1)).toEqual({ type: "grant", id: "g1", window: "tax", level: "control", seconds: 600 });
    agent().shows(PICTURE);
    expect(papers[0]!.drawn).toEqual([]); // of something that is not granted
    agent().says({ type: "granted", id: "g1" }).shows(PICTURE);
    expect(await track).toBe(TRACK);
    await expect(desktop.grant("g2", "tax", "view", 600)).rejects.toMatchObject({ code: "busy" });
    agent().says({ type: "ended", id: "g1", reason: "hold" }).shows(PICTURE);
    expect(papers[0]!.closed).toBe(true);
    expect(papers[0]!.drawn).toEqual([PICTURE]);
  });

  it("says why a window does not open", async () => {
    await expect(desktop.grant("g0", "tax", "view", 60)).rejects.toBeInstanceOf(DesktopRefused);
    agent().opens();
    const refused = desktop.grant("g1", "tax", "view", 60);
    agent().says({ type: "refused", id: "other", code: "busy" }).says({ type: "refused", id: "g1", code: "no-page" });
    await expect(refused).rejects.toMatchObject({ code: "no-page" });
    const ended = desktop.grant("g2", "tax", "view", 60);
    agent().says({ type: "granted", id: "g2" }).says({ type: "ended", id: "g2", reason: "stopped" });
    await expect(ended).rejects.toMatchObject({ code: "stopped" });
  });

  it("answers each action by its number", async () => {
    agent().opens();
    const first = desktop.act(7, { do: "press", x: 0.5, y: 0.5 });
    const second = desktop.act(8, { do: "text", text: "王" });
    await expect(desktop.act(8, { do: "release" })).resolves.toEqual({ count: 0, refused: "busy" });
    expect(agent().heard.slice(1)).toEqual([
      { type: "act", n: 7, action: { do: "press", x: 0.5, y: 0.5 } },
      { type: "act", n: 8, action: { do: "text", text: "王" } },
    ]);
    agent().says({ type: "acted", n: 8, count: 0, refused: "no-field" }).says({ type: "acted", n: 7, count: 1, refused: null });
    expect(await first).toEqual({ count: 1, refused: null });
    expect(await second).toEqual({ count: 0, refused: "no-field" });
  });

  it("passes on what happened and how it ended, also of a page before this one", () => {
    const told: unknown[] = [];
    const entries: DesktopEntry[] = [{ did: "typed", field: "phone", count: 11 }];
    desktop.onHappened = (...all) => told.push(all);
    desktop.onEnded = (...all) => told.push(all);
    agent().opens().says({ type: "happened", id: "old", n: 4, entries }).says({ type: "ended", id: "old", reason: "line-lost" });
    expect(told).toEqual([["old", 4, entries], ["old", "line-lost"]]);
    desktop.revoke("hold");
    expect(agent().heard.at(-1)).toEqual({ type: "revoke", reason: "hold" });
  });

  it("comes back when the agent does, with nothing standing", async () => {
    const ended: unknown[] = [];
    desktop.onEnded = (...all) => ended.push(all);
    agent().opens();
    const track = desktop.grant("g1", "tax", "view", 60);
    const act = desktop.act(1, { do: "release" });
    agent().says({ type: "granted", id: "g1" }).shows(PICTURE);
    await track;
    agent().goes();
    expect(desktop.windows).toEqual([]);
    expect(ended).toEqual([["g1", "agent-away"]]);
    expect(papers[0]!.closed).toBe(true);
    await expect(act).resolves.toEqual({ count: 0, refused: "agent-away" });
    await expect(desktop.act(2, { do: "release" })).resolves.toEqual({ count: 0, refused: "agent-away" });
    expect(agents).toHaveLength(1);
    vi.runOnlyPendingTimers();
    expect(agents).toHaveLength(2);
    agent().opens();
    expect(desktop.windows).toEqual(WINDOWS);
    expect(agent().heard).toEqual([{ type: "hello", token: "token" }]);
  });

  it("gives way to another page of the same kiosk, and asks a stranger only now and then", () => {
    agent().opens().goes("bad-token");
    vi.advanceTimersByTime(29_000);
    expect(agents).toHaveLength(1);
    vi.advanceTimersByTime(2_000);
    expect(agents).toHaveLength(2);
    agent().goes("nothing-here"); // an agent that reads cards and opens no windows
    vi.advanceTimersByTime(29_000);
    expect(agents).toHaveLength(2);
    vi.advanceTimersByTime(2_000);
    expect(agents).toHaveLength(3);
    agent().opens().goes("taken-over");
    vi.runAllTimers();
    expect(agents).toHaveLength(3);
    desktop.start();
    expect(agents).toHaveLength(4);
  });

  it("is left for good", () => {
    agent().opens();
    desktop.stop();
    expect(agent().readyState).toBe(3);
    agent().goes();
    vi.runAllTimers();
    expect(agents).toHaveLength(1);
    expect(desktop.windows).toEqual([]);
  });
});
