/** What both write to each other: for numbers and names that are hard to hear, and for who hears badly. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { ref } from "lit/directives/ref.js";
import { icon } from "../../../config/web/icons.ts";
import { hourAndMinute } from "../../../config/web/times.ts";
import type { Talk } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";
import { LONGEST_TEXT } from "./text_work.ts";

/** The key in the bottom bar, with how many lines wait to be read. */
export function textKey({ say, texts }: Desk, talk: Talk): TemplateResult {
  const unread = texts.unread(talk);
  return html`<button class="button" data-test="text-open" data-unread=${unread} aria-expanded=${texts.open} aria-keyshortcuts="t" @click=${() => texts.show(!texts.open, talk)}>${icon("letters")}<span>${say("counter.text.open")}</span>
    ${unread === 0 ? nothing : html`<span class="unread"><span aria-hidden="true">${unread}</span><span class="only-heard">${say("counter.text.unread", { count: unread })}</span></span>`}</button>
    <span class="only-heard" role="status">${unread === 0 || texts.open ? nothing : say("counter.text.unread", { count: unread })}</span>`;
}

export function textPanel(desk: Desk, talk: Talk): TemplateResult | typeof nothing {
  const { say, texts, language } = desk;
  if (!texts.open) return nothing;
  const typed = (event: InputEvent): void => texts.typed((event.target as HTMLTextAreaElement).value);
  const key = (event: KeyboardEvent): void => {
    if (event.key === "Escape") return texts.show(false, talk);
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    void texts.send();
  };
  const send = (event: Event): void => {
    event.preventDefault();
    void texts.send();
  };
  return html`<section class="texts card" aria-labelledby="texts-title" data-test="text-panel">
    <header><h2 id="texts-title">${say("counter.text.title")}</h2><button class="button small" data-test="text-close" @click=${() => texts.show(false, talk)}>${say("counter.close")}</button></header>
    <div class="text-lines" role="log" tabindex="0" ${ref((list) => atEnd(list, talk.texts.length))} aria-label=${say("counter.text.lines")}><ol>
      ${talk.texts.length === 0 ? html`<li class="hint">${say("counter.text.none")}</li>` : nothing}
      ${talk.texts.map(({ n, by, at, text }) => html`<li class="text-line ${by === talk.me ? "mine" : "theirs"}" data-test="text-line" data-n=${n} data-by=${by}>
        <p class="hint">${by === talk.me ? say("counter.text.me") : talk.ends.find(({ participant }) => participant === by)?.name ?? by} · ${hourAndMinute(at, language)}</p><p class="said">${text}</p></li>`)}
    </ol></div>
    <form class="field" @submit=${send}>
      <label for="text-field" class="only-heard">${say("counter.text.field")}</label>
      <textarea id="text-field" class="input" rows="2" data-test="text-field" maxlength=${LONGEST_TEXT} placeholder=${say("counter.text.field")} aria-describedby="text-hint" ?disabled=${talk.held} .value=${texts.draft} @input=${typed} @keydown=${key}></textarea>
      <div class="row"><p class="hint" id="text-hint">${talk.held ? say("counter.text.held") : say("counter.text.keys")}</p>
        <button class="button primary small" data-test="text-send" ?disabled=${talk.held || texts.sending || texts.draft.trim() === ""}>${say("counter.text.send")}</button></div>
    </form>
  </section>`;
}

/** A new line comes into sight; who reads an older one meanwhile is left in peace. */
function atEnd(list: Element | undefined, count: number): void {
  if (!(list instanceof HTMLElement) || list.dataset["count"] === String(count)) return;
  list.dataset["count"] = String(count);
  queueMicrotask(() => (list.scrollTop = list.scrollHeight));
}
