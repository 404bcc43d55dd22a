/** Who is who in a talk, as the screens name them. */
import type { Talk } from "../../../signaling/web/wire.generated.ts";
import type { Kiosk } from "../context.ts";
import { homeName } from "./line.ts";

type End = Talk["ends"][number];

/** The clerk; null while nobody sits there. */
export function clerkOf(talk: Talk): End | null {
  return talk.ends.find(({ participant, role }) => participant !== talk.me && role === "clerk") ?? null;
}

/** The counter's name; that of the home while nobody sits there. */
export function placeOf(kiosk: Kiosk, talk: Talk): string {
  return clerkOf(talk)?.place ?? homeName(kiosk, talk.home);
}

export function clerkName({ say }: Kiosk, talk: Talk): string {
  return clerkOf(talk)?.name ?? say("kiosk.talk.clerk");
}
