/** What may be done for a case at this window, and what it calls for that may not be done here. Pure. */
import type { WindowAct, WindowAllowed, WindowCase } from "../../../signaling/web/wire.generated.ts";

export interface Offers {
  readonly notice: WindowAllowed | null;
  readonly papers: WindowAllowed | null;
  readonly outcome: WindowAllowed | null;
  /** What the case calls for and no power of the home lets whoever stands here do, in the order of the page. */
  readonly withheld: readonly WindowAct[];
  /** Something was accepted, and its receipt promises no collecting here. */
  readonly elsewhere: boolean;
}

const ACCEPTED: readonly WindowCase["state"][] = ["accepted", "accepted-with-gaps"];

/** The server says in `may` what is allowed now; this says what is shown for it, and for what the words of a missing power are needed. */
export function offersOf(one: WindowCase): Offers {
  const allowed = (act: WindowAct): WindowAllowed | null => one.may.find((each) => each.act === act) ?? null;
  const delivered = one.delivered_on !== null;
  const [notice, papers, outcome] = [one.notice ? allowed("one-time-notice") : null, one.lacking.length > 0 ? allowed("accept-papers") : null, delivered ? null : allowed("deliver-outcome")];
  const withheld: WindowAct[] = [];
  if (one.notice && notice === null) withheld.push("one-time-notice");
  if (one.lacking.length > 0 && papers === null) withheld.push("accept-papers");
  if (one.nearby && !delivered && outcome === null) withheld.push("deliver-outcome");
  return { notice, papers, outcome, withheld, elsewhere: !one.nearby && !delivered && (outcome !== null || ACCEPTED.includes(one.state)) };
}

/** Whether there is anything to be done, said or handed out for it here. */
export function isQuiet({ notice, papers, outcome, withheld, elsewhere }: Offers, { delivered_on }: WindowCase): boolean {
  return notice === null && papers === null && outcome === null && withheld.length === 0 && !elsewhere && delivered_on === null;
}
