/**
 * When a connection is repaired, and how: ICE restart first, then a new connection, again and again by the ladder, never by a click.
 * Pure: facts and the time (seconds) in, an action out.
 */

export interface RecoveryPolicy {
  /** Nothing heard for so long: the line counts as lost. */
  readonly silent: number;
  /** How long an ICE restart may take before a new connection is built. */
  readonly restartPatience: number;
  /** How long a new connection may take, growing by one second with each try up to twice this. */
  readonly buildPatience: number;
}

export const RECOVERY: RecoveryPolicy = { silent: 5, restartPatience: 3, buildPatience: 6 };

export interface Facts {
  readonly state: RTCPeerConnectionState;
  /** When anything at all was last heard (RTP, RTCP, STUN). */
  readonly heardAt: number;
  /** The server says that the node does not hear us. */
  readonly toldLost: boolean;
  /** The server can be asked now. */
  readonly canAsk: boolean;
  /** The connection was up once, so that an ICE restart makes sense. */
  readonly restartable: boolean;
}

/** A connection that is not up: since when, how many tries, and when the next one is due. */
export interface Trouble {
  readonly since: number;
  readonly tries: number;
  readonly nextAt: number;
}

export type Action = "none" | "restart" | "build";

export function decide(trouble: Trouble | null, facts: Facts, now: number, policy: RecoveryPolicy = RECOVERY): { trouble: Trouble | null; action: Action } {
  const well = facts.state === "connected" && now - facts.heardAt < policy.silent && !facts.toldLost;
  if (well && (trouble === null || facts.heardAt > trouble.since)) return { trouble: null, action: "none" };
  const current = trouble ?? { since: now, tries: 0, nextAt: now };
  if (now < current.nextAt || !facts.canAsk) return { trouble: current, action: "none" };
  const tries = current.tries + 1;
  if (current.tries === 0 && facts.restartable && facts.state !== "closed") {
    return { trouble: { ...current, tries, nextAt: now + policy.restartPatience }, action: "restart" };
  }
  const patience = Math.min(policy.buildPatience + tries - 1, policy.buildPatience * 2);
  return { trouble: { ...current, tries, nextAt: now + patience }, action: "build" };
}

/** A try has failed outright (refused, or the browser threw): the next one need not wait for the patience, only for the ladder. */
export function failed(trouble: Trouble | null, now: number, wait: number): Trouble {
  const current = trouble ?? { since: now, tries: 1, nextAt: now };
  return { ...current, nextAt: Math.min(current.nextAt, now + wait) };
}
