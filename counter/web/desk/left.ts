/** Left: presence, the ring, the line of one's services. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import type { Say, WordKey } from "../../../config/web/words.ts";
import { jurisdiction, service } from "../../../signaling/web/catalogue.ts";
import type { LineEntry, Ring } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";
import { answeredBefore } from "./answered.ts";
import { textPanel } from "./texts.ts";

export function leftSide(desk: Desk): TemplateResult {
  return html`<aside class="left" aria-label=${desk.say("counter.left.label")}>${presence(desk)}${desk.view.ring === null ? nothing : ringCard(desk, desk.view.ring)}${line(desk)}${desk.view.talk === null ? nothing : textPanel(desk, desk.view.talk)}</aside>`;
}

function presence({ view, say, ask }: Desk): TemplateResult {
  const counter = view.counters.find(({ id }) => id === view.counter)?.name ?? "";
  const words = view.presence === "away" && view.away_because === "missed" ? say("presence.missed") : say(`presence.${view.presence}` as WordKey);
  const back = (): void => ask({ type: "set-presence", wish: "available" });
  return html`
    <section class="presence ${view.presence}" data-test="presence" data-presence=${view.presence} data-because=${view.away_because ?? ""}>
      <p class="presence-words" role="status"><span class="dot" aria-hidden="true"></span>${words}</p>
      <p class="hint">${counter}</p>
      ${view.presence === "away" ? html`
        ${view.away_because === "missed" ? html`<p class="message warn">${icon("warn")}<span>${say("counter.missed")}</span></p>` : nothing}
        <button class="button primary large" data-test="im-back" @click=${back}>${say("counter.im-back")}</button>
        <button class="button" data-test="end-shift" @click=${() => ask({ type: "end-shift" })}>${say("counter.end-shift")}</button>` : nothing}
      ${view.presence === "available" ? html`<div class="row">
        <button class="button" data-test="take-break" @click=${() => ask({ type: "set-presence", wish: "away" })}>${say("counter.take-break")}</button>
        <button class="button" data-test="end-shift" @click=${() => ask({ type: "end-shift" })}>${say("counter.end-shift")}</button></div>` : nothing}
    </section>`;
}

/** Language and needs of a resident, in words. */
function extras(say: Say, { language, needs }: LineEntry | Ring): string {
  return [say(`language.${language}` as WordKey), ...needs.map((need) => say(`need.${need}` as WordKey))].join(" · ");
}

function nameOf({ catalogue, pick, view }: Desk, code: string, otherwise: string): string {
  const found = service(catalogue, view.jurisdiction, code);
  return found === null ? otherwise : pick(found.name);
}

function ringCard(desk: Desk, ring: Ring): TemplateResult {
  const { say, now, ask, catalogue, pick } = desk;
  const left = Math.max(0, Math.ceil(ring.until - now));
  const host = jurisdiction(catalogue, ring.host);
  return html`
    <section class="ring card" role="alertdialog" aria-labelledby="ring-title" aria-describedby="ring-facts" data-test="ring" data-session=${ring.session}>
      <h2 id="ring-title">${icon("bell")}${say("counter.ring.title", { number: ring.number })}</h2>
      <dl id="ring-facts">
        <div><dt>${say("counter.case.service")}</dt><dd>${nameOf(desk, ring.service, ring.service_name)}</dd></div>
        <div><dt>${say("counter.case.resident")}</dt><dd data-test="ring-resident">${ring.resident}</dd></div>
        <div><dt>${say("counter.ring.from")}</dt><dd>${host === null ? "" : `${pick(host.short)} · `}${ring.kiosk}</dd></div>
        <div><dt>${say("counter.ring.speaks")}</dt><dd>${extras(say, ring)}</dd></div>
      </dl>
      ${ring.before ? html`<p class="message">${say("counter.ring.before")}</p>` : nothing}
      <p class="countdown"><progress max="20" .value=${Math.min(20, left)} aria-hidden="true"></progress><span data-test="countdown">${say("counter.ring.left", { seconds: left })}</span></p>
      <button class="button primary large" data-test="answer" @click=${() => ask({ type: "answer-ring", session: ring.session })}>${icon("answer")}${say("counter.ring.answer")}</button>
      <button class="button" data-test="decline" @click=${() => ask({ type: "decline-ring", session: ring.session })}>${say("counter.ring.decline")}</button>
      ${answeredBefore(desk, ring.answered, ring.service, "ring")}
    </section>`;
}

function line(desk: Desk): TemplateResult {
  const { view, say, now, ask, texts } = desk;
  return html`
    <section class="line" aria-labelledby="line-title" data-test="line" tabindex=${texts.open ? "0" : nothing}>
      <h2 id="line-title">${say("counter.line.title", { count: view.line.length })}</h2>
      ${view.line.length === 0 ? html`<p class="hint">${say("counter.line.empty")}</p>` : nothing}
      <ul>
        ${view.line.map((entry) => html`<li class=${entry.here ? "" : "not-here"} data-test="waiting-${entry.session}">
          <p><strong>${entry.number}</strong> ${nameOf(desk, entry.service, entry.service_name)}</p>
          <p class="hint">${say("counter.line.waited", { minutes: Math.max(0, Math.floor((now - entry.since) / 60)) })} · ${extras(say, entry)}${entry.here ? nothing : html` · ${say("counter.line.not-here")}`}</p>
          ${view.presence === "available" && entry.here ? html`<button class="button" data-test="pick-${entry.session}" @click=${() => ask({ type: "pick-ticket", session: entry.session })}>${say("counter.line.call")}</button>` : nothing}
        </li>`)}
      </ul>
    </section>`;
}
