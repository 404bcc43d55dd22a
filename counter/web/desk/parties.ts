/** The people of a visit: how well each is known, the clerk's word that the card was seen, and why nothing can be accepted yet. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import type { Level, Talk, TalkParty } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";
import { isKnown, lacksIdentity } from "./cases_work.ts";

/** No region has this code (GB/T 2260): a card that begins so was invented for a demonstration. The same as `config/id_number.py`. */
const SAMPLE = "99";

/** Who asks, and what the case on the table wants to know of them. */
export function partiesOfVisit({ say, ask }: Desk, { session, parties, level }: Talk): TemplateResult {
  return html`<section class="people" aria-label=${say("counter.parties.label")}>
    <ul class="parties" data-test="parties">${parties.map((party, n) => {
      const known = isKnown(party.level, level);
      return html`<li data-test="party-${n}" data-level=${party.level} data-known=${known}>
        <p>${icon(known ? "check" : "warn")}<span><strong data-test=${n === 0 ? "resident" : "also"}>${party.name}</strong> <small>${say(`level.${party.level}`)}</small></span></p>
        ${party.id_number === null ? nothing : html`<p class="party-number" data-test="party-number-${n}">${say("counter.parties.number", { number: party.id_number })}</p>`}
        ${party.id_number?.startsWith(SAMPLE) === true ? html`<p class="message warn" data-test="party-sample-${n}">${icon("warn")}<span>${say("counter.parties.sample")}</span></p>` : nothing}
        ${party.level !== "declared" ? nothing : html`<button class="button ${known ? "" : "primary"} small" data-test="party-seen-${n}" @click=${() => ask({ type: "confirm-identity", session, party: n })}>${icon("identity")}<span>${say("counter.parties.seen")}</span></button>`}
      </li>`;
    })}</ul>
    ${level === "declared" ? nothing : html`<p class="hint">${say("counter.parties.asks", { level: say(`level.${level}`) })}</p>`}
  </section>`;
}

/** Beside the outcomes: why the case cannot be accepted yet. Nothing where everybody is known. */
export function identityTooLow({ say }: Pick<Desk, "say">, parties: readonly TalkParty[], level: Level): TemplateResult | typeof nothing {
  if (!lacksIdentity(parties, level)) return nothing;
  return warning(say(level === "card-read" ? "counter.parties.read-needed" : "counter.parties.too-low"));
}

/** The same once the talk is over, and nobody can be looked at any more. */
export function wasNotKnown({ say }: Pick<Desk, "say">, known: boolean): TemplateResult | typeof nothing {
  return known ? nothing : warning(say("counter.parties.too-low-after"));
}

function warning(words: string): TemplateResult {
  return html`<p class="message warn" role="status" data-test="identity-too-low">${icon("warn")}<span>${words}</span></p>`;
}
