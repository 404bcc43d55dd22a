/** Who applies: each by a card or a name, and then everybody in a list. Of a card nothing stands here but the name and a masked number. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import type { PartyComing } from "../../../signaling/web/wire.generated.ts";
import type { Step } from "../booth.ts";
import { maskedNumber } from "../card_reader.ts";
import type { Kiosk } from "../context.ts";
import { mayAdd, missing, MOST_PEOPLE } from "../who.ts";
import { identityScreen } from "./identity.ts";
import { about, together } from "./prepare.ts";

export function whoScreen(kiosk: Kiosk, step: Step & { at: "who" }): TemplateResult {
  const { say, tell, reader } = kiosk;
  const { people, now, wanted } = step.who;
  if (now.at === "list") return peopleScreen(kiosk, step, people);
  const person = people.length + 1;
  return identityScreen(say, { step: now, person, persons: Math.max(person, wanted.least), reader, over: html`${about(kiosk, step)}${together(kiosk, wanted)}` }, {
    confirm: () => tell({ type: "card-confirmed" }),
    again: () => tell({ type: "card-again" }),
    declare: () => tell({ type: "card-declined" }),
    nameTyped: (name) => tell({ type: "name-typed", name }),
    goOn: () => tell({ type: "went-on", reader }),
    ...(person === 1 && wanted.least === 1 && wanted.most > 1 ? { withMe: () => tell({ type: "person-added", reader }) } : {}),
  });
}

function peopleScreen(kiosk: Kiosk, step: Step & { at: "who" }, people: readonly PartyComing[]): TemplateResult {
  const { say, tell, reader } = kiosk;
  const { who } = step;
  const [several, short, full] = [people.length > 1, missing(who) > 0, !mayAdd(who)];
  const more = html`<button class="button huge ${short ? "primary" : ""}" data-test="with-me" @click=${() => tell({ type: "person-added", reader })}>${icon("person")}${say(short ? "kiosk.people.next" : "kiosk.people.with-me")}</button>`;
  return html`
    <section class="screen people" data-test="screen-people" data-index=${people.length}>
      ${about(kiosk, step)}
      <h1 tabindex="-1">${short ? say("kiosk.people.title-short", { count: missing(who) }) : say(several ? "kiosk.people.title-several" : "kiosk.people.title")}</h1>
      ${short ? together(kiosk, who.wanted) : who.wanted.least > 1 ? nothing : html`<p class="lead">${say("kiosk.people.lead")}</p>`}
      <ul class="people-list" aria-label=${say("kiosk.people.list")}>${people.map((person, place) => row(kiosk, person, place))}</ul>
      ${full && who.wanted.most > who.wanted.least ? html`<p class="hint" role="status" data-test="people-most">${say("kiosk.people.most", { count: Math.min(who.wanted.most, MOST_PEOPLE) })}</p>` : nothing}
      <div class="actions ${short || full ? "" : "two"}">
        ${short ? nothing : html`<button class="button primary huge" data-test="go-on" @click=${() => tell({ type: "went-on", reader })}>${say(several ? "kiosk.people.all" : "kiosk.people.alone")}</button>`}
        ${full ? nothing : more}
      </div>
    </section>`;
}

function row({ say, tell, reader }: Kiosk, { name, id_number, read }: PartyComing, place: number): TemplateResult {
  const known = read === true && id_number != null;
  return html`<li class="card" data-test="person-${place}" data-read=${known}>
    ${icon(known ? "identity" : "person")}
    <p><strong>${name}</strong><small>${known ? say("kiosk.people.card", { number: maskedNumber(id_number) }) : say("kiosk.people.said")}</small></p>
    <button class="button" data-test="person-drop-${place}" aria-label=${say("kiosk.people.drop-of", { name })} @click=${() => tell({ type: "person-dropped", place, reader })}>${say("kiosk.people.drop")}</button>
  </li>`;
}
