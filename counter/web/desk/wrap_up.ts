/** The talk is over, the case is not: outcome, note, and back to the line. Also the outcome dialog at the end of a talk. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { modal } from "../../../config/web/modal.ts";
import { dayInWords, runningTime } from "../../../config/web/times.ts";
import type { WordKey } from "../../../config/web/words.ts";
import type { Outcome, Talk, WrapUp } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";
import { noteField } from "./case.ts";
import { stillRow } from "./checklist.ts";
import { consentNews, consentsOfCase, notAcceptable, papersSealed } from "./consents.ts";
import { formAfterwards } from "./form_case.ts";
import { mustWait, noticeCase, noticeOf } from "./notice.ts";

export const OUTCOMES: readonly Outcome[] = ["accepted", "accepted-with-gaps", "returned", "referred"];

/** The four outcomes; what nobody could prove cannot be accepted. */
function outcomes({ say, chooseOutcome }: Pick<Desk, "say" | "chooseOutcome">, name: "outcome" | "end", chosen: Outcome | null, acceptable: boolean): TemplateResult[] {
  return OUTCOMES.map((one) => html`<label class="choice"><input type="radio" name="${name}-choice" data-test="${name}-${one}" ?disabled=${!acceptable && one.startsWith("accepted")}
    .checked=${chosen === one} @change=${() => chooseOutcome(one)} /><span>${say(`outcome.clerk.${one}` as WordKey)}</span></label>`);
}

export function wrapUpPanel(desk: Desk, wrapUp: WrapUp): TemplateResult {
  const { say, note, now, ask } = desk;
  const outcome = desk.outcome ?? wrapUp.outcome;
  const seconds = wrapUp.until - now;
  const left = wrapUp.form ?? null;
  const given = wrapUp.notice ?? null;
  const complete = (event: Event): void => {
    event.preventDefault();
    if (outcome !== null) ask({ type: "complete-wrap-up", session: wrapUp.session, outcome, note: note?.text ?? wrapUp.note });
  };
  return html`
    <section class="stage wrap-up" data-test="wrap-up" data-session=${wrapUp.session}>
      <form class="card padded" @submit=${complete}>
        <header><h2 tabindex="-1">${say("counter.wrap-up.title")}</h2>
          <p class="clock" role="timer" data-test="wrap-up-clock">${seconds >= 0 ? say("counter.wrap-up.left", { time: runningTime(seconds) }) : say("counter.wrap-up.over", { time: runningTime(-seconds) })}</p></header>
        ${consentNews(desk)}
        <p>${wrapUp.number} · ${wrapUp.service_name} · <span data-test="wrap-up-resident">${wrapUp.resident}</span> · ${wrapUp.case}</p>
        <fieldset><legend>${say("counter.wrap-up.outcome")}</legend><div class="outcomes">
          ${outcomes(desk, "outcome", outcome, wrapUp.acceptable)}
        </div></fieldset>
        ${outcome?.startsWith("accepted") === true ? html`<p class="hint" data-test="due" data-due=${wrapUp.due ?? ""}>${wrapUp.due === null ? say("counter.wrap-up.within", { days: wrapUp.working_days }) : say("counter.wrap-up.due", { day: dayInWords(wrapUp.due, desk.language), days: wrapUp.working_days })}</p>` : nothing}
        ${wrapUp.acceptable ? "" : html`<p class="message warn" role="status" data-test="not-acceptable">${icon("warn")}<span>${say(notAcceptable(desk))}</span></p>`}
        ${noticeOf(desk, noticeCase(desk, wrapUp.session, wrapUp.service ?? "", wrapUp.stills, outcome), given)}
        ${left === null ? nothing : formAfterwards(desk, wrapUp.session, left)}
        ${papersSealed(desk)}
        ${wrapUp.stills.map((still) => stillRow(desk, wrapUp.session, still, wrapUp.service_name))}
        ${consentsOfCase(desk, null)}
        ${note === null ? "" : noteField(desk, note)}
        <button class="button primary large" data-test="complete" ?disabled=${outcome === null || mustWait(outcome, given) !== null}>${say("counter.wrap-up.complete")}</button>
      </form>
    </section>`;
}

/** Two steps, so that a slip of the hand ends no talk. */
export function endDialog(desk: Desk, talk: Talk, close: () => void): TemplateResult {
  const { say, ask, outcome, chooseOutcome, view } = desk;
  const given = view.notice ?? null;
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
          ${outcomes({ say, chooseOutcome }, "end", outcome, talk.acceptable)}
        </div>
        ${talk.acceptable ? "" : html`<p class="message warn" role="status" data-test="not-acceptable">${icon("warn")}<span>${say(notAcceptable({ view }))}</span></p>`}
        ${noticeOf(desk, noticeCase(desk, talk.session, talk.service, talk.stills, outcome), given)}
        <div class="outcomes">
          <button class="button" type="button" data-test="end-no" @click=${close}>${say("counter.end.no")}</button>
          <button class="button danger solid" data-test="end-yes" ?disabled=${outcome === null || mustWait(outcome, given) !== null}>${say("counter.end.yes")}</button>
        </div>
      </form>
    </dialog>`;
}
