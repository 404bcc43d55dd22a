/** What every screen of the kiosk gets to draw from; screens are functions of it and keep nothing. */
import type { Language, Localised, Say } from "../../config/web/words.ts";
import type { Conversation } from "../../media/web/conversation.ts";
import type { Devices } from "../../media/web/devices.ts";
import type { Catalogue, KioskSelf } from "../../signaling/web/catalogue.ts";
import type { LineQuality, Talk } from "../../signaling/web/wire.generated.ts";
import type { Booth, BoothEvent } from "./booth.ts";
import type { Printing } from "./printing.ts";
import type { Tools } from "./tools.ts";

export interface Kiosk {
  readonly booth: Booth;
  readonly self: KioskSelf;
  readonly catalogue: Catalogue;
  readonly language: Language;
  readonly say: Say;
  readonly pick: (text: Localised) => string;
  readonly tell: (event: BoothEvent) => void;
  /** Seconds since 1970 UTC by the server's clock. */
  readonly now: number;
  /** The same in whole milliseconds, at this very moment: when something was touched. */
  readonly instant: () => number;
  readonly devices: Devices;
  readonly conversation: Conversation | null;
  readonly quality: ReadonlyMap<string, LineQuality["level"]>;
  /** The line to the server is up. */
  readonly lineUp: boolean;
  /** The browser wants a touch before it plays the clerk's voice. */
  readonly voiceBlocked: boolean;
  readonly switchSource: (source: "camera" | "microphone", on: boolean) => void;
  readonly hear: () => void;
  /** The papers' camera; null where the kiosk has none. `shown`: what the clerk sees of it now. */
  readonly papers: { readonly shown: MediaStreamTrack | null; readonly toggle: () => void } | null;
  /** What the clerk's tools need at this end: what is asked, the form, its signature, an operation, what is written. */
  readonly tools: Tools;
  /** There is a reader for identity cards. */
  readonly reader: boolean;
  /** Papers to take along, on their way to the printer. */
  readonly printing: Printing;
  /** A touch on what the clerk asks. */
  readonly answer: (talk: Talk, yes: boolean) => void;
  /** This screen is being shown to the clerk. */
  readonly showingScreen: boolean;
  readonly stopShowing: () => void;
  /** The resident wants to see the clerk's screen no more. */
  readonly stopTheirs: (talk: Talk, participant: string) => void;
  /** Reads the screen aloud; null where this machine has no voice for the language. */
  readonly readAloud: (() => void) | null;
  /** There is more of the screen below. */
  readonly more: boolean;
  readonly showMore: () => void;
}
