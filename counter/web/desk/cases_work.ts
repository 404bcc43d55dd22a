/** What the clerk is about to do with the visit's cases: one more, or what becomes of one; and how well its people must be known. */
import type { Order } from "../../../signaling/web/commands.ts";
import type { DeskView, Level, Outcome, Settlement, TalkCase, TalkParty } from "../../../signaling/web/wire.generated.ts";

export const OUTCOMES: readonly Outcome[] = ["accepted", "accepted-with-gaps", "returned", "referred"];
/** What may be said once the talk is over: nobody can be told any more what is lacking, and nothing is left in silence. */
export const AFTERWARDS: readonly Settlement[] = [...OUTCOMES, "stays-open"];
/** A referral to a window of none of the homes here, for instance a staffed one in the same hall. */
export const ELSEWHERE = "";
const LEVELS: readonly Level[] = ["declared", "card-seen", "card-read"];

export interface Settling {
  readonly session: string;
  readonly case: string;
  readonly outcome: Settlement | null;
  /** The other home, where it is referred, or `ELSEWHERE`; null: not said yet. */
  readonly to: string | null;
  /** The server has refused it as it is. */
  readonly refused: boolean;
}

export class CasesWork {
  /** The case whose outcome is being chosen, beside the one that ends with the talk. */
  settling: Settling | null = null;
  /** The list of what may be opened is unfolded. */
  opening = false;
  /** Where the case on the table is referred to, when the talk ends so. */
  referTo: string | null = null;
  readonly #tell: (order: Order) => Promise<boolean>;
  readonly #changed: () => void;
  #table: string | null = null;

  /** `tell`: ask the server; whether it was done. */
  constructor(tell: (order: Order) => Promise<boolean>, changed: () => void) {
    this.#tell = tell;
    this.#changed = changed;
  }

  /** What was begun in one visit, or for a case that is gone, is not done in another. */
  follow({ talk, wrap_up }: Pick<DeskView, "talk" | "wrap_up">): void {
    const { session, case: table, cases } = talk ?? wrap_up ?? { session: null, case: null, cases: [] };
    const { settling } = this;
    if (settling !== null && (settling.session !== session || !cases.some(({ number }) => number === settling.case))) this.settling = null;
    if (talk === null || table !== this.#table) this.opening = false;
    if (table !== this.#table) this.referTo = null;
    this.#table = table;
  }

  unfold(opening: boolean): void {
    this.opening = opening;
    this.#changed();
  }

  async open(session: string, service: string): Promise<void> {
    if (await this.#tell({ type: "open-case", session, service })) this.unfold(false);
  }

  /** Begins with what the case has already. */
  settle(session: string, one: TalkCase): void {
    this.settling = { session, case: one.number, outcome: saidOf(one), to: whereItWent(one), refused: false };
    this.#changed();
  }

  choose(change: Partial<Pick<Settling, "outcome" | "to">>): void {
    if (this.settling !== null) this.settling = { ...this.settling, ...change, refused: false };
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
    const done = await this.#tell({ type: "settle-case", session, case: settling.case, outcome, refer_to: whereTo(outcome, settling.to) });
    if (this.settling !== settling) return;
    this.settling = done ? null : { ...settling, refused: true };
    this.#changed();
  }
}

/** Whether everything is said: whoever is referred is told where. */
export function isWhole(outcome: Settlement | null, to: string | null): boolean {
  return outcome !== null && (outcome !== "referred" || to !== null);
}

/** The other home, for the command: only a referral has one. */
export function whereTo(outcome: Settlement, to: string | null): string | null {
  return outcome === "referred" && to !== ELSEWHERE ? to : null;
}

/** The same as the server has it; null where nothing was referred. */
export function whereItWent({ outcome, referred_to }: { readonly outcome: Outcome | null; readonly referred_to: string | null }): string | null {
  return outcome === "referred" ? referred_to ?? ELSEWHERE : null;
}

/** Whether somebody is known as well as is asked. */
export function isKnown(reached: Level, asked: Level): boolean {
  return LEVELS.indexOf(reached) >= LEVELS.indexOf(asked);
}

/** Whether somebody is not known as well as the case asks: then it cannot be accepted. */
export function lacksIdentity(parties: readonly TalkParty[], level: Level): boolean {
  return parties.some((party) => !isKnown(party.level, level));
}

/** Whether nothing that is known here forbids to accept the case on the table: what nobody could prove later cannot be, nor what somebody asked for whom nobody knows. */
export function mayAccept({ talk, wrap_up }: Pick<DeskView, "talk" | "wrap_up">): boolean {
  if (talk !== null) return talk.acceptable && !lacksIdentity(talk.parties, talk.level);
  return wrap_up !== null && wrap_up.acceptable && wrap_up.known;
}

/** What has been said of a case; null: nothing yet. */
export function saidOf({ outcome, stays_open }: Pick<TalkCase, "outcome" | "stays_open">): Settlement | null {
  return outcome ?? (stays_open ? "stays-open" : null);
}

/** Cases of which it must still be said what becomes of them before the visit may end; the one on the table gets its own with the end. */
export function stillOpen(cases: readonly TalkCase[]): readonly TalkCase[] {
  return cases.filter((one) => saidOf(one) === null && !one.on_table);
}

/** Why a case may not end so yet; null: it may. `told`: what stands on the notice of this visit. */
export function noticeFirst(outcome: Settlement | null, told: TalkCase["told"]): "needed" | "only-follows" | null {
  if (outcome !== "returned" && outcome !== "accepted-with-gaps") return null;
  if (told === null) return "needed";
  return outcome === "accepted-with-gaps" && told !== "follows" ? "only-follows" : null;
}
