/** The talk: the clerk large, oneself small; a shared screen takes the stage with the clerk beside it. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { accent } from "../../../config/web/accent.ts";
import { icon } from "../../../config/web/icons.ts";
import { recordingLight } from "../../../signaling/web/recording_light.ts";
import type { Talk } from "../../../signaling/web/wire.generated.ts";
import type { Kiosk } from "../context.ts";
import { askedCard, sharingBanner } from "./asked.ts";
import { controlProblem } from "./control.ts";
import { accentOf, deviceTroubles, homeName, serviceName } from "./line.ts";
import { atWork, signedCard, workSheet } from "./work.ts";
import { textHeard, textKey, textPanel } from "./writing.ts";

type Source = Talk["sources"][number]["source"];

/** Whether a source is on, as the server says; face and voice are unless said otherwise, a screen is not. */
export function sourceOn(talk: Talk, participant: string, source: Source): boolean {
  const said = talk.sources.find((one) => one.participant === participant && one.source === source);
  return said?.on ?? (source === "microphone" || source === "camera");
}

export function talkScreen(kiosk: Kiosk, talk: Talk): TemplateResult {
  const { say, devices, conversation, quality } = kiosk;
  const others = talk.ends.filter(({ participant }) => participant !== talk.me);
  const clerk = others.find(({ role }) => role === "clerk") ?? null;
  const papers = kiosk.papers?.shown ?? null;
  const sharing = clerk !== null && sourceOn(talk, clerk.participant, "screen");
  const working = atWork(kiosk, talk);
  const gone = clerk === null || !clerk.present;
  const away = gone || quality.get(talk.me) === "lost" || conversation === null;
  const unheard = clerk !== null && quality.get(clerk.participant) === "lost";
  const repairing = away || unheard;
  const tile = (participant: string, source: "camera" | "screen"): TemplateResult => html`
    ${keyed(`${participant}/${source}`, html`<media-tile data-test="${source}-${participant}" .participant=${participant} .source=${source} .track=${conversation?.track(participant, source) ?? null}>${source === "screen" ? pointing(participant, source) : nothing}</media-tile>`)}`;
  const oneMoment = html`<div class="one-moment ${away ? "" : "unless-moving"}" role="status" data-test="one-moment"><p>${say("kiosk.talk.one-moment")}</p><p>${say("kiosk.talk.one-moment-more")}</p></div>`;
  return html`
    <section class="screen talk ${working ? "working" : ""} ${sharing ? "sharing" : papers === null ? "" : "sharing papers"}" data-test="screen-talk" data-session=${talk.session} data-room=${talk.room} data-held=${talk.held}
      data-epoch=${conversation?.epoch ?? ""} data-up=${conversation?.up ?? false} ${accent(accentOf(kiosk, talk.home))}>
      <div class="talk-head">
        <h1 tabindex="-1" class="clerk-name"><span data-test="clerk-name">${clerk === null ? say("kiosk.talk.clerk") : clerk.name}</span>
          <small data-test="clerk-place">${clerk === null ? homeName(kiosk, talk.home) : clerk.place}</small></h1>
        <p class="about ${talk.cases.length > 1 ? "several" : ""}" role="status"><span data-test="talk-service" data-service=${talk.service}>${serviceName(kiosk, talk.home, talk.service, talk.service_name)}</span>${whichCase(kiosk, talk)} · ${talk.number}</p>
        ${recordingLight(say, talk)}
      </div>
      <div class="stage" ?inert=${talk.held}>
        ${others.map((end) => html`
          <div class="seat ${end.role}" data-camera-on=${sourceOn(talk, end.participant, "camera")}>
            ${tile(end.participant, "camera")}
            <p class="no-picture-yet">${say("talk.no-picture-yet")}</p>
            <p class="stalled-note" data-test="stalled-${end.participant}">${icon("warn")}<span>${say("talk.stalled")}</span></p>
            ${sourceOn(talk, end.participant, "camera") ? nothing : html`<p class="covered">${icon("camera-off")}<span>${say("talk.camera-off", { name: end.name })}</span></p>`}
            ${end === clerk && repairing && !talk.held ? oneMoment : nothing}
            <p class="seat-name">${end.name}${sourceOn(talk, end.participant, "microphone") ? nothing : html`<span class="muted" data-test="muted-${end.participant}">${icon("microphone-off")}<span>${say("talk.muted")}</span></span>`}</p>
          </div>`)}
        ${clerk === null ? nothing : html`<div class="shared" ?hidden=${!sharing} data-test="shared">${tile(clerk.participant, "screen")}</div>`}
        ${papers === null ? nothing : html`<div class="seat own-papers"><media-tile data-test="own-papers" .participant=${"self"} .source=${"document"} .track=${papers}>${pointing(talk.me, "document")}</media-tile><p class="seat-name">${say("kiosk.talk.your-papers")}</p></div>`}
        <div class="seat self" data-camera-on=${devices.isOn("camera")}>
          <media-tile class="mirror" data-test="self-view" .participant=${"self"} .source=${"camera"} .track=${devices.track("camera")}></media-tile>
          ${devices.isOn("camera") && devices.track("camera") !== null ? nothing : html`<p class="covered">${icon("camera-off")}<span>${say("talk.own-camera-off")}</span></p>`}
        </div>
        ${clerk === null && repairing && !working ? oneMoment : nothing}
        ${working ? html`${workSheet(kiosk, talk, gone)}${gone && !talk.held ? html`<div class="work-cover">${oneMoment}</div>` : nothing}` : nothing}
      </div>
      ${talk.held ? html`<div class="hold-cover" role="status" data-test="hold-cover">${icon("hold")}<p class="hold-title">${say("kiosk.talk.held")}</p><p>${say("kiosk.talk.held-more")}</p></div>` : nothing}
      ${others.map(({ participant }) => keyed(participant, html`<media-voice data-test="voice-${participant}" .participant=${participant} .muted=${talk.held} .track=${conversation?.track(participant, "microphone") ?? null}></media-voice>`))}
      ${sharingBanner(kiosk, talk)}
      ${textPanel(kiosk, talk)}${talk.held ? nothing : textHeard(kiosk, talk)}
      ${signedCard(kiosk)}${controlProblem(kiosk)}
      ${askedCard(kiosk, talk)}
      ${deviceTroubles(kiosk)}
      ${recordingTrouble(kiosk, talk)}
      <div class="talk-controls">
        ${kiosk.voiceBlocked ? html`<button class="button primary huge" data-test="hear" @click=${kiosk.hear}>${icon("speaker")}${say("kiosk.talk.hear")}</button>` : nothing}
        ${toggle(kiosk, "microphone")}${toggle(kiosk, "camera")}
        ${kiosk.papers === null ? nothing : html`<button class="button huge" data-test="papers" aria-pressed=${papers !== null} @click=${kiosk.papers.toggle}>${icon("papers")}<span>${papers === null ? say("kiosk.talk.show-papers") : say("kiosk.talk.hide-papers")}</span></button>`}
        ${textKey(kiosk)}
      </div>
    </section>`;
}

/** Which of several cases lies on the table. */
function whichCase({ say }: Kiosk, { cases }: Talk): TemplateResult {
  const place = cases.findIndex(({ on_table }) => on_table);
  const words = cases.length < 2 || place < 0 ? nothing : say("kiosk.talk.which-case", { number: place + 1, count: cases.length });
  return html` <strong class="which-case" data-test="which-case">${words}</strong>`;
}

/** What may be pointed at: the resident's finger is seen by the clerk, and the clerk's strokes by the resident. */
function pointing(participant: string, source: "screen" | "document"): TemplateResult {
  return html`<pointing-layer .participant=${participant} .source=${source}></pointing-layer>`;
}

/** What a dark light means for the resident; a light that is on explains itself. */
function recordingTrouble({ say }: Kiosk, talk: Talk): TemplateResult | typeof nothing {
  const { recording } = talk;
  if (recording !== "not-recorded" && recording !== "interrupted" && recording !== "suspended") return nothing;
  return html`<p class="message recording-trouble ${recording === "suspended" ? "" : "warn"}" role="status" data-test="recording-trouble">${icon("light")}<span>${say(`kiosk.talk.${recording}`)}</span></p>`;
}

function toggle({ say, devices, switchSource }: Kiosk, source: "camera" | "microphone"): TemplateResult {
  const on = devices.isOn(source);
  const words = source === "camera" ? (on ? say("talk.camera-is-on") : say("talk.camera-is-off")) : on ? say("talk.microphone-is-on") : say("talk.microphone-is-off");
  return html`<button class="button huge ${on ? "" : "off"}" data-test="toggle-${source}" data-on=${on} @click=${() => switchSource(source, !on)}>
    ${icon(on ? source : `${source}-off`)}<span>${words}</span></button>`;
}
