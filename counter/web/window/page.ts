/** The page of the window: the code on top, the receipt below it. A function of what is known; it keeps nothing. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { sayCode } from "../../../config/web/words.ts";
import type { Language, Localised, Say } from "../../../config/web/words.ts";
import type { Person } from "../../../signaling/web/catalogue.ts";
import { caseOf } from "./at_window.ts";
import type { Here, Shown } from "./at_window.ts";
import { caseCard } from "./case_card.ts";
import { outcomeDialog } from "./outcome_dialog.ts";
import type { WindowWork } from "./work.ts";

/** What the parts of the page get to draw from. */
export interface AtTheWindow {
  readonly say: Say;
  readonly pick: (text: Localised) => string;
  readonly language: Language;
  readonly person: Person;
  readonly work: WindowWork;
}

export function windowPage(at: AtTheWindow): TemplateResult {
  const { say, work } = at;
  const { here } = work;
  return html`<main id="main" class="window" data-test=${here.at === "receipt" ? "screen-receipt" : "screen-code"} data-at=${here.at}>
    ${codeForm(at, here)}
    ${here.at === "receipt" ? receipt(at, here) : html`<p class="hint window-lead">${say("window.code.lead")}</p>`}
    <footer class="window-foot">${here.at === "receipt" ? saidOf(at, here) : nothing}${here.at === "receipt" && here.asking !== null ? nothing : idleWarning(at)}</footer>
  </main>`;
}

function codeForm({ say, work }: AtTheWindow, here: Here): TemplateResult {
  const empty = here.at === "empty" ? here.why : null;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void work.find(String(new FormData(event.target as HTMLFormElement).get("code")));
  };
  return html`<form class="card window-code" role="search" autocomplete="off" @submit=${submit}>
    ${here.at === "receipt" ? nothing : html`<h1 tabindex="-1">${say("window.code.title")}</h1>`}
    <div class="window-ask">
      <label class="field"><span class="label">${say("window.code.label")}</span>
        <input class="input" name="code" data-test="code" maxlength="400" autocomplete="off" autocapitalize="characters" spellcheck="false" enterkeyhint="search"
          aria-describedby="code-hint" aria-invalid=${empty === "wrong" || (empty !== null && typeof empty === "object")} ?readonly=${here.at === "looking"} /></label>
      <button class="button ${here.at === "receipt" ? "" : "primary"} large" data-test="find" aria-disabled=${here.at === "looking" || work.wait > 0}>${icon("search")}${say("window.code.do")}</button>
    </div>
    <p class="hint" id="code-hint">${here.at === "receipt" ? say("window.keys") : say("window.code.hint")}</p>
    <div role="status" class="window-news">${here.at === "looking" ? html`<p data-test="looking">${work.slow ? say("window.slow") : say("window.looking")}</p>`
      : empty === "cleared" ? html`<p class="message" data-test="cleared">${icon("check")}<span>${say("window.cleared")}</span></p>` : nothing}</div>
    <div role="alert" class="window-news">${empty === null || empty === "cleared" ? nothing : html`<p class="message bad" data-test="code-problem" data-code=${empty === "wrong" ? "wrong" : empty.code}>${icon("warn")}<span>${
      empty === "wrong" ? say("window.code.wrong")
        : empty.code === "try-later" ? (work.wait > 0 ? html`${say("window.code.later")} <b aria-hidden="true">${say("window.seconds", { seconds: work.wait })}</b>` : say("window.code.later-over"))
          : sayCode(say, "error", empty.code, empty.text)}</span></p>`}</div>
  </form>`;
}

function receipt(at: AtTheWindow, here: Shown): TemplateResult {
  const { say, pick: words, work } = at;
  const { status: { cases, home_name }, asking } = here;
  const asked = asking === null ? null : caseOf(here, asking.case);
  return html`<section class="window-receipt" data-test="receipt" aria-labelledby="receipt-title" aria-busy=${here.doing !== null}>
    <header>
      <div><h1 id="receipt-title" tabindex="-1">${cases.length === 1 ? say("window.receipt.one") : say("window.receipt.several", { count: cases.length })}</h1>
        <p><span data-test="home">${say("window.receipt.home", { home: words(home_name) })}</span> · ${say("window.receipt.code")} <code>${here.code}</code></p></div>
      <button class="button large" data-test="next" @click=${() => work.next()}>${icon("next")}${say("window.next")}<kbd aria-hidden="true">Esc</kbd></button>
    </header>
    ${cases.length === 0 ? html`<p class="hint">${say("window.receipt.none")}</p>` : cases.map((one, place) => caseCard(at, here, one, place))}
    ${asking === null || asked === null ? nothing : outcomeDialog(at, asked, asking.seen, idleWarning(at))}
  </section>`;
}

/** What is under way, and what came of the last deed: below everything else, so that no key moves from under the hand. */
function saidOf({ say, pick: words, work }: AtTheWindow, here: Shown): TemplateResult {
  const { said, doing, stale } = here;
  const refused = said !== null && "refused" in said ? said : null;
  const done = said !== null && "done" in said ? said.done : null;
  const name = done?.act === "accept-papers" ? caseOf(here, done.case)?.lacking.find(({ material }) => material === done.material)?.name : undefined;
  return html`
    <div role="status" class="window-news">${doing !== null ? html`<p data-test="doing">${work.slow ? say("window.slow") : doing.deed === "look-again" ? say("window.looking") : doing.deed.act === "one-time-notice" ? say("window.opening") : say("window.doing")}</p>`
      : done === null ? nothing : html`<p class="message good" data-test="done" data-act=${done.act}>${icon("check")}<span>${
        done.act === "accept-papers" ? say("window.done.accept-papers", { name: name === undefined ? "" : words(name), count: done.copies })
          : done.act === "deliver-outcome" ? say("window.done.deliver-outcome")
            : work.blocked === null ? say("window.notice.opened")
              : html`${say("window.notice.blocked")} <a data-test="notice-link" href=${work.blocked} target="_blank">${say("window.notice.open")}</a>`}</span></p>`}</div>
    <div role="alert" class="window-news">${refused === null || doing !== null ? nothing : html`<p class="message bad" data-test="problem" data-code=${refused.refused.code}>${icon("warn")}<span>${
      refused.refused.code === "unreachable" && stale && refused.deed !== "look-again" ? say("window.unsure") : sayCode(say, "error", refused.refused.code, refused.refused.text)}</span>
      ${stale ? html`<button class="button primary" data-test="look-again" @click=${() => void work.lookAgain()}>${icon("turn")}${say("window.again")}</button>` : nothing}</p>`}</div>`;
}

/** Before the receipt goes from the screen by itself. */
function idleWarning({ say, work }: AtTheWindow): TemplateResult {
  const seconds = work.clearsIn;
  return html`<div role="alert" class="window-news">${seconds === null ? nothing : html`<p class="message warn" data-test="idle">${icon("warn")}<span>${say("window.idle")} <b aria-hidden="true">${say("window.seconds", { seconds })}</b></span>
    <button class="button primary" data-test="more-time" @click=${() => work.touched()}>${say("window.idle.more")}</button></p>`}</div>`;
}
