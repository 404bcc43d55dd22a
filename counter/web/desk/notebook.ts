/** What the clerk writes up of one case, from the talk into the wrap-up: the note, and the outcome chosen so far. */
import type { DeskView, Settlement } from "../../../signaling/web/wire.generated.ts";
import { Note } from "./notes.ts";

export class Notebook {
  note: Note | null = null;
  /** Of the case on the table. Null: what the server has. */
  outcome: Settlement | null = null;
  readonly #save: (session: string, note: string) => Promise<unknown>;
  readonly #changed: () => void;
  #case: string | null = null;

  constructor(save: (session: string, note: string) => Promise<unknown>, changed: () => void) {
    this.#save = save;
    this.#changed = changed;
  }

  choose(outcome: Settlement): void {
    this.outcome = outcome;
    this.#changed();
  }

  follow(view: DeskView): void {
    const session = view.talk?.session ?? view.wrap_up?.session ?? null;
    const fromServer = view.talk !== null ? view.note : view.wrap_up?.note ?? "";
    if (this.note !== null && this.note.session !== session) {
      this.note.finished();
      this.note = null;
      this.outcome = null;
    }
    this.#turn(view.talk?.case ?? view.wrap_up?.case ?? null);
    if (session === null) return;
    if (this.note !== null) return this.note.heard(fromServer);
    this.note = new Note(session, fromServer, {
      storage: sessionStorage, save: this.#save, changed: this.#changed,
      setTimer: (work, ms) => window.setTimeout(work, ms),
      clearTimer: (timer) => clearTimeout(timer),
    });
  }

  /** What was chosen for one case is not meant for another. */
  #turn(number: string | null): void {
    if (number !== this.#case) this.outcome = null;
    this.#case = number;
  }
}
