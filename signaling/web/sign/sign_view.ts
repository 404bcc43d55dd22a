/**
 * `<sign-view>`: the resident reads the paper, sees where they sign, signs on the glass, and says that this is their signature.
 *
 * Knows no transport. Whoever cannot write on the glass is not offered another way here: a confirmation is no signature, and what is
 * to stand in its place is for the clerk and the office to say.
 */
import { html, LitElement, nothing } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { icon } from "../../../config/web/icons.ts";
import type { Language } from "../../../config/web/words.ts";
import { lacks, PAD } from "./ink.ts";
import type { Strokes } from "./ink.ts";
import { Pen } from "./pen.ts";
import { lens, onPad, overPage } from "./sign_sheet.ts";
import type { Place, Size } from "./sign_sheet.ts";
import type { SignSay, SignWord } from "./sign_words.ts";

export interface SignPage {
  readonly id: string;
  /** Its picture, of this origin. */
  readonly url: string;
  /** What is read on it, for a screen reader. */
  readonly text?: string;
}

const ZOOMS = ["whole", "1", "1.5", "2", "3"] as const;
/** All that may stand under the pad; room is kept for the longest, or the pad would move away under the pen. */
const ANY_NEED: readonly SignWord[] = ["sign.needs.page", "sign.needs.picture", "sign.needs.ink", "sign.needs.more", "sign.full", "sign.ready", "sign.sent"];

/**
 * Properties: `pages`, `place`, `signer` (who signs, in words), `say`, `language`; `sent`: an answer is under way. It is set with each
 * answer, so that there is one only; whoever hears that the answer was refused sets it back, and the ink is still there.
 * Events: `sign-given` {strokes: Strokes, page: id of the page that was before their eyes}, `sign-refused`. They bubble.
 */
export class SignView extends LitElement {
  static override properties = {
    pages: { attribute: false }, place: { attribute: false }, say: { attribute: false }, signer: {}, language: {}, sent: { type: Boolean },
  };

  declare pages: readonly SignPage[];
  declare place: Place | null;
  declare say: SignSay | null;
  declare signer: string;
  declare language: Language;
  declare sent: boolean;
  readonly #pen = new Pen();
  #page = 0;
  #zoom = ZOOMS.indexOf("1");
  #picture: Size | "loading" | "broken" = "loading";
  #tries = 0;
  #seeking = false;
  #paper = "";
  #heard = "";

  constructor() {
    super();
    [this.pages, this.place, this.say, this.signer, this.language, this.sent] = [[], null, null, "", "zh-CN", false];
  }

  protected override createRenderRoot(): HTMLElement {
    return this; // one document, one style sheet
  }

  /** A signature belongs to one place on one paper: on another one the pad is empty again. */
  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("pages") && !changed.has("place")) return;
    const place = this.place;
    const paper = JSON.stringify([this.pages.map(({ id, url }) => [id, url]), place && [place.page, place.x, place.y, place.width, place.height]]);
    if (paper === this.#paper) return;
    this.#paper = paper;
    this.#pen.clear();
    [this.#page, this.#picture, this.#seeking, this.sent] = [0, "loading", false, false];
  }

  protected override render(): TemplateResult | typeof nothing {
    const { say, place } = this;
    const page = this.pages[this.#page];
    if (say === null || place === null || page === undefined) return nothing;
    const needs = this.#needs(place);
    const written = this.#pen.strokes.length > 0;
    return html`
      <section class="sign" aria-labelledby="sign-title" data-test="sign-view" data-page=${page.id}>
        <header class="sign-head">
          <h2 id="sign-title" tabindex="-1">${say("sign.title", { name: this.signer })}</h2>
          <p>${say("sign.lead")}</p>
        </header>
        ${this.#reader(say, place, page)}
        ${this.#tools(say, place)}
        <div class="sign-desk">
          <div class="sign-pad" role="img" aria-label=${say(written ? "sign.pad.written" : "sign.pad.empty")} data-test="sign-pad" data-locked=${this.sent || nothing}
            @pointerdown=${this.#down} @pointermove=${this.#move} @pointerup=${this.#up} @pointercancel=${this.#up} @lostpointercapture=${this.#up}
            @contextmenu=${(event: Event) => event.preventDefault()}>${onPad(this.#pen.strokes, say("sign.pad.hint"))}</div>
          <div class="sign-needs">
            <p id="sign-needs" role="status" data-test="sign-needs" data-needs=${needs ?? "nothing"}>${this.#saysNeeds(say, place, needs)}</p>
            ${ANY_NEED.map((word) => html`<p class="sign-room" aria-hidden="true">${say(word, { number: place.page + 1 })}</p>`)}
          </div>
          <div class="sign-actions">
            <button class="button" type="button" data-test="sign-redo" ?disabled=${!written || this.sent} @click=${this.#redo}>${icon("turn")}<span>${say("sign.redo")}</span></button>
            <button class="button danger" type="button" data-test="sign-refuse" ?disabled=${this.sent} @click=${() => this.#answer("sign-refused")}>${say("sign.refuse")}</button>
            <button class="button primary" type="button" data-test="sign-give" aria-describedby="sign-needs" ?disabled=${needs !== null || this.sent} @click=${() => this.#give(place)}>${icon("check")}<span>${say("sign.give")}</span></button>
          </div>
        </div>
        <p class="only-heard" role="status" data-test="sign-heard">${this.#heard}</p>
      </section>`;
  }

  #reader(say: SignSay, place: Place, page: SignPage): TemplateResult {
    const picture = this.#picture;
    const values = { number: this.#page + 1, count: this.pages.length };
    return html`
      <div class="sign-reader" role="region" tabindex="0" aria-label=${say("sign.paper")} aria-busy=${picture === "loading"} data-zoom=${ZOOMS[this.#zoom]} data-test="sign-reader">
        <div class="sign-sheet" ?hidden=${picture === "broken"}>
          ${keyed(`${page.url} ${this.#tries}`, html`<img src=${page.url} alt=${say("sign.page.picture", values)} draggable="false" data-test="sign-picture"
            data-key=${`${page.url} ${this.#tries}`} @load=${this.#loaded} @error=${this.#failed} />`)}
          ${typeof picture === "string" || this.#page !== place.page ? nothing : overPage(place, picture, this.#pen.strokes, say("sign.here"))}
        </div>
        ${picture === "loading" ? html`<p class="sign-wait" data-test="sign-loading">${say("sign.loading")}</p>` : nothing}
        ${picture === "broken" ? html`
          <div class="sign-wait" role="alert" data-test="sign-broken">
            <p class="message bad">${icon("warn")}<span>${say("sign.broken")}</span></p>
            <button class="button" type="button" data-test="sign-again" @click=${this.#again}>${icon("turn")}<span>${say("sign.again")}</span></button>
          </div>` : nothing}
        ${page.text === undefined ? nothing : html`<p class="only-heard">${page.text}</p>`}
      </div>`;
  }

  #tools(say: SignSay, place: Place): TemplateResult {
    const { length } = this.pages;
    const words = say("sign.page", { number: this.#page + 1, count: length });
    return html`
      <div class="sign-tools">
        ${length < 2 ? nothing : html`<span>
          <button class="button" type="button" data-test="sign-before" aria-label=${say("sign.before")} ?disabled=${this.#page === 0} @click=${() => this.#turn(this.#page - 1)}>${icon("back")}</button>
          <span class="sign-number" data-test="sign-number">${words}</span>
          <button class="button" type="button" data-test="sign-next" aria-label=${say("sign.next")} ?disabled=${this.#page === length - 1} @click=${() => this.#turn(this.#page + 1)}>${icon("next")}</button>
        </span>`}
        <button class="button sign-where" type="button" data-test="sign-where" @click=${() => this.#seek(place)}>${icon("down")}<span>${say("sign.where")}</span></button>
        <span>
          <button class="button" type="button" data-test="sign-smaller" aria-label=${say("sign.smaller")} ?disabled=${this.#zoom === 0} @click=${() => this.#zoomTo(this.#zoom - 1)}>${lens(false)}</button>
          <button class="button" type="button" data-test="sign-larger" aria-label=${say("sign.larger")} ?disabled=${this.#zoom === ZOOMS.length - 1} @click=${() => this.#zoomTo(this.#zoom + 1)}>${lens(true)}</button>
        </span>
      </div>`;
  }

  // --- whether it can be given ------------------------------------------------------------------------------------------

  /** What is still lacking before it can be given: nobody signs what is not before their eyes. */
  #needs(place: Place): SignWord | null {
    if (this.#page !== place.page) return "sign.needs.page";
    if (typeof this.#picture === "string") return "sign.needs.picture";
    if (this.#pen.strokes.length === 0) return "sign.needs.ink";
    return lacks({ ...PAD, strokes: this.#pen.strokes }) === null ? null : "sign.needs.more";
  }

  #saysNeeds(say: SignSay, place: Place, needs: SignWord | null): string {
    if (this.sent) return say("sign.sent");
    if (needs !== null) return say(needs, { number: place.page + 1 });
    return say(this.#pen.full ? "sign.full" : "sign.ready");
  }

  #give(place: Place): void {
    const picture = this.querySelector<HTMLImageElement>("[data-test=sign-picture]");
    if (this.#needs(place) !== null || picture === null || !picture.complete || picture.naturalWidth === 0) return this.requestUpdate();
    this.#answer("sign-given", { strokes: this.#pen.signature(), page: this.pages[place.page]?.id ?? "" });
  }

  #answer(type: "sign-given" | "sign-refused", detail?: { readonly strokes: Strokes; readonly page: string }): void {
    if (this.sent || this.#pen.writing) return; // the hand that writes may touch a button too
    this.sent = true;
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }));
  }

  // --- the pad ----------------------------------------------------------------------------------------------------------

  readonly #down = (event: PointerEvent): void => {
    const pad = event.currentTarget as HTMLElement;
    event.preventDefault();
    if (event.button !== 0 || this.sent || !this.#pen.down(event, pad.getBoundingClientRect())) return;
    pad.setPointerCapture(event.pointerId);
    if (this.place !== null) this.#seek(this.place);
    this.requestUpdate();
  };

  readonly #move = (event: PointerEvent): void => {
    if (!this.#pen.writing) return;
    const glass = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const together = event.getCoalescedEvents();
    for (const each of together.length > 0 ? together : [event]) this.#pen.move(each, glass);
    this.requestUpdate();
  };

  readonly #up = (event: PointerEvent): void => {
    if (this.#pen.up(event)) this.requestUpdate();
  };

  readonly #redo = (): void => {
    if (this.#pen.writing) return;
    this.#pen.clear();
    this.requestUpdate();
  };

  // --- the paper --------------------------------------------------------------------------------------------------------

  readonly #loaded = (event: Event): void => {
    const picture = event.target as HTMLImageElement;
    if (!this.#stands(picture)) return;
    this.#picture = picture.naturalWidth > 0 ? { width: picture.naturalWidth, height: picture.naturalHeight } : "broken";
    this.requestUpdate();
    if (this.#seeking && this.place !== null) this.#seek(this.place);
  };

  readonly #failed = (event: Event): void => {
    if (!this.#stands(event.target as HTMLImageElement)) return;
    this.#picture = "broken";
    this.requestUpdate();
  };

  /** Whether it is the picture that is wanted now, and not one that was left meanwhile. */
  #stands(picture: HTMLImageElement): boolean {
    return picture.dataset["key"] === `${this.pages[this.#page]?.url} ${this.#tries}`;
  }

  readonly #again = (): void => {
    this.#tries += 1;
    this.#picture = "loading";
    this.requestUpdate();
  };

  #turn(page: number): void {
    [this.#page, this.#picture, this.#seeking] = [page, "loading", false];
    this.#heard = this.say?.("sign.page", { number: page + 1, count: this.pages.length }) ?? "";
    this.requestUpdate();
    this.querySelector("[data-test=sign-reader]")?.scrollTo(0, 0);
  }

  /** The place on which is signed comes into sight, on its page, as soon as that is there. */
  #seek(place: Place): void {
    if (this.#page !== place.page) this.#turn(place.page);
    this.#seeking = typeof this.#picture === "string";
    if (this.#seeking) return;
    void this.updateComplete.then(() => {
      const reader = this.querySelector("[data-test=sign-reader]");
      const box = this.querySelector("[data-test=sign-box]")?.getBoundingClientRect();
      const seen = reader?.getBoundingClientRect();
      if (reader === null || box === undefined || seen === undefined) return;
      const whole = box.top >= seen.top && box.bottom <= seen.bottom && box.left >= seen.left && box.right <= seen.right;
      if (!whole) reader.scrollBy(box.left + box.width / 2 - seen.left - seen.width / 2, box.top + box.height / 2 - seen.top - seen.height / 2);
    });
  }

  /** What was in the middle stays there. */
  #zoomTo(zoom: number): void {
    const reader = this.querySelector("[data-test=sign-reader]");
    const middle = reader === null ? [0, 0] : [(reader.scrollLeft + reader.clientWidth / 2) / reader.scrollWidth, (reader.scrollTop + reader.clientHeight / 2) / reader.scrollHeight];
    this.#zoom = zoom;
    this.requestUpdate();
    void this.updateComplete.then(() => reader?.scrollTo((middle[0] ?? 0) * reader.scrollWidth - reader.clientWidth / 2, (middle[1] ?? 0) * reader.scrollHeight - reader.clientHeight / 2));
  }
}

/** Makes the element known, once. */
export function defineSignView(): void {
  if (customElements.get("sign-view") === undefined) customElements.define("sign-view", SignView);
}
