/** What both wrote to each other, as it was sealed; each line is held against the digest that the ledger has had since it was written. */
import type { TimelineEvent } from "../../../signaling/web/wire.generated.ts";

export interface Line {
  readonly n: number;
  readonly by: "resident" | "clerk";
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly text: string;
  /** It is exactly what the ledger has the digest of. */
  readonly proven: boolean;
}

/** The lines of a transcript (`virtual-window-texts/1`). Rejects when it is none. */
export async function linesOf(file: ArrayBuffer, events: readonly TimelineEvent[]): Promise<readonly Line[]> {
  const { lines } = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(file)) as { readonly lines: readonly Record<string, unknown>[] };
  const said = new Map(events.filter(({ what }) => what === "text-said").map(({ body }) => [(body as { n: number }).n, (body as { digest: string }).digest]));
  return Promise.all(lines.map(async (line) => {
    const { n, by, at, text } = line;
    if (typeof n !== "number" || typeof at !== "number" || typeof text !== "string" || (by !== "resident" && by !== "clerk")) throw new TypeError("no transcript");
    return { n, by, at, text, proven: (await digestOf(line)) === said.get(n) };
  }));
}

/** SHA-256 of the canonical form: keys in order, no spaces (signaling/domain/case_file.py, `TextLine.digest`). */
async function digestOf(line: Readonly<Record<string, unknown>>): Promise<string> {
  const canonical = JSON.stringify(Object.fromEntries(Object.entries(line).toSorted(([a], [b]) => (a < b ? -1 : 1))));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonical));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
