/** What the clerk must know of the resident's consents at once, and what they enter as spoken. */
import type { Order } from "../../../signaling/web/commands.ts";
import type { ConsentNow, DeskView } from "../../../signaling/web/wire.generated.ts";

type Text = ConsentNow["text"];
export type Spoken = Exclude<Text, "recording">;

/** A consent that has changed while the clerk was with the resident. */
export interface News {
  readonly text: Text;
  readonly state: "given" | "withdrawn";
}

export class ConsentsWork {
  news: News | null = null;
  /** The text of which something was said aloud: its dialog is open. */
  spoken: Spoken | null = null;
  readonly #tell: (order: Order) => Promise<boolean>;
  readonly #changed: () => void;
  #session: string | null = null;
  #before: readonly ConsentNow[] = [];
  #own: Text | null = null;

  constructor(tell: (order: Order) => Promise<boolean>, changed: () => void) {
    this.#tell = tell;
    this.#changed = changed;
  }

  /** The view as it is now; the wrap-up belongs to the talk before it. */
  follow(view: DeskView): void {
    const session = view.talk?.session ?? view.wrap_up?.session ?? null;
    if (session !== this.#session) this.news = null;
    else this.#compare(view.consents);
    if (view.talk === null || session !== this.#session) this.spoken = null;
    this.#session = session;
    this.#before = view.consents;
  }

  #compare(now: readonly ConsentNow[]): void {
    for (const { text, state } of now) {
      const before = this.#before.find((each) => each.text === text);
      if (before === undefined || before.state === state || state === "refused") continue;
      if (this.#own === text) this.#own = null; // the clerk entered it: they know
      else this.news = { text, state };
    }
  }

  closeNews(): void {
    this.news = null;
    this.#changed();
  }

  /** Null closes the dialog. */
  ask(text: Spoken | null): void {
    this.spoken = text;
    this.#changed();
  }

  async enter(session: string, text: Spoken, given: boolean): Promise<void> {
    this.#own = text;
    this.ask(null);
    if (!(await this.#tell({ type: "enter-spoken-consent", session, text, given }))) this.#own = null;
  }
}

/** Whether the resident no longer agrees to this. */
export function isWithdrawn(consents: readonly ConsentNow[], text: Text): boolean {
  return consents.some((each) => each.text === text && each.state === "withdrawn");
}

/** Whether it is a consent that the case lacks: without it nothing is accepted. The server decides the same. */
export function lacksConsent(consents: readonly ConsentNow[]): boolean {
  return consents.some(({ text, state }) => state === "withdrawn" || (text === "identity-check" && state === "refused"));
}
