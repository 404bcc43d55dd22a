/** Remote operation on the glass: the question with everything that is allowed by a yes, and the bar that stands while it lasts. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import type { AskedControl, Talk } from "../../../signaling/web/wire.generated.ts";
import type { Kiosk } from "../context.ts";
import { FORM } from "../operating.ts";
import { placeOf } from "./people.ts";

/** What a yes allows: why, what, how far, how long. Silence is no, and says so without hurry. */
export function controlCard(kiosk: Kiosk, talk: Talk, asked: AskedControl): TemplateResult {
  const { say, now, answer, tools } = kiosk;
  const form = asked.scope === FORM;
  const words = { place: placeOf(kiosk, talk), window: asked.scope_name };
  const facts = [
    [say("kiosk.control.what-for"), say(`kiosk.control.purpose.${asked.purpose}`)],
    [say("kiosk.control.how-far"), say(form ? "kiosk.control.level.form" : `kiosk.control.level.${asked.level}`)],
    [say("kiosk.control.how-long"), say("kiosk.control.minutes-at-most", { minutes: asked.minutes })],
  ];
  return html`<div class="asked card control-card" role="alertdialog" aria-labelledby="control-title" aria-describedby="control-facts" data-test="control-card" data-scope=${asked.scope}>
    <h2 id="control-title">${icon("helper")}<span>${say(form ? "kiosk.control.form" : asked.level === "view" ? "kiosk.control.look" : "kiosk.control.window", words)}</span></h2>
    <dl id="control-facts" class="control-facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    ${tools.operating.opening ? html`<p class="lead" role="status" data-test="control-opening">${say("kiosk.control.opening")}</p>` : html`
      <div class="actions two">
        <button class="button primary huge" data-test="control-allow" @click=${() => answer(talk, true)}>${icon("check")}${say("kiosk.control.allow")}</button>
        <button class="button huge" data-test="control-refuse" @click=${() => answer(talk, false)}>${icon("stop")}${say("kiosk.control.refuse")}</button>
      </div>
      <p class="hint">${say("kiosk.control.left", { seconds: Math.max(0, Math.ceil(asked.until - now)) })}</p>`}
  </div>`;
}

/** A yes that could not be kept. */
export function controlProblem({ say, tools }: Kiosk): TemplateResult | typeof nothing {
  const { operating } = tools;
  if (operating.problem === null) return nothing;
  return html`<div class="asked card" role="alert" data-test="control-problem" data-code=${operating.problem}>
    <p class="message warn">${icon("warn")}<span>${say("kiosk.control.failed")}</span></p>
    <button class="button huge" data-test="control-problem-ok" @click=${() => operating.dismiss()}>${say("kiosk.control.failed-ok")}</button>
  </div>`;
}

/** While it stands: a frame around everything, who operates what, for how long yet, and the key that ends it. */
export function controlBar(kiosk: Kiosk): TemplateResult | typeof nothing {
  const { say, now, tools, booth } = kiosk;
  const grant = tools.operating.grant;
  const talk = booth.screen?.screen === "talking" ? booth.screen.talk : null;
  if (grant === null || talk === null) return nothing;
  const window = talk.windows.find((each) => each.window === grant.scope)?.name ?? grant.scope;
  const key = grant.scope === FORM ? "kiosk.control.bar.form" : grant.level === "view" ? "kiosk.control.bar.look" : "kiosk.control.bar.window";
  const seconds = grant.until - now;
  return html`<div class="control-bar" role="region" aria-labelledby="control-says" data-test="control-bar" data-scope=${grant.scope} data-grant=${grant.id}>
    ${icon("helper")}
    <p class="control-says" role="status"><span id="control-says">${say(key, { place: placeOf(kiosk, talk), window })}</span><span class="only-heard">${say("kiosk.control.bar.heard")}</span></p>
    <p class="control-left">${seconds < 60 ? say("kiosk.control.last-minute") : say("kiosk.control.minutes", { minutes: Math.ceil(seconds / 60) })}</p>
    <button class="button danger solid" data-test="control-stop" @click=${() => tools.operating.stop()}>${icon("stop")}<span>${say("kiosk.control.stop")}</span></button>
  </div>`;
}
