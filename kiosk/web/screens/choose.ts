/** The first screens: touch to begin, where the matter belongs, which service. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { accent } from "../../../config/web/accent.ts";
import { icon, lifeEventIcon } from "../../../config/web/icons.ts";
import { dayAndTime } from "../../../config/web/times.ts";
import type { Service } from "../../../signaling/web/catalogue.ts";
import type { Step } from "../booth.ts";
import type { Kiosk } from "../context.ts";
import { find, mostUsed } from "../search.ts";
import bay from "../bay.svg";

export function idleScreen({ say, tell, self }: Kiosk): TemplateResult {
  return html`
    <section class="screen idle" data-test="screen-idle">
      <img class="bay" src=${bay} alt="" />
      <div class="idle-words">
        <p class="over">${self.name}</p>
        <h1 tabindex="-1">${say("kiosk.idle.title")}</h1>
        <p class="lead">${say("kiosk.idle.lead")}</p>
        <button class="button primary huge" data-test="begin" @click=${() => tell({ type: "began" })}>${say("kiosk.idle.begin")}</button>
        <button class="button" data-test="look-up" @click=${() => tell({ type: "look-up-began" })}>${icon("papers")}<span>${say("kiosk.idle.look-up")}</span></button>
        <p class="hint">${say("kiosk.idle.camera-off")}</p>
      </div>
    </section>`;
}

export function homeScreen({ say, pick, tell, catalogue, language }: Kiosk): TemplateResult {
  const homes = catalogue.jurisdictions.filter(({ code }) => catalogue.services.some(({ home }) => home === code));
  return html`
    <section class="screen" data-test="screen-home">
      <h1 tabindex="-1">${say("kiosk.home.title")}</h1>
      <p class="lead">${say("kiosk.home.lead")}</p>
      <ul class="homes">
        ${homes.map((one) => {
          const count = catalogue.services.filter(({ home }) => home === one.code).length;
          const when = one.opens === null ? say("kiosk.home.closed") : say("kiosk.home.opens", { when: dayAndTime(one.opens, language) });
          return html`<li>
            <button class="home-card" ${accent(one.accent)} data-test="home-${one.code}" ?disabled=${!one.open} @click=${() => tell({ type: "home-chosen", home: one.code })}>
              <span class="seal" aria-hidden="true">${Array.from(one.short["zh-CN"])[0]}</span>
              <span class="home-name">${pick(one.name)}</span>
              <span class="home-more">${one.open ? say("kiosk.home.services", { count }) : when}</span>
            </button>
          </li>`;
        })}
      </ul>
    </section>`;
}

export function serviceScreen(kiosk: Kiosk, step: Step & { at: "service" }): TemplateResult {
  const { say, pick, tell, catalogue } = kiosk;
  const services = catalogue.services.filter(({ home }) => home === step.home);
  if (step.search !== null) return searchScreen(kiosk, services, step.search);
  const event = catalogue.life_events.find(({ code }) => code === step.lifeEvent) ?? null;
  if (event !== null) {
    return html`
      <section class="screen" data-test="screen-life-event">
        <h1 tabindex="-1">${pick(event.name)}</h1>
        <p class="lead">${say("kiosk.service.choose")}</p>
        ${serviceList(kiosk, services.filter(({ life_event }) => life_event === event.code))}
      </section>`;
  }
  const tiles = catalogue.life_events.filter(({ code }) => services.some(({ life_event }) => life_event === code));
  return html`
    <section class="screen" data-test="screen-service">
      <h1 tabindex="-1">${say("kiosk.service.title")}</h1>
      <button class="button search-door" data-test="search-open" @click=${() => tell({ type: "search-typed", search: "" })}>${icon("search")}${say("kiosk.service.search")}</button>
      <ul class="tiles">
        ${tiles.map(({ code, name }) => html`<li>
          <button class="tile" data-test="life-event-${code}" @click=${() => tell({ type: "life-event-chosen", lifeEvent: code })}>${lifeEventIcon(code)}<span>${pick(name)}</span></button>
        </li>`)}
      </ul>
      <h2>${say("kiosk.service.most-used")}</h2>
      ${serviceList(kiosk, mostUsed(services))}
    </section>`;
}

function serviceList({ pick, tell }: Kiosk, services: readonly Service[]): TemplateResult {
  return html`<ul class="services">
    ${services.map(({ code, home, name, eligibility }) => html`<li>
      <button class="service" data-test="service-${code}" @click=${() => tell({ type: "service-chosen", home, service: code, rules: eligibility })}>
        <span>${pick(name)}</span>${icon("next")}
      </button>
    </li>`)}
  </ul>`;
}

const KEYS = ["QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"];

function searchScreen(kiosk: Kiosk, services: readonly Service[], search: string): TemplateResult {
  const { say, tell } = kiosk;
  const found = find(services, search);
  const type = (text: string): void => tell({ type: "search-typed", search: text.slice(0, 40) });
  return html`
    <section class="screen" data-test="screen-search">
      <h1 tabindex="-1">${say("kiosk.search.title")}</h1>
      <label class="field"><span class="label">${say("kiosk.search.label")}</span>
        <input class="input big" data-test="search" type="search" autocomplete="off" spellcheck="false" maxlength="40" .value=${search}
          @input=${(event: InputEvent) => type((event.target as HTMLInputElement).value)} />
      </label>
      <div class="keys" role="group" aria-label=${say("kiosk.search.keys")}>
        ${KEYS.map((row) => html`<div class="key-row">
          ${Array.from(row, (key) => html`<button class="key" data-test="key-${key}" @click=${() => type(search + key.toLowerCase())}>${key}</button>`)}
          ${row === "ZXCVBNM" ? html`<button class="key wide" data-test="key-erase" @click=${() => type(search.slice(0, -1))}>${say("kiosk.search.erase")}</button>` : nothing}
        </div>`)}
      </div>
      <div aria-live="polite">
        ${search === "" ? html`<p class="hint">${say("kiosk.search.hint")}</p>`
          : found.length === 0 ? html`<p class="message" data-test="search-nothing">${icon("warn")}<span>${say("kiosk.search.nothing")}</span></p>`
          : serviceList(kiosk, found.slice(0, 8))}
      </div>
    </section>`;
}
