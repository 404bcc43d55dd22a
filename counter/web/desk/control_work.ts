/** Remote operation at this desk: what is asked for, what the resident allowed, what is done, and what became of it. */
import type { Order } from "../../../signaling/web/commands.ts";
import { monotonic } from "../../../signaling/web/line.ts";
import type { Line } from "../../../signaling/web/line.ts";
import type { AskForControl, ControlReported, Purpose, Talk, UsedLine } from "../../../signaling/web/wire.generated.ts";
import { Operating } from "./operating.ts";
import type { Operated } from "./operate_surface.ts";
import { toldOf } from "./questions.ts";
import type { Told } from "./questions.ts";

export interface Choice {
  /** `form`, or a window. */
  readonly scope: string;
  readonly level: AskForControl["level"];
  readonly purpose: Purpose;
  readonly minutes: number;
}

const MOST_LINES = 4;
/** What was done and could not be passed on by then is of no use any more. */
const OF_USE_MS = 2000;

/** What may be asked for in this talk: the form while it lies there to be filled in, and the windows of the kiosk's desktop. */
export function scopesOf(talk: Talk): readonly string[] {
  const form = talk.form?.laid === true && talk.form.frozen === null ? ["form"] : [];
  return [...form, ...talk.windows.map(({ window }) => window)];
}

export class ControlWork {
  /** What is being chosen in the dialog; null: it is not open. */
  choice: Choice | null = null;
  /** The last that was reported of the operation, the newest last. */
  lines: readonly UsedLine[] = [];
  readonly #line: Line;
  readonly #tell: (order: Order) => Promise<boolean>;
  readonly #changed: () => void;
  #talk: Talk | null = null;
  #operating = new Operating(monotonic());
  #timer = 0;
  /** Whose end was read, and need not be told any more. */
  #read: string | null = null;

  constructor(line: Line, tell: (order: Order) => Promise<boolean>, changed: () => void) {
    this.#line = line;
    this.#tell = tell;
    this.#changed = changed;
  }

  follow(talk: Talk | null): void {
    if (talk?.grant?.id !== this.#talk?.grant?.id) {
      this.lines = [];
      this.#operating = new Operating(monotonic());
      clearTimeout(this.#timer);
    }
    this.#talk = talk;
    if (this.choice !== null && (talk === null || talk.held || talk.asked !== null || !scopesOf(talk).includes(this.choice.scope))) this.choice = null;
  }

  heard(message: { readonly type: string }): boolean {
    if (message.type !== "control-reported") return false;
    const { grant, lines } = message as ControlReported;
    if (grant !== this.#talk?.grant?.id) return true;
    this.lines = lines.reduce(together, this.lines).slice(-MOST_LINES);
    this.#changed();
    return true;
  }

  openChoice(talk: Talk): void {
    const [scope] = scopesOf(talk);
    if (scope === undefined) return;
    this.choice = { scope, level: "control", purpose: "fill-in", minutes: 5 };
    this.#changed();
  }

  choose(change: Partial<Choice>): void {
    if (this.choice === null) return;
    const choice = { ...this.choice, ...change };
    this.choice = choice.scope === "form" ? { ...choice, level: "control" } : choice; // the form is seen by both anyway
    this.#changed();
  }

  closeChoice(): void {
    this.choice = null;
    this.#changed();
  }

  ask(session: string): void {
    const choice = this.choice;
    if (choice === null) return;
    this.#readIt();
    void this.#tell({ type: "ask-for-control", session, ...choice });
    this.closeChoice();
  }

  /** What became of the last question or permission, until the clerk has read it or asks the next. */
  get told(): Told | null {
    return this.#talk === null || this.#talk.ended?.id === this.#read ? null : toldOf(this.#talk);
  }

  closeTold(): void {
    this.#readIt();
    this.#changed();
  }

  #readIt(): void {
    this.#read = this.#talk?.ended?.id ?? null;
  }

  /** The clerk does something in the granted window. */
  act({ action, repeated }: Operated): void {
    const grant = this.#talk?.grant ?? null;
    if (grant === null || grant.scope === "form" || grant.level !== "control") return;
    this.#operating.put(action, monotonic(), repeated);
    this.#pump();
  }

  #pump(): void {
    clearTimeout(this.#timer);
    const [talk, now] = [this.#talk, monotonic()];
    if (talk === null || talk.grant === null) return;
    for (const action of this.#operating.take(now)) {
      if (this.#line.state.at !== "up") continue; // the resident must not see things done that were meant for a picture of before
      this.#line.command({ type: "operate", session: talk.session, grant: talk.grant.id, action }, AbortSignal.timeout(OF_USE_MS)).catch(() => undefined); // the view says when it is over
    }
    const due = this.#operating.dueAt();
    if (Number.isFinite(due)) this.#timer = window.setTimeout(() => this.#pump(), Math.max(1, (due - now) * 1000));
  }
}

/** The same done again in the same place is one line. */
function together(lines: readonly UsedLine[], next: UsedLine): readonly UsedLine[] {
  const last = lines.at(-1);
  if (last === undefined || last.did !== next.did || last.field !== next.field || last.code !== next.code) return [...lines, next];
  return [...lines.slice(0, -1), { ...next, count: (last.count ?? 1) + (next.count ?? 1) }];
}
