/** Writing to each other: a quiet key, a panel with all the lines, and the clerk's newest line in large type for whoever has it closed. */
import { html, nothing, svg } from "lit";
import type { TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { icon } from "../../../config/web/icons.ts";
import { hourAndMinute } from "../../../config/web/times.ts";
import { sayCode } from "../../../config/web/words.ts";
import type { Talk, TextLine } from "../../../signaling/web/wire.generated.ts";
import type { Kiosk } from "../context.ts";
import { clerkName } from "./people.ts";

const LONGEST = 300;
const pen = html`<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${svg`<path d="M4 20l1-4.500L16.500 4a2.100 2.100 0 0 1 3 3L8.500 19zM14.500 6l3.500 3.500M12 20.500h8"/>`}</svg>`;

export function textKey({ say, tools }: Kiosk): TemplateResult {
  const { writing } = tools;
  return html`<button class="button huge" data-test="text-open" aria-pressed=${writing.open} @click=${() => writing.toggle()}>${pen}<span>${say("kiosk.text.open")}</span></button>`;
}

export function textPanel(kiosk: Kiosk, talk: Talk): TemplateResult | typeof nothing {
  const { say, tools } = kiosk;
  const { writing } = tools;
  if (!writing.open) return nothing;
  const send = (event: Event): void => {
    event.preventDefault();
    void writing.send();
  };
  return html`<section class="text-panel card" aria-labelledby="text-title" data-test="text-panel">
    <header><h2 id="text-title">${say("kiosk.text.title", { name: clerkName(kiosk, talk) })}</h2>
      <button class="button" type="button" data-test="text-close" @click=${() => writing.toggle()}>${icon("down")}<span>${say("kiosk.text.close")}</span></button></header>
    <div class="text-scroll" role="log" tabindex="0" aria-labelledby="text-title"><ol class="text-lines">
      ${talk.texts.length === 0 ? html`<li class="hint">${say("kiosk.text.nothing")}</li>` : nothing}
      ${repeat(talk.texts, ({ n }) => n, (line) => bubble(kiosk, talk, line))}
    </ol></div>
    ${writing.refusal === null ? nothing : html`<p class="message bad" role="alert" data-test="text-refusal" data-code=${writing.refusal}>${icon("warn")}<span>${sayCode(say, "error", writing.refusal)}</span></p>`}
    <form class="text-write" autocomplete="off" @submit=${send}>
      <label class="only-heard" for="text-field">${say("kiosk.text.field")}</label>
      <input class="input" id="text-field" type="text" data-test="text-field" maxlength=${LONGEST} placeholder=${say("kiosk.text.field")} autocomplete="off" autocapitalize="off" spellcheck="false"
        .value=${writing.draft} @input=${(event: InputEvent) => writing.typed((event.target as HTMLInputElement).value)} />
      <button class="button primary" type="submit" data-test="text-send" ?disabled=${writing.sending || writing.draft.trim() === ""}>${icon("next")}<span>${say("kiosk.text.send")}</span></button>
    </form>
  </section>`;
}

function bubble(kiosk: Kiosk, talk: Talk, { by, at, text }: TextLine): TemplateResult {
  const mine = by === talk.me;
  return html`<li class="text-line ${mine ? "mine" : "theirs"}" data-test="text-line" data-by=${by}>
    <p class="text-who">${mine ? kiosk.say("kiosk.text.mine") : clerkName(kiosk, talk)} <time>${hourAndMinute(at, kiosk.language)}</time></p>
    <p class="text-said">${text}</p>
  </li>`;
}

/** In large type over the lower part of the glass, until somebody says that it has been read. */
export function textHeard(kiosk: Kiosk, talk: Talk): TemplateResult | typeof nothing {
  const { say, tools } = kiosk;
  const { unread } = tools.writing;
  if (unread === null) return nothing;
  return html`<div class="text-heard card" role="alert" data-test="text-heard" data-line=${unread.n}>
    <p class="text-who">${pen}${say("kiosk.text.heard", { name: clerkName(kiosk, talk) })}</p>
    <p class="text-said">${unread.text}</p>
    <div class="actions two">
      <button class="button primary huge" data-test="text-read" @click=${() => tools.writing.dismiss()}>${icon("check")}${say("kiosk.text.read")}</button>
      <button class="button huge" data-test="text-reply" @click=${() => tools.writing.toggle()}>${pen}${say("kiosk.text.reply")}</button>
    </div>
  </div>`;
}
