/** Handing the resident on: to a colleague who is free, or to whoever is next. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { modal } from "../../../config/web/modal.ts";
import type { Talk } from "../../../signaling/web/wire.generated.ts";
import type { Desk } from "../context.ts";

export function transferDialog({ say, ask, view }: Desk, talk: Talk, close: () => void): TemplateResult {
  const hand = (event: SubmitEvent): void => {
    event.preventDefault();
    const counter = new FormData(event.target as HTMLFormElement).get("to");
    ask({ type: "transfer", session: talk.session, counter: typeof counter === "string" && counter !== "" ? counter : null });
    close();
  };
  const choice = (value: string, words: string, disabled: boolean, checked: boolean): TemplateResult => html`
    <label class="choice"><input type="radio" name="to" data-test="transfer-to-${value === "" ? "anybody" : value}" .value=${value} ?disabled=${disabled} ?checked=${checked} /><span>${words}</span></label>`;
  return html`
    <dialog class="card-over" data-test="transfer-dialog" aria-labelledby="transfer-title" ${modal()} @cancel=${close}>
      <form class="stack" @submit=${hand}>
        <h2 id="transfer-title">${say("counter.transfer.title")}</h2>
        <p class="hint">${say("counter.transfer.lead")}</p>
        <div class="outcomes" role="radiogroup" aria-labelledby="transfer-title">
          ${choice("", say("counter.transfer.anybody"), false, true)}
          ${view.colleagues.map(({ counter, counter_name, name, free }) => choice(counter, `${counter_name} · ${name}${free ? "" : ` · ${say("counter.transfer.busy")}`}`, !free, false))}
        </div>
        ${view.colleagues.length === 0 ? html`<p class="message warn">${icon("warn")}<span>${say("counter.transfer.nobody")}</span></p>` : nothing}
        <div class="outcomes">
          <button class="button" type="button" data-test="transfer-no" @click=${close}>${say("counter.end.no")}</button>
          <button class="button primary" data-test="transfer-yes">${say("counter.transfer.do")}</button>
        </div>
      </form>
    </dialog>`;
}
