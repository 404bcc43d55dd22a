/** How one field of a form is drawn: label, help, control, what is wrong. Choices are radio buttons that look like big keys. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { icon } from "../../../config/web/icons.ts";
import { pick } from "../../../config/web/words.ts";
import type { Language, Localised } from "../../../config/web/words.ts";
import { isChosen, limitOf, mayRead, mayWrite } from "./form_kinds.ts";
import type { Field, Form, PaperView, Side } from "./form_kinds.ts";
import { sayProblem } from "./form_words.ts";
import type { FormSay } from "./form_words.ts";

/** All that a field needs to know of the page it stands on. */
export interface Desk {
  readonly form: Form;
  readonly view: PaperView;
  readonly side: Side;
  readonly language: Language;
  readonly say: FormSay;
  /** The page is confirmed, or the form is frozen. */
  readonly closed: boolean;
  /** The resident lets the clerk fill in what is theirs. */
  readonly operated: boolean;
  value(field: string): string;
  /** Whether what is wrong may be said yet: one is not told off before one has begun. */
  told(field: string): boolean;
  /** Changed by the other side a moment ago. */
  fresh(field: string): boolean;
  choose(field: Field, answer: string): void;
  left(field: Field): void;
  show(field: Field, shown: boolean): void;
  point(field: Field | null): void;
}

const KEYS: Partial<Record<Field["kind"], string>> = { date: "numeric", phone: "tel", number: "decimal" };

export function fieldRow(desk: Desk, field: Field): TemplateResult {
  const { view, side, say, language } = desk;
  const hidden = !mayRead(field, view, side);
  const problem = desk.told(field.id) ? view.problems[field.id] : undefined;
  const pointed = view.pointed === field.id;
  const classes = ["form-field", pointed ? "pointed" : "", problem === undefined ? "" : "wrong", desk.fresh(field.id) ? "fresh" : ""].join(" ");
  const notes = html`
    ${field.help == null ? nothing : html`<p class="hint" id=${`${field.id}-help`}>${pick(field.help, language)}</p>`}
    ${pointed && side === "resident" ? html`<p class="pointing" id=${`${field.id}-pointed`}>${icon("helper")}<span>${say("form.pointed")}</span></p>` : nothing}`;
  const wrong = problem === undefined ? nothing
    : html`<p class="problem" id=${`${field.id}-problem`} data-test="problem" data-code=${problem}>${icon("warn")}<span>${sayProblem(say, problem)}</span></p>`;
  const body = hidden ? masked(desk, field) : isChosen(field) ? choice(desk, field, notes) : html`${label(desk, field)}${notes}${box(desk, field)}`;
  return html`
    <div class=${classes} data-test="form-field" data-field=${field.id}>
      ${body}${wrong}${hidden ? nothing : showing(desk, field)}${side === "clerk" ? pointer(desk, field, pointed) : nothing}
    </div>`;
}

function name({ say, language }: Desk, field: Field): TemplateResult {
  return html`${pick(field.label, language)}${field.required === false ? html` <small>${say("form.optional")}</small>` : nothing}`;
}

function label(desk: Desk, field: Field): TemplateResult {
  return html`<label class="label" for=${`form-${field.id}`}>${name(desk, field)}</label>`;
}

/** Whether this side may not write here, and why. */
function readOnly({ closed, side, say, operated }: Desk, field: Field): string | null {
  if (!mayWrite(field, side, operated)) return say(field.filled_by === "clerk" ? "form.read-only.clerk" : "form.read-only.resident");
  return closed ? "" : null;
}

function described(desk: Desk, field: Field): string {
  const wrong = desk.told(field.id) && desk.view.problems[field.id] !== undefined;
  const pointed = desk.view.pointed === field.id && desk.side === "resident";
  return [field.help == null ? "" : `${field.id}-help`, pointed ? `${field.id}-pointed` : "", wrong ? `${field.id}-problem` : ""].filter((id) => id !== "").join(" ");
}

/** The value is not set here: `bind` holds the box in step. */
function box(desk: Desk, field: Field): TemplateResult {
  const why = readOnly(desk, field);
  const wrong = desk.told(field.id) && desk.view.problems[field.id] !== undefined;
  const left = (): void => desk.left(field);
  const note = why === null || why === "" ? nothing : html`<p class="hint">${why}</p>`;
  if (field.kind === "long-text") {
    return html`<textarea class="input" id=${`form-${field.id}`} data-box=${field.id} rows="4" maxlength=${limitOf(field)} ?readonly=${why !== null} spellcheck="false"
      autocomplete="off" aria-required=${field.required !== false} aria-invalid=${wrong} aria-describedby=${described(desk, field) || nothing} @blur=${left}></textarea>${note}`;
  }
  return html`<input class="input" type="text" id=${`form-${field.id}`} data-box=${field.id} inputmode=${KEYS[field.kind] ?? "text"} maxlength=${limitOf(field)}
    ?readonly=${why !== null} spellcheck="false" autocomplete="off" autocapitalize="off" aria-required=${field.required !== false} aria-invalid=${wrong}
    aria-describedby=${described(desk, field) || nothing} @blur=${left} />${note}`;
}

function choice(desk: Desk, field: Field, notes: TemplateResult): TemplateResult {
  const { say, language } = desk;
  const yesNo: readonly { code: string; words: string }[] = [{ code: "yes", words: say("form.yes") }, { code: "no", words: say("form.no") }];
  const options = field.kind === "yes-no" ? yesNo : (field.options ?? []).map(({ code, label: words }: { code: string; label: Localised }) => ({ code, words: pick(words, language) }));
  const why = readOnly(desk, field);
  const answer = desk.value(field.id).trim();
  return html`
    <fieldset role="radiogroup" ?disabled=${why !== null} aria-required=${field.required !== false} aria-describedby=${described(desk, field) || nothing}>
      <legend class="label">${name(desk, field)}</legend>
      ${notes}
      <div class="answers">
        ${options.map(({ code, words }) => html`
          <label class="answer"><input type="radio" name=${`form-${desk.form.code}-${field.id}`} value=${code} .checked=${live(answer === code)} data-test="answer"
            @change=${() => desk.choose(field, code)} /><span>${words}</span></label>`)}
      </div>
      ${why === null || why === "" ? nothing : html`<p class="hint">${why}</p>`}
    </fieldset>`;
}

/** The other side sees that something is there, and not how long it is. */
function masked(desk: Desk, field: Field): TemplateResult {
  const filled = desk.view.filled.includes(field.id);
  return html`
    <p class="label" id=${`form-${field.id}`}>${name(desk, field)}</p>
    <p class="masked" data-test="masked" data-filled=${filled}><span aria-hidden="true">${filled ? "●●●●●●" : "○"}</span> ${desk.say(filled ? "form.masked.filled" : "form.masked.empty")}</p>`;
}

/** The owner's switch; for the clerk a word that this is shown as a favour. */
function showing({ view, side, say, show }: Desk, field: Field): TemplateResult | typeof nothing {
  if (field.sensitive !== true) return nothing;
  const shown = view.shown.includes(field.id);
  if (side === "clerk") return html`<p class="hint">${say("form.seen.note")}</p>`;
  return html`
    <p class="showing">
      <button class="button" type="button" data-test="show" aria-pressed=${shown} @click=${() => show(field, !shown)}>${say(shown ? "form.hide" : "form.show")}</button>
      <span>${say(shown ? "form.shown.note" : "form.hidden.note")}</span>
    </p>`;
}

function pointer({ say, language, point }: Desk, field: Field, pointed: boolean): TemplateResult {
  const words = say(pointed ? "form.point.stop" : "form.point", { field: pick(field.label, language) });
  return html`<button class="button quiet pointer" type="button" data-test="point" aria-pressed=${pointed} aria-label=${words} title=${words}
    @click=${() => point(pointed ? null : field)}>${icon("helper")}</button>`;
}
