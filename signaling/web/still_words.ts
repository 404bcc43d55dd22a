/** What is wrong with a still, in words that say what to do; or that it is good. */
import type { Say } from "../../config/web/words.ts";
import type { Still } from "./wire.generated.ts";

export function stillWords(say: Say, { reasons, glare }: Pick<Still, "reasons" | "glare">): string {
  if (reasons.length === 0) return say("still.good");
  return reasons.map((reason) => say(`still.${reason}`, { place: glare === null || glare === undefined ? "" : say(`place.${glare}`) })).join(" · ");
}
