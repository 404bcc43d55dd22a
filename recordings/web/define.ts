/** Makes the player's elements known to the page. */
import { SessionPlayer } from "./player.ts";
import { SessionTimeline } from "./timeline.ts";

export function definePlayer(): void {
  if (customElements.get("session-player") === undefined) customElements.define("session-player", SessionPlayer);
  if (customElements.get("session-timeline") === undefined) customElements.define("session-timeline", SessionTimeline);
}
