/** Before an outcome is handed out: whose identity card was looked at. It is entered once, so it is asked once and confirmed once. */
import { html } from "lit";
import type { TemplateResult } from "lit";
import { modal } from "../../../config/web/modal.ts";
import type { WindowCase, WindowOutcome } from "../../../signaling/web/wire.generated.ts";
import type { AtTheWindow } from "./page.ts";

type Seen = WindowOutcome["collected_by"];
const CARDS: readonly Seen[] = ["applicant", "representative"];

/** `warning`: that nobody seems to be there, since nothing outside of a dialog can be reached. */
export function outcomeDialog({ say, pick, work }: AtTheWindow, one: WindowCase, seen: Seen | null, warning: TemplateResult): TemplateResult {
  const close = (event: Event): void => {
    (event.currentTarget as HTMLElement).closest("dialog")?.close(); // gives the focus back to the button
    work.ask(null);
  };
  const confirm = (event: Event): void => {
    if (seen === null) return;
    close(event);
    void work.do({ act: "deliver-outcome", case: one.case, collected_by: seen });
  };
  return html`<dialog class="card-over window-outcome" data-test="outcome-dialog" aria-labelledby="outcome-title" ${modal()} @cancel=${close}>
    <h2 id="outcome-title">${say("window.outcome.title", { name: pick(one.service) })}</h2>
    <fieldset><legend>${say("window.outcome.whose")}</legend>
      ${CARDS.map((card) => html`<label class="choice"><input type="radio" name="seen" data-test="seen-${card}" .checked=${seen === card} @change=${() => work.ask({ case: one.case, seen: card })} /><span>${say(`window.outcome.${card}`)}</span></label>`)}
    </fieldset>
    <p class="hint">${say("window.outcome.once")}</p>
    <div class="row">
      <button class="button" data-test="outcome-no" @click=${close}>${say("window.outcome.no")}</button>
      <button class="button primary" data-test="outcome-yes" ?disabled=${seen === null} @click=${confirm}>${say("window.outcome.yes")}</button>
    </div>
    ${warning}
  </dialog>`;
}
