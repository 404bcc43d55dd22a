/** The talk is over, the case is not: outcome, note, and back to the line. Also the outcome dialog at the end of a talk. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { modal } from "../../../config/web/modal.ts";
import { dayInWords, runningTime } from "../../../config/web/times.ts";
import type { WordKey } from "../../../config/web/words.ts";
import type { Settlement, Talk, WrapUp } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";
import { noteField } from "./case.ts";
import { homeChoice, ofTable, openCases, otherCases, staysOpen } from "./cases.ts";
import { AFTERWARDS, isWhole, mayAccept, OUTCOMES, saidOf, stillOpen, whereItWent, whereTo } from "./cases_work.ts";
import { stillRow } from "./checklist.ts";
import { consentNews, consentsOfCase, notAcceptable, papersSealed } from "./consents.ts";
import { formAfterwards } from "./form_case.ts";
import { mustWait, noticeCase, noticeOf } from "./notice.ts";
import { identityTooLow, wasNotKnown } from "./parties.ts";

/** The four outcomes; once the talk is over, that it stays open too. */
function outcomes({ say, chooseOutcome }: Pick<Desk, "say" | "chooseOutcome">, name: "outcome" | "end", chosen: Settlement | null, acceptable: boolean): TemplateResult[] {
  return (name === "end" ? OUTCOMES : AFTERWARDS).map((one) => html`<label class="choice"><input type="radio" name="${name}-choice" data-test="${name}-${one}" ?disabled=${!acceptable && one.startsWith("accepted")}
    .checked=${chosen === one} @change=${() => chooseOutcome(one)} /><span>${say(`outcome.clerk.${one}` as WordKey)}</span></label>`);
}

export function wrapUpPanel(desk: Desk, wrapUp: WrapUp): TemplateResult {
  const { say, note, now, ask, cases } = desk;
  const { session, form: left, notice: given } = wrapUp;
  const table = wrapUp.cases.find(({ on_table }) => on_table);
  const outcome = desk.outcome ?? wrapUp.outcome ?? (table === undefined ? null : saidOf(table));
  const to = cases.referTo ?? whereItWent(wrapUp);
  const seconds = wrapUp.until - now;
  const complete = (event: Event): void => {
    event.preventDefault();
    if (outcome !== null) ask({ type: "complete-wrap-up", session, outcome, note: note?.text ?? wrapUp.note, refer_to: whereTo(outcome, to) });
  };
  const waits = !isWhole(outcome, to) || mustWait(outcome, given) !== null || stillOpen(wrapUp.cases).length > 0;
  return html`
    <section class="stage wrap-up" data-test="wrap-up" data-session=${session}>
      <form class="card padded" @submit=${complete}>
        <header><h2 tabindex="-1">${say("counter.wrap-up.title")}</h2>
          <p class="clock" role="timer" data-test="wrap-up-clock">${seconds >= 0 ? say("counter.wrap-up.left", { time: runningTime(seconds) }) : say("counter.wrap-up.over", { time: runningTime(-seconds) })}</p></header>
        ${consentNews(desk)}
        <p>${wrapUp.number} · ${wrapUp.service_name} · <span data-test="wrap-up-resident">${wrapUp.parties.length > 1 ? wrapUp.parties.map(({ name }) => name).join(say("counter.notice.and")) : wrapUp.resident}</span> · ${wrapUp.case}</p>
        ${otherCases(desk, session, wrapUp.cases)}
        ${openCases(desk, session, wrapUp.cases)}
        <fieldset><legend>${say("counter.wrap-up.outcome")}</legend>${ofTable(desk, wrapUp.cases)}<div class="outcomes">
          ${outcomes(desk, "outcome", outcome, mayAccept(desk.view))}
        </div></fieldset>
        ${outcome === "stays-open" ? staysOpen(desk) : nothing}
        ${homeChoice(desk, "outcome", outcome, to, (home) => cases.chooseHome(home))}
        ${outcome?.startsWith("accepted") === true ? html`<p class="hint" data-test="due" data-due=${wrapUp.due ?? ""}>${promise(desk, wrapUp)}</p>` : nothing}
        ${wrapUp.acceptable ? wasNotKnown(desk, wrapUp.known) : html`<p class="message warn" role="status" data-test="not-acceptable">${icon("warn")}<span>${say(notAcceptable(desk))}</span></p>`}
        ${noticeOf(desk, noticeCase(desk, wrapUp, outcome), given)}
        ${left === null ? nothing : formAfterwards(desk, session, left)}
        ${papersSealed(desk)}
        ${wrapUp.stills.map((still) => stillRow(desk, session, still, wrapUp.service_name))}
        ${consentsOfCase(desk, null)}
        ${note === null ? "" : noteField(desk, note)}
        <button class="button primary large" data-test="complete" ?disabled=${waits}>${say("counter.wrap-up.complete")}</button>
      </form>
    </section>`;
}

/** Until when it is decided, as the resident was told. */
function promise({ say, language }: Desk, { due, working_days: days }: WrapUp): string {
  if (due === null) return say("counter.wrap-up.within", { days });
  const day = dayInWords(due, language);
  return days === 0 ? say("counter.wrap-up.at-once", { day }) : say("counter.wrap-up.due", { day, days });
}

/** Two steps, so that a slip of the hand ends no talk. */
export function endDialog(desk: Desk, talk: Talk, close: () => void): TemplateResult {
  const { say, ask, chooseOutcome, view, cases } = desk;
  const given = view.notice;
  const onTable = talk.cases.find(({ on_table }) => on_table);
  const outcome = (desk.outcome === "stays-open" ? null : desk.outcome) ?? onTable?.outcome ?? null;
  const to = cases.referTo ?? (onTable === undefined ? null : whereItWent(onTable));
  const end = (event: Event): void => {
    event.preventDefault();
    if (outcome === null) return;
    ask({ type: "end-session", session: talk.session, outcome, refer_to: whereTo(outcome, to) });
    close();
  };
  const waits = !isWhole(outcome, to) || mustWait(outcome, given) !== null || stillOpen(talk.cases).length > 0;
  return html`
    <dialog class="card-over" data-test="end-dialog" aria-labelledby="end-title" ${modal()} @cancel=${close}>
      <form class="stack" @submit=${end}>
        <h2 id="end-title">${say("counter.end.title")}</h2>
        <p class="hint">${say("counter.end.lead")}</p>
        ${openCases(desk, talk.session, talk.cases)}
        ${ofTable(desk, talk.cases)}
        <div class="outcomes" role="radiogroup" aria-labelledby="end-title">
          ${outcomes({ say, chooseOutcome }, "end", outcome, mayAccept(view))}
        </div>
        ${homeChoice(desk, "end", outcome, to, (home) => cases.chooseHome(home))}
        ${talk.acceptable ? identityTooLow(desk, talk.parties, talk.level) : html`<p class="message warn" role="status" data-test="not-acceptable">${icon("warn")}<span>${say(notAcceptable({ view }))}</span></p>`}
        ${noticeOf(desk, noticeCase(desk, talk, outcome), given)}
        <div class="outcomes">
          <button class="button" type="button" data-test="end-no" @click=${close}>${say("counter.end.no")}</button>
          <button class="button danger solid" data-test="end-yes" ?disabled=${waits}>${say("counter.end.yes")}</button>
        </div>
      </form>
    </dialog>`;
}
