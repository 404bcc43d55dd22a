/** The form of the talk on the kiosk's side: fetched once, joined to the line, and drawn by one element that keeps what is typed into it. */
import type { Language, Localised, Say } from "../../config/web/words.ts";
import type { Form } from "../../signaling/web/form/form_kinds.ts";
import { FormLine } from "../../signaling/web/form/form_line.ts";
import type { GuidedForm } from "../../signaling/web/form/form_view.ts";
import type { Line } from "../../signaling/web/line.ts";
import type { Talk } from "../../signaling/web/wire.generated.ts";

/** The form with the lines on which it is signed. */
export type SignedForm = Form & { readonly signed_by: readonly Localised[] };

const AGAIN_MS = 2000;

export class FormTable {
  readonly #line: Line;
  readonly #changed: () => void;
  #talk: Talk | null = null;
  #wanted = "";
  #joined: FormLine | null = null;
  #element: GuidedForm | null = null;
  #undo: () => void = () => undefined;
  #retry = 0;

  constructor(line: Line, changed: () => void) {
    this.#line = line;
    this.#changed = changed;
  }

  /** Its definition; null until it has come. */
  get form(): SignedForm | null {
    return this.#joined === null ? null : (this.#joined.form as SignedForm);
  }

  /** Code of the last thing that was not taken. */
  get refusal(): string | null {
    return this.#joined?.refusal ?? null;
  }

  /** The form as it stands, in these words; null until it has come. One element for the form of a case, so that a screen in between costs no letter. */
  drawn(say: Say, language: Language): GuidedForm | null {
    const joined = this.#joined;
    if (joined === null || this.#element === null) return null;
    const { form, shared, view } = joined;
    return Object.assign(this.#element, { form, shared, view, say, language });
  }

  /** The talk as the server describes it now; null: all of it is forgotten. */
  follow(talk: Talk | null): void {
    this.#talk = talk;
    const form = talk?.form ?? null;
    const wanted = talk === null || form === null ? "" : `${talk.session} ${form.case} ${form.code} ${form.version}`;
    if (wanted === this.#wanted) return;
    this.#leave();
    this.#wanted = wanted;
    if (talk !== null && wanted !== "") void this.#open(talk, wanted);
  }

  lineUp(up: boolean): void {
    this.#joined?.lineUp(up);
  }

  /** Call it with every message; `mayTurn`: the clerk may operate the form. True when it was for the form. */
  heard(message: { readonly type: string }, mayTurn: boolean): boolean {
    if (message.type === "page-turned" && !mayTurn) return true; // stopped a moment ago
    if (this.#joined?.heard(message) !== true) return false;
    if (message.type === "page-turned" && this.#element !== null) this.#element.page = this.#joined.turned;
    return true;
  }

  async #open(talk: Talk, wanted: string): Promise<void> {
    try {
      const joined = await FormLine.open(this.#line, "resident", talk, () => this.#redraw());
      if (wanted !== this.#wanted) return joined.stop();
      this.#joined = joined;
      this.#element = document.createElement("guided-form") as GuidedForm;
      this.#element.side = "resident";
      this.#undo = joined.connectTo(this.#element);
      joined.lineUp(this.#line.state.at === "up");
      this.#changed();
    } catch {
      if (wanted !== this.#wanted) return;
      this.#retry = window.setTimeout(() => {
        if (this.#talk !== null && wanted === this.#wanted) void this.#open(this.#talk, wanted);
      }, AGAIN_MS);
    }
  }

  /** The element compares by identity, and the shared form is always the same. */
  #redraw(): void {
    this.#element?.requestUpdate();
    this.#changed();
  }

  #leave(): void {
    clearTimeout(this.#retry);
    this.#undo();
    this.#undo = () => undefined;
    this.#joined?.stop();
    this.#element?.remove();
    this.#joined = null;
    this.#element = null;
  }
}
