/** What stands around every screen: language, letter size and contrast above; helper, back and stop below; and the cards on top. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../config/web/icons.ts";
import { modal } from "../../config/web/modal.ts";
import { BOOTH_POLICY, inSession } from "./booth.ts";
import type { LetterSize } from "./booth.ts";
import type { Kiosk } from "./context.ts";
import { agreedCard, agreedKey } from "./screens/consents.ts";
import { controlBar } from "./screens/control.ts";
import { hasBack } from "./way_back.ts";

const SIZES: readonly LetterSize[] = [1, 1.5, 2];

export function frame(kiosk: Kiosk, screen: TemplateResult): TemplateResult {
  const { say } = kiosk;
  return html`
    ${cardOpen(kiosk) ? nothing : controlBar(kiosk)}
    <header class="bar top">${top(kiosk)}</header>
    <main id="main">${screen}</main>
    <footer class="bar bottom">${bottom(kiosk)}</footer>
    ${kiosk.lineUp || kiosk.booth.screen === null ? nothing : html`<div class="offline message warn" role="status" data-test="offline">${icon("warn")}<span>${inSession(kiosk.booth) ? say("kiosk.offline") : say("kiosk.offline-free")}</span></div>`}
    ${cards(kiosk)}`;
}

function top({ booth, say, tell, self, readAloud }: Kiosk): TemplateResult {
  const other = booth.language === "zh-CN" ? "en" : "zh-CN";
  return html`
    <p class="where">${self.name}</p>
    <div class="sizes" role="group" aria-label=${say("kiosk.frame.letters")}>
      ${SIZES.map((size) => html`<button class="button size size-${String(size).replace(".", "-")}" data-test="letters-${size}" aria-pressed=${booth.letters === size}
        aria-label=${say("kiosk.frame.letters-times", { times: size })} @click=${() => tell({ type: "letters-chosen", letters: size })}>${say("kiosk.frame.letter")}</button>`)}
    </div>
    ${readAloud === null ? nothing : html`<button class="button" data-test="read-aloud" @click=${readAloud}>${icon("speaker")}<span>${say("kiosk.frame.read-aloud")}</span></button>`}
    <button class="button" data-test="contrast" aria-pressed=${booth.contrast} @click=${() => tell({ type: "contrast-switched" })}>${icon("contrast")}<span>${say("kiosk.frame.contrast")}</span></button>
    <button class="button" data-test="language" lang=${other} @click=${() => tell({ type: "language-chosen", language: other })}>${icon("language")}<span>${say("kiosk.frame.other-language")}</span></button>`;
}

function bottom(kiosk: Kiosk): TemplateResult {
  const { booth, say, tell, more, showMore } = kiosk;
  const untouched = booth.screen?.screen === "idle" && booth.step.at === "touch";
  const steps = booth.screen?.screen === "idle" && hasBack(booth.step) && booth.step.at !== "staffed-window" && booth.step.at !== "refused";
  return html`
    <button class="button helper" data-test="helper" @click=${() => tell({ type: "helper-called" })}>${icon("helper")}<span>${say("kiosk.frame.helper")}</span></button>
    ${steps ? html`<button class="button" data-test="back" @click=${() => tell({ type: "went-back" })}>${icon("back")}<span>${say("kiosk.frame.back")}</span></button>` : nothing}
    ${more ? html`<button class="button" data-test="more" @click=${showMore}>${icon("down")}<span>${say("kiosk.frame.more")}</span></button>` : nothing}
    ${agreedKey(kiosk)}
    <button class="button danger" data-test="stop" ?disabled=${untouched} @click=${() => tell({ type: "stop-touched" })}>${icon("stop")}<span>${say("kiosk.frame.stop")}</span></button>`;
}

/** A card makes everything else inert: the key that ends an operation then stands in the card. */
function cardOpen({ booth, tools }: Kiosk): boolean {
  return booth.helper || booth.stopping || booth.warned || tools.agreements.place !== null;
}

function cards(kiosk: Kiosk): TemplateResult | typeof nothing {
  const { booth, say, tell, self } = kiosk;
  const { warnAfter, resetAfter } = BOOTH_POLICY;
  if (booth.helper) {
    return html`<dialog class="card-over helper-card" data-test="helper-card" aria-labelledby="helper-title" ${modal()} @cancel=${() => tell({ type: "helper-dismissed" })}>
      ${controlBar(kiosk)}${icon("helper")}
      <h2 id="helper-title">${say("kiosk.helper.title", { kiosk: self.name })}</h2>
      <p>${say("kiosk.helper.lead")}</p>
      <button class="button primary huge" autofocus data-test="helper-done" @click=${() => tell({ type: "helper-dismissed" })}>${say("kiosk.helper.done")}</button>
    </dialog>`;
  }
  if (booth.stopping) {
    const session = inSession(booth);
    const talking = booth.screen?.screen === "talking";
    return html`<dialog class="card-over" data-test="stop-card" aria-labelledby="stop-title" ${modal()} @cancel=${() => tell({ type: "stop-withdrawn" })}>
      ${controlBar(kiosk)}<h2 id="stop-title">${talking ? say("kiosk.stop.talk") : session ? say("kiosk.stop.line") : say("kiosk.stop.choosing")}</h2>
      <p>${talking ? say("kiosk.stop.talk-more") : session ? say("kiosk.stop.line-more") : say("kiosk.stop.choosing-more")}</p>
      <button class="button primary huge" autofocus data-test="stop-no" @click=${() => tell({ type: "stop-withdrawn" })}>${say("kiosk.stop.no")}</button>
      <button class="button danger huge" data-test="stop-yes" @click=${() => tell({ type: "stop-confirmed" })}>${say("kiosk.stop.yes")}</button>
    </dialog>`;
  }
  if (booth.warned) {
    return html`<dialog class="card-over" data-test="idle-warning" aria-labelledby="idle-title" ${modal()} @cancel=${() => tell({ type: "touched" })} @click=${() => tell({ type: "touched" })}>
      <h2 id="idle-title">${say("kiosk.idle-warning.title")}</h2>
      <p>${say("kiosk.idle-warning.lead", { seconds: resetAfter - warnAfter })}</p>
      <button class="button primary huge" autofocus data-test="more-time">${say("kiosk.idle-warning.more-time")}</button>
    </dialog>`;
  }
  return agreedCard(kiosk, controlBar(kiosk));
}
