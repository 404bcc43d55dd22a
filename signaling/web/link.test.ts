/** The end's half of a link against a small server half, over lines that break wherever it hurts. */
import { describe, expect, it } from "vitest";
import { EndLink } from "./link.ts";
import type { LinkEvent } from "./link.ts";

interface Frame { type: string; [field: string]: unknown }

/** A server that keeps its link over drops, as `signaling/link.py` does. */
class Server {
  received = 0;
  bodies: unknown[] = [];
  outbox: { seq: number; body: unknown }[] = [];
  sent = 0;
  token = "token-0";

  take(text: string): Frame[] {
    const frame = JSON.parse(text) as Frame;
    if (frame.type === "hello") {
      const resumed = frame["link"] === this.token && this.sent > -1 && frame["link"] !== null;
      if (!resumed) {
        this.received = 0;
        this.sent = 0;
        this.outbox = [];
      } else {
        this.outbox = this.outbox.filter(({ seq }) => seq > Number(frame["received"]));
      }
      this.token = `token-${Number(this.token.slice(6)) + 1}`;
      return [{ type: "welcome", link: this.token, resumed, received: this.received, heartbeat: 4, now: 1000 }, ...this.outbox.map((one) => this.#data(one))];
    }
    if (frame.type === "data" && frame["seq"] === this.received + 1) {
      this.received += 1;
      this.bodies.push(frame["body"]);
    }
    return [];
  }

  say(body: unknown): Frame {
    this.sent += 1;
    const one = { seq: this.sent, body };
    this.outbox.push(one);
    return this.#data(one);
  }

  forget(): void {
    this.token = `other-${this.token.slice(6)}`.replace("other-", "token-9");
  }

  #data({ seq, body }: { seq: number; body: unknown }): Frame {
    return { type: "data", seq, ack: this.received, body };
  }
}

const bodies = (events: LinkEvent[]): unknown[] => events.flatMap((event) => (event.type === "received" ? [event.body] : []));
/** Everything the end wants to send reaches the server, and its answers come back. */
function exchange(end: EndLink, server: Server, now: number): LinkEvent[] {
  for (const frame of end.frames(now)) for (const answer of server.take(frame)) end.receive(JSON.stringify(answer), now);
  return end.events();
}

function connected(): { end: EndLink; server: Server } {
  const end = new EndLink(0);
  const server = new Server();
  end.hello("ticket-of-16-chars", 0);
  expect(exchange(end, server, 0)).toEqual([{ type: "established", resumed: false, serverNow: 1000 }]);
  return { end, server };
}

describe("a link", () => {
  it("delivers everything once and in order over drops, in both directions", () => {
    const { end, server } = connected();
    const heard: unknown[] = [];
    let chance = 12345;
    const random = (): number => (chance = (chance * 1103515245 + 12345) % 2147483648) / 2147483648;
    let said = 0;
    for (let second = 1; second <= 300; second += 1) {
      if (random() < 0.7) end.send({ n: (said += 1) });
      const from = random() < 0.7 ? server.say({ m: server.sent + 1 }) : null;
      const lose = random() < 0.25;
      if (lose) {
        const frames = end.frames(second);
        for (const frame of frames.slice(0, Math.floor(random() * (frames.length + 1)))) server.take(frame);
        end.lost();
        end.hello("ticket-of-16-chars", second);
      } else if (from !== null) {
        end.receive(JSON.stringify(from), second);
      }
      heard.push(...bodies(exchange(end, server, second)));
    }
    heard.push(...bodies(exchange(end, server, 1000)));
    expect(server.bodies).toEqual(Array.from({ length: said }, (_, n) => ({ n: n + 1 })));
    expect(heard).toEqual(Array.from({ length: server.sent }, (_, m) => ({ m: m + 1 })));
  });

  it("starts anew with a server that does not know it, and sends nothing old by itself", () => {
    const { end, server } = connected();
    end.lost();
    end.send({ old: true });
    server.forget();
    end.hello("ticket-of-16-chars", 1);
    expect(exchange(end, server, 1)).toEqual([{ type: "established", resumed: false, serverNow: 1000 }]);
    end.send({ fresh: true });
    exchange(end, server, 2);
    expect(server.bodies).toEqual([{ fresh: true }]);
  });

  it("gives a duplicate to nobody and closes on a gap", () => {
    const { end, server } = connected();
    const first = JSON.stringify(server.say("a"));
    end.receive(first, 1);
    end.receive(first, 1);
    expect(bodies(end.events())).toEqual(["a"]);
    end.receive(JSON.stringify({ type: "data", seq: 5, ack: 0, body: "later" }), 2);
    expect(end.events()).toMatchObject([{ type: "closed", code: "sequence-gap", again: true }]);
  });

  it("acknowledges soon when nothing else carries it", () => {
    const { end, server } = connected();
    end.frames(0);
    end.receive(JSON.stringify(server.say("a")), 1);
    expect(end.frames(1)).toEqual([]);
    expect(end.deadline()).toBeCloseTo(1.25);
    expect(end.frames(1.25).map((frame) => JSON.parse(frame) as unknown)).toEqual([{ type: "ack", ack: 1 }]);
  });

  it("pings when it is quiet and calls the line lost after two that nobody answered", () => {
    const { end } = connected();
    end.frames(0);
    for (const now of [4, 8]) {
      end.tick(now);
      expect(end.frames(now).map((frame) => (JSON.parse(frame) as Frame).type)).toContain("ping");
    }
    end.tick(12);
    expect(end.events()).toMatchObject([{ type: "closed", code: "silent", resumable: true }]);
    expect(end.dead).toBe(false);
  });

  it("keeps below the server's rate when it has much to repeat", () => {
    const { end, server } = connected();
    for (let n = 0; n < 60; n += 1) end.send(n);
    expect(exchange(end, server, 0).length).toBe(0);
    expect(server.bodies.length).toBe(20);
    exchange(end, server, 1);
    expect(server.bodies.length).toBe(20 + 14);
    for (let second = 2; second < 10; second += 1) exchange(end, server, second);
    expect(server.bodies).toEqual(Array.from({ length: 60 }, (_, n) => n));
  });
});
