/** The one-time notice: what of it stands beside the outcome, and the sheet on which it is written. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { modal } from "../../../config/web/modal.ts";
import { service } from "../../../signaling/web/catalogue.ts";
import type { NoticeGiven, NoticeReason, Settlement, Talk } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";
import { noticeFirst } from "./cases_work.ts";
import { BECAUSE, FOLLOW_DAYS, LONGEST_REMARK, openMaterials, pagesOf, reasonsFor } from "./notice_work.ts";
import type { Draft, NoticeCase } from "./notice_work.ts";

/** What a case is about, for its notice: out of the talk, or of the wrap-up. */
export function noticeCase({ catalogue, view }: Desk, of: Pick<Talk, "session" | "case" | "service" | "stills">, outcome: Settlement | null): NoticeCase {
  const { session, case: number, service: code, stills } = of;
  return {
    session, case: number, materials: service(catalogue, view.jurisdiction, code)?.materials ?? [], stills, outcome,
    lack: (view.talk !== null ? view.form_lack : view.wrap_up?.form_lack) ?? null,
  };
}

/** Why a case may not end so yet; null: it may. */
export function mustWait(outcome: Settlement | null, given: NoticeGiven | null): "needed" | "only-follows" | null {
  return noticeFirst(outcome, given === null ? null : given.only_follows ? "follows" : "lacks");
}

/** Beside the outcome: the notice that was given, the button for it, and what nobody has kept a page of. */
export function noticeOf(desk: Desk, about: NoticeCase, given: NoticeGiven | null): TemplateResult | typeof nothing {
  const { say, pick, notice } = desk;
  const { outcome } = about;
  const open = openMaterials(about);
  if (outcome === "accepted" && open.length > 0) {
    const names = open.map((place) => pick(about.materials[place]!)).join(say("counter.notice.and"));
    return html`<p class="message warn" role="status" data-test="not-kept">${icon("warn")}<span>${say("counter.notice.not-kept", { names })}</span></p>`;
  }
  if (outcome !== "returned" && outcome !== "accepted-with-gaps" && given === null) return nothing;
  const wait = mustWait(outcome, given);
  return html`<div class="notice-row" data-test="notice" data-n=${given?.n ?? 0}>
    ${given === null ? nothing : html`<p>${icon("check")}<span>${say("counter.notice.given", { n: given.n })}</span>
      <a class="button small" href="/api/v1/sessions/${encodeURIComponent(about.session)}/papers/notice?as=person&case=${encodeURIComponent(about.case)}" target="_blank" rel="noopener" data-test="notice-paper">${icon("papers")}<span>${say("counter.notice.look")}</span></a></p>`}
    ${wait === null ? nothing : html`<p class="message warn" role="status" data-test="notice-wait">${icon("warn")}<span>${say(`counter.notice.${wait}`)}</span></p>`}
    <button class="button ${given === null ? "primary" : "small"}" type="button" data-test="notice-write" @click=${() => notice.open(about)}>${icon("papers")}<span>${say(given === null ? "counter.notice.write" : "counter.notice.again")}</span></button>
  </div>`;
}

export function noticeDialog(desk: Desk, draft: Draft): TemplateResult {
  const { say, view, notice } = desk;
  const before = (view.talk !== null ? view.notice : view.wrap_up?.notice) ?? null;
  const close = (): void => {
    if (!draft.busy) notice.close();
  };
  const give = (event: Event): void => {
    event.preventDefault();
    void notice.give();
  };
  const materials = draft.because === "materials";
  return html`<dialog class="card-over notice-dialog" data-test="notice-dialog" aria-labelledby="notice-title" ${modal()} @cancel=${(event: Event) => { event.preventDefault(); close(); }}>
    <form class="stack" @submit=${give}>
      <header><h2 id="notice-title">${say("counter.notice.title")}</h2><p class="hint">${say("counter.notice.lead")}</p></header>
      ${before === null ? nothing : html`<p class="message warn" data-test="notice-twice">${icon("warn")}<span>${say("counter.notice.twice")}</span></p>`}
      <label class="field"><span class="label">${say("counter.notice.because")}</span>
        <select class="input" data-test="notice-because" @change=${(event: Event) => notice.change({ because: BECAUSE[(event.target as HTMLSelectElement).selectedIndex]! })}>
          ${BECAUSE.map((one) => html`<option value=${one} ?selected=${draft.because === one}>${say(`notice.because.${one}`)}</option>`)}
        </select></label>
      ${materials ? materialRows(desk, draft) : nothing}
      <label class="field"><span class="label">${say("counter.notice.remark")}</span>
        <input class="input" data-test="notice-remark" maxlength=${LONGEST_REMARK} .value=${draft.remark} ?required=${draft.because === "other"} @input=${(event: InputEvent) => notice.change({ remark: (event.target as HTMLInputElement).value })} /></label>
      <div class="outcomes">
        <button class="button" type="button" data-test="notice-close" ?disabled=${draft.busy} @click=${close}>${say("counter.notice.close")}</button>
        <button class="button primary" data-test="notice-give" ?disabled=${draft.busy}>${draft.busy ? say("counter.notice.giving") : say("counter.notice.give")}</button>
      </div>
    </form>
  </dialog>`;
}

function materialRows(desk: Desk, draft: Draft): TemplateResult {
  const { say, notice } = desk;
  const { lack } = draft.about;
  const follows = draft.reasons.includes("follows");
  return html`
    <fieldset class="notice-materials"><legend>${say("counter.notice.materials")}</legend>
      ${draft.about.materials.map((_, place) => materialRow(desk, draft, place))}
    </fieldset>
    ${lack === null ? nothing : html`<label class="choice"><input type="checkbox" data-test="notice-form" .checked=${draft.form} @change=${(event: Event) => notice.change({ form: (event.target as HTMLInputElement).checked })} /><span>${say("counter.notice.form", { words: say(`notice.form.${lack}`) })}</span></label>`}
    ${follows ? html`<label class="field"><span class="label">${say("counter.notice.follow-days")}</span>
      <select class="input" data-test="notice-days" @change=${(event: Event) => notice.change({ followDays: FOLLOW_DAYS[(event.target as HTMLSelectElement).selectedIndex]! })}>
        ${FOLLOW_DAYS.map((days) => html`<option value=${days} ?selected=${draft.followDays === days}>${days}</option>`)}
      </select></label>` : nothing}`;
}

function materialRow({ say, pick, notice }: Desk, draft: Draft, place: number): TemplateResult {
  const { about } = draft;
  const material = about.materials[place]!;
  const [pages, name, reasons] = [pagesOf(about, place), pick(material), reasonsFor(about, place)];
  const reason = draft.reasons[place] ?? null;
  const choose = (event: Event): void => {
    const at = (event.target as HTMLSelectElement).selectedIndex;
    notice.say(place, { reason: at === 0 ? null : (reasons[at - 1] as NoticeReason) });
  };
  return html`<div class="notice-line" data-test="notice-line-${place}" data-reason=${reason ?? ""}>
    <p>${pages > 0 ? icon("check") : nothing}<span>${name}${material.need === "required" ? nothing : html` <small>${say(`material.${material.need}`)}</small>`}${pages > 0 ? html` <small>${say("counter.notice.pages", { count: pages })}</small>` : nothing}</span></p>
    <select class="input" aria-label=${name} data-test="notice-reason-${place}" @change=${choose}>
      <option value="" ?selected=${reason === null}>${say("counter.notice.nothing")}</option>
      ${reasons.map((one) => html`<option value=${one} ?selected=${reason === one}>${say(`notice.reason.${one}`)}</option>`)}
    </select>
    ${reason === null || reason === "seen" ? nothing : html`<input class="input" data-test="notice-remark-${place}" aria-label=${say("counter.notice.remark-of", { name })} placeholder=${say("counter.notice.remark-short")} maxlength=${LONGEST_REMARK}
      .value=${draft.remarks[place] ?? ""} @input=${(event: InputEvent) => notice.say(place, { remark: (event.target as HTMLInputElement).value })} />`}
  </div>`;
}
