/** A supervisor's work with one session: its timeline while it grows, its purpose, its proof, and what needs two people. The page draws from it. */
import { ApiError } from "../../../signaling/web/api.ts";
import { reviewApi } from "../../../signaling/web/review_api.ts";
import type { Approvals, Export, Integrity, Timeline, ViewRequest } from "../../../signaling/web/wire.generated.ts";
import type { SegmentSource } from "../../../recordings/web/kinds.ts";
import { PapersWork } from "./papers_work.ts";

export type Purpose = ViewRequest["purpose"];
export const PURPOSES: readonly Purpose[] = ["complaint", "dispute", "quality", "training", "audit", "court"];

const LIVE_MS = 2000;
const EXPORT_MS = 500;
/** So often a package is asked for again while the home has not signed what was entered last. */
const SIGNING_TRIES = 40;

export class SessionWork {
  readonly session: string;
  timeline: Timeline | null = null;
  /** Whether the purpose has been said, so that it may be played. */
  open = false;
  integrity: Integrity | "checking" | null = null;
  approvals: Approvals | null = null;
  package: Export | null = null;
  problem: ApiError | null = null;
  busy = false;
  at = 0;
  readonly source: SegmentSource;
  readonly papers: PapersWork;
  #stopped = false;
  readonly #changed: () => void;
  /** `mayPlay`: a supervisor; an audit administrator approves and sees no content. */
  readonly #mayPlay: boolean;

  constructor(session: string, mayPlay: boolean, changed: () => void) {
    this.session = session;
    this.#mayPlay = mayPlay;
    this.#changed = changed;
    this.papers = new PapersWork(session, changed);
    this.source = { open: (publication, epoch, segment, abort) => reviewApi.segment(session, publication, epoch, segment, abort) };
    void this.#begin();
  }

  stop(): void {
    this.#stopped = true;
  }

  say(purpose: Purpose): Promise<void> {
    return this.do(async () => {
      await reviewApi.openView(this.session, purpose);
      this.open = true;
      await this.#load();
      void this.check();
    });
  }

  /** Look at chain, signatures and files. */
  async check(): Promise<void> {
    this.integrity = "checking";
    this.#changed();
    await this.do(async () => {
      this.integrity = null;
      this.integrity = await reviewApi.integrity(this.session);
    });
  }

  request(deed: "export" | "release-hold", purpose: Purpose): Promise<void> {
    return this.do(async () => {
      await reviewApi.request(this.session, deed, purpose);
      await this.#approvals();
    });
  }

  approve(request: string): Promise<void> {
    return this.do(async () => {
      await reviewApi.approve(this.session, request);
      await this.#approvals();
    });
  }

  hold(): Promise<void> {
    return this.do(async () => {
      await reviewApi.hold(this.session);
      await this.#approvals();
    });
  }

  accept(reason: string): Promise<void> {
    return this.do(async () => {
      await reviewApi.accept(this.session, reason);
      await this.#load();
    });
  }

  /** Have the package of an approved request made, and look at it until it is there. */
  export(request: string): Promise<void> {
    return this.do(async () => {
      this.package = await this.#begun(request);
      while (!this.#stopped && !this.package.ready && this.package.failed === null) {
        this.#changed();
        await wait(EXPORT_MS);
        this.package = await reviewApi.exported(this.session, this.package.id);
      }
      if (this.package.failed !== null) throw new ApiError(this.package.failed, "", 0);
      await this.#approvals();
    });
  }

  /** What was entered a moment ago is signed in a moment: nobody presses a second time for that. */
  async #begun(request: string): Promise<Export> {
    for (let left = SIGNING_TRIES; ; left -= 1) {
      try {
        return await reviewApi.export(this.session, request);
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== "head-pending" || left === 0 || this.#stopped) throw error;
      }
      await wait(EXPORT_MS);
    }
  }

  closeProblem(): void {
    this.problem = null;
    this.#changed();
  }

  /** What was asked for by hand: one thing at a time, and what goes wrong is shown. */
  async do(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.problem = null;
    this.#changed();
    try {
      await work();
    } catch (error) {
      this.problem = error instanceof ApiError ? error : new ApiError("unreachable", "", 0);
    }
    this.busy = false;
    this.#changed();
  }

  async #begin(): Promise<void> {
    await this.do(async () => {
      await this.#approvals();
      if (this.#mayPlay) await this.#load();
    });
    while (!this.#stopped && this.timeline !== null && this.timeline.live) {
      await wait(LIVE_MS);
      if (!this.#stopped) await this.#load().catch(() => undefined); // the next one comes in a moment
      this.#changed();
    }
  }

  async #load(): Promise<void> {
    this.timeline = await reviewApi.timeline(this.session);
    if (this.open) this.papers.follow(this.timeline);
  }

  async #approvals(): Promise<void> {
    this.approvals = await reviewApi.approvals(this.session);
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
