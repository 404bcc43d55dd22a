/** When the kiosk cannot serve: not enrolled yet, out of order, no line, an old page. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import type { Say } from "../../../config/web/words.ts";

export interface Enrolment {
  readonly busy: boolean;
  /** Why the last try failed, in words; null before one. */
  readonly problem: string | null;
}

export function enrolScreen(say: Say, enrolment: Enrolment, enrol: (code: string) => void): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const code = new FormData(event.target as HTMLFormElement).get("code");
    if (typeof code === "string" && code.trim() !== "") enrol(code.trim());
  };
  return html`
    <section class="screen centred" data-test="screen-enrol">
      <h1 tabindex="-1">${say("kiosk.enrol.title")}</h1>
      <p class="lead">${say("kiosk.enrol.lead")}</p>
      <form class="who" autocomplete="off" @submit=${submit}>
        <label class="field"><span class="label">${say("kiosk.enrol.code")}</span>
          <input class="input huge" name="code" data-test="enrol-code" required autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="128" /></label>
        ${enrolment.problem === null ? nothing : html`<p class="message bad" role="alert" data-test="enrol-problem">${icon("warn")}<span>${enrolment.problem}</span></p>`}
        <div class="actions"><button class="button primary huge" data-test="enrol" ?disabled=${enrolment.busy}>${say("kiosk.enrol.do")}</button></div>
      </form>
    </section>`;
}

/** A screen of two sentences and nothing of anybody. */
export function plainScreen(test: string, title: string, lead: string, action?: { words: string; test: string; do: () => void }): TemplateResult {
  return html`
    <section class="screen centred" data-test="screen-${test}">
      <h1 tabindex="-1">${title}</h1>
      <p class="lead">${lead}</p>
      ${action === undefined ? nothing : html`<div class="actions"><button class="button primary huge" data-test=${action.test} @click=${action.do}>${action.words}</button></div>`}
    </section>`;
}
