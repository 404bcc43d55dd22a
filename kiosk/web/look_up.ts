/** A receipt's code, entered key by key, and what came of it. Pure. */
import type { ReceiptStatus } from "../../signaling/web/wire.generated.ts";

/** What no code has is not on the keys: 0, 1, 8 and 9 (base32, RFC 4648). */
export const KEYS: readonly string[] = ["ABCDEFG", "HIJKLMN", "OPQRSTU", "VWXYZ", "234567"];
export const LETTERS = 10;
const MISREAD: Readonly<Record<string, string>> = { 0: "O", 1: "I", 8: "B", 9: "G" };

export type Found = { readonly at: "status"; readonly status: ReceiptStatus } | { readonly at: "problem"; readonly code: string; readonly seconds: number | null };
export interface LookUp { readonly at: "look-up"; readonly typed: string; readonly asking: boolean; readonly found: Found | null }

export const START: LookUp = { at: "look-up", typed: "", asking: false, found: null };

/** A key of the glass or of a keyboard; small letters, blanks and digits that look like letters are forgiven. */
export function press(here: LookUp, key: string): LookUp {
  if (here.asking || here.found?.at === "status") return here;
  if (key === "erase") return { ...here, typed: here.typed.slice(0, -1), found: null };
  const letter = MISREAD[key] ?? key.toUpperCase();
  if (!/^[A-Z2-7]$/.test(letter) || here.typed.length >= LETTERS) return here;
  return { ...here, typed: here.typed + letter, found: null };
}

/** The question to the server; null while there is none to be asked. */
export function sent(here: { readonly at: string }): LookUp | null {
  const step = here as LookUp;
  return here.at === "look-up" && step.typed.length === LETTERS && !step.asking ? { ...step, asking: true, found: null } : null;
}

/** The answer; one that comes after somebody else has begun, or to another code, is nobody's. */
export function came<S extends { readonly at: string }>(here: S, typed: string, found: Found): S | LookUp {
  const step = here as unknown as LookUp;
  return here.at === "look-up" && step.asking && step.typed === typed ? { ...step, asking: false, found } : here;
}

/** As it stands on the receipt, with a place for each letter that is still to come: `AB2C_-_____`. */
export function written(typed: string): string {
  const padded = typed.padEnd(LETTERS, "_");
  return `${padded.slice(0, LETTERS / 2)}-${padded.slice(LETTERS / 2)}`;
}
