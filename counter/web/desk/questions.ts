/** What became of what the clerk asked the resident, and of what the resident allowed, as far as the clerk cannot see it otherwise; pure. */
import type { Talk } from "../../../signaling/web/wire.generated.ts";

type Ended = NonNullable<Talk["ended"]>;
type Asked = Exclude<Ended["what"], "grant">;

/** What is told: the resident said no, nobody answered, the resident ended it, its time is over, its window has gone. */
export type Told =
  | { readonly code: "refused" | "silence"; readonly ask: Asked }
  | { readonly code: "stopped" | "time-over" | "window-gone" | "interrupted" };

/** Of the last thing that was asked or allowed; null where the clerk sees or did it. */
export function toldOf({ ended, asked }: Talk): Told | null {
  if (ended === null || asked !== null) return null;
  return ended.what === "grant" ? ofGrant(ended) : ofQuestion(ended.what, ended.because);
}

function ofQuestion(ask: Asked, because: string): Told | null {
  switch (because) {
    case "refused":
    case "silence": return { code: because, ask };
    case "window-gone": return { code: because };
    default: return null;
  }
}

function ofGrant({ because, by }: Ended): Told | null {
  if (by === "clerk") return null;
  switch (because) {
    case "time-over":
    case "window-gone": return { code: because };
    case "line-lost":
    case "node-lost":
    case "restart": return { code: "interrupted" };
    default: return by === null ? null : { code: "stopped" };
  }
}
