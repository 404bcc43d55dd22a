/** Remote operation as the clerk sees it: the question, what is allowed and for how long, what was done; and what became of every question. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { modal } from "../../../config/web/modal.ts";
import { runningTime } from "../../../config/web/times.ts";
import { sayReason } from "./control_words.ts";
import type { AskForControl, Purpose, Talk, UsedLine } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";
import { scopesOf } from "./control_work.ts";
import type { Choice } from "./control_work.ts";
import { signerName } from "./form_case.ts";
import { on } from "./sources.ts";

const LEVELS: readonly AskForControl["level"][] = ["view", "control"];
const PURPOSES: readonly Purpose[] = ["fill-in", "correct", "find", "show-how"];
const MINUTES = { least: 1, most: 15 } as const;

function scopeName({ say }: Pick<Desk, "say">, talk: Talk, scope: string): string {
  return scope === "form" ? say("counter.control.form") : talk.windows.find(({ window }) => window === scope)?.name ?? scope;
}

export function controlDialog(desk: Desk, talk: Talk, choice: Choice): TemplateResult {
  const { say, control } = desk;
  const close = (): void => control.closeChoice();
  const ask = (event: Event): void => {
    event.preventDefault();
    control.ask(talk.session);
  };
  const one = (name: string, test: string, words: string, chosen: boolean, change: Partial<Choice>, disabled = false): TemplateResult =>
    html`<label class="choice"><input type="radio" name=${name} data-test=${test} .checked=${chosen} ?disabled=${disabled} @change=${() => control.choose(change)} /><span>${words}</span></label>`;
  return html`
    <dialog class="card-over control-dialog" data-test="control-dialog" aria-labelledby="control-title" ${modal()} @cancel=${close}>
      <form class="stack" @submit=${ask}>
        <h2 id="control-title">${say("counter.control.title")}</h2>
        <p class="hint">${say("counter.control.lead")}</p>
        <fieldset><legend>${say("counter.control.scope")}</legend><div class="choices">
          ${scopesOf(talk).map((scope) => one("scope", scope === "form" ? "control-form" : `control-window-${scope}`, scopeName(desk, talk, scope), choice.scope === scope, { scope }))}</div></fieldset>
        <fieldset><legend>${say("counter.control.level")}</legend><div class="outcomes">
          ${LEVELS.map((level) => one("level", `control-level-${level}`, say(`counter.control.level.${level}`), choice.level === level, { level }, choice.scope === "form" && level === "view"))}</div></fieldset>
        <fieldset><legend>${say("counter.control.purpose")}</legend><div class="outcomes">
          ${PURPOSES.map((purpose) => one("purpose", `control-purpose-${purpose}`, say(`counter.control.purpose.${purpose}`), choice.purpose === purpose, { purpose }))}</div></fieldset>
        <div class="field minutes"><label for="control-minutes">${say("counter.control.minutes", { minutes: choice.minutes })}</label>
          <input id="control-minutes" type="range" min=${MINUTES.least} max=${MINUTES.most} step="1" data-test="control-minutes" .value=${String(choice.minutes)} aria-valuetext=${say("counter.control.minutes", { minutes: choice.minutes })}
            @input=${(event: Event) => control.choose({ minutes: Number((event.target as HTMLInputElement).value) })} /></div>
        <div class="outcomes">
          <button class="button" type="button" data-test="control-no" @click=${close}>${say("counter.control.not-now")}</button>
          <button class="button primary" data-test="control-ask">${say("counter.control.ask")}</button>
        </div>
      </form>
    </dialog>`;
}

/** What the resident lets the clerk operate, until when, and what was done: on the stage, always in sight. */
export function grantBar(desk: Desk, talk: Talk): TemplateResult | typeof nothing {
  const { say, ask, now, control } = desk;
  const grant = talk.grant;
  if (grant === null) return nothing;
  const waiting = grant.scope !== "form" && talk.ends.every(({ participant }) => participant === talk.me || !on(talk, participant, "screen"));
  const stop = (): void => ask({ type: "stop-control", session: talk.session, grant: grant.id, reason: "clerk" });
  return html`<div class="grant-bar" role="group" aria-label=${say("counter.control.bar.label")} data-test="grant-bar" data-scope=${grant.scope} data-level=${grant.level}>
    ${icon("helper")}
    <p role="status"><strong>${say(`counter.control.bar.${grant.level}`, { what: scopeName(desk, talk, grant.scope) })}</strong> <span>${waiting ? say("counter.control.waiting") : say(`counter.control.purpose.${grant.purpose}`)}</span></p>
    <p class="clock" role="timer" data-test="control-left">${say("counter.control.left", { time: runningTime(Math.max(0, grant.until - now)) })}</p>
    <button class="button danger small" data-test="control-stop" @click=${stop}>${icon("stop")}<span>${say("counter.control.stop")}</span></button>
    <div class="used" role="log" aria-label=${say("counter.control.used.label")} data-test="control-used"><ul>${control.lines.map((line) => html`<li class=${line.did === "refused" ? "refused" : ""} data-did=${line.did} data-code=${line.code ?? ""}>${used(desk, line)}</li>`)}</ul></div>
  </div>`;
}

function used({ say }: Desk, { did, field, count = 1, code }: UsedLine): string {
  if (did === "refused") return say("counter.control.used.refused", { reason: sayReason(say, code ?? "") });
  const where = field === null || field === undefined ? "" : say("counter.control.used.where", { field });
  return say(`counter.control.used.${did}`, { where, count });
}

/** What the resident is being asked, until they answer or the clerk takes it back. A page is asked for in the checklist. */
export function askedOfThem(desk: Desk, talk: Talk): TemplateResult | typeof nothing {
  const { say, ask, now } = desk;
  const asked = talk.asked;
  if (asked === null || asked.ask === "page") return nothing;
  const words = asked.ask === "screen" ? say("counter.ask.screen")
    : asked.ask === "signature" ? say("counter.ask.signature", { signer: signerName(desk, asked.signer) })
    : say(`counter.ask.control.${asked.level}`, { what: scopeName(desk, talk, asked.scope), minutes: asked.minutes });
  return html`<p class="message asked" role="status" data-test="asked-${asked.ask}"><span class="asked-words">${icon(asked.ask === "screen" ? "screen" : asked.ask === "signature" ? "papers" : "helper")}<span>${words}</span></span>
    <span class="clock" aria-hidden="true">${runningTime(Math.max(0, asked.until - now))}</span>
    <button class="button small" data-test="withdraw" @click=${() => ask({ type: "withdraw-ask", session: talk.session, ask: asked.id })}>${say("counter.ask.withdraw")}</button></p>`;
}

/** What became of it, where that cannot be seen otherwise. */
export function toldOfThem({ say, control }: Desk): TemplateResult | typeof nothing {
  const told = control.told;
  if (told === null) return nothing;
  const words = told.code === "refused" ? say(`counter.told.refused.${told.ask}`) : say(`counter.told.${told.code}`);
  return html`<p class="message asked" role="status" data-test="told" data-code=${told.code}><span class="asked-words">${icon("warn")}<span>${words}</span></span>
    <button class="button small" data-test="told-close" @click=${() => control.closeTold()}>${say("counter.close")}</button></p>`;
}
