/** The ring that a clerk cannot miss: bell until answered, the window's title, a desktop notification when the window is hidden. */
import type { Say } from "../../../config/web/words.ts";
import type { Chimes } from "../../../media/web/chime.ts";
import type { Ring } from "../../../signaling/web/wire.generated.ts";

export class Bell {
  readonly #chimes: Chimes;
  #ring: Ring | null = null;
  #notification: Notification | null = null;

  constructor(chimes: Chimes) {
    this.#chimes = chimes;
  }

  /** What the desk shows now; `serverNow` in seconds since 1970. */
  show(ring: Ring | null, serverNow: number, say: Say): void {
    const fresh = ring !== null && ring.session !== this.#ring?.session;
    this.#ring = ring;
    document.title = ring === null ? say("counter.title") : say("counter.ring.title", { number: ring.number });
    if (ring === null) {
      this.#chimes.hush();
      this.#notification?.close();
      this.#notification = null;
      return;
    }
    if (!this.#chimes.isRinging) this.#chimes.ring(Math.max(1, ring.until - serverNow));
    if (fresh && document.hidden) this.#notify(ring, say);
  }

  /** Whether the bell is to ring and cannot be heard. */
  get muffled(): boolean {
    return !this.#chimes.audible;
  }

  #notify(ring: Ring, say: Say): void {
    if (typeof Notification === "undefined" || Notification.permission !== "granted") return;
    // The name stays out: a notification can lie open on a screen that others see.
    this.#notification = new Notification(say("counter.ring.title", { number: ring.number }), { body: ring.service_name, tag: ring.session, requireInteraction: true });
    this.#notification.onclick = () => window.focus();
  }
}
