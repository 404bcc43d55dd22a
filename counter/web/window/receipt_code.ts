/** A receipt's code out of what was typed, or out of what a scanner read from the square beside it. Pure. */

const HALF = 5;
const MISREAD: Readonly<Record<string, string>> = { 0: "O", 1: "I", 8: "B", 9: "G" };
/** The square holds who signed, the session, how far and the digest; the code is its last word. */
const SQUARE = /^VW1\s.*\s(\S+)$/is;

/** As it stands on the receipt (`AB2CD-EF3GH`), small and wide letters, dashes and digits that look like letters forgiven; null: it is no code. */
export function codeOf(text: string): string | null {
  const said = text.normalize("NFKC").trim();
  const letters = (SQUARE.exec(said)?.[1] ?? said).toUpperCase().replace(/[\s\p{Pd}_.]/gu, "").replace(/[0189]/g, (digit) => MISREAD[digit]!);
  return /^[A-Z2-7]{10}$/.test(letters) ? `${letters.slice(0, HALF)}-${letters.slice(HALF)}` : null;
}
