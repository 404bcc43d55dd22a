/** The head of the guided form: its title, the key by which one points at the rows, and the pages. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { pick } from "../../../config/web/words.ts";
import type { Language } from "../../../config/web/words.ts";
import type { Form, Page, PaperView, Side } from "./form_kinds.ts";
import type { FormSay } from "./form_words.ts";

export interface Head {
  readonly form: Form;
  readonly view: PaperView;
  readonly side: Side;
  readonly language: Language;
  readonly say: FormSay;
  readonly pages: readonly Page[];
  readonly page: Page;
  /** This side draws over the rows. */
  readonly pointing: boolean;
  point(on: boolean): void;
  go(page: Page): void;
}

/** The key stays in sight while one points: the rows below it take no touch then, and one must find back. */
export function formHead({ form, view, side, language, say, pages, page, pointing, point, go }: Head): TemplateResult {
  return html`
    <header class="form-head" data-pointing=${pointing}>
      <h2 tabindex="-1">${pick(form.title, language)}</h2>
      <button class="button form-point" type="button" data-test="form-point" aria-pressed=${pointing} @click=${() => point(!pointing)}>${icon("helper")}<span>${say(`form.point.draw.${side}`)}</span></button>
      <p class="hint" role="status" ?hidden=${!pointing}>${pointing ? say(`form.point.drawing.${side}`) : nothing}</p>
    </header>
    <div class="form-way">
      <nav aria-label=${say("form.pages")}><ol class="form-pages">
        ${pages.map((each, index) => html`<li><button class="button" type="button" data-test="page" aria-current=${each === page ? "step" : nothing}
          @click=${() => go(each)}>${view.confirmed.includes(each.id) ? html`${icon("check")}<span class="only-heard">${say("form.confirmed")}</span>` : nothing}<span>${index + 1}. ${pick(each.title, language)}</span></button></li>`)}
      </ol></nav>
      <p class="progress-words">${say("form.page", { number: pages.indexOf(page) + 1, count: pages.length })}</p>
      ${view.frozen === null ? nothing : html`<p class="message" data-test="frozen">${icon("check")}<span>${say("form.frozen")}</span></p>`}
    </div>`;
}
