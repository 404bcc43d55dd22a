/** The bar under the stage: devices, what is shown, what is asked, what is written, hold and the end. */
import { html } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import type { Talk } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";
import { scopesOf } from "./control_work.ts";
import { on } from "./sources.ts";
import { textKey } from "./texts.ts";

export function controls(desk: Desk, talk: Talk): TemplateResult {
  const { say, devices, talking, ask, share, openEnd, openTransfer, control } = desk;
  const device = (source: "microphone" | "camera"): TemplateResult => {
    const is = devices.isOn(source);
    const words = source === "camera" ? (is ? say("talk.camera-is-on") : say("talk.camera-is-off")) : is ? say("talk.microphone-is-on") : say("talk.microphone-is-off");
    return html`<button class="button ${is ? "" : "off"}" data-test="toggle-${source}" data-on=${is} @click=${() => talking.switchSource(source, !is)}>${icon(is ? source : `${source}-off`)}<span>${words}</span></button>`;
  };
  const suspended = talk.recording === "suspended";
  const others = talk.ends.filter(({ participant }) => participant !== talk.me);
  const hold = (): void => ask({ type: talk.held ? "resume" : "hold", session: talk.session });
  return html`
    <div class="controls" role="toolbar" aria-label=${say("counter.controls.label")}>
      ${device("microphone")}${device("camera")}
      <button class="button" data-test="share" aria-pressed=${talking.sharing} @click=${share}>${icon("screen")}<span>${talking.sharing ? say("counter.controls.stop-sharing") : say("counter.controls.share")}</span></button>
      <button class="button" data-test="ask-screen" ?disabled=${talk.held || talk.asked !== null || others.some(({ participant }) => on(talk, participant, "screen"))} @click=${() => ask({ type: "ask-for-screen", session: talk.session })}>${icon("screen")}<span>${say("counter.controls.ask-screen")}</span></button>
      <button class="button" data-test="ask-control" ?disabled=${talk.held || talk.asked !== null || scopesOf(talk).length === 0} @click=${() => control.openChoice(talk)}>${icon("helper")}<span>${say("counter.controls.ask-control")}</span></button>
      ${textKey(desk, talk)}
      <button class="button" data-test="hold" aria-pressed=${talk.held} @click=${hold}>${icon(talk.held ? "resume" : "hold")}<span>${talk.held ? say("counter.controls.resume") : say("counter.controls.hold")}</span></button>
      <button class="button" data-test="suspend" aria-pressed=${suspended} @click=${() => ask({ type: suspended ? "resume-recording" : "suspend-recording", session: talk.session })}>${icon("light")}<span>${suspended ? say("counter.controls.resume-recording") : say("counter.controls.suspend-recording")}</span></button>
      <button class="button" data-test="transfer" @click=${openTransfer}>${icon("next")}<span>${say("counter.controls.transfer")}</span></button>
      <button class="button danger solid" data-test="end" @click=${openEnd}>${icon("end")}<span>${say("counter.controls.end")}</span></button>
    </div>`;
}
