/** So many a second with a burst: a bucket of `burst` tokens, filled with `perSecond`. Pure; `now` in seconds. */
export class Budget {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  constructor(perSecond: number, burst: number, now: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at = now;
  }

  /** Take one; false, and nothing taken, when there is none. */
  spend(now: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, now - this.#at) * this.#perSecond);
    this.#at = Math.max(now, this.#at);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** The moment from which one can be taken. */
  nextAt(): number {
    return this.#tokens >= 1 ? this.#at : this.#at + (1 - this.#tokens) / this.#perSecond + 1e-6;
  }
}
