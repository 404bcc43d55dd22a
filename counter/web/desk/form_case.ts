/** The form in the case column: laid, how far it is, the paper that is signed, who has signed. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { modal } from "../../../config/web/modal.ts";
import type { FrozenForm, Talk, TalkForm } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";

/** Where a frozen form is: its paper, the one with all signatures, or the picture of a page (from 1). */
function address(session: string, part: "paper" | "signed" | number): string {
  const at = typeof part === "number" ? `pages/${part}?as=person` : part;
  return `/api/v1/sessions/${encodeURIComponent(session)}/form/${at}`;
}

export function formOfCase(desk: Desk, talk: Talk): TemplateResult | typeof nothing {
  if (!talk.has_form) return nothing;
  const { say, pick, form } = desk;
  const title = form.shared === null ? say("counter.form.title") : pick(form.shared.form.title);
  return html`
    <h3 id="case-form">${say("counter.form.title")}</h3>
    <section class="case-form" aria-labelledby="case-form" data-test="case-form" data-laid=${talk.form?.laid ?? false} data-frozen=${talk.form?.frozen?.id ?? ""}>
      ${talk.form?.laid === true ? html`<p class="case-form-title">${title}</p>` : nothing}
      ${talk.form?.frozen == null ? filling(desk, talk) : frozen(desk, talk, talk.form.frozen)}
      ${laying(desk, talk)}
    </section>`;
}

function laying({ say, ask }: Desk, talk: Talk): TemplateResult {
  const { session, held, form } = talk;
  if (form?.laid === true) return html`<button class="button small" data-test="put-form-away" ?disabled=${held} @click=${() => ask({ type: "put-form-away", session })}>${say("counter.form.put-away")}</button>`;
  return html`<button class="button small" data-test="lay-form" ?disabled=${held} @click=${() => ask({ type: "lay-form", session })}>${icon("papers")}<span>${form === null ? say("counter.form.lay") : say("counter.form.lay-again")}</span></button>`;
}

/** While it is filled in: how many pages the resident has confirmed, and the key that makes the paper. */
function filling({ say, form }: Desk, talk: Talk): TemplateResult | typeof nothing {
  if (talk.form?.laid !== true || form.shared === null) return nothing;
  const { done, all } = form.progress;
  const ready = all > 0 && done === all && !talk.held;
  return html`
    <div class="form-progress"><progress max=${Math.max(1, all)} .value=${done} aria-hidden="true"></progress><p data-test="form-progress" data-done=${done} data-all=${all}>${say("counter.form.progress", { done, all })}</p></div>
    <button class="button ${ready ? "primary" : ""} small" data-test="freeze-form" ?disabled=${!ready || form.freezing} @click=${() => void form.freeze(talk.session)}>${icon("check")}<span>${form.freezing ? say("counter.form.freezing") : say("counter.form.freeze")}</span></button>
    <p class="hint" role="status" data-test="freezing">${form.freezing ? say("counter.form.freezing-note") : ready ? nothing : say("counter.form.freeze-when")}</p>`;
}

/** The paper as it is signed: its pages, who signs, and the way back. */
function frozen(desk: Desk, talk: Talk, paper: FrozenForm): TemplateResult {
  const { say, form } = desk;
  return html`
    ${papers(desk, talk.session, paper)}
    <ol class="thumbnails" aria-label=${say("counter.form.pages")}>${paper.pages.map((_page, place) => html`<li><a href=${address(talk.session, place + 1)} target="_blank" rel="noopener" data-test="form-page-${place + 1}">
      <img alt=${say("counter.form.page", { number: place + 1 })} src=${`${address(talk.session, place + 1)}&paper=${paper.id}`} loading="lazy" decoding="async" /></a></li>`)}</ol>
    <ul class="signers">${paper.places.map((place, signer) => html`<li data-test="signer-${signer}" data-signed=${place.signed}>
      <p>${place.signed ? icon("check") : nothing}<span>${signerName(desk, signer)}</span>${place.signed ? html` <small>${say("counter.form.signed")}</small>` : nothing}</p>
      ${asking(desk, talk, signer, place.signed)}</li>`)}</ul>
    <button class="button small" data-test="melt-form" ?disabled=${talk.held} @click=${() => form.melt(talk.session, false)}>${say("counter.form.melt")}</button>`;
}

function papers({ say }: Desk, session: string, paper: FrozenForm): TemplateResult {
  return html`
    ${paper.signed === null ? nothing : html`<a class="button primary small" href=${address(session, "signed")} target="_blank" rel="noopener" data-test="form-signed">${icon("check")}<span>${say("counter.form.signed-paper")}</span></a>`}
    <a class="button small" href=${address(session, "paper")} target="_blank" rel="noopener" data-test="form-paper">${icon("papers")}<span>${say("counter.form.paper")}</span></a>`;
}

/** Whose line it is, as the form names it. */
export function signerName({ say, pick, form }: Pick<Desk, "say" | "pick" | "form">, signer: number): string {
  const named = form.shared?.form.signed_by?.[signer];
  return named === undefined ? say("counter.form.signer", { number: signer + 1 }) : pick(named);
}

function asking({ say, ask }: Desk, talk: Talk, signer: number, signed: boolean): TemplateResult {
  const asked = talk.asked;
  if (asked?.ask === "signature" && asked.signer === signer) return html`<p class="hint" role="status">${say("counter.form.being-signed")}</p>`;
  return html`<button class="button ${signed ? "" : "primary"} small" data-test="ask-signature-${signer}" ?disabled=${talk.held || asked !== null || talk.form?.laid !== true}
    @click=${() => ask({ type: "ask-for-signature", session: talk.session, signer })}>${signed ? say("counter.form.sign-again") : say("counter.form.sign")}</button>`;
}

/** In the wrap-up: what has become of it. */
export function formAfterwards(desk: Desk, session: string, form: TalkForm): TemplateResult {
  const { say } = desk;
  const { frozen: paper } = form;
  const state = paper === null ? say("counter.form.was-open") : paper.signed === null ? say("counter.form.was-frozen", { done: paper.places.filter(({ signed }) => signed).length, all: paper.places.length }) : say("counter.form.was-signed");
  return html`<section class="case-form" data-test="wrap-up-form" data-signed=${paper?.signed ?? ""}><h3>${say("counter.form.title")}</h3><p>${state}</p>${paper === null ? nothing : html`<div class="row">${papers(desk, session, paper)}</div>`}</section>`;
}

/** Somebody has signed: what is lost by going back is said before. */
export function meltDialog({ say, form }: Desk, talk: Talk): TemplateResult {
  const close = (): void => form.keepFrozen();
  return html`
    <dialog class="card-over" data-test="melt-dialog" aria-labelledby="melt-title" aria-describedby="melt-words" ${modal()} @cancel=${close}>
      <h2 id="melt-title">${say("counter.melt.title")}</h2>
      <p id="melt-words">${say("counter.melt.words")}</p>
      <div class="outcomes">
        <button class="button" data-test="melt-no" @click=${close}>${say("counter.melt.no")}</button>
        <button class="button danger solid" data-test="melt-yes" @click=${() => form.melt(talk.session, true)}>${say("counter.melt.yes")}</button>
      </div>
    </dialog>`;
}
