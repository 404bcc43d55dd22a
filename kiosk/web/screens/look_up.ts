/** "I have a receipt": the code on large keys, and how the case stands. No name and no number of a case ever stands here. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { dayInWords } from "../../../config/web/times.ts";
import { sayCode } from "../../../config/web/words.ts";
import type { ReceiptStatus } from "../../../signaling/web/wire.generated.ts";
import type { Kiosk } from "../context.ts";
import { KEYS, LETTERS, written } from "../look_up.ts";
import type { LookUp } from "../look_up.ts";

export function lookUpScreen(kiosk: Kiosk, step: LookUp): TemplateResult {
  return step.found?.at === "status" ? statusScreen(kiosk, step.found.status) : codeScreen(kiosk, step);
}

function codeScreen({ say, tell }: Kiosk, { typed, asking, found }: LookUp): TemplateResult {
  const problem = found?.at === "problem" ? found : null;
  const key = (one: string, words: TemplateResult | string = one, label: string = one): TemplateResult => html`<button class="key" type="button" data-test="code-key-${one}" aria-label=${label}
    @click=${() => tell({ type: "look-up-pressed", key: one })}>${words}</button>`;
  const typing = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || (event.key.length > 1 && event.key !== "Backspace" && event.key !== "Enter")) return;
    if (event.key === "Enter" && (event.target as HTMLElement).closest("button") !== null) return;
    if (event.key === " " ) return;
    event.preventDefault();
    tell(event.key === "Enter" ? { type: "look-up-sent" } : { type: "look-up-pressed", key: event.key === "Backspace" ? "erase" : event.key });
  };
  return html`
    <section class="screen look-up" data-test="screen-look-up" @keydown=${typing}>
      <h1 tabindex="-1">${say("kiosk.look-up.title")}</h1>
      <p class="lead">${say("kiosk.look-up.lead")}</p>
      <output class="code-typed card" data-test="code-typed" aria-label=${say("kiosk.look-up.typed", { count: typed.length, code: [...typed].join(" ") })}>${written(typed)}</output>
      ${problem === null ? nothing : html`<p class="message warn" role="alert" data-test="look-up-problem" data-code=${problem.code}>${icon("warn")}<span>${problem.code === "try-later" ? say("kiosk.look-up.later", { seconds: problem.seconds ?? 60 }) : sayCode(say, "error", problem.code, "")}</span></p>`}
      <div class="keys" role="group" aria-label=${say("kiosk.look-up.keys")}>
        ${KEYS.map((row) => html`<div class="key-row">${[...row].map((one) => key(one))}</div>`)}
      </div>
      <div class="actions flow look-up-deeds">
        <button class="button huge" data-test="code-erase" ?disabled=${typed === "" || asking} @click=${() => tell({ type: "look-up-pressed", key: "erase" })}>${say("kiosk.look-up.erase")}</button>
        <button class="button primary huge" data-test="code-send" ?disabled=${typed.length < LETTERS || asking} @click=${() => tell({ type: "look-up-sent" })}>${asking ? say("kiosk.look-up.asking") : say("kiosk.look-up.send")}</button>
      </div>
    </section>`;
}

function statusScreen({ say, pick, tell, language }: Kiosk, status: ReceiptStatus): TemplateResult {
  const day = (iso: string): string => dayInWords(iso, language);
  const accepted = status.state === "accepted" || status.state === "accepted-with-gaps";
  const due = !accepted ? null : status.due === null ? say("kiosk.look-up.due-unknown") : status.over ? say("kiosk.look-up.over", { day: day(status.due) }) : say("kiosk.look-up.due", { day: day(status.due) });
  return html`
    <section class="screen" data-test="screen-status" data-state=${status.state}>
      <p class="over">${pick(status.home)}</p>
      <h1 tabindex="-1">${say(`kiosk.look-up.state.${status.state}`)}</h1>
      <p class="lead">${say(`kiosk.look-up.more.${status.state}`)}</p>
      <dl class="facts card padded">
        <div><dt>${say("kiosk.farewell.service")}</dt><dd data-test="status-service">${pick(status.service)}</dd></div>
        ${due === null ? nothing : html`<div><dt>${say("kiosk.farewell.due")}</dt><dd data-test="status-due" data-over=${status.over}>${due}</dd></div>`}
      </dl>
      ${status.lacking.length === 0 && status.form === null ? nothing : html`
        <h2 id="lacking">${say("kiosk.look-up.lacking")}</h2>
        <ul class="materials" aria-labelledby="lacking">
          ${status.lacking.map(({ name, reason }) => html`<li class="card" data-test="lacking">${icon("papers")}<span>${pick(name)} <small>${say(`notice.reason.${reason}`)}</small></span></li>`)}
          ${status.form === null ? nothing : html`<li class="card" data-test="lacking-form">${icon("papers")}<span>${say(`notice.form.${status.form}`)}</span></li>`}
        </ul>
        ${status.follow_by === null ? nothing : html`<p class="lead" data-test="follow-by">${say("kiosk.notice.follow-by", { day: day(status.follow_by) })}</p>`}`}
      <div class="actions"><button class="button primary huge" data-test="status-done" @click=${() => tell({ type: "stop-confirmed" })}>${say("kiosk.look-up.done")}</button></div>
    </section>`;
}
