/** Whether a participant's source is on, as the server says; a face and a voice are until something else is said. */
import type { Talk } from "../../../signaling/web/wire.generated.ts";

export function on(talk: Talk, participant: string, source: Talk["sources"][number]["source"]): boolean {
  const said = talk.sources.find((one) => one.participant === participant && one.source === source);
  return said?.on ?? (source === "camera" || source === "microphone");
}
