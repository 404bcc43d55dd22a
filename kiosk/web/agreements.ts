/** What the resident agreed to in this visit: the card that shows it, the words of each text as they were read, and taking it back. */
import type { Catalogue, Consent } from "../../signaling/web/catalogue.ts";
import { ask } from "../../signaling/web/api.ts";
import { CommandRefused } from "../../signaling/web/commands.ts";
import type { Line } from "../../signaling/web/line.ts";
import type { ConsentNow, KioskView, Language } from "../../signaling/web/wire.generated.ts";

type Text = ConsentNow["text"];
type Screen = KioskView["screen"];
/** Where in the card one is. */
export type Place = { readonly at: "list" } | { readonly at: "read" | "withdraw" | "give"; readonly text: Text };
type Order = { readonly type: "withdraw-consent" } | { readonly type: "give-consent"; readonly language: Language };

export class Agreements {
  /** Null while the card is closed. */
  place: Place | null = null;
  /** What the server refused last. */
  problem: string | null = null;
  busy = false;
  consents: readonly ConsentNow[] = [];
  readonly #line: Pick<Line, "command">;
  readonly #changed: () => void;
  /** By text and version: null while it is fetched, `lost` when it could not be had. */
  readonly #words = new Map<string, Consent | null | "lost">();
  #session: string | null = null;
  #screen: Screen["screen"] | null = null;

  constructor(line: Pick<Line, "command">, changed: () => void) {
    this.#line = line;
    this.#changed = changed;
  }

  /** The view as it is now. Null: nobody is being served, and nothing of them stays. What begins or ends on the screen closes the card. */
  follow(screen: Screen | null, consents: readonly ConsentNow[]): void {
    const session = screen === null ? null : sessionOf(screen);
    const now = screen?.screen ?? null;
    const turned = now !== this.#screen && !(inLine(now) && inLine(this.#screen));
    if (session !== this.#session || turned || consents.length === 0) this.#shut();
    this.#session = session;
    this.#screen = now;
    this.consents = session === null ? [] : consents;
  }

  /** One consent as it stands. */
  of(text: Text): ConsentNow | null {
    return this.consents.find((each) => each.text === text) ?? null;
  }

  /** Whether it was agreed to, and is no more. */
  withdrew(text: Text): boolean {
    return this.of(text)?.state === "withdrawn";
  }

  /** Whoever opens it again asks again for what could not be had. */
  open(): void {
    for (const [key, words] of this.#words) if (words === "lost") this.#words.delete(key);
    this.#go({ at: "list" });
  }

  close(): void {
    this.#shut();
    this.#changed();
  }

  go(place: Place): void {
    this.#go(place);
  }

  /** The words in the version that counts; null until they are here. */
  words(catalogue: Catalogue, { text, version }: ConsentNow): Consent | null | "lost" {
    const shown = catalogue.consents.find((each) => each.text === text && each.version === version);
    if (shown !== undefined) return shown;
    const key = `${text}/${version}`;
    if (!this.#words.has(key)) {
      this.#words.set(key, null);
      void this.#fetch(key);
    }
    return this.#words.get(key) ?? null;
  }

  /** It counts from the server's answer on. */
  async say(text: Text, order: Order): Promise<void> {
    if (this.#session === null || this.busy) return;
    this.busy = true;
    this.problem = null;
    this.#changed();
    try {
      await this.#line.command({ ...order, session: this.#session, text });
      if (this.place !== null) this.place = { at: "list" };
    } catch (error) {
      this.problem = error instanceof CommandRefused ? error.code : "other";
    }
    this.busy = false;
    this.#changed();
  }

  #go(place: Place): void {
    this.place = place;
    this.problem = null;
    this.#changed();
  }

  #shut(): void {
    this.place = null;
    this.problem = null;
  }

  async #fetch(key: string): Promise<void> {
    this.#words.set(key, await ask<Consent>("GET", `consents/${key}`).catch(() => "lost" as const));
    this.#changed();
  }
}

function inLine(screen: Screen["screen"] | null): boolean {
  return screen === "waiting" || screen === "ringing";
}

function sessionOf(screen: Screen): string | null {
  if (screen.screen === "idle") return null;
  return screen.screen === "talking" ? screen.talk.session : screen.session;
}
