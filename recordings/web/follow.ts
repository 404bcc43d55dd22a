/** How one media element is kept on the session's clock: a small drift by its speed, a large one by a jump. Pure. */

export interface FollowPolicy {
  /** Milliseconds of drift that are left alone. */
  readonly loose: number;
  /** A correction goes on until the drift is as small as this. */
  readonly tight: number;
  /** From here on only a jump helps. */
  readonly jump: number;
  /** The time in which a correction takes most of a drift away, in milliseconds. */
  readonly within: number;
  /** Part of the speed by which it may be changed. */
  readonly most: number;
}

/** A change of speed can be heard. */
export const SOUND: FollowPolicy = { loose: 12, tight: 4, jump: 250, within: 700, most: 0.08 };
/** It cannot be seen. */
export const PICTURE: FollowPolicy = { loose: 12, tight: 4, jump: 250, within: 300, most: 0.25 };

export type Correction = { readonly do: "rate"; readonly rate: number } | { readonly do: "jump" };

/**
 * What to do about an element that is `drift` milliseconds ahead (negative: behind) while the clock runs at `rate`.
 * `correcting`: its speed differs from `rate` already.
 */
export function follow(drift: number, rate: number, correcting: boolean, policy: FollowPolicy): Correction {
  const size = Math.abs(drift);
  // At double speed the same lateness in the viewer's time is double the drift.
  if (size > policy.jump * Math.max(1, rate)) return { do: "jump" };
  if (size < (correcting ? policy.tight : policy.loose)) return { do: "rate", rate };
  const part = Math.max(-policy.most, Math.min(policy.most, -drift / policy.within / rate));
  return { do: "rate", rate: Math.round(rate * (1 + part) * 200) / 200 }; // in steps: not a new speed at every look
}
