/** The desk: left the line, centre the stage, right the case, and what may lie over it. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { modal } from "../../../config/web/modal.ts";
import type { Desk } from "../context.ts";
import type { DeskWork } from "../desk_work.ts";
import { languageButton } from "../login/login.ts";
import { rightSide } from "./case.ts";
import { settleDialog } from "./cases.ts";
import { spokenDialog } from "./consents.ts";
import { controlDialog } from "./control.ts";
import { meltDialog } from "./form_case.ts";
import { leftSide } from "./left.ts";
import { noticeDialog } from "./notice.ts";
import { SHORTCUTS, shortcutsOn, switchShortcuts } from "./shortcuts.ts";
import { stage } from "./stage.ts";
import { checkDialog, stillDialog } from "./still_dialog.ts";
import { transferDialog } from "./transfer.ts";
import { endDialog } from "./wrap_up.ts";

export function deskPage(desk: Desk, work: DeskWork): TemplateResult {
  const { say, view, person, language } = desk;
  const held = view.talk ?? view.wrap_up;
  const home = desk.catalogue.jurisdictions.find(({ code }) => code === view.jurisdiction);
  return html`
    <a class="button skip" href="#stage">${say("counter.skip")}</a>
    <header class="desk-top">
      <h1 tabindex="-1">${home === undefined ? view.jurisdiction : desk.pick(home.short)} · ${view.counters.find(({ id }) => id === view.counter)?.name ?? ""}</h1>
      <p>${person.name}</p>
      <button class="button quiet" data-test="help" aria-keyshortcuts="?" @click=${desk.openHelp}>? ${say("counter.shortcut.help")}</button>
      ${languageButton(language, say, desk.chooseLanguage)}
      <button class="button quiet" data-test="log-out" ?disabled=${view.talk !== null} @click=${desk.logOut}>${say("counter.log-out")}</button>
    </header>
    <main id="main" class="desk" data-test="screen-desk">
      ${leftSide(desk)}
      <div class="centre" id="stage" tabindex="-1">${stage(desk)}</div>
      ${rightSide(desk)}
    </main>
    ${work.bellMuffled ? html`<button class="muffled message warn" role="alert" data-test="bell-muffled" @click=${() => void work.chimes.unlock()}>${icon("bell")}<span>${say("counter.bell-muffled")}</span></button>` : nothing}
    ${work.handingOn && view.talk !== null ? transferDialog(desk, view.talk, () => work.closeDialogs()) : nothing}
    ${work.ending && view.talk !== null ? endDialog(desk, view.talk, () => work.closeDialogs()) : nothing}
    ${held === null ? nothing : settleDialog(desk, held)}
    ${desk.stills.looking === null ? nothing : stillDialog(desk, desk.stills.looking)}
    ${desk.stills.checking === null ? nothing : checkDialog(desk, desk.stills.checking)}
    ${desk.control.choice === null || view.talk === null ? nothing : controlDialog(desk, view.talk, desk.control.choice)}
    ${desk.consents.spoken === null || view.talk === null ? nothing : spokenDialog(desk, view.talk.session, desk.consents.spoken)}
    ${desk.form.melting && view.talk !== null ? meltDialog(desk, view.talk) : nothing}
    ${desk.notice.draft === null ? nothing : noticeDialog(desk, desk.notice.draft)}
    ${work.helping ? helpDialog(desk, () => work.closeDialogs()) : nothing}`;
}

function helpDialog({ say }: Desk, close: () => void): TemplateResult {
  return html`<dialog class="card-over" data-test="help-dialog" aria-labelledby="help-title" ${modal()} @cancel=${close}>
    <h2 id="help-title">${say("counter.shortcut.title")}</h2>
    <dl class="keys">${SHORTCUTS.map(({ key, words }) => html`<div><dt><kbd>${key.toUpperCase()}</kbd></dt><dd>${say(words)}</dd></div>`)}</dl>
    <label class="choice"><input type="checkbox" data-test="shortcuts-on" .checked=${shortcutsOn()} @change=${(event: Event) => switchShortcuts((event.target as HTMLInputElement).checked)} /><span>${say("counter.shortcut.on")}</span></label>
    <button class="button primary" autofocus data-test="help-close" @click=${close}>${say("counter.close")}</button>
  </dialog>`;
}
