/** What the clerk is about to do with the visit's cases: one more, or what becomes of one. */
import type { Order } from "../../../signaling/web/commands.ts";
import type { DeskView, Outcome } from "../../../signaling/web/wire.generated.ts";

export interface Settling {
  readonly session: string;
  readonly case: string;
  readonly outcome: Outcome | null;
  /** The other home, where it is referred. */
  readonly to: string | null;
}

type Tell = (order: Order) => Promise<boolean>;

export class CasesWork {
  /** The case whose outcome is being chosen, beside the one that ends with the talk. */
  settling: Settling | null = null;
  /** The list of what may be opened is unfolded. */
  opening = false;
  /** Where the case on the table is referred to, when the talk ends so. */
  referTo: string | null = null;
  readonly #tell: Tell;
  readonly #changed: () => void;

  constructor(tell: Tell, changed: () => void) {
    this.#tell = tell;
    this.#changed = changed;
  }

  /** What was begun in one visit, or for a case that is gone, is not done in another. */
  follow(view: DeskView): void {
    const session = view.talk?.session ?? view.wrap_up?.session ?? null;
    const cases = view.talk?.cases ?? view.wrap_up?.cases ?? [];
    if (this.settling !== null && (this.settling.session !== session || !cases.some(({ number }) => number === this.settling?.case))) this.settling = null;
    if (view.talk === null) this.opening = false;
    if (session === null) this.referTo = null;
  }

  unfold(opening: boolean): void {
    this.opening = opening;
    this.#changed();
  }

  async open(session: string, service: string): Promise<void> {
    if (await this.#tell({ type: "open-case", session, service })) this.unfold(false);
  }

  settle(session: string, number: string, outcome: Outcome | null): void {
    this.settling = { session, case: number, outcome, to: null };
    this.#changed();
  }

  choose(change: Partial<Pick<Settling, "outcome" | "to">>): void {
    if (this.settling !== null) this.settling = { ...this.settling, ...change };
    this.#changed();
  }

  chooseHome(to: string): void {
    this.referTo = to;
    this.#changed();
  }

  close(): void {
    this.settling = null;
    this.#changed();
  }

  async done(): Promise<void> {
    const { settling } = this;
    if (settling?.outcome == null || !isWhole(settling.outcome, settling.to)) return;
    const { session, outcome } = settling;
    if (await this.#tell({ type: "settle-case", session, case: settling.case, outcome, refer_to: outcome === "referred" ? settling.to : null })) this.close();
  }
}

/** Whether everything is said: whoever is referred is told where. */
export function isWhole(outcome: Outcome | null, to: string | null): boolean {
  return outcome !== null && (outcome !== "referred" || to !== null);
}
