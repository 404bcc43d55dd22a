/** Joins the shared form of a talk to the page's line: what is typed goes out as commands, what the server says comes in. */
import { ask } from "../api.ts";
import { CommandRefused } from "../commands.ts";
import type { Order } from "../commands.ts";
import type { Line } from "../line.ts";
import type { FieldHidden, FieldRevealed, FormChanged, FormEdited, FormWelcome, PageTurned, PointedInForm, Sheet as WireSheet, Talk } from "../wire.generated.ts";
import type { Form, PaperView, Side } from "./form_kinds.ts";
import type { FormPointing } from "./form_pointing.ts";
import { SharedForm } from "./shared_form.ts";
import type { Outgoing, Sheet } from "./shared_form.ts";
import type { StrokePart } from "./stroke_parts.ts";

/** The server cannot take it in this moment; what was typed stays here and is offered again. */
const LATER: ReadonlySet<string> = new Set(["not-now", "store-away", "internal", "given-up"]);
const AGAIN_MS = 1500;

export class FormLine {
  readonly session: string;
  /** Number of the case that it is of: two cases may have the same form. */
  readonly case: string;
  readonly form: Form;
  readonly shared: SharedForm;
  view: PaperView | null = null;
  /** The page to which the clerk turned the resident's form; null: none yet. */
  turned: string | null = null;
  /** Code of the last thing that was not taken; null once something else has been. */
  refusal: string | null = null;
  readonly #line: Line;
  readonly #changed: () => void;
  /** Around a `<guided-form>` each. */
  readonly #around = new Set<HTMLElement>();
  #up = false;
  #greeting = 0;
  #again = 0;
  #stopped = false;

  constructor(line: Line, of: { readonly session: string; readonly case: string }, form: Form, changed: () => void) {
    this.#line = line;
    this.session = of.session;
    this.case = of.case;
    this.form = form;
    this.#changed = changed;
    this.shared = new SharedForm(form.pages.flatMap(({ fields }) => fields), (out) => void this.#send(out));
    this.shared.onRefused = (_field, code) => this.#refused(code);
  }

  /** The form of this talk, in step with the server's as soon as there is a line. Raises `ApiError` when its definition cannot be had. */
  static async open(line: Line, side: Side, talk: Talk, changed: () => void): Promise<FormLine> {
    const { case: number, code, version } = talk.form ?? { case: "", code: "", version: "" };
    const as = side === "resident" ? "kiosk" : "person";
    const form = await ask<Form>("GET", `forms/${encodeURIComponent(code)}/${encodeURIComponent(version)}?as=${as}`);
    const opened = new FormLine(line, { session: talk.session, case: number }, form, changed);
    opened.lineUp(line.state.at === "up");
    return opened;
  }

  /** Whether this is still the form of the talk. */
  isOf(talk: Talk): boolean {
    return talk.session === this.session && talk.form?.case === this.case && talk.form.code === this.form.code && talk.form.version === this.form.valid_from;
  }

  /** Call it with every message; true when it was for the form. */
  heard(message: { readonly type: string }): boolean {
    if ((message as { session?: unknown }).session !== this.session || this.#stopped) return false;
    switch (message.type) {
      case "form-changed":
        this.view = (message as FormChanged).view;
        break;
      case "form-edited":
        this.shared.receive((message as FormEdited).field, bytes((message as FormEdited).update));
        break;
      case "field-revealed":
        this.shared.revealed((message as FieldRevealed).field, opened((message as FieldRevealed).sheet));
        break;
      case "field-hidden":
        this.shared.forget((message as FieldHidden).field);
        break;
      case "page-turned":
        this.turned = (message as PageTurned).page;
        break;
      case "pointed-in-form": // many a second: drawn where it is meant, and nothing else with it
        for (const element of this.#around) element.querySelector<FormPointing>("form-pointing")?.show(message as PointedInForm);
        return true;
      default:
        return false;
    }
    this.#changed();
    return true;
  }

  /** Call it whenever the line's state changes. */
  lineUp(up: boolean): void {
    if (this.#stopped || up === this.#up) return;
    this.#up = up;
    if (up) this.shared.connected();
    else this.shared.disconnected();
  }

  /** Sends what `<guided-form>` inside `element` asks for; returns what ends that. */
  connectTo(element: HTMLElement): () => void {
    const { session } = this;
    const order = <D>(make: (detail: D) => Order) => (event: Event): void => void this.#command(make((event as CustomEvent<D>).detail));
    const heard: readonly (readonly [string, (event: Event) => void])[] = [
      ["confirm-page", order(({ page, seen }: { page: string; seen: string }) => ({ type: "confirm-page", session, page, seen }))],
      ["reopen-page", order(({ page }: { page: string }) => ({ type: "reopen-page", session, page }))],
      ["show-field", order(({ field, shown }: { field: string; shown: boolean }) => ({ type: "show-field", session, field, shown }))],
      ["highlight", order(({ field }: { field: string | null }) => ({ type: "point-at-field", session, field }))],
      ["form-pointing", (event) => this.#point((event as CustomEvent<StrokePart>).detail)],
    ];
    for (const [type, listener] of heard) element.addEventListener(type, listener);
    this.#around.add(element);
    return () => {
      this.#around.delete(element);
      for (const [type, listener] of heard) element.removeEventListener(type, listener);
    };
  }

  /** Nothing of it is sent or shown any more. */
  stop(): void {
    this.#stopped = true;
    this.#up = false;
    clearTimeout(this.#again);
    this.shared.disconnected();
  }

  async #send(out: Outgoing): Promise<void> {
    if (this.#stopped || !this.#up) return;
    if (out.type === "form-hello") return this.#greet(out.vectors);
    const { number, field, update } = out;
    try {
      await this.#line.command({ type: "edit-form", session: this.session, case: this.case, field, update: text(update) });
      this.refusal = null;
      this.shared.taken(number);
    } catch (error) {
      const code = codeOf(error);
      if (LATER.has(code)) this.#later();
      else this.shared.refused(number, code);
    }
    this.#changed();
  }

  async #greet(vectors: Readonly<Record<string, Uint8Array>>): Promise<void> {
    const greeting = (this.#greeting += 1);
    const known = Object.fromEntries(Object.entries(vectors).map(([id, vector]) => [id, text(vector)]));
    try {
      const welcome = await this.#line.command({ type: "form-hello", session: this.session, vectors: known });
      if (greeting !== this.#greeting || this.#stopped) return; // a newer one is on its way
      this.view = (welcome as FormWelcome).view;
      this.shared.welcomed(Object.fromEntries(Object.entries((welcome as FormWelcome).sheets).map(([id, sheet]) => [id, opened(sheet)])));
    } catch (error) {
      if (greeting === this.#greeting && LATER.has(codeOf(error))) this.#later();
    }
    this.#changed();
  }

  /** Of use now or never: not kept for a line that is away, and nobody is told when it was not taken. */
  #point({ field, stroke, spots, ended }: StrokePart): void {
    if (this.#stopped || !this.#up) return;
    this.#line.command({ type: "point-in-form", session: this.session, field, stroke, spots, ended }).catch(() => undefined);
  }

  async #command(order: Order): Promise<void> {
    try {
      await this.#line.command(order);
      this.refusal = null;
      this.#changed();
    } catch (error) {
      this.#refused(codeOf(error));
    }
  }

  #refused(code: string): void {
    this.refusal = code;
    this.#changed();
  }

  /** On hold, or the store is away: everything is offered again after a moment, by one greeting. */
  #later(): void {
    this.shared.disconnected();
    if (this.#again !== 0 || this.#stopped) return;
    this.#again = window.setTimeout(() => {
      this.#again = 0;
      if (this.#up && !this.#stopped) this.shared.connected();
    }, AGAIN_MS);
  }
}

function codeOf(error: unknown): string {
  return error instanceof CommandRefused ? error.code : "internal";
}

function bytes(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function text(data: Uint8Array): string {
  let letters = "";
  for (const byte of data) letters += String.fromCharCode(byte);
  return btoa(letters);
}

function opened({ update, vector }: WireSheet): Sheet {
  return { update: bytes(update), vector: bytes(vector) };
}
