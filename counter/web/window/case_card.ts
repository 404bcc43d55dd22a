/** One case of the receipt: how it stands, what is lacking, and what may be done for it here, each with the agreement that it rests on. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import type { IconName } from "../../../config/web/icons.ts";
import { dayInWords } from "../../../config/web/times.ts";
import type { WindowAllowed, WindowCase, WindowLacking } from "../../../signaling/web/wire.generated.ts";
import { copiesOf } from "./at_window.ts";
import type { Shown } from "./at_window.ts";
import { isQuiet, offersOf } from "./offers.ts";
import type { Offers } from "./offers.ts";
import type { AtTheWindow } from "./page.ts";

const SIGNS: Readonly<Record<WindowCase["state"], IconName>> = {
  open: "papers", accepted: "check", "accepted-with-gaps": "check", returned: "back", referred: "next", "handed-over": "check", ended: "stop",
};

export function caseCard(at: AtTheWindow, here: Shown, one: WindowCase, place: number): TemplateResult {
  const { say, pick, language } = at;
  const offers = offersOf(one);
  const due = dueOf(at, one);
  return html`<article class="card window-case" data-test="case-${place}" data-state=${one.state} aria-labelledby="case-${place}">
    <div class="window-facts">
      <h2 id="case-${place}" data-test="service">${pick(one.service)}</h2>
      ${one.delivered_on !== null ? html`<p class="window-state">${icon("check")}<span>${say("window.state.delivered")}</span></p>`
        : html`<p class="window-state">${icon(SIGNS[one.state])}<span>${say(`window.state.${one.state}`)}</span></p><p class="hint">${say(`window.more.${one.state}`)}</p>`}
      <dl>
        ${due === null ? nothing : html`<div><dt>${say("window.due")}</dt><dd data-test="due" data-over=${one.over}>${one.over ? icon("warn") : nothing}${due}</dd></div>`}
        ${one.follow_by === null ? nothing : html`<div><dt>${say("window.follow-by")}</dt><dd data-test="follow-by">${say("window.due.by", { day: dayInWords(one.follow_by, language) })}</dd></div>`}
        <div><dt>${say("window.case")}</dt><dd class="window-number">${one.case}</dd></div>
      </dl>
    </div>
    <div class="window-deeds">
      ${lacking(at, here, one, place, offers.papers)}
      ${notice(at, here, one, offers)}
      ${outcome(at, here, one, offers)}
      ${withheld(at, here, offers)}
      ${isQuiet(offers, one) && one.lacking.length === 0 ? html`<p class="hint" data-test="nothing">${say("window.nothing")}</p>` : nothing}
    </div>
  </article>`;
}

/** Until when it is decided; null where nothing was promised. */
function dueOf({ say, language }: AtTheWindow, { state, due, over }: WindowCase): string | null {
  if (due === null) return state === "accepted" || state === "accepted-with-gaps" ? say("window.due.unknown") : null;
  return say(over ? "window.due.over" : "window.due.by", { day: dayInWords(due, language) });
}

function lacking(at: AtTheWindow, here: Shown, one: WindowCase, place: number, allowed: WindowAllowed | null): TemplateResult | typeof nothing {
  const { say } = at;
  if (one.lacking.length === 0 && one.form === null) return nothing;
  return html`<section aria-labelledby="lacking-${place}">
    <div class="window-head"><h3 id="lacking-${place}">${say("window.lacking")}</h3>
      ${allowed === null ? nothing : html`<p class="hint" id="by-papers-${place}" data-test="by-accept-papers">${say("window.take")} · ${basis(at, allowed)}</p>`}</div>
    <ul class="window-lacking">
      ${one.lacking.map((line) => lackingLine(at, here, one, line, place, allowed !== null))}
      ${one.form === null ? nothing : html`<li data-test="lacking-form">${icon("other")}<p>${say(`notice.form.${one.form}`)}</p></li>`}
    </ul>
  </section>`;
}

function lackingLine({ say, pick, work }: AtTheWindow, here: Shown, one: WindowCase, line: WindowLacking, place: number, may: boolean): TemplateResult {
  const { material, received } = line;
  const [name, copies] = [pick(line.name), copiesOf(here, one.case, material)];
  const busy = isBusy(here);
  const key = (more: 1 | -1): TemplateResult => html`<button class="button step" data-test="copies-${more > 0 ? "more" : "fewer"}-${material}" aria-label=${say(more > 0 ? "window.take.more" : "window.take.fewer", { name })}
    aria-disabled=${busy} @click=${() => work.count(one.case, material, more)}>${more > 0 ? "+" : "−"}</button>`;
  return html`<li data-test="lacking-${material}" data-reason=${line.reason} data-received=${received}>
    ${icon(received > 0 ? "check" : "papers")}
    <p>${name} <small>${say(`notice.reason.${line.reason}`)}
      ${received > 0 ? html` · <b class="window-received" data-test="received-${material}">${say("window.received", { count: received })}</b>` : nothing}</small></p>
    ${may ? html`<div class="window-take" role="group" aria-label=${say("window.take.of", { name, count: copies })}>
      ${key(-1)}<output data-test="copies-${material}">${say("window.take.copies", { count: copies })}</output>${key(1)}
      <button class="button ${received > 0 ? "" : "primary"}" data-test="take-${material}" aria-label=${say("window.take.of", { name, count: copies })} aria-describedby="by-papers-${place}" aria-disabled=${busy}
        @click=${once(() => void work.do({ act: "accept-papers", case: one.case, material, copies }))}>${say("window.take")}</button></div>` : nothing}
  </li>`;
}

function notice(at: AtTheWindow, here: Shown, one: WindowCase, { notice: allowed }: Offers): TemplateResult | typeof nothing {
  const { say, work } = at;
  if (allowed === null) return nothing;
  return html`<section><h3>${say("window.notice")}</h3>
    <p class="window-deed"><button class="button" data-test="notice" aria-describedby="by-notice-${one.case}" aria-disabled=${isBusy(here)}
      @click=${once(() => void work.do({ act: "one-time-notice", case: one.case }))}>${icon("other")}${say("window.notice.do")}</button>
      <span class="hint" id="by-notice-${one.case}" data-test="by-one-time-notice">${basis(at, allowed)}</span></p></section>`;
}

function outcome(at: AtTheWindow, here: Shown, one: WindowCase, { outcome: allowed, elsewhere }: Offers): TemplateResult | typeof nothing {
  const { say, language, work } = at;
  if (one.delivered_on === null && allowed === null && !elsewhere) return nothing;
  return html`<section><h3>${say("window.outcome")}</h3>
    ${one.delivered_on === null ? nothing : html`<p class="window-state" data-test="delivered" data-on=${one.delivered_on}>${icon("check")}<span>${say("window.outcome.on", { day: dayInWords(one.delivered_on, language) })}</span></p>`}
    ${allowed === null ? nothing : html`<p class="window-deed"><button class="button" data-test="outcome" aria-describedby="by-outcome-${one.case}" aria-disabled=${isBusy(here)}
      @click=${() => work.ask({ case: one.case, seen: null })}>${icon("identity")}${say("window.outcome.do")}</button>
      <span class="hint" id="by-outcome-${one.case}" data-test="by-deliver-outcome">${basis(at, allowed)}</span></p>`}
    ${elsewhere ? html`<p class="hint" data-test="not-here">${say(allowed === null ? "window.outcome.elsewhere" : "window.outcome.not-promised")}</p>` : nothing}</section>`;
}

/** One sentence for everything that the case calls for and this window has no power to do. */
function withheld({ say, pick, person }: AtTheWindow, { status: { home_name } }: Shown, { withheld: acts }: Offers): TemplateResult | typeof nothing {
  if (acts.length === 0) return nothing;
  const named = { home: pick(home_name), acts: acts.map((act) => say(`window.act.${act}`)).join(say("counter.notice.and")) };
  return html`<p class="message" data-test="no-power" data-acts=${acts.join(" ")}>${icon("stop")}<span>${say(person.role === "clerk" ? "window.no-power" : "window.no-power.helper", named)}</span></p>`;
}

/** Keys stay where they are while they do nothing, so that the focus does too. */
function isBusy({ doing, stale }: Shown): boolean {
  return doing !== null || stale;
}

/** A double click is one click. */
function once(deed: () => void): (event: MouseEvent) => void {
  return ({ detail }) => { if (detail < 2) deed(); };
}

function basis({ say }: AtTheWindow, { agreement }: WindowAllowed): string {
  return agreement === null ? say("window.by.own") : say("window.by", { agreement });
}
