/** `<counter-app>`: for a clerk the desk; joins the server's views to the devices, the bell and the screen. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../config/web/icons.ts";
import { pick, sayCode } from "../../config/web/words.ts";
import type { Say } from "../../config/web/words.ts";
import type { Catalogue, Person } from "../../signaling/web/catalogue.ts";
import { DeskWork } from "./desk_work.ts";
import { deskPage } from "./desk/desk.ts";
import { Door, notice } from "./login/door.ts";
import { shiftPage } from "./login/shift.ts";

export class CounterApp extends Door {
  #work: DeskWork | null = null;

  protected override isFor(person: Person): boolean {
    return person.role === "clerk";
  }

  protected override welcome(person: Person, catalogue: Catalogue): void {
    this.#work = new DeskWork(person, catalogue, this, () => this.language, () => this.requestUpdate(), () => this.expel());
    this.#work.start();
  }

  protected override farewell(): void {
    this.#work?.stop();
    this.#work = null;
  }

  protected override inside(say: Say): TemplateResult {
    const work = this.#work!;
    if (work.lineState.at === "taken-over") {
      return html`<main id="main" class="door" data-test="screen-taken-over"><section class="card padded">
        <h1 tabindex="-1">${say("counter.taken-over.title")}</h1><p>${say("counter.taken-over.lead")}</p>
        <button class="button primary large" data-test="take-over" @click=${() => work.start()}>${say("counter.taken-over.here")}</button></section></main>`;
    }
    if (work.lineState.at === "outdated") return notice("outdated", say("counter.outdated"));
    const desk = work.desk(this.language, say, (text) => pick(text, this.language), () => void this.logOut(), this.choose);
    if (desk === null) return notice("connecting", say("counter.connecting"));
    const page = work.beforeShift ? shiftPage(desk, work.shift, work.shiftDeeds) : deskPage(desk, work);
    const problem = work.problem;
    return html`${page}
      ${desk.lineUp ? nothing : html`<div class="offline message warn" role="status" data-test="offline">${icon("warn")}<span>${say("counter.offline")}</span></div>`}
      ${problem === null ? nothing : html`<div class="problem message bad" role="alert" data-test="problem" data-code=${problem.code}>${icon("warn")}<span>${sayCode(say, "error", problem.code, problem.text)}</span>
        <button class="button quiet" data-test="problem-close" @click=${() => work.closeProblem()}>${say("counter.close")}</button></div>`}`;
  }
}
