/** The work at the window: asks the server and keeps nothing of a resident beyond the next one. The page draws from it. */
import { ApiError } from "../../../signaling/web/api.ts";
import type { WindowOutcome, WindowPapers, WindowStatus } from "../../../signaling/web/wire.generated.ts";
import { asks, begun, clearsIn, counted, did, EMPTY, found, isSlow, looking, POLICY } from "./at_window.ts";
import type { Deed, Here, Problem, Shown } from "./at_window.ts";
import { codeOf } from "./receipt_code.ts";

/** The server's routes (`signaling/web/window_api.ts`). Each raises `ApiError`. */
export interface WindowServer {
  readonly find: (code: string) => Promise<WindowStatus>;
  readonly notice: (code: string, number: string) => Promise<ArrayBuffer>;
  readonly papers: (papers: WindowPapers) => Promise<WindowStatus>;
  readonly outcome: (outcome: WindowOutcome) => Promise<WindowStatus>;
}

/** A notice as it was opened, so that it can be closed with the receipt. */
export interface Paper {
  /** Its address, where the browser did not let it open by itself. */
  readonly blocked: string | null;
  readonly close: () => void;
}

/** `now`: monotonic seconds. `open` shows a PDF beside the page. `ended`: the server knows nobody here any more. */
export interface Surroundings {
  readonly server: WindowServer;
  readonly now: () => number;
  readonly open: (pdf: ArrayBuffer) => Paper;
  readonly changed: () => void;
  readonly ended: () => void;
}

export class WindowWork {
  #here: Here = EMPTY;
  #papers: Paper[] = [];
  #touched: number;
  /** Until when another code makes no sense. */
  #notBefore = 0;
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#touched = around.now();
  }

  get here(): Here {
    return this.#here;
  }

  /** The newest notice that the browser did not let open by itself. */
  get blocked(): string | null {
    return this.#papers.at(-1)?.blocked ?? null;
  }

  /** Seconds until another code may be tried. */
  get wait(): number {
    return Math.max(0, Math.ceil(this.#notBefore - this.#around.now()));
  }

  get clearsIn(): number | null {
    return clearsIn(this.#here, this.#touched, this.#around.now());
  }

  get slow(): boolean {
    return isSlow(this.#here, this.#around.now());
  }

  /** Somebody is there. */
  touched(): void {
    const warned = this.clearsIn !== null;
    this.#touched = this.#around.now();
    if (warned) this.#around.changed();
  }

  /** Time has passed; whether nobody has been there for so long that nothing may stay on the screen. */
  tick(): boolean {
    if (this.clearsIn === 0) this.#clear({ at: "empty", why: "cleared" });
    return this.#around.now() - this.#touched >= POLICY.clearAfter;
  }

  /** The next resident: nothing of the last one stays. */
  next(): void {
    this.#clear(EMPTY);
  }

  /** What was typed or scanned: what is on the screen goes, whatever comes of it. */
  async find(text: string): Promise<void> {
    this.touched();
    const code = codeOf(text);
    if (code === null) return this.#clear({ at: "empty", why: "wrong" });
    if (this.wait > 0 || (this.#here.at === "looking" && this.#here.code === code)) return;
    this.#clear(looking(code, this.#around.now()));
    await this.#look(code);
  }

  async lookAgain(): Promise<void> {
    const next = begun(this.#here, "look-again", this.#around.now());
    if (next === null) return;
    this.#set(next);
    await this.#look(next.code);
  }

  ask(asking: Shown["asking"]): void {
    this.#set(asks(this.#here, asking));
  }

  count(number: string, material: number, more: 1 | -1): void {
    this.#set(counted(this.#here, number, material, more));
  }

  async do(deed: Deed): Promise<void> {
    const next = begun(this.#here, deed, this.#around.now());
    if (next === null) return;
    this.#set(next);
    const { code } = next;
    const answer = await this.#answer(() => this.#send(code, deed));
    if (answer !== undefined) this.#set(did(this.#here, code, deed, answer));
  }

  async #send(code: string, deed: Deed): Promise<WindowStatus | null> {
    const { server, open } = this.#around;
    switch (deed.act) {
      case "accept-papers": return server.papers({ code, case: deed.case, material: deed.material, copies: deed.copies });
      case "deliver-outcome": return server.outcome({ code, case: deed.case, collected_by: deed.collected_by });
      case "one-time-notice": {
        const pdf = await server.notice(code, deed.case);
        if (this.#here.at === "receipt" && this.#here.doing?.deed === deed) this.#papers.push(open(pdf)); // else its resident has gone
        return null;
      }
    }
  }

  async #look(code: string): Promise<void> {
    const answer = await this.#answer(() => this.#around.server.find(code));
    if (answer !== undefined) this.#set(found(this.#here, code, answer));
  }

  /** Undefined: whoever asked is logged out. */
  async #answer<T>(question: () => Promise<T>): Promise<T | Problem | undefined> {
    try {
      return await question();
    } catch (error) {
      const { code, message, status, retryAfter } = error instanceof ApiError ? error : new ApiError("unreachable", "", 0);
      if (status === 401) {
        this.#clear(EMPTY);
        this.#around.ended();
        return undefined;
      }
      if (code === "try-later") this.#notBefore = this.#around.now() + (retryAfter ?? 60);
      return { code, text: message };
    }
  }

  #clear(then: Here): void {
    for (const paper of this.#papers) paper.close();
    this.#papers = [];
    this.#set(then);
  }

  #set(here: Here): void {
    this.#here = here;
    this.#around.changed();
  }
}
