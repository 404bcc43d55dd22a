/** The clerk's note on one case: kept in the tab until the server has it, so that a reload loses nothing. */

/** What a note needs of the world; `setTimer` returns what `clearTimer` takes. */
export interface NoteWorld {
  readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  readonly save: (session: string, note: string) => Promise<unknown>;
  readonly setTimer: (work: () => void, ms: number) => number;
  readonly clearTimer: (timer: number) => void;
  readonly changed: () => void;
}

export type Saving = "saved" | "typing" | "saving" | "failed";

const QUIET_MS = 600;
const RETRY_MS = 4000;

export class Note {
  readonly session: string;
  readonly #world: NoteWorld;
  #text: string;
  #heard: string;
  #state: Saving = "saved";
  #timer = 0;

  constructor(session: string, fromServer: string, world: NoteWorld) {
    this.session = session;
    this.#world = world;
    const kept = world.storage.getItem(this.#key);
    this.#text = kept ?? fromServer;
    this.#heard = fromServer;
    if (kept === fromServer) world.storage.removeItem(this.#key);
    else if (kept !== null) this.#later(0);
  }

  get text(): string {
    return this.#text;
  }

  get state(): Saving {
    return this.#state;
  }

  typed(text: string): void {
    this.#text = text;
    this.#world.storage.setItem(this.#key, text);
    this.#later(QUIET_MS);
  }

  /** The server's copy; what is typed here and not yet there is newer. */
  heard(fromServer: string): void {
    const changed = fromServer !== this.#heard;
    this.#heard = fromServer;
    if (changed && this.#state === "saved") this.#text = fromServer;
  }

  /** The case has left the desk. What the server does not have yet is sent once more; then nothing of it stays in the tab. */
  finished(): void {
    this.#world.clearTimer(this.#timer);
    const forget = (): void => this.#world.storage.removeItem(this.#key);
    if (this.#state === "saved") forget();
    else this.#world.save(this.session, this.#text).then(forget, forget);
  }

  get #key(): string {
    return `note:${this.session}`;
  }

  #later(ms: number): void {
    this.#state = this.#state === "failed" ? "failed" : "typing";
    this.#world.clearTimer(this.#timer);
    this.#timer = this.#world.setTimer(() => void this.#save(), ms);
    this.#world.changed();
  }

  async #save(): Promise<void> {
    const sent = this.#text;
    this.#state = "saving";
    this.#world.changed();
    try {
      await this.#world.save(this.session, sent);
    } catch {
      this.#state = "failed";
      this.#later(RETRY_MS);
      return;
    }
    if (this.#text === sent) {
      this.#state = "saved";
      this.#world.storage.removeItem(this.#key);
    }
    this.#world.changed();
  }
}
