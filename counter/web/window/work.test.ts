/** The work at the window with a server that answers when told to, a clock that is moved by hand, and papers that are opened and closed. */
import { expect, it } from "vitest";
import { ApiError } from "../../../signaling/web/api.ts";
import type { WindowStatus } from "../../../signaling/web/wire.generated.ts";
import { POLICY } from "./at_window.ts";
import type { Deed } from "./at_window.ts";
import { WindowWork } from "./work.ts";

const CODE = "AB2CD-EF3GH";
const NUMBER = "310116-330424-20261128-0012";
const STATUS: WindowStatus = { home: "jinshan", home_name: { "zh-CN": "上海市金山区", en: "Jinshan" }, cases: [] };
const NOTICE: Deed = { act: "one-time-notice", case: NUMBER };
const TAKE: Deed = { act: "accept-papers", case: NUMBER, material: 1, copies: 3 };

type Answer = WindowStatus | ArrayBuffer | ApiError;

/** A window, and what surrounds it: `asked` is what the server heard, `answer` what it says to the oldest of it. */
class Hall {
  asked: unknown[][] = [];
  opened = 0;
  closed = 0;
  ended = 0;
  time = 100;
  pops = true;
  readonly #waiting: ((answer: Answer) => void)[] = [];
  readonly work: WindowWork;

  constructor() {
    const hear = (...what: readonly unknown[]): Promise<never> => new Promise((done, fail) => {
      this.asked.push([...what]);
      this.#waiting.push((answer) => (answer instanceof ApiError ? fail(answer) : done(answer as never)));
    });
    this.work = new WindowWork({
      server: { find: (code) => hear("find", code), notice: (code, number) => hear("notice", code, number), papers: (papers) => hear("papers", papers), outcome: (outcome) => hear("outcome", outcome) },
      now: () => this.time,
      open: () => {
        this.opened += 1;
        return { blocked: this.pops ? null : "blob:notice", close: () => { this.closed += 1; } };
      },
      changed: () => undefined,
      ended: () => { this.ended += 1; },
    });
  }

  async answer(answer: Answer): Promise<void> {
    this.#waiting.shift()!(answer);
    await new Promise((done) => setTimeout(done));
  }

  async shown(): Promise<void> {
    void this.work.find(CODE);
    await this.answer(STATUS);
  }
}

it("asks for a code once, as it is written on the receipt, and shows what came", async () => {
  const hall = new Hall();
  void hall.work.find("ab2cd ef3gh");
  void hall.work.find("ab2cd ef3gh");
  expect(hall.asked).toEqual([["find", CODE]]);
  await hall.answer(STATUS);
  expect(hall.work.here).toMatchObject({ at: "receipt", status: STATUS });
});

it("asks nobody for what is no code, and lets go of whoever was there", async () => {
  const hall = new Hall();
  await hall.shown();
  await hall.work.find("王小明");
  expect(hall.work.here).toEqual({ at: "empty", why: "wrong" });
  expect(hall.asked.length).toBe(1);
});

it("waits as long as the server says before another code", async () => {
  const hall = new Hall();
  void hall.work.find(CODE);
  await hall.answer(new ApiError("try-later", "", 429, 8));
  expect([hall.work.here, hall.work.wait]).toMatchObject([{ at: "empty", why: { code: "try-later" } }, 8]);
  await hall.work.find(CODE);
  expect(hall.asked.length).toBe(1);
  hall.time += 8;
  void hall.work.find(CODE);
  expect(hall.asked.length).toBe(2);
});

it("tells the server each deed in its own words", async () => {
  const hall = new Hall();
  await hall.shown();
  void hall.work.do(TAKE);
  await hall.answer(STATUS);
  void hall.work.do({ act: "deliver-outcome", case: NUMBER, collected_by: "representative" });
  await hall.answer(STATUS);
  expect(hall.asked.slice(1)).toEqual([
    ["papers", { code: CODE, case: NUMBER, material: 1, copies: 3 }], ["outcome", { code: CODE, case: NUMBER, collected_by: "representative" }],
  ]);
});

it("opens a notice, and closes it when its resident goes", async () => {
  const hall = new Hall();
  await hall.shown();
  void hall.work.do(NOTICE);
  await hall.answer(new ArrayBuffer(1));
  expect([hall.opened, hall.closed, hall.work.blocked]).toEqual([1, 0, null]);
  hall.work.next();
  expect([hall.work.here.at, hall.closed]).toEqual(["empty", 1]);
});

it("offers a notice to be opened by hand where the browser does not open it", async () => {
  const hall = new Hall();
  hall.pops = false;
  await hall.shown();
  void hall.work.do(NOTICE);
  await hall.answer(new ArrayBuffer(1));
  expect(hall.work.blocked).toBe("blob:notice");
});

it("opens no notice of somebody who has left meanwhile", async () => {
  const hall = new Hall();
  await hall.shown();
  void hall.work.do(NOTICE);
  hall.work.next();
  await hall.answer(new ArrayBuffer(1));
  expect([hall.opened, hall.work.here.at]).toEqual([0, "empty"]);
});

it("when the log-in has ended everything goes, wherever one was", async () => {
  for (const begin of [(hall: Hall) => void hall.work.find(CODE), async (hall: Hall) => { await hall.shown(); void hall.work.do(TAKE); }]) {
    const hall = new Hall();
    await begin(hall);
    await hall.answer(new ApiError("not-logged-in", "", 401));
    expect([hall.ended, hall.work.here.at]).toEqual([1, "empty"]);
  }
});

it("is looked up again after no answer came, with the same code", async () => {
  const hall = new Hall();
  await hall.shown();
  void hall.work.do(TAKE);
  await hall.answer(new ApiError("unreachable", "", 0));
  void hall.work.do(TAKE);
  expect(hall.asked.length).toBe(2);
  void hall.work.lookAgain();
  expect(hall.asked.at(-1)).toEqual(["find", CODE]);
  await hall.answer(STATUS);
  expect(hall.work.here).toMatchObject({ at: "receipt", stale: false });
});

it("clears the receipt when nobody has touched anything for three minutes, and not while somebody does", async () => {
  const hall = new Hall();
  await hall.shown();
  hall.time += POLICY.clearAfter - 10;
  expect([hall.work.tick(), hall.work.clearsIn]).toEqual([false, 10]);
  hall.work.touched();
  hall.time += POLICY.clearAfter - 10;
  expect([hall.work.tick(), hall.work.here.at]).toEqual([false, "receipt"]);
  hall.time += 10;
  expect([hall.work.tick(), hall.work.here]).toEqual([true, { at: "empty", why: "cleared" }]);
});
