/** Who stands here, by a card or by a name: where the card goes, what was read of it, and the way without one. One person a time, any number of them. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import type { Say } from "../../../config/web/words.ts";
import { maskedNumber } from "../card_reader.ts";
import type { CardFacts, CardProblem } from "../card_reader.ts";
import { cardPicture } from "./card_picture.ts";

export type IdentityStep =
  /** A card is being waited for: a reading goes on. */
  | { readonly at: "put-card" }
  | { readonly at: "read"; readonly card: CardFacts }
  | { readonly at: "not-read"; readonly code: CardProblem }
  /** The name only; the clerk checks it by eye. */
  | { readonly at: "declare"; readonly name: string };

export interface IdentityState {
  readonly step: IdentityStep;
  /** Whose turn it is, from 1, and how many there are. */
  readonly person: number;
  readonly persons: number;
  /** There is a reader to go back to. */
  readonly reader: boolean;
  /** For what: over every screen. */
  readonly over?: TemplateResult;
}

export interface IdentityActs {
  /** "That is me": the card that was read is taken. */
  readonly confirm: () => void;
  /** Read a card (once more). */
  readonly again: () => void;
  /** "No card with me." */
  readonly declare: () => void;
  readonly nameTyped: (name: string) => void;
  /** The name that was typed is taken. */
  readonly goOn: () => void;
  /** It is taken, and somebody else applies too. Left out where that is asked elsewhere. */
  readonly withMe?: () => void;
}

/** Longer names do not fit on a card. */
const LONGEST_NAME = 60;
/** Problems that another try does not mend: the name comes first then. */
const FOR_GOOD: readonly CardProblem[] = ["no-reader", "reader-fault", "agent-away", "card-expired"];

/** Draws and keeps nothing; what is read or typed goes out through `acts` alone. */
export function identityScreen(say: Say, state: IdentityState, acts: IdentityActs): TemplateResult {
  switch (state.step.at) {
    case "put-card": return putCard(say, state, acts);
    case "read": return cardRead(say, state, acts, state.step.card);
    case "not-read": return notRead(say, state, acts, state.step.code);
    case "declare": return declared(say, state, acts, state.step.name);
  }
}

function whose(say: Say, { person, persons, over }: IdentityState): TemplateResult {
  return html`${over ?? nothing}${persons > 1 ? html`<p class="progress-words" data-test="whose">${say("kiosk.identity.person", { number: person, count: persons })}</p>` : nothing}`;
}

function noCard(say: Say, acts: IdentityActs, first = false, words: "none" | "not-me" | "name-instead" = "none"): TemplateResult {
  return html`<button class="button huge ${first ? "primary" : ""}" data-test="no-card" @click=${acts.declare}>${say(`kiosk.identity.${words}`)}</button>`;
}

function readAgain(say: Say, acts: IdentityActs, first = false): TemplateResult {
  return html`<button class="button huge ${first ? "primary" : ""}" data-test="read-again" @click=${acts.again}>${icon("turn")}${say("kiosk.identity.again")}</button>`;
}

function putCard(say: Say, state: IdentityState, acts: IdentityActs): TemplateResult {
  return html`
    <section class="screen identity" data-test="screen-identity-put-card" data-index=${state.person}>
      ${whose(say, state)}
      <h1 tabindex="-1">${say(state.person > 1 ? "kiosk.identity.put-next" : "kiosk.identity.put")}</h1>
      <p class="lead">${say("kiosk.identity.where")}</p>
      <div class="where-it-goes">
        ${cardPicture()}
        <p class="waiting-for-card" role="status">${say("kiosk.identity.waiting")}</p>
      </div>
      <p class="hint">${say("kiosk.identity.stays")}</p>
      <div class="actions">${noCard(say, acts)}</div>
    </section>`;
}

function cardRead(say: Say, state: IdentityState, acts: IdentityActs, card: CardFacts): TemplateResult {
  const number = maskedNumber(card.number);
  const heard = say("kiosk.identity.number-heard", { first: number.at(0) ?? "", last: number.at(-1) ?? "" });
  return html`
    <section class="screen identity" data-test="screen-identity-read" data-index=${state.person}>
      ${whose(say, state)}
      <h1 tabindex="-1">${say("kiosk.identity.is-it-you")}</h1>
      <dl class="card padded card-facts">
        <div class="card-name"><dt>${say("kiosk.identity.name")}</dt><dd data-test="card-name">${card.name}</dd></div>
        <div><dt>${say("kiosk.identity.number")}</dt><dd class="card-number" data-test="card-number"><span role="img" aria-label=${heard}>${number}</span></dd></div>
        <div><dt>${say("kiosk.identity.valid-until")}</dt><dd data-test="card-until">${card.validUntil ?? say("kiosk.identity.long-term")}</dd></div>
      </dl>
      ${card.sample ? html`<p class="message warn" data-test="card-sample">${icon("warn")}<span>${say("kiosk.identity.sample")}</span></p>` : nothing}
      <p class="lead">${say("kiosk.identity.take-back")}</p>
      <div class="actions three">
        <button class="button primary huge" data-test="that-is-me" @click=${acts.confirm}>${icon("check")}${say("kiosk.identity.me")}</button>
        ${readAgain(say, acts)}${noCard(say, acts, false, "not-me")}
      </div>
    </section>`;
}

function notRead(say: Say, state: IdentityState, acts: IdentityActs, code: CardProblem): TemplateResult {
  const forGood = FOR_GOOD.includes(code);
  return html`
    <section class="screen identity" data-test="screen-identity-not-read" data-code=${code}>
      ${whose(say, state)}
      <h1 tabindex="-1">${say("kiosk.identity.not-read")}</h1>
      <p class="message warn lead" role="alert">${icon("warn")}<span>${say(`kiosk.identity.problem.${code}`)}</span></p>
      ${forGood ? nothing : html`<div class="where-it-goes">${cardPicture()}</div>`}
      <div class="actions two">
        ${forGood ? [noCard(say, acts, true, "name-instead"), readAgain(say, acts)] : [readAgain(say, acts, true), noCard(say, acts, false, "name-instead")]}
      </div>
    </section>`;
}

function declared(say: Say, state: IdentityState, acts: IdentityActs, name: string): TemplateResult {
  const submit = (event: Event): void => {
    event.preventDefault();
    if (name.trim() !== "") acts.goOn();
  };
  return html`
    <section class="screen identity" data-test="screen-identity-declare" data-index=${state.person}>
      ${whose(say, state)}
      <h1 tabindex="-1">${say(state.person > 1 ? "kiosk.identity.name-next" : "kiosk.who.title")}</h1>
      <p class="lead" id="who-lead">${say("kiosk.who.lead")}</p>
      <form class="who" autocomplete="off" @submit=${submit}>
        <label class="field"><span class="label">${say("kiosk.who.label")}</span>
          <input class="input huge" data-test="name" type="text" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength=${LONGEST_NAME}
            aria-describedby="who-lead" .value=${name} @input=${(event: InputEvent) => acts.nameTyped((event.target as HTMLInputElement).value)} />
        </label>
        <div class="actions ${state.reader || acts.withMe !== undefined ? "two" : ""}">
          <button class="button primary huge" data-test="go-on" type="submit" ?disabled=${name.trim() === ""}>${say("kiosk.go-on")}</button>
          ${state.reader ? html`<button class="button huge" data-test="use-card" type="button" @click=${acts.again}>${icon("identity")}${say("kiosk.identity.use-card")}</button>` : nothing}
          ${acts.withMe === undefined ? nothing : html`<button class="button huge" data-test="with-me" type="button" ?disabled=${name.trim() === ""} @click=${acts.withMe}>${icon("person")}${say("kiosk.people.with-me")}</button>`}
        </div>
      </form>
    </section>`;
}
