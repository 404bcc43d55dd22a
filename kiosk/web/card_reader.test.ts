/** The card reader as the page sees it, with an agent of a few lines. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CardReader, maskedNumber } from "./card_reader.ts";
import type { AgentSocket } from "./agent_door.ts";
import type { CardResult } from "./card_reader.ts";

const NUMBER = "990000195103080013";
const CARD = { name: "样本甲", number: NUMBER, valid_until: null, issuer: "样本公安局", sample: true };
const READ = { read: true, card: { name: "样本甲", number: NUMBER, validUntil: null, issuer: "样本公安局", sample: true } };
const PLACE = { url: "ws://127.0.0.1:17600", token: "a-word" };

class Agent implements AgentSocket {
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
    return this.says({ type: "ready" });
  }

  says(message: unknown): this {
    this.onmessage?.({ data: JSON.stringify(message) } as MessageEvent);
    return this;
  }

  goes(reason = ""): void {
    this.readyState = 3;
    this.onclose?.({ reason } as CloseEvent);
  }
}

describe("the card reader", () => {
  let agents: Agent[];
  let changes: number;
  let reader: CardReader;
  const agent = (): Agent => agents.at(-1)!;
  const read = (seconds?: number): { stop: AbortController; result: Promise<CardResult> } => {
    const stop = new AbortController();
    return { stop, result: reader.read(stop.signal, seconds) };
  };

  beforeEach(() => {
    vi.useFakeTimers();
    agents = [];
    changes = 0;
    reader = new CardReader(PLACE, () => (changes += 1), (url) => {
      agents.push(new Agent(url));
      return agent();
    });
    reader.start();
  });
  afterEach(() => vi.useRealTimers());

  it("is there when the agent says so, and shows itself by its word", () => {
    expect(reader.here).toBe(false);
    agent().opens();
    expect([agent().url, agent().heard, reader.here, changes]).toEqual(["ws://127.0.0.1:17600/identity", [{ type: "hello", token: "a-word" }], true, 1]);
    reader.start();
    expect(agents).toHaveLength(1);
  });

  it("reads a card", async () => {
    agent().opens();
    const { result } = read();
    expect(agent().heard.at(-1)).toEqual({ type: "read-card", n: 1, seconds: 60 });
    agent().says({ type: "card", n: 1, ...CARD });
    expect(await result).toEqual(READ);
  });

  it.each(["no-reader", "no-card", "unreadable", "bad-number", "card-expired", "reader-fault"])("says why there is none: %s", async (code) => {
    agent().opens();
    const { result } = read(5);
    agent().says({ type: "no-card", n: 1, code });
    expect(await result).toEqual({ read: false, code });
  });

  it("stops when nobody waits any more, and a card that comes late is nobody's", async () => {
    agent().opens();
    const first = read();
    first.stop.abort();
    expect(await first.result).toEqual({ read: false, code: "stopped" });
    expect(agent().heard.at(-1)).toEqual({ type: "stop-reading" });
    const second = read();
    agent().says({ type: "card", n: 1, ...CARD, name: "样本乙" }).says({ type: "card", n: 2, ...CARD });
    expect(await second.result).toEqual(READ);
    second.stop.abort();
    expect(agent().heard.filter(({ type }) => type === "stop-reading")).toHaveLength(1);
  });

  it("gives way to a newer reading", async () => {
    agent().opens();
    const first = read();
    const second = read();
    expect(await first.result).toEqual({ read: false, code: "taken-over" });
    first.stop.abort();
    agent().says({ type: "no-card", n: 1, code: "taken-over" }).says({ type: "card", n: 2, ...CARD });
    expect(await second.result).toEqual(READ);
    expect(agent().heard.map(({ type }) => type)).toEqual(["hello", "read-card", "read-card"]);
  });

  it("reads nothing while the agent is away, or for whoever has left already", async () => {
    expect(await read().result).toEqual({ read: false, code: "agent-away" });
    agent().opens();
    expect(await reader.read(AbortSignal.abort())).toEqual({ read: false, code: "stopped" });
    const { result } = read();
    agent().goes();
    expect(await result).toEqual({ read: false, code: "agent-away" });
    expect([reader.here, changes]).toEqual([false, 2]);
  });

  it("comes back by itself, later to an agent that has no reader, and not where another page is", () => {
    agent().opens().goes();
    vi.advanceTimersByTime(1_000);
    expect(agents).toHaveLength(2);
    for (const reason of ["nothing-here", "bad-token"]) {
      const before = agents.length;
      agent().goes(reason);
      vi.advanceTimersByTime(29_000);
      expect(agents).toHaveLength(before);
      vi.advanceTimersByTime(2_000);
      expect(agents).toHaveLength(before + 1);
    }
    agent().opens().goes("taken-over");
    vi.runAllTimers();
    expect(agents).toHaveLength(4);
  });

  it("is left for good", async () => {
    agent().opens();
    const { result } = read();
    reader.stop();
    expect([await result, agent().readyState, reader.here]).toEqual([{ read: false, code: "agent-away" }, 3, false]);
    agent().goes();
    vi.runAllTimers();
    expect(agents).toHaveLength(1);
  });
});

/** The same table as `tests/config/test_id_number.py`. */
it.each([["11010519491231002X", "1****************X"], ["330424199001011239", "3****************9"], ["", "***"], ["张明月", "***"], ["3304241990010112390", "***"]])(
  "shows others of %s only %s",
  (number, shown) => expect(maskedNumber(number)).toBe(shown),
);
