/** The agent's door from the page's side, with an agent of a few lines. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { AgentDoor } from "./agent_door.ts";
import type { AgentSocket } from "./agent_door.ts";

class Agent implements AgentSocket {
  binaryType: BinaryType = "blob";
  readyState = 0;
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  readonly heard: unknown[] = [];
  send(text: string): void {
    this.heard.push(JSON.parse(text));
  }
  close(): void {
    this.readyState = 3;
  }
  opens(): void {
    this.readyState = 1;
    this.onopen?.({} as Event);
  }
  says(data: unknown): void {
    this.onmessage?.({ data } as MessageEvent);
  }
  goes(reason = ""): void {
    this.readyState = 3;
    this.onclose?.({ reason } as CloseEvent);
  }
}

let agents: Agent[];
let heard: string[];
let seen: ArrayBuffer[];
let losses: number;
let door: AgentDoor<{ readonly type: string }>;
const agent = (): Agent => agents.at(-1)!;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1);
  [agents, heard, seen, losses] = [[], [], [], 0];
  const me = { heard: ({ type }: { type: string }) => void heard.push(type), seen: (picture: ArrayBuffer) => void seen.push(picture), lost: () => void (losses += 1) };
  door = new AgentDoor("ws://agent", "a-word", me, () => {
    agents.push(new Agent());
    return agent();
  });
  door.start();
});
afterEach(() => {
  door.stop();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it("says the word first, and passes on what it hears and sees", () => {
  door.say({ type: "too-early" });
  agent().opens();
  expect(agent().heard).toEqual([{ type: "hello", token: "a-word" }]);
  const picture = new ArrayBuffer(4);
  agent().says('{"type":"ready"}');
  agent().says(picture);
  expect([heard, seen, agent().binaryType]).toEqual([["ready"], [picture], "arraybuffer"]);
});

it("comes again after a loss, later each time, and at once again when it was let in meanwhile", () => {
  const pauses: number[] = [];
  const lost = (): void => {
    agent().goes();
    const before = agents.length;
    let waited = 0;
    for (; agents.length === before; waited += 100) vi.advanceTimersByTime(100);
    pauses.push(waited);
  };
  lost();
  lost();
  lost();
  expect(pauses[0]! < pauses[1]! && pauses[1]! < pauses[2]!).toBe(true);
  agent().opens();
  agent().says('{"type":"ready"}');
  lost();
  expect(pauses[3]).toBe(pauses[0]);
  expect(losses).toBe(4);
});

it("gives an agent that does not know it half a minute", () => {
  agent().goes("bad-token");
  vi.advanceTimersByTime(29_900);
  expect(agents.length).toBe(1);
  vi.advanceTimersByTime(200);
  expect(agents.length).toBe(2);
});

it("leaves the door to another page of the kiosk", () => {
  agent().goes("taken-over");
  vi.advanceTimersByTime(600_000);
  expect(agents.length).toBe(1);
});

it("does not hear a line that it has left", () => {
  const first = agent();
  first.opens();
  door.stop();
  first.says('{"type":"ready"}');
  first.goes();
  vi.advanceTimersByTime(600_000);
  expect([first.readyState, heard, losses, agents.length]).toEqual([3, [], 1, 1]);
});
