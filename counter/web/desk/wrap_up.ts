/** The talk is over, the case is not: outcome, note, and back to the line. Also the outcome dialog at the end of a talk. */
import { html } from "lit";
import type { TemplateResult } from "lit";
import { modal } from "../../../config/web/modal.ts";
import { runningTime } from "../../../config/web/times.ts";
import type { WordKey } from "../../../config/web/words.ts";
import type { Outcome, Talk, WrapUp } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";
import { noteField } from "./case.ts";

export const OUTCOMES: readonly Outcome[] = ["accepted", "accepted-with-gaps", "returned", "referred"];

export function wrapUpPanel(desk: Desk, wrapUp: WrapUp): TemplateResult {
  const { say, note, now, ask } = desk;
  const outcome = desk.outcome ?? wrapUp.outcome;
  const left = wrapUp.until - now;
  const complete = (event: Event): void => {
    event.preventDefault();
    if (outcome !== null) ask({ type: "complete-wrap-up", session: wrapUp.session, outcome, note: note?.text ?? wrapUp.note });
  };
  return html`
    <section class="stage wrap-up" data-test="wrap-up" data-session=${wrapUp.session}>
      <form class="card padded" @submit=${complete}>
        <header><h2 tabindex="-1">${say("counter.wrap-up.title")}</h2>
          <p class="clock" role="timer" data-test="wrap-up-clock">${left >= 0 ? say("counter.wrap-up.left", { time: runningTime(left) }) : say("counter.wrap-up.over", { time: runningTime(-left) })}</p></header>
        <p>${wrapUp.number} · ${wrapUp.service_name} · <span data-test="wrap-up-resident">${wrapUp.resident}</span> · ${wrapUp.case}</p>
        <fieldset><legend>${say("counter.wrap-up.outcome")}</legend><div class="outcomes">
          ${OUTCOMES.map((one) => html`<label class="choice"><input type="radio" name="outcome" data-test="outcome-${one}" .checked=${outcome === one} @change=${() => desk.chooseOutcome(one)} /><span>${say(`outcome.clerk.${one}` as WordKey)}</span></label>`)}
        </div></fieldset>
        ${note === null ? "" : noteField(desk, note)}
        <button class="button primary large" data-test="complete" ?disabled=${outcome === null}>${say("counter.wrap-up.complete")}</button>
      </form>
    </section>`;
}

/** Two steps, so that a slip of the hand ends no talk. */
export function endDialog({ say, ask, outcome, chooseOutcome }: Desk, talk: Talk, close: () => void): TemplateResult {
  const end = (event: Event): void => {
    event.preventDefault();
    if (outcome === null) return;
    ask({ type: "end-session", session: talk.session, outcome });
    close();
  };
  return html`
    <dialog class="card-over" data-test="end-dialog" aria-labelledby="end-title" ${modal()} @cancel=${close}>
      <form class="stack" @submit=${end}>
        <h2 id="end-title">${say("counter.end.title")}</h2>
        <p class="hint">${say("counter.end.lead")}</p>
        <div class="outcomes" role="radiogroup" aria-labelledby="end-title">
          ${OUTCOMES.map((one) => html`<label class="choice"><input type="radio" name="end-outcome" data-test="end-${one}" .checked=${outcome === one} @change=${() => chooseOutcome(one)} /><span>${say(`outcome.clerk.${one}` as WordKey)}</span></label>`)}
        </div>
        <div class="outcomes">
          <button class="button" type="button" data-test="end-no" @click=${close}>${say("counter.end.no")}</button>
          <button class="button danger solid" data-test="end-yes" ?disabled=${outcome === null}>${say("counter.end.yes")}</button>
        </div>
      </form>
    </dialog>`;
}
