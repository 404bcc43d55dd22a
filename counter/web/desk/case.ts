/** Right: the case, and the note that is never lost. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { hourAndMinute } from "../../../config/web/times.ts";
import { service } from "../../../signaling/web/catalogue.ts";
import { LENGTHS } from "../../../signaling/web/wire.generated.ts";
import type { Talk } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";
import { answeredBefore } from "./answered.ts";
import { casesOfVisit } from "./cases.ts";
import { checklist } from "./checklist.ts";
import { consentsOfCase } from "./consents.ts";
import { formOfCase } from "./form_case.ts";
import type { Note } from "./notes.ts";
import { partiesOfVisit } from "./parties.ts";

export function rightSide(desk: Desk): TemplateResult {
  const { view, say } = desk;
  return html`<aside class="right" aria-label=${say("counter.case.label")}>
    ${view.talk === null ? html`<p class="hint">${view.wrap_up === null ? say("counter.case.none") : say("counter.case.in-wrap-up")}</p>` : caseOf(desk, view.talk)}
  </aside>`;
}

function caseOf(desk: Desk, talk: Talk): TemplateResult {
  const { view, say, pick, catalogue, language } = desk;
  const known = service(catalogue, talk.home, talk.service);
  return html`
    ${casesOfVisit(desk, talk)}
    <h2 data-test="service" data-service=${talk.service}>${known === null ? talk.service_name : pick(known.name)}</h2>
    ${talk.parties.length === 0 ? nothing : partiesOfVisit(desk, talk)}
    <dl class="facts">
      ${talk.parties.length > 0 ? nothing : html`<div><dt>${say("counter.case.resident")}</dt><dd data-test="resident">${view.resident ?? ""}</dd></div>`}
      <div><dt>${say("counter.case.number")}</dt><dd data-test="number">${talk.number}</dd></div>
      <div><dt>${say("counter.case.case")}</dt><dd data-test="case">${talk.case}</dd></div>
      <div><dt>${say("counter.case.since")}</dt><dd>${hourAndMinute(talk.since, language)}</dd></div>
    </dl>
    ${answeredBefore(desk, view.answered, talk.service)}
    ${desk.note === null ? nothing : noteField(desk, desk.note)}
    ${known === null ? nothing : checklist(desk, talk, known.materials)}
    ${formOfCase(desk, talk)}
    ${consentsOfCase(desk, talk.session)}`;
}

export function noteField({ say }: Desk, note: Note): TemplateResult {
  return html`<div class="field note">
    <label for="note">${say("counter.note.label")}</label>
    <textarea id="note" class="input" data-test="note" maxlength=${LENGTHS.Note.max} .value=${note.text} @input=${(event: InputEvent) => note.typed((event.target as HTMLTextAreaElement).value)}></textarea>
    <p class="hint" role="status" data-test="note-state" data-state=${note.state}>${say(`counter.note.${note.state}`)}</p>
  </div>`;
}
