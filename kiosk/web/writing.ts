/** Lines that resident and clerk write to each other: whether the panel is open, and which line nobody has seen yet. */
import { CommandRefused } from "../../signaling/web/commands.ts";
import type { Answer, Order } from "../../signaling/web/commands.ts";
import type { KioskView, Talk, TextLine } from "../../signaling/web/wire.generated.ts";

export type Needs = NonNullable<KioskView["needs"]>;

export class Writing {
  readonly #line: { command(order: Order): Promise<Answer> };
  readonly #changed: () => void;
  #session: string | null = null;
  #talk: Talk | null = null;
  #seen = 0;
  /** What lies on the table, and whether the panel was open before. */
  #table = "";
  #before = false;
  /** The panel is open. */
  open = false;
  /** What is typed and not sent yet. */
  draft = "";
  sending = false;
  /** Code of why the last line was not taken. */
  refusal: string | null = null;

  constructor(line: { command(order: Order): Promise<Answer> }, changed: () => void) {
    this.#line = line;
    this.#changed = changed;
  }

  /** The clerk's last line, while the panel is closed and nobody has said that they have read it. */
  get unread(): TextLine | null {
    const talk = this.#talk;
    const last = talk?.texts.filter(({ by }) => by !== talk.me).at(-1) ?? null;
    return this.open || last === null || last.n <= this.#seen ? null : last;
  }

  /** The talk as the server describes it now. Whoever does not hear finds the panel open. */
  follow(talk: Talk | null, needs: Needs): void {
    this.#talk = talk;
    if (talk?.session !== this.#session) {
      this.#session = talk?.session ?? null;
      [this.#table, this.#before] = ["", false];
      [this.open, this.draft, this.sending, this.refusal, this.#seen] = [talk !== null && needs.includes("sign-language"), "", false, null, 0];
    }
    this.#stepAside(talk?.asked?.ask === "signature" ? "signature" : talk?.form?.laid === true ? "form" : "");
    // A line that was answered has been read, also by a page that was loaded anew.
    if (talk !== null) this.#seen = Math.max(this.#seen, ...talk.texts.filter(({ by }) => by === talk.me).map(({ n }) => n));
    if (this.open) this.#read();
  }

  /** What lies on the table is not covered by itself; whoever wants to write opens the panel over it. */
  #stepAside(table: string): void {
    if (table === this.#table) return;
    if (this.#table === "") this.#before = this.open;
    this.open = table === "" && (this.open || this.#before);
    this.#table = table;
  }

  toggle(): void {
    this.open = !this.open;
    this.#read();
    this.#changed();
  }

  dismiss(): void {
    this.#read();
    this.#changed();
  }

  typed(draft: string): void {
    this.draft = draft;
    this.#changed();
  }

  /** Ends when it is stored or refused; what is refused stays in the field. */
  async send(): Promise<void> {
    const [talk, text] = [this.#talk, this.draft.trim()];
    if (talk === null || text === "" || this.sending) return;
    [this.sending, this.refusal] = [true, null];
    this.#changed();
    let refusal: string | null = null;
    await this.#line.command({ type: "send-text", session: talk.session, text }).catch((error: unknown) => {
      refusal = error instanceof CommandRefused ? error.code : "internal";
    });
    if (this.#session !== talk.session) return;
    [this.sending, this.refusal] = [false, refusal];
    if (refusal === null) this.draft = "";
    this.#changed();
  }

  #read(): void {
    this.#seen = Math.max(this.#seen, this.#talk?.texts.at(-1)?.n ?? 0);
  }
}
