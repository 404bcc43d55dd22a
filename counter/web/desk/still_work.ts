/** The pages taken for a case, at this desk: the picture that is being taken, the still that is looked at, the still that the clerk vouches for. */
import type { Order } from "../../../signaling/web/commands.ts";
import type { DeskView, Still } from "../../../signaling/web/wire.generated.ts";

export type StillForm = "original" | "page" | "checked";

export interface Looking {
  readonly session: string;
  readonly still: Still;
  readonly name: string;
  readonly form?: StillForm;
  /** Screen pixels for a pixel of the picture; 0: the whole of it fits. */
  readonly zoom?: 0 | 1 | 2 | 4;
  /** Degrees clockwise. */
  readonly turn?: number;
}

export interface Checking {
  readonly session: string;
  readonly still: Still;
  readonly name: string;
  /** The copy is being made. */
  readonly busy?: boolean;
}

export class StillWork {
  /** Looked at large; null: none. */
  looking: Looking | null = null;
  /** About to be vouched for; null: none. */
  checking: Checking | null = null;
  /** A picture was asked for, and the server has not said so yet. */
  taking = false;
  readonly #tell: (order: Order) => Promise<boolean>;
  readonly #changed: () => void;

  /** `tell`: ask the server; whether it was done. */
  constructor(tell: (order: Order) => Promise<boolean>, changed: () => void) {
    this.#tell = tell;
    this.#changed = changed;
  }

  follow({ talk, wrap_up }: Pick<DeskView, "talk" | "wrap_up">): void {
    if (talk === null) this.checking = null;
    if (talk === null && wrap_up === null) this.looking = null;
  }

  lookAt(looking: Looking | null): void {
    this.looking = looking;
    this.#changed();
  }

  check(checking: Checking | null): void {
    this.checking = checking;
    this.#changed();
  }

  /** Once for each press, however long the line takes. */
  async take(session: string, ask: string): Promise<void> {
    this.taking = true;
    this.#changed();
    await this.#tell({ type: "take-still", session, ask });
    this.taking = false;
    this.#changed();
  }

  /** The clerk has compared: the copy that says so is made. */
  async vouch(): Promise<void> {
    const checking = this.checking;
    if (checking === null || checking.busy === true) return;
    this.check({ ...checking, busy: true });
    await this.#tell({ type: "check-still", session: checking.session, still: checking.still.number });
    this.check(null);
  }
}
