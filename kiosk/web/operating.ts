/**
 * What the clerk may operate, from the resident's yes to its end. One place that follows the view: what the view no longer grants, or what
 * cannot be followed because the line is down, is over here at once, and what is over here never stands again.
 */
import type { Answer, Order } from "../../signaling/web/commands.ts";
import type { AskedControl, Granted, OperateNow, Talk, UsedLine } from "../../signaling/web/wire.generated.ts";
import { DesktopRefused } from "./desktop.ts";
import type { Desktop } from "./desktop.ts";
import { together, usedLine } from "./used_lines.ts";

/** The scope that is the guided form on this page; every other names a window of the desktop. */
export const FORM = "form";
const REPORT_MS = 400;
const MOST_LINES = 50;
const MOST_WINDOWS = 12;
/** The desktop's own refusals stand in what it reports; these come from where there is none. */
const NOT_REPORTED: ReadonlySet<string> = new Set(["agent-away", "busy"]);

/** A window that is being opened, or stands. */
interface Given {
  readonly id: string;
  track: MediaStreamTrack | null;
  shown: boolean;
}

/** What is used of the page's line and of its media. */
export interface Says {
  command(order: Order): Promise<Answer>;
}
export interface Shows {
  shown(extra: "screen"): MediaStreamTrack | null;
  show(extra: "screen", track: MediaStreamTrack | null): Promise<void>;
}
export type Agent = Pick<Desktop, "windows" | "grant" | "act" | "revoke" | "onHappened" | "onEnded">;

export class Operating {
  readonly #line: Says;
  readonly #talking: Shows;
  readonly #desktop: Agent | null;
  readonly #changed: () => void;
  readonly #over = new Set<string>();
  readonly #heard = new Map<string, number>();
  #talk: Talk | null = null;
  #up = false;
  #given: Given | null = null;
  #lines: UsedLine[] = [];
  /** The grant under which they were done. */
  #linesOf = "";
  #report = 0;
  #acts = 0;
  #offering = "";
  /** Code of why a window could not be opened; null when nothing went wrong. */
  problem: string | null = null;

  constructor(line: Says, talking: Shows, desktop: Agent | null, changed: () => void) {
    this.#line = line;
    this.#talking = talking;
    this.#desktop = desktop;
    this.#changed = changed;
    if (desktop === null) return;
    desktop.onHappened = (id, n, entries) => {
      const known = Math.max(0, (this.#heard.get(id) ?? n) - n); // they may come twice
      this.#heard.set(id, Math.max(this.#heard.get(id) ?? 0, n + entries.length));
      this.#note(id, entries.slice(known).flatMap((entry) => usedLine(entry) ?? []));
    };
    desktop.onEnded = (id, reason) => this.#end(id, reason);
  }

  /** What stands now, on this page as well as at the server. */
  get grant(): Granted | null {
    const grant = this.#up && this.#talk?.held === false ? this.#talk.grant : null;
    return grant === null || this.#over.has(grant.id) ? null : grant;
  }

  /** Yes was touched, and the window is being opened. */
  get opening(): boolean {
    return this.#given !== null && this.#given.track === null;
  }

  /** The talk as the server describes it now; `up`: this page would hear of any change. */
  follow(talk: Talk | null, up: boolean): void {
    if (talk?.session !== this.#talk?.session) [this.problem, this.#offering] = [null, ""];
    [this.#talk, this.#up] = [talk, up];
    if (talk?.asked != null) this.problem = null;
    const standing = talk?.grant ?? null;
    const { grant } = this;
    const asked = up ? talk?.asked?.id : undefined;
    const why = !up ? "line-lost" : talk?.held === true ? "hold" : "over";
    if (this.#given !== null && this.#given.id !== grant?.id && this.#given.id !== asked) this.#end(this.#given.id, why);
    if (standing !== null && grant === null) this.#end(standing.id, why);
    if (grant !== null && grant.scope !== FORM) this.#showWindow(grant);
    this.offer();
  }

  /** A touch on yes or no. A window is opened first: nothing is allowed that cannot be. */
  async answer(talk: Talk, asked: AskedControl, yes: boolean): Promise<void> {
    const said = (agreed: boolean): Promise<unknown> => this.#line.command({ type: "answer-ask", session: talk.session, ask: asked.id, yes: agreed }).catch(() => null);
    if (!yes || asked.scope === FORM) return void (await said(yes));
    if (this.#given !== null) return;
    const given: Given = { id: asked.id, track: null, shown: false };
    this.#given = given;
    this.#changed();
    try {
      if (this.#desktop === null) throw new DesktopRefused("agent-away");
      const track = await this.#desktop.grant(asked.id, asked.scope, asked.level, 60 * asked.minutes);
      if (this.#given !== given) return track.stop(); // no more asked while it was opened: it has been revoked
      given.track = track;
    } catch (error) {
      if (this.#given !== given) return;
      this.#given = null;
      await said(false);
      this.problem = error instanceof DesktopRefused ? error.code : "internal"; // after the answer, which ends the question
      return this.#changed();
    }
    this.#changed();
    if ((await said(true)) === null) this.#end(asked.id, "not-taken");
  }

  /** The stop key: here at once, whatever the line does. */
  stop(): void {
    if (this.grant !== null) this.#end(this.grant.id, "stop-key");
  }

  /** The resident has read why. */
  dismiss(): void {
    this.problem = null;
    this.#changed();
  }

  /** The clerk does something. */
  act({ grant, action }: OperateNow): void {
    if (this.#desktop === null || this.#given?.id !== grant || this.grant?.id !== grant) return;
    this.#acts += 1;
    void this.#desktop.act(this.#acts, action).then(({ refused }) => {
      if (refused !== null && NOT_REPORTED.has(refused)) this.#note(grant, [{ did: "refused", code: refused }]);
    });
  }

  /** The server is told what can be opened whenever it believes otherwise. */
  offer(): void {
    const talk = this.#talk;
    const windows = (this.#desktop?.windows ?? []).slice(0, MOST_WINDOWS);
    if (talk === null || !this.#up || same(talk.windows.map(({ window }) => window), windows.map(({ window }) => window))) return;
    const offer = JSON.stringify([talk.session, windows]);
    if (offer === this.#offering) return;
    this.#offering = offer;
    const done = (): void => {
      if (this.#offering === offer) this.#offering = ""; // refused or answered: the next view tells whether it is known
    };
    void this.#line.command({ type: "offer-windows", session: talk.session, windows }).then(done, done);
  }

  /** Its picture goes to the clerk as this kiosk's screen. Without the picture nothing is operated. */
  #showWindow(grant: Granted): void {
    const given = this.#given;
    if (given?.id !== grant.id || given.track === null) return this.#end(grant.id, "window-gone"); // of this page before it was loaded anew
    if (!given.shown) {
      given.shown = true;
      void this.#talking.show("screen", given.track);
    } else if (this.#talking.shown("screen") !== given.track) this.#end(grant.id, "share-stopped");
  }

  #end(id: string, reason: string): void {
    if (this.#over.has(id)) return;
    this.#tell();
    this.#over.add(id);
    const given = this.#given;
    if (given?.id === id) {
      this.#given = null;
      this.#desktop?.revoke(reason);
      if (given.track !== null && this.#talking.shown("screen") === given.track) void this.#talking.show("screen", null);
      given.track?.stop();
    }
    const talk = this.#talk;
    if (talk?.grant?.id === id) this.#send({ type: "stop-control", session: talk.session, grant: id, reason });
    this.#changed();
  }

  /** Also a moment after the end: what was done then is on the record too. */
  #note(grant: string, lines: readonly UsedLine[]): void {
    if (this.#talk === null || lines.length === 0) return;
    if (this.#linesOf !== grant) this.#tell();
    this.#linesOf = grant;
    this.#lines.push(...lines);
    if (this.#report === 0) this.#report = setTimeout(() => this.#tell(), REPORT_MS) as unknown as number;
  }

  #tell(): void {
    clearTimeout(this.#report);
    this.#report = 0;
    const lines = together(this.#lines);
    this.#lines = [];
    const talk = this.#talk;
    if (talk === null) return;
    for (let at = 0; at < lines.length; at += MOST_LINES) {
      this.#send({ type: "report-control", session: talk.session, grant: this.#linesOf, lines: lines.slice(at, at + MOST_LINES) });
    }
  }

  /** A refusal says that it is over meanwhile, which is what was wanted. */
  #send(order: Order): void {
    void this.#line.command(order).catch(() => undefined);
  }
}

function same(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one, n) => one === others[n]);
}
