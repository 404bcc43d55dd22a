/** What became of what the clerk asked the resident, and of what the resident allowed. The server's views only show that it is over; pure. */
import type { Talk } from "../../../signaling/web/wire.generated.ts";

type Asked = NonNullable<Talk["asked"]>;

/** What is told: the resident said no, nobody answered, the resident ended it, its time is over, its window has gone. */
export type Told =
  | { readonly code: "refused" | "silence"; readonly ask: Asked["ask"] }
  | { readonly code: "stopped" | "time-over" | "window-gone" | "interrupted" };

/** The server's clock and this view may be so far apart. */
const ABOUT = 0.7;

/** What became of the question in `before`; null where the clerk sees or knows it anyway. `now`: seconds by the server's clock. */
export function endOfQuestion(before: Talk, after: Talk, now: number): Told | null {
  const asked = before.asked;
  if (asked === null || after.asked?.id === asked.id || after.held || interrupted(after) || answered(asked, before, after)) return null;
  return { code: now >= asked.until - ABOUT ? "silence" : "refused", ask: asked.ask };
}

/** The same for what was allowed. */
export function endOfGrant(before: Talk, after: Talk, now: number): Told | null {
  const grant = before.grant;
  if (grant === null || after.grant?.id === grant.id || after.held || after.case !== before.case) return null; // it ends where the clerk lays out another case
  if (interrupted(after)) return { code: "interrupted" };
  if (now >= grant.until - ABOUT) return { code: "time-over" };
  if (after.asked !== null && after.asked.id !== before.asked?.id) return null; // the clerk asks something else
  if (grant.scope !== "form") return { code: after.windows.some(({ window }) => window === grant.scope) ? "stopped" : "window-gone" };
  return after.form?.laid === true && after.form.frozen === null ? { code: "stopped" } : null;
}

function interrupted({ ends }: Talk): boolean {
  return ends.some(({ present }) => !present);
}

function answered(asked: Asked, before: Talk, after: Talk): boolean {
  switch (asked.ask) {
    case "screen": return after.may_show;
    case "control": return after.grant?.id === asked.id;
    case "page": return after.stills.some((still) => still.kept && still.material === asked.material && before.stills.every(({ number, kept }) => number !== still.number || !kept));
    // Who signs again has signed before: then it cannot be told from here, and nothing is said.
    case "signature": return after.form?.frozen?.id !== asked.form || after.form.frozen.places[asked.signer]?.signed === true;
  }
}

/** What the clerk took back is not told to the clerk. */
export class Questions {
  told: Told | null = null;
  readonly #own = new Set<string>();

  /** The clerk has withdrawn a question, or ended what was allowed. */
  mine(id: string): void {
    this.#own.add(id);
  }

  followed(before: Talk | null, after: Talk | null, now: number): void {
    if (before === null || after === null || before.session !== after.session) {
      this.told = null;
      this.#own.clear();
      return;
    }
    if (after.asked !== null && after.asked.id !== before.asked?.id) this.told = null;
    const ask = this.#own.has(before.asked?.id ?? "") ? null : endOfQuestion(before, after, now);
    const grant = this.#own.has(before.grant?.id ?? "") ? null : endOfGrant(before, after, now);
    this.told = ask ?? grant ?? this.told;
  }
}
