/** What the desktop says was done, as lines for the ledger: where, never what. Pure. */
import type { UsedLine } from "../../signaling/web/wire.generated.ts";
import type { DesktopEntry } from "./desktop.ts";

const MOST = 100_000;
const DID: Readonly<Record<string, UsedLine["did"]>> = { clicked: "pressed", scrolled: "wheel", typed: "typed", pressed: "key", refused: "refused" };

/** One entry; null for those that the server knows better (when it began and ended). */
export function usedLine(entry: DesktopEntry): UsedLine | null {
  const did = DID[entry.did];
  if (did === undefined) return null;
  const field = "field" in entry ? code(entry.field) : null;
  const why = "code" in entry ? code(entry.code) : null;
  const count = "count" in entry ? (entry.count ?? 1) : 1;
  return { did, count: Math.min(MOST, Math.max(0, count)), ...(field === null ? {} : { field }), ...(why === null ? {} : { code: why }) };
}

/** Lines that say the same one after the other are one line. */
export function together(lines: readonly UsedLine[]): readonly UsedLine[] {
  const found: UsedLine[] = [];
  for (const line of lines) {
    const last = found.at(-1);
    const same = last !== undefined && last.did === line.did && last.field === line.field && last.code === line.code;
    if (same) found[found.length - 1] = { ...last, count: Math.min(MOST, (last.count ?? 1) + (line.count ?? 1)) };
    else found.push(line);
  }
  return found;
}

/** A page may call its fields what it likes; here a name is small letters, digits and dashes. */
function code(name: string | undefined): string | null {
  const plain = (name ?? "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+/, "").slice(0, 64).replace(/-+$/, "");
  return plain === "" ? null : plain;
}
