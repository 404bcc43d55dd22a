/** What the clerk asks of the resident, over the talk: one question, big answers, and what is shown to whom. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { stillWords } from "../../../signaling/web/still_words.ts";
import type { Talk } from "../../../signaling/web/wire.generated.ts";
import type { Kiosk } from "../context.ts";
import { controlCard } from "./control.ts";

export function askedCard(kiosk: Kiosk, talk: Talk): TemplateResult | typeof nothing {
  const asked = talk.asked ?? null;
  if (asked === null || asked.ask === "signature") return nothing; // a signature has a sheet of its own
  if (asked.ask === "control") return controlCard(kiosk, talk, asked);
  const { say, now, answer } = kiosk;
  if (asked.ask === "screen") {
    return html`<div class="asked card" role="alertdialog" aria-labelledby="asked-title" aria-describedby="asked-more" data-test="asked" data-ask="screen">
      <h2 id="asked-title">${icon("screen")}${say("kiosk.ask.screen")}</h2>
      <p id="asked-more">${say("kiosk.ask.screen-more")}</p>
      <div class="actions two">
        <button class="button primary huge" data-test="ask-yes" @click=${() => answer(talk, true)}>${icon("check")}${say("kiosk.ask.yes")}</button>
        <button class="button huge" data-test="ask-no" @click=${() => answer(talk, false)}>${icon("stop")}${say("kiosk.ask.no")}</button>
      </div>
      <p class="hint">${say("kiosk.ask.left", { seconds: Math.max(0, Math.ceil(asked.until - now)) })}</p>
    </div>`;
  }
  return html`<div class="asked card page" role="dialog" aria-labelledby="asked-title" data-test="asked" data-ask="page">
    <h2 id="asked-title">${icon("papers")}${say("kiosk.ask.page", { name: asked.material_name })}</h2>
    <p role="status" data-test="taking" data-taking=${kiosk.tools.answering.taking}>${kiosk.papers === null ? say("kiosk.ask.no-camera") : howItStands(kiosk, talk, asked.material)}</p>
    <button class="button huge" data-test="ask-no" @click=${() => answer(talk, false)}>${say("kiosk.ask.page-no")}</button>
  </div>`;
}

/** The picture on its way, or what is wrong with the last one, or where to lay the page. */
function howItStands({ say, tools }: Kiosk, talk: Talk, material: number): string {
  const { taking } = tools.answering;
  if (taking === "taking") return say("kiosk.ask.taking");
  if (taking === "failed") return say("kiosk.ask.failed");
  const last = (talk.stills ?? []).filter((still) => still.material === material && !still.kept).at(-1);
  if (last !== undefined) return last.reasons.length === 0 ? say("kiosk.ask.taken") : stillWords(say, last);
  return say("kiosk.ask.page-more");
}

/** Who shows a screen to whom; always in sight while it lasts, and stopped by a touch. */
export function sharingBanner({ say, showingScreen, stopShowing, stopTheirs, tools }: Kiosk, talk: Talk): TemplateResult | typeof nothing {
  const clerk = talk.ends.find(({ participant, role }) => participant !== talk.me && role === "clerk");
  const theirs = clerk !== undefined && talk.sources.some((one) => one.participant === clerk.participant && one.source === "screen" && one.on);
  return html`
    ${showingScreen && tools.operating.grant === null ? html`<p class="sharing-banner yours" role="status" data-test="sharing-yours">${icon("screen")}<span>${say("kiosk.share.yours")}</span>
      <button class="button danger solid" data-test="stop-showing" @click=${stopShowing}>${icon("stop")}${say("kiosk.share.stop")}</button></p>` : nothing}
    ${theirs ? html`<p class="sharing-banner" role="status" data-test="sharing-theirs">${icon("screen")}<span>${say("kiosk.share.theirs", { name: clerk.name })}</span>
      <button class="button" data-test="stop-theirs" @click=${() => stopTheirs(talk, clerk.participant)}>${icon("stop")}${say("kiosk.share.stop")}</button></p>` : nothing}`;
}
