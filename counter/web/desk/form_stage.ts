/** The form on the stage: as large as the papers would be, with the resident beside it; a row of two keys says which of them is large. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { ref } from "lit/directives/ref.js";
import { icon } from "../../../config/web/icons.ts";
import { sayCode } from "../../../config/web/words.ts";
import type { Talk } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";

export function formIsLaid(talk: Talk): boolean {
  return talk.form?.laid === true;
}

/** Which is large: the form, or whatever the resident shows. */
export function fronts({ say, form }: Desk): TemplateResult {
  return html`<div class="fronts" role="group" aria-label=${say("counter.form.front")}>
    <button class="button small" data-test="front-form" aria-pressed=${form.front === "form"} @click=${() => form.bring("form")}>${icon("papers")}<span>${say("counter.form.front.form")}</span></button>
    <button class="button small" data-test="front-picture" aria-pressed=${form.front === "picture"} @click=${() => form.bring("picture")}>${icon("person")}<span>${say("counter.form.front.picture")}</span></button>
  </div>`;
}

export function formSeat({ say, language, form }: Desk, talk: Talk): TemplateResult {
  const { shared } = form;
  const operated = talk.grant?.scope === "form" && talk.form?.frozen === null;
  return html`<div class="form-seat" tabindex="-1" data-test="form-seat" data-operated=${operated}>
    ${shared === null || shared.view === null ? html`<p class="hint" role="status">${say("counter.form.opening")}</p>` : nothing}
    ${shared === null ? nothing : keyed(shared, html`<div ${ref(form.tie)}>
      ${shared.refusal === null ? nothing : html`<p class="message warn" role="alert" data-test="form-refusal" data-code=${shared.refusal}>${icon("warn")}<span>${sayCode(say, "error", shared.refusal)}</span></p>`}
      <guided-form .form=${shared.form} .shared=${shared.shared} .view=${shared.view} .side=${"clerk"} .language=${language} .say=${say} .operated=${operated}></guided-form></div>`)}
  </div>`;
}
