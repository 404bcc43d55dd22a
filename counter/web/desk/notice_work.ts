/** The one-time notice as it is being written at this desk: what the list and the pages say already is proposed, the rest is the clerk's. */
import type { Order } from "../../../signaling/web/commands.ts";
import type { Because, CatalogueMaterial, DeskView, FormLack, GiveNotice, NoticeReason, Settlement, Still } from "../../../signaling/web/wire.generated.ts";

export const BECAUSE: readonly Because[] = ["materials", "not-eligible", "withdrawn", "technical", "other"];
export const FOLLOW_DAYS: readonly number[] = [3, 5, 10, 15, 20, 30];
export const LONGEST_REMARK = 200;
const REFUSED: readonly NoticeReason[] = ["blurred", "glare", "dark", "cut-off", "incomplete", "not-original", "expired", "other-person", "unsigned", "differs"];

/** What a notice is written about. */
export interface NoticeCase {
  readonly session: string;
  /** Its number: a notice is of one case. */
  readonly case: string;
  readonly materials: readonly CatalogueMaterial[];
  readonly stills: readonly Still[];
  readonly lack: FormLack | null;
  readonly outcome: Settlement | null;
}

export interface Draft {
  readonly about: NoticeCase;
  readonly because: Because;
  /** Of each material in the order of the list; null: nothing is said of it. */
  readonly reasons: readonly (NoticeReason | null)[];
  readonly remarks: readonly string[];
  readonly form: boolean;
  readonly followDays: number;
  readonly remark: string;
  readonly busy: boolean;
}

/** Pages of a material that are in the case. */
export function pagesOf({ stills }: Pick<NoticeCase, "stills">, place: number): number {
  return stills.filter((still) => still.material === place && still.kept).length;
}

/** Places of what is required and of which no page is kept. */
export function openMaterials(about: Pick<NoticeCase, "stills" | "materials">): number[] {
  return about.materials.flatMap(({ need }, place) => (need === "required" && pagesOf(about, place) === 0 ? [place] : []));
}

/** What may be said of a material. */
export function reasonsFor(about: NoticeCase, place: number): NoticeReason[] {
  const pages = pagesOf(about, place);
  return [...(pages === 0 ? ["not-brought" as const] : []), ...(about.materials[place]?.need === "may-follow" ? ["follows" as const] : []), ...(pages === 0 ? ["seen" as const] : []), ...REFUSED];
}

/** With gaps, what is required was seen and the rest follows; else what is not there was not brought, or is as the camera found it. */
export function propose(about: NoticeCase): Draft {
  const gaps = about.outcome === "accepted-with-gaps";
  const reasons = about.materials.map(({ need }, place): NoticeReason | null => {
    if (pagesOf(about, place) > 0 || need === "optional") return null;
    if (need === "may-follow") return gaps ? "follows" : null;
    const bad = about.stills.find((still) => still.material === place)?.reasons.find((reason) => (REFUSED as readonly string[]).includes(reason));
    return gaps ? "seen" : bad === undefined ? "not-brought" : (bad as NoticeReason);
  });
  return { about, because: "materials", reasons, remarks: about.materials.map(() => ""), form: about.lack !== null && !gaps, followDays: 10, remark: "", busy: false };
}

/** The command that says so; lines that are said of nothing are left out. */
export function order({ about, because, reasons, remarks, form, followDays, remark }: Draft): Omit<GiveNotice, "id"> {
  const lines = reasons.flatMap((reason, material) => (reason === null ? [] : [{ material, reason, remark: (remarks[material] ?? "").trim() }]));
  const follows = lines.some(({ reason }) => reason === "follows");
  const materials = because === "materials";
  return {
    type: "give-notice", session: about.session, because, lines: materials ? lines : [], form: materials && form ? about.lack : null,
    follow_days: materials && follows ? followDays : null, remark: remark.trim(),
  };
}

export class NoticeWork {
  /** Being written; null: not open. */
  draft: Draft | null = null;
  readonly #tell: (order: Order) => Promise<boolean>;
  readonly #changed: () => void;

  /** `tell`: ask the server; whether it was done. */
  constructor(tell: (order: Order) => Promise<boolean>, changed: () => void) {
    this.#tell = tell;
    this.#changed = changed;
  }

  follow({ talk, wrap_up }: Pick<DeskView, "talk" | "wrap_up">): void {
    const session = talk?.session ?? wrap_up?.session ?? null;
    const number = talk?.case ?? wrap_up?.case ?? null;
    if (this.draft !== null && (this.draft.about.session !== session || this.draft.about.case !== number)) this.draft = null;
  }

  open(about: NoticeCase): void {
    this.#become(propose(about));
  }

  close(): void {
    this.#become(null);
  }

  change(change: Partial<Omit<Draft, "about" | "busy">>): void {
    if (this.draft !== null) this.#become({ ...this.draft, ...change });
  }

  say(place: number, change: { readonly reason?: NoticeReason | null; readonly remark?: string }): void {
    const { draft } = this;
    if (draft === null) return;
    const { reason, remark } = change;
    if (reason !== undefined) this.change({ reasons: draft.reasons.map((was, at) => (at === place ? reason : was)) });
    if (remark !== undefined) this.change({ remarks: draft.remarks.map((was, at) => (at === place ? remark : was)) });
  }

  /** Printed and sealed before it is answered: some seconds. */
  async give(): Promise<void> {
    const { draft } = this;
    if (draft === null || draft.busy) return;
    this.#become({ ...draft, busy: true });
    const done = await this.#tell(order(draft));
    if (this.draft?.about.case === draft.about.case) this.#become(done ? null : { ...this.draft, busy: false });
  }

  #become(draft: Draft | null): void {
    this.draft = draft;
    this.#changed();
  }
}
