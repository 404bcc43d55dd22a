/** Centre: the resident, what is shared, oneself; under it the controls. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { icon } from "../../../config/web/icons.ts";
import { runningTime } from "../../../config/web/times.ts";
import { recordingLight } from "../../../signaling/web/recording_light.ts";
import type { Talk } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";
import { deviceTrouble } from "../login/shift.ts";
import { consentNews } from "./consents.ts";
import { lacksConsent } from "./consents_work.ts";
import { askedOfThem, grantBar, toldOfThem } from "./control.ts";
import { controls } from "./controls.ts";
import { formIsLaid, formSeat, fronts } from "./form_stage.ts";
import { on } from "./sources.ts";
import { wrapUpPanel } from "./wrap_up.ts";

export function stage(desk: Desk): TemplateResult {
  const { view, say } = desk;
  if (view.talk !== null) return talkStage(desk, view.talk);
  if (view.wrap_up !== null) return wrapUpPanel(desk, view.wrap_up);
  return html`<section class="stage quiet" data-test="stage-quiet">
    <p>${view.presence === "away" ? say("counter.stage.away") : say("counter.stage.ready")}</p>
    ${deviceTrouble(desk, "camera")}${deviceTrouble(desk, "microphone")}
  </section>`;
}

function talkStage(desk: Desk, talk: Talk): TemplateResult {
  const { say, talking, devices, now } = desk;
  const { conversation, quality } = talking;
  const others = talk.ends.filter(({ participant }) => participant !== talk.me);
  const shows = others.some(({ participant }) => on(talk, participant, "document") || on(talk, participant, "screen"));
  const laid = formIsLaid(talk);
  const worst = quality.get(talk.me) ?? "good";
  return html`
    <section class="stage talking ${talking.sharing ? "sharing" : ""} ${laid ? `with-form front-${desk.form.front}` : ""} ${shows ? "with-papers" : ""}" data-test="stage-talk" data-session=${talk.session} data-room=${talk.room} data-held=${talk.held}
      data-epoch=${conversation?.epoch ?? ""} data-up=${conversation?.up ?? false}>
      <div class="stage-head">
        ${recordingLight(say, talk)}
        <p class="clock" data-test="clock">${runningTime(now - talk.since)}</p>
        ${others.map(({ participant, name }) => html`<p class="quality ${quality.get(participant) ?? "good"}" data-test="quality-${participant}" data-level=${quality.get(participant) ?? "good"}>${name}: ${say(`counter.quality.${quality.get(participant) ?? "good"}`)}</p>`)}
        <p class="quality ${worst}" data-test="quality-me" data-level=${worst}>${say("counter.quality.me")}: ${say(`counter.quality.${worst}`)}</p>
      </div>
      <div class="stage-tools">${laid ? fronts(desk) : nothing}${grantBar(desk, talk)}${askedOfThem(desk, talk)}${desk.consents.news === null ? toldOfThem(desk) : consentNews(desk)}</div>
      <div class="seats" ?inert=${talk.held}>
        ${laid ? formSeat(desk, talk) : nothing}
        ${others.map((end) => html`<div class="seat ${end.role}" data-camera-on=${on(talk, end.participant, "camera")}>
          ${keyed(`${end.participant}/camera`, html`<media-tile data-test="camera-${end.participant}" .participant=${end.participant} .source=${"camera"} .track=${conversation?.track(end.participant, "camera") ?? null}></media-tile>`)}
          <p class="no-picture-yet">${say("talk.no-picture-yet")}</p>
          <p class="stalled-note" data-test="stalled-${end.participant}">${icon("warn")}<span>${say("talk.stalled")}</span></p>
          ${on(talk, end.participant, "camera") ? nothing : html`<p class="covered">${icon("camera-off")}<span>${say("talk.camera-off", { name: end.name })}</span></p>`}
          <p class="seat-name">${end.name} · ${end.place}${on(talk, end.participant, "microphone") ? nothing : html`<span class="muted" data-test="muted-${end.participant}">${icon("microphone-off")}<span>${say("talk.muted")}</span></span>`}</p>
          ${end.present && quality.get(end.participant) !== "lost" ? nothing : html`<div class="one-moment ${end.present ? "unless-moving" : ""}" role="status" data-test="one-moment"><p>${say("counter.stage.repairing")}</p></div>`}
        </div>`)}
        ${others.filter((end) => on(talk, end.participant, "document") && !on(talk, end.participant, "screen")).map((end) => papers(desk, end.participant, end.name))}
        ${others.filter((end) => on(talk, end.participant, "screen")).map((end) => theirScreen(desk, talk, end.participant))}
        <div class="small-seats">
          ${talking.sharing ? html`<div class="seat own-screen"><media-tile data-test="own-screen" .participant=${"self"} .source=${"screen"} .track=${talking.shown("screen")}><pointing-layer .participant=${talk.me} .source=${"screen"}></pointing-layer></media-tile><p class="seat-name">${say("counter.stage.your-screen")}</p></div>` : nothing}
          <div class="seat self" data-camera-on=${devices.isOn("camera")}>
            <media-tile class="mirror" data-test="self-view" .participant=${"self"} .source=${"camera"} .track=${devices.track("camera")}></media-tile>
            ${devices.isOn("camera") && devices.track("camera") !== null ? nothing : html`<p class="covered">${icon("camera-off")}<span>${say("talk.own-camera-off")}</span></p>`}
          </div>
        </div>
      </div>
      ${talk.held ? html`<div class="hold-cover" role="status" data-test="hold-cover">${icon("hold")}<p>${say("counter.stage.held")}</p></div>` : nothing}
      ${others.map(({ participant }) => keyed(participant, html`<media-voice data-test="voice-${participant}" .participant=${participant} .muted=${talk.held} .track=${conversation?.track(participant, "microphone") ?? null}></media-voice>`))}
      ${desk.voiceBlocked ? html`<button class="button primary large hear" data-test="hear" @click=${desk.hear}>${icon("speaker")}${say("kiosk.talk.hear")}</button>` : nothing}
      ${deviceTrouble(desk, "camera")}${deviceTrouble(desk, "microphone")}
      ${talk.acceptable || talk.recording === "starting" || lacksConsent(desk.view.consents) ? nothing : html`<p class="message warn recording-trouble" role="alert" data-test="not-acceptable">${icon("warn")}<span>${say("counter.recording.not-acceptable")}</span></p>`}
    </section>
    ${controls(desk, talk)}`;
}

/** Papers under the resident's second camera: they take the stage, larger and turned as the clerk likes. */
function papers({ say, talking, look, changeLook }: Desk, participant: string, name: string): TemplateResult {
  return html`<div class="seat papers" data-test="papers" data-turn=${look.turn} data-larger=${look.larger}>
    <div class="papers-view" tabindex="0" role="group" aria-label=${say("counter.stage.papers", { name })}>
      ${keyed(`${participant}/document`, html`<media-tile data-test="document-${participant}" .participant=${participant} .source=${"document"} .track=${talking.conversation?.track(participant, "document") ?? null}>
        <pointing-layer .participant=${participant} .source=${"document"} .turn=${look.turn}></pointing-layer></media-tile>`)}
      <p class="no-picture-yet">${say("talk.no-picture-yet")}</p>
    </div>
    <div class="papers-keys">
      <button class="button" data-test="papers-larger" aria-pressed=${look.larger} @click=${() => changeLook({ larger: !look.larger })}>${icon(look.larger ? "fit" : "search")}<span>${look.larger ? say("counter.stage.fit") : say("counter.stage.larger")}</span></button>
      <button class="button" data-test="papers-turn" @click=${() => changeLook({ turn: (look.turn + 90) % 360 })}>${icon("turn")}<span>${say("counter.stage.turn")}</span></button>
    </div>
  </div>`;
}

/** The kiosk's screen: as large as the stage, or pixel for pixel, since letters that were scaled cannot be read. */
function theirScreen({ say, talking, look, changeLook, ask }: Desk, talk: Talk, participant: string): TemplateResult {
  const operated = talk.grant !== null && talk.grant.scope !== "form" && talk.grant.level === "control";
  return html`<div class="seat papers their-screen" data-test="their-screen" data-exact=${look.exact}>
    <div class="papers-view" tabindex="0" role="group" aria-label=${say("counter.stage.their-screen")}>
      ${keyed(`${participant}/screen`, html`<media-tile data-test="screen-${participant}" .participant=${participant} .source=${"screen"} .track=${talking.conversation?.track(participant, "screen") ?? null}>
        ${operated ? html`<operate-surface data-test="operate-surface" .label=${say("counter.control.surface")}></operate-surface>` : html`<pointing-layer .participant=${participant} .source=${"screen"}></pointing-layer>`}</media-tile>`)}
      <p class="no-picture-yet">${say("talk.no-picture-yet")}</p>
    </div>
    <div class="papers-keys"><p>${operated ? say("counter.control.leave") : say("counter.stage.their-screen")}</p>
      <button class="button" data-test="screen-exact" aria-pressed=${look.exact} @click=${() => changeLook({ exact: !look.exact })}>${icon(look.exact ? "fit" : "search")}<span>${look.exact ? say("counter.stage.fit") : say("counter.stage.one-to-one")}</span></button>
      <button class="button danger" data-test="stop-theirs" @click=${() => ask({ type: "stop-share", session: talk.session, participant })}>${icon("stop")}<span>${say("counter.stage.stop-theirs")}</span></button>
    </div>
  </div>`;
}
