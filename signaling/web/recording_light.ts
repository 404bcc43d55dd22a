/** The recording light: lit while bytes reach a disk, and in words what it is otherwise. Kiosk and counter show the same. */
import { html } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../config/web/icons.ts";
import type { Say } from "../../config/web/words.ts";
import type { Talk } from "./wire.generated.ts";

const LOOKS = { recording: "on", starting: "off", held: "off", suspended: "off", "not-recorded": "alarm", interrupted: "alarm" } as const;

export function recordingLight(say: Say, { recording }: Pick<Talk, "recording">): TemplateResult {
  const look = LOOKS[recording];
  return html`<p class="recording-light ${look}" role="status" data-test="recording" data-recording=${recording}>${icon(look === "alarm" ? "warn" : "light")}<span>${say(`talk.recording.${recording}`)}</span></p>`;
}
