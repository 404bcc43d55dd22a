/** In the line and at the bell: number, place, minutes; then which counter is being rung, and how one will be seen. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { accent } from "../../../config/web/accent.ts";
import { icon } from "../../../config/web/icons.ts";
import type { WordKey } from "../../../config/web/words.ts";
import { jurisdiction, service } from "../../../signaling/web/catalogue.ts";
import type { Screen } from "../booth.ts";
import type { Kiosk } from "../context.ts";

type Of<Name extends Screen["screen"]> = Extract<Screen, { screen: Name }>;

export function accentOf({ catalogue }: Kiosk, home: string): string | null {
  return jurisdiction(catalogue, home)?.accent ?? null;
}

/** The service's name in the reader's language; the server's word where the catalogue has no such service (any more). */
export function serviceName({ catalogue, pick }: Kiosk, home: string, code: string, otherwise: string): string {
  const found = service(catalogue, home, code);
  return found === null ? otherwise : pick(found.name);
}

export function homeName({ catalogue, pick }: Kiosk, home: string): string {
  const found = jurisdiction(catalogue, home);
  return found === null ? home : pick(found.short);
}

/** What is wrong with camera or microphone, in words, with what happens next. Empty when nothing is. */
export function deviceTroubles({ devices, say }: Kiosk): TemplateResult | typeof nothing {
  const troubles = (["camera", "microphone"] as const).filter((source) => devices.trouble(source) !== null);
  if (troubles.length === 0) return nothing;
  return html`<div class="troubles" role="status" data-test="device-trouble">
    ${troubles.map((source) => html`<p class="message warn" data-test="trouble-${source}" data-code=${devices.trouble(source)}>
      ${icon(source === "camera" ? "camera-off" : "microphone-off")}<span>${say(`kiosk.trouble.${source}` as WordKey)} ${say("kiosk.trouble.next")}</span>
    </p>`)}
  </div>`;
}

export function waitingScreen(kiosk: Kiosk, screen: Of<"waiting">): TemplateResult {
  const { say } = kiosk;
  const minutes = screen.minutes === null ? say("kiosk.waiting.no-counter")
    : screen.minutes < 1 ? say("kiosk.waiting.soon") : say("kiosk.waiting.minutes", { minutes: screen.minutes });
  const place = screen.place <= 1 ? say("kiosk.waiting.next") : say("kiosk.waiting.before", { count: screen.place - 1 });
  return html`
    <section class="screen waiting" data-test="screen-waiting" ${accent(accentOf(kiosk, screen.home))}>
      <p class="over">${homeName(kiosk, screen.home)} · ${serviceName(kiosk, screen.home, screen.service, screen.service_name)}</p>
      <h1 tabindex="-1">${say("kiosk.waiting.title")}</h1>
      <div class="ticket card">
        <p class="ticket-label">${say("kiosk.waiting.number")}</p>
        <p class="ticket-number" data-test="number">${screen.number}</p>
        <dl class="ticket-facts">
          <div><dt>${say("kiosk.waiting.place")}</dt><dd data-test="place" data-place=${screen.place}>${place}</dd></div>
          <div><dt>${say("kiosk.waiting.time")}</dt><dd data-test="minutes">${minutes}</dd></div>
        </dl>
      </div>
      <p class="only-heard" aria-live="polite">${say("kiosk.waiting.heard", { number: screen.number, place, minutes })}</p>
      <p class="lead">${say("kiosk.waiting.stay")}</p>
      ${deviceTroubles(kiosk)}
    </section>`;
}

export function ringingScreen(kiosk: Kiosk, screen: Of<"ringing">): TemplateResult {
  const { say, devices } = kiosk;
  return html`
    <section class="screen ringing" data-test="screen-ringing" ${accent(accentOf(kiosk, screen.home))}>
      <p class="over">${say("kiosk.waiting.number")} ${screen.number} · ${serviceName(kiosk, screen.home, screen.service, screen.service_name)}</p>
      <h1 tabindex="-1" aria-live="polite">${say("kiosk.ringing.title", { counter: screen.counter })}</h1>
      <div class="pulse" aria-hidden="true"><span></span><span></span><span></span></div>
      <figure class="self-preview">
        <media-tile class="mirror" data-test="self-view" .participant=${"self"} .source=${"camera"} .track=${devices.track("camera")}></media-tile>
        <figcaption>${say("kiosk.ringing.self")}</figcaption>
      </figure>
      ${deviceTroubles(kiosk)}
    </section>`;
}

export function parkedScreen({ say, tell }: Kiosk, screen: Of<"parked">): TemplateResult {
  return html`
    <section class="screen centred" data-test="screen-parked">
      <p class="over">${say("kiosk.waiting.number")} ${screen.number}</p>
      <h1 tabindex="-1">${say("kiosk.parked.title")}</h1>
      <p class="lead">${say("kiosk.parked.lead")}</p>
      <div class="actions two">
        <button class="button primary huge" data-test="continue" @click=${() => tell({ type: "continued" })}>${say("kiosk.parked.continue")}</button>
        <button class="button huge" data-test="parked-end" @click=${() => tell({ type: "stop-confirmed" })}>${say("kiosk.parked.end")}</button>
      </div>
    </section>`;
}
