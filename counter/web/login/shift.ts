/** Before the first ring: which counter, is the camera right, am I heard, can I hear the bell. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import type { WordKey } from "../../../config/web/words.ts";
import type { Desk } from "../context.ts";
import { languageButton } from "./login.ts";

export interface ShiftStart {
  readonly counter: string | null;
  /** 0…1; null while the microphone is not listened to. */
  readonly level: number | null;
  /** The microphone was heard above silence at least once. */
  readonly heard: boolean;
  readonly bell: "untested" | "ringing" | "heard" | "not-heard";
  readonly cameras: readonly MediaDeviceInfo[];
  readonly microphones: readonly MediaDeviceInfo[];
  readonly camera: string;
  readonly microphone: string;
}

export interface ShiftDeeds {
  readonly chooseCounter: (counter: string) => void;
  readonly chooseDevice: (source: "camera" | "microphone", id: string) => void;
  readonly testBell: () => void;
  readonly bellHeard: (heard: boolean) => void;
  readonly start: (counter: string) => void;
}

export function shiftPage(desk: Desk, shift: ShiftStart, deeds: ShiftDeeds): TemplateResult {
  const { say, view, devices, language, person } = desk;
  const ready = shift.counter !== null && shift.bell === "heard";
  return html`
    <main id="main" class="shift" data-test="screen-shift">
      <header>
        <h1 tabindex="-1">${say("counter.shift.title", { name: person.name })}</h1>
        <div class="row"><a class="button" data-test="to-window" href="/window">${icon("papers")}${say("counter.shift.window")}</a>${languageButton(language, say, desk.chooseLanguage)}<button class="button" data-test="log-out" @click=${desk.logOut}>${say("counter.log-out")}</button></div>
      </header>
      <div class="shift-parts">
        <fieldset class="card padded">
          <legend>${say("counter.shift.counter")}</legend>
          <div class="counters">
            ${view.counters.map(({ id, name, taken }) => html`<label class="choice"><input type="radio" name="counter" data-test="counter-${id}" .checked=${shift.counter === id} ?disabled=${taken} @change=${() => deeds.chooseCounter(id)} />
              <span>${name}${taken ? html` <small>${say("counter.shift.taken")}</small>` : nothing}</span></label>`)}
          </div>
        </fieldset>
        <section class="card padded">
          <h2>${say("counter.shift.camera")}</h2>
          <div class="preview"><media-tile class="mirror" data-test="camera-preview" .participant=${"self"} .source=${"camera"} .track=${devices.track("camera")}></media-tile></div>
          ${deviceTrouble(desk, "camera")}
          ${picker(say("counter.shift.which-camera"), "camera", shift.cameras, shift.camera, deeds)}
        </section>
        <section class="card padded">
          <h2>${say("counter.shift.microphone")}</h2>
          <p class="hint">${say("counter.shift.speak")}</p>
          <meter data-test="level" min="0" max="1" low="0.12" .value=${shift.level ?? 0} aria-label=${say("counter.shift.level")}></meter>
          <p role="status" data-test="microphone-heard" data-heard=${shift.heard}>${shift.heard ? html`${icon("check")} ${say("counter.shift.heard")}` : say("counter.shift.not-heard-yet")}</p>
          ${deviceTrouble(desk, "microphone")}
          ${picker(say("counter.shift.which-microphone"), "microphone", shift.microphones, shift.microphone, deeds)}
        </section>
        <section class="card padded">
          <h2>${say("counter.shift.bell")}</h2>
          <p class="hint">${say("counter.shift.bell-why")}</p>
          <button class="button ${shift.bell === "heard" ? "" : "primary"}" data-test="test-bell" @click=${deeds.testBell}>${icon("bell")}${say("counter.shift.test-bell")}</button>
          <div role="status" data-test="bell" data-state=${shift.bell}>
            ${shift.bell === "untested" ? nothing
              : shift.bell === "heard" ? html`<p>${icon("check")} ${say("counter.shift.bell-heard")}</p>`
              : html`<p>${shift.bell === "not-heard" ? say("counter.shift.bell-not-heard") : say("counter.shift.bell-ask")}</p>
                  <div class="row"><button class="button primary" data-test="bell-yes" @click=${() => deeds.bellHeard(true)}>${say("counter.shift.bell-yes")}</button>
                  <button class="button" data-test="bell-no" @click=${() => deeds.bellHeard(false)}>${say("counter.shift.bell-no")}</button></div>`}
          </div>
        </section>
      </div>
      <footer>
        <p class="hint" id="start-why">${ready ? say("counter.shift.ready") : say("counter.shift.not-ready")}</p>
        <button class="button primary large" data-test="start-shift" aria-describedby="start-why" ?disabled=${!ready} @click=${() => shift.counter !== null && deeds.start(shift.counter)}>${say("counter.shift.start")}</button>
      </footer>
    </main>`;
}

export function deviceTrouble({ devices, say }: Desk, source: "camera" | "microphone"): TemplateResult | typeof nothing {
  const trouble = devices.trouble(source);
  if (trouble === null) return nothing;
  return html`<p class="message warn" role="alert" data-test="trouble-${source}" data-code=${trouble}>${icon("warn")}<span>${say(`counter.trouble.${source}.${trouble}` as WordKey)}</span></p>`;
}

function picker(words: string, source: "camera" | "microphone", devices: readonly MediaDeviceInfo[], chosen: string, { chooseDevice }: ShiftDeeds): TemplateResult | typeof nothing {
  if (devices.length < 2) return nothing;
  return html`<label class="field"><span class="label">${words}</span>
    <select class="input" data-test="choose-${source}" @change=${(event: Event) => chooseDevice(source, (event.target as HTMLSelectElement).value)}>
      ${devices.map(({ deviceId, label }) => html`<option value=${deviceId} ?selected=${deviceId === chosen}>${label}</option>`)}
    </select></label>`;
}
