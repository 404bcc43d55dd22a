/** `<guided-form>`: one page of a form that resident and clerk fill in together. Knows no transport; see shared_form.ts. */
import { html, LitElement, nothing } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { icon } from "../../../config/web/icons.ts";
import { pick } from "../../../config/web/words.ts";
import type { Language } from "../../../config/web/words.ts";
import { bind } from "./bound_field.ts";
import { fieldRow } from "./form_fields.ts";
import type { Desk } from "./form_fields.ts";
import { formHead } from "./form_head.ts";
import { askedOn, isChosen, mayRead, pagesOf } from "./form_kinds.ts";
import type { Field, Form, Page, PaperView, Side } from "./form_kinds.ts";
import { defineFormPointing } from "./form_pointing.ts";
import type { FormSay } from "./form_words.ts";
import { pageDigest } from "./page_digest.ts";
import type { SharedForm } from "./shared_form.ts";

/** How long a field shows that the other side changed it, and after how long a rest of typing it is read aloud. */
const FRESH_FOR = 2500;
const SPOKEN_AFTER = 1200;
const RELEASES = ["pointerup", "pointercancel", "blur"] as const;
const LONGEST_PRESS = 1500;

/**
 * Properties: `form`, `shared`, `view`, `side`, `language`, `say`; `page` (an id; without one the first that is not confirmed);
 * `operated`: the resident lets the clerk fill in what is theirs.
 * Events: `confirm-page` {page, seen}, `reopen-page` {page}, `show-field` {field, shown}, `highlight` {field | null}, `page-chosen` {page}; of
 * `<form-pointing>` in it `form-pointing` {field, stroke, spots, ended}. They bubble.
 */
export class GuidedForm extends LitElement {
  static override properties = {
    form: { attribute: false }, shared: { attribute: false }, view: { attribute: false }, say: { attribute: false }, language: {}, side: { reflect: true }, page: {}, operated: { type: Boolean },
    pointing: { state: true },
  };

  declare form: Form | null;
  declare shared: SharedForm | null;
  declare view: PaperView | null;
  declare say: FormSay | null;
  declare language: Language;
  declare side: Side;
  declare page: string | null;
  declare operated: boolean;
  /** This side draws over the rows, which take no touch and no key meanwhile. */
  declare pointing: boolean;
  #ties = new Map<string, { readonly box: Element; untie(): void }>();
  #unwatch: (() => void) | null = null;
  #left = new Set<string>();
  #tried = new Set<string>();
  #fresh = new Map<string, number>();
  #spoken = "";
  #speaking = 0;
  #press: Promise<void> | null = null;

  constructor() {
    super();
    [this.form, this.shared, this.view, this.say, this.language, this.side, this.page] = [null, null, null, null, "zh-CN", "resident", null];
    [this.operated, this.pointing] = [false, false];
  }

  protected override createRenderRoot(): HTMLElement {
    return this; // one document, one style sheet
  }

  /**
   * Nothing moves under a finger: a word of what is wrong, appearing as the box is left, would push the touched key away from
   * under it, and the touch would be lost. So what is drawn waits until the finger is up and its click is over.
   */
  protected override async scheduleUpdate(): Promise<void> {
    if (this.#press !== null) await this.#press;
    super.scheduleUpdate();
  }

  readonly #pressed = (): void => {
    this.#press ??= new Promise((released) => {
      const up = (event?: Event): void => {
        if (event?.type === "blur" && event.target !== window) return; // the box is left by this very touch
        for (const end of RELEASES) window.removeEventListener(end, up, true);
        setTimeout(() => {
          this.#press = null;
          released();
        });
      };
      for (const end of RELEASES) window.addEventListener(end, up, true);
      setTimeout(up, LONGEST_PRESS);
    });
  };

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener("pointerdown", this.#pressed);
    this.#point(false);
    this.#untieAll();
    this.#unwatch?.();
    this.#unwatch = null;
    clearTimeout(this.#speaking);
    for (const timer of this.#fresh.values()) clearTimeout(timer);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("pointerdown", this.#pressed);
    this.#listen();
    this.requestUpdate();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("shared")) this.#listen();
    if (changed.has("shared")) this.#point(false); // another form
    if (changed.has("view")) this.#viewed(changed.get("view") ?? null);
  }

  #viewed(before: PaperView | null): void {
    if (before?.pointed !== this.view?.pointed) this.#pointed();
    const confirmed = this.view?.confirmed.filter((page) => before !== null && !before.confirmed.includes(page)) ?? [];
    if (this.side !== "resident" || confirmed.length === 0) return;
    this.page = null; // on to the first that is still open
    void this.updateComplete.then(() => this.querySelector("h2")?.focus());
  }

  protected override updated(): void {
    const boxes = new Map([...this.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("[data-box]")].map((box) => [box.dataset["box"] ?? "", box]));
    for (const [field, tie] of this.#ties) {
      if (boxes.get(field) === tie.box) continue;
      tie.untie();
      this.#ties.delete(field);
    }
    for (const [field, box] of boxes) {
      if (!this.#ties.has(field) && this.shared !== null) this.#ties.set(field, { box, untie: bind(box, this.shared.line(field)) });
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    const { form, shared, view, say, side, language } = this;
    if (form === null || shared === null || view === null || say === null) return nothing;
    const pages = pagesOf(form, this.#value);
    const page = pages.find(({ id }) => id === this.page) ?? pages.find(({ id }) => !view.confirmed.includes(id)) ?? pages[0];
    if (page === undefined) return nothing;
    const closed = view.frozen !== null || view.confirmed.includes(page.id);
    const desk: Desk = {
      form, view, side, say, language, closed, operated: this.operated, value: this.#value,
      told: (field) => this.#left.has(field) || this.#tried.has(page.id),
      fresh: (field) => this.#fresh.has(field),
      choose: (field, answer) => this.#choose(field, answer),
      left: (field) => this.#leave(field),
      show: (field, shown) => this.#tell("show-field", { field: field.id, shown }),
      point: (field) => this.#tell("highlight", { field: field?.id ?? null }),
    };
    return html`
      <section class="guided-form" aria-label=${pick(form.title, language)} data-test="guided-form" data-page=${page.id}>
        ${formHead({ form, view, side, language, say, pages, page, pointing: this.pointing, point: (on) => this.#point(on), go: (to) => this.#go(to) })}
        ${page.statement == null ? nothing : html`<p class="statement card">${pick(page.statement, language)}</p>`}
        <div class="form-rows">
          <div class="form-fields" ?inert=${this.pointing}>${repeat(askedOn(form, page, this.#value), ({ id }) => id, (field) => fieldRow(desk, field))}</div>
          <form-pointing .on=${this.pointing}></form-pointing>
        </div>
        ${this.#foot(page, pages, closed, view, say)}
        <p class="only-heard" role="status" data-test="heard">${this.#spoken}</p>
      </section>`;
  }

  #foot(page: Page, pages: readonly Page[], closed: boolean, view: PaperView, say: FormSay): TemplateResult | typeof nothing {
    if (view.frozen !== null) return nothing;
    const next = pages[pages.indexOf(page) + 1];
    const before = pages[pages.indexOf(page) - 1];
    const wrong = this.#tried.has(page.id) ? this.#wrongOn(page).length : 0;
    return html`
      ${wrong > 0 && !closed ? html`<p class="message bad" role="alert" data-test="wrong">${icon("warn")}<span>${say("form.wrong", { count: wrong })}</span></p>` : nothing}
      ${this.shared?.settled === false ? html`<p class="hint" data-test="unsaved">${say("form.unsaved")}</p>` : nothing}
      <div class="form-actions">
        ${before === undefined ? nothing : html`<button class="button" type="button" data-test="before" @click=${() => this.#go(before)}>${icon("back")}<span>${say("form.back")}</span></button>`}
        ${closed ? html`<button class="button" type="button" data-test="reopen" @click=${() => this.#tell("reopen-page", { page: page.id })}>${say("form.reopen")}</button>` : nothing}
        ${closed && next !== undefined ? html`<button class="button primary" type="button" data-test="next" @click=${() => this.#go(next)}>${say("form.next")}</button>` : nothing}
        ${!closed && this.side === "resident" ? html`<button class="button primary" type="button" data-test="confirm" @click=${() => void this.#confirm(page)}>${say("form.confirm")}</button>` : nothing}
        ${!closed && this.side === "clerk" ? html`<p class="hint">${say("form.waits")}</p>` : nothing}
      </div>`;
  }

  readonly #value = (field: string): string => this.shared?.value(field) ?? "";

  #wrongOn(page: Page): readonly Field[] {
    if (this.form === null) return [];
    return askedOn(this.form, page, this.#value).filter(({ id }) => this.view?.problems[id] !== undefined);
  }

  /** What was typed last must have arrived: only then the server's word about the page is about what is seen. */
  async #confirm(page: Page): Promise<void> {
    this.#tried.add(page.id);
    this.#point(false); // what is wrong can be typed at once
    this.requestUpdate();
    await this.shared?.rest();
    await this.updateComplete;
    const wrong = this.#wrongOn(page)[0];
    if (wrong !== undefined) {
      this.querySelector<HTMLElement>(`[data-field="${CSS.escape(wrong.id)}"] :is(input, textarea)`)?.focus();
    } else if (this.form !== null) {
      this.#tell("confirm-page", { page: page.id, seen: await pageDigest(this.form, page, this.#value) });
    }
  }

  #go(page: Page): void {
    this.page = page.id;
    this.#tell("page-chosen", { page: page.id });
    void this.updateComplete.then(() => this.querySelector("h2")?.focus());
  }

  #point(on: boolean): void {
    if (on === this.pointing) return;
    this.pointing = on;
    if (on) window.addEventListener("keydown", this.#escape);
    else window.removeEventListener("keydown", this.#escape);
  }

  readonly #escape = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && !event.defaultPrevented) this.#point(false);
  };

  #choose(field: Field, answer: string): void {
    this.shared?.pick(field.id).choose(answer);
    this.#leave(field);
  }

  #leave(field: Field): void {
    this.#left.add(field.id);
    this.requestUpdate();
  }

  #tell(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }));
  }

  // --- what the other side does -----------------------------------------------------------------------------------------

  #listen(): void {
    this.#unwatch?.();
    this.#untieAll();
    this.#unwatch = this.shared?.watch((field, remote) => {
      if (remote) this.#changed(field);
      this.requestUpdate();
    }) ?? null;
  }

  #untieAll(): void {
    for (const { untie } of this.#ties.values()) untie();
    this.#ties.clear();
  }

  #changed(id: string): void {
    clearTimeout(this.#fresh.get(id));
    this.#fresh.set(id, window.setTimeout(() => {
      this.#fresh.delete(id);
      this.requestUpdate();
    }, FRESH_FOR));
    clearTimeout(this.#speaking); // one sentence when they rest, not one a letter
    this.#speaking = window.setTimeout(() => this.#speak(id), SPOKEN_AFTER);
  }

  #speak(id: string): void {
    const field = this.form?.pages.flatMap(({ fields }) => fields).find((each) => each.id === id);
    if (field === undefined || this.say === null || this.view === null) return;
    const name = pick(field.label, this.language);
    const open = field.sensitive !== true && mayRead(field, this.view, this.side);
    const other = this.side === "resident" ? "form.changed.clerk" : "form.changed.resident";
    this.#spoken = open ? this.say(other, { field: name, value: this.#words(field) }) : this.say("form.changed.hidden", { field: name });
    this.requestUpdate();
  }

  /** An answer as it is read. */
  #words(field: Field): string {
    const value = this.#value(field.id);
    if (!isChosen(field) || this.say === null) return value;
    if (field.kind === "yes-no") return value === "yes" ? this.say("form.yes") : value === "no" ? this.say("form.no") : value;
    const option = field.options?.find(({ code }) => code === value);
    return option === undefined ? value : pick(option.label, this.language);
  }

  /** The clerk points: the page turns to it, it comes into sight and is spoken; the focus stays where the resident is typing. */
  #pointed(): void {
    const pointed = this.view?.pointed ?? null;
    if (pointed === null || this.side !== "resident" || this.form === null || this.say === null) return;
    const page = this.form.pages.find(({ fields }) => fields.some(({ id }) => id === pointed));
    const field = page?.fields.find(({ id }) => id === pointed);
    if (page === undefined || field === undefined) return;
    this.page = page.id;
    this.#spoken = this.say("form.pointed.heard", { field: pick(field.label, this.language) });
    void this.updateComplete.then(() => this.querySelector(`[data-field="${CSS.escape(pointed)}"]`)?.scrollIntoView({ block: "center" }));
  }
}

/** Makes the element known, once. */
export function defineGuidedForm(): void {
  defineFormPointing();
  if (customElements.get("guided-form") === undefined) customElements.define("guided-form", GuidedForm);
}
