/** What is written in a talk: the panel, what is being written, what was read. Kept in the tab, so that a reload loses nothing; gone with the talk. */
import type { Talk, TextLine } from "../../../signaling/web/wire.generated.ts";
import type { Order } from "../../../signaling/web/commands.ts";

export const LONGEST_TEXT = 300;

export class TextWork {
  open = false;
  sending = false;
  draft = "";
  readonly #tell: (order: Order) => Promise<boolean>;
  readonly #changed: () => void;
  readonly #storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  #session: string | null = null;
  #read = 0;

  /** `tell`: ask the server; whether it was done. */
  constructor(tell: (order: Order) => Promise<boolean>, changed: () => void, storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> = sessionStorage) {
    this.#tell = tell;
    this.#changed = changed;
    this.#storage = storage;
  }

  follow(talk: Talk | null): void {
    if (talk?.session !== this.#session) this.#turn(talk?.session ?? null);
    if (talk !== null && this.open) this.#seen(talk.texts);
  }

  /** Lines of the other side that were not on the glass yet. */
  unread({ texts, me }: Pick<Talk, "texts" | "me">): number {
    return texts.filter(({ n, by }) => by !== me && n > this.#read).length;
  }

  show(open: boolean, { texts }: Pick<Talk, "texts">): void {
    this.open = open;
    if (open) this.#seen(texts);
    this.#changed();
  }

  typed(draft: string): void {
    this.draft = draft;
    this.#keep("text", draft);
    this.#changed();
  }

  async send(): Promise<void> {
    const [session, text] = [this.#session, this.draft.trim()];
    if (session === null || text === "" || this.sending) return;
    this.sending = true;
    this.#changed();
    const sent = await this.#tell({ type: "send-text", session, text });
    this.sending = false;
    if (sent && this.#session === session && this.draft.trim() === text) this.typed("");
    this.#changed();
  }

  #seen(texts: readonly TextLine[]): void {
    this.#read = texts.at(-1)?.n ?? 0;
    this.#keep("read", String(this.#read));
  }

  #turn(session: string | null): void {
    for (const what of ["text", "read"] as const) this.#keep(what, "");
    this.#session = session;
    this.open = false;
    this.draft = session === null ? "" : this.#storage.getItem(`text:${session}`) ?? "";
    this.#read = session === null ? 0 : Number(this.#storage.getItem(`read:${session}`) ?? 0);
  }

  #keep(what: "text" | "read", value: string): void {
    if (this.#session === null) return;
    if (value === "") this.#storage.removeItem(`${what}:${this.#session}`);
    else this.#storage.setItem(`${what}:${this.#session}`, value);
  }
}
