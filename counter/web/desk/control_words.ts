/** Why something was not done in an operated window, in words; the codes are those of kiosk/operate/grant.py. */
import type { Say, WordKey } from "../../../config/web/words.ts";

export const REASONS = [
  "no-grant", "expired", "unknown-window", "shell-window", "not-a-window", "other-page", "page-silent", "view-only", "outside-window", "covered", "grabbed",
  "hands-on", "not-that-window", "no-field", "masked-field", "forbidden-key", "bad-text", "no-letter", "too-many", "busy",
] as const;

/** A code that this page does not know yet is told by its name. */
export function sayReason(say: Say, code: string): string {
  const known = REASONS.find((each) => each === code);
  return known === undefined ? say("counter.control.why.other", { code }) : say(`counter.control.why.${known}` satisfies WordKey);
}
