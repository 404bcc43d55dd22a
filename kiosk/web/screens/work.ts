/** What lies on the table during the talk: the form that both fill in, or the paper that is signed, with the clerk beside it. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { pick, sayCode } from "../../../config/web/words.ts";
import type { Strokes } from "../../../signaling/web/sign/ink.ts";
import type { SignView } from "../../../signaling/web/sign/sign_view.ts";
import type { AskedSignature, Talk } from "../../../signaling/web/wire.generated.ts";
import type { Kiosk } from "../context.ts";

/** Seconds before the end of the question from which it is said how long there is yet. */
const LAST = 60;

/** Whether the table has the stage. A page under the camera has it for as long as it is asked for: both hands are there. */
export function atWork({ papers }: Pick<Kiosk, "papers">, talk: Talk): boolean {
  if (talk.asked?.ask === "signature") return true;
  return talk.form?.laid === true && !(talk.asked?.ask === "page" && papers !== null && papers.shown !== null);
}

/** `covered`: the clerk is away, and nothing is done until they are back. */
export function workSheet(kiosk: Kiosk, talk: Talk, covered: boolean): TemplateResult {
  const asked = talk.asked ?? null;
  return html`<div class="work" ?inert=${covered} tabindex="-1" data-covered=${covered}>${asked?.ask === "signature" ? signScreen(kiosk, talk, asked) : formSheet(kiosk)}</div>`;
}

function formSheet({ say, language, tools }: Kiosk): TemplateResult {
  const { table } = tools;
  const form = table.drawn(say, language);
  return html`<div class="form-sheet" data-test="talk-form">
    ${form ?? html`<p class="lead" role="status">${say("kiosk.form.loading")}</p>`}
    ${table.refusal === null ? nothing : html`<p class="message warn" role="alert" data-test="form-refusal" data-code=${table.refusal}>${icon("warn")}<span>${sayCode(say, "error", table.refusal)}</span></p>`}
  </div>`;
}

function signScreen(kiosk: Kiosk, talk: Talk, asked: AskedSignature): TemplateResult {
  const { say, now, answer, tools, language } = kiosk;
  const { paper } = tools.signing;
  const refuse = (): void => answer(talk, false);
  const signer = tools.table.form?.signed_by[asked.signer];
  const give = async (event: CustomEvent<{ readonly strokes: Strokes }>): Promise<void> => {
    const view = event.target as SignView;
    if (!(await tools.signing.give(event.detail.strokes))) view.sent = false;
  };
  const seconds = Math.max(0, Math.ceil(asked.until - now));
  return html`<div class="sign-screen" data-test="sign-screen" data-paper=${paper?.at ?? "none"}>
    ${paper?.at !== "ready" || signer === undefined ? html`<div class="sign-wait-card">
        ${paper?.at === "broken" ? html`
          <p class="message bad" role="alert" data-test="sign-paper-broken" data-code=${paper.code}>${icon("warn")}<span>${say(paper.code === "shown-otherwise" ? "kiosk.sign.other-paper" : "sign.broken")}</span></p>
          <button class="button primary huge" data-test="sign-paper-again" @click=${() => void tools.signing.load()}>${icon("turn")}${say("sign.again")}</button>`
        : html`<p class="lead" role="status">${say("kiosk.sign.loading")}</p>`}
        <button class="button danger huge" data-test="sign-paper-refuse" @click=${refuse}>${say("sign.refuse")}</button>
      </div>` : html`
      ${paper.problem === null ? nothing : html`<p class="message bad" role="alert" data-test="sign-problem" data-code=${paper.problem}>${icon("warn")}<span>${sayCode(say, "error", paper.problem)}</span></p>`}
      <sign-view .pages=${paper.pages} .place=${paper.place} .signer=${pick(signer, language)} .say=${say} .language=${language} @sign-given=${give} @sign-refused=${refuse}></sign-view>`}
    ${seconds > LAST ? nothing : html`<p class="hint sign-left">${say("kiosk.sign.left", { seconds })}</p>`}
  </div>`;
}

/** For some seconds after a signature was taken. */
export function signedCard({ say, tools }: Kiosk): TemplateResult | typeof nothing {
  if (!tools.signing.thanked) return nothing;
  return html`<div class="asked card thanks" role="status" data-test="sign-thanks">${icon("check")}<p>${say("kiosk.sign.thanks")}</p></div>`;
}
