/** When to try again: 0.5, 1, 2, 4, 4 … seconds, each ±30 % so that ten thousand ends do not come back in one step. Pure. */
export interface LadderPolicy {
  readonly first: number;
  readonly last: number;
  /** Part of the step by which chance moves it. */
  readonly jitter: number;
}

export const LADDER: LadderPolicy = { first: 0.5, last: 4, jitter: 0.3 };

/** Seconds to wait before the try after `failures` failed ones; `chance` is uniform in 0…1. */
export function wait(failures: number, chance: number, policy: LadderPolicy = LADDER): number {
  const step = Math.min(policy.last, policy.first * 2 ** Math.max(0, failures - 1));
  return step * (1 + policy.jitter * (2 * chance - 1));
}
