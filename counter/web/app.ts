/** `<counter-app>`: who is here, and for a clerk the desk; joins the server's views to the devices, the bell and the screen. */
import { html, LitElement, nothing } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import { icon } from "../../config/web/icons.ts";
import { pick, sayCode, speaker } from "../../config/web/words.ts";
import type { Language, Say } from "../../config/web/words.ts";
import { applyAccent } from "../../config/web/accent.ts";
import { api, ApiError } from "../../signaling/web/api.ts";
import type { Person } from "../../signaling/web/catalogue.ts";
import { monotonic } from "../../signaling/web/line.ts";
import { DeskWork } from "./desk_work.ts";
import { deskPage } from "./desk/desk.ts";
import { loginPage, otherRolePage } from "./login/login.ts";
import type { LoginState } from "./login/login.ts";
import { shiftPage } from "./login/shift.ts";

type Place =
  | { readonly at: "starting" }
  | { readonly at: "unreachable" }
  | { readonly at: "login"; readonly state: LoginState }
  | { readonly at: "other-role"; readonly person: Person }
  | { readonly at: "desk"; readonly work: DeskWork };

const LANGUAGE = "counter.language";
const UNTRIED: LoginState = { busy: false, problem: null, notBefore: 0 };

export class CounterApp extends LitElement {
  #place: Place = { at: "starting" };
  #language: Language = localStorage.getItem(LANGUAGE) === "en" ? "en" : "zh-CN";
  #shown = "";

  protected override createRenderRoot(): HTMLElement {
    return this; // one document, one style sheet: nothing here is meant for other pages
  }

  override connectedCallback(): void {
    super.connectedCallback();
    setInterval(() => this.requestUpdate(), 1000); // countdowns and clocks
    void this.#begin();
  }

  get #say(): Say {
    return speaker(this.#language);
  }

  async #begin(): Promise<void> {
    try {
      await this.#welcome(await api.me());
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return this.#enter({ at: "login", state: UNTRIED });
      this.#enter({ at: "unreachable" });
      setTimeout(() => void this.#begin(), 2000 + 2000 * Math.random());
    }
  }

  async #welcome(person: Person): Promise<void> {
    if (person.role !== "clerk") return this.#enter({ at: "other-role", person });
    const catalogue = await api.catalogue();
    const accent = catalogue.jurisdictions.find(({ code }) => code === person.jurisdiction)?.accent ?? null;
    applyAccent(document.documentElement, accent);
    const work = new DeskWork(person, catalogue, this, () => this.#language, () => this.requestUpdate(), () => this.#enter({ at: "login", state: UNTRIED }));
    this.#enter({ at: "desk", work });
    work.start();
  }

  async #logIn(login: string, password: string): Promise<void> {
    this.#enter({ at: "login", state: { ...UNTRIED, busy: true } });
    try {
      await this.#welcome(await api.login(login, password));
    } catch (error) {
      const problem = error instanceof ApiError ? sayCode(this.#say, "error", error.code, error.message) : this.#say("error.other", { code: "-" });
      const notBefore = error instanceof ApiError && error.retryAfter !== null ? monotonic() + error.retryAfter : 0;
      this.#enter({ at: "login", state: { busy: false, problem, notBefore } });
    }
  }

  readonly #logOut = async (): Promise<void> => {
    if (this.#place.at === "desk") this.#place.work.stop();
    applyAccent(document.documentElement, null);
    await api.logout().catch(() => undefined); // the cookie is dropped by the server; without one there is nothing to drop
    this.#enter({ at: "login", state: UNTRIED });
  };

  readonly #choose = (language: Language): void => {
    this.#language = language;
    localStorage.setItem(LANGUAGE, language);
    this.requestUpdate();
  };

  #enter(place: Place): void {
    this.#place = place;
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const say = this.#say;
    const place = this.#place;
    switch (place.at) {
      case "starting": return notice("starting", say("counter.starting"));
      case "unreachable": return notice("unreachable", say("counter.unreachable"));
      case "login": return loginPage(say, this.#language, place.state, monotonic(), (login, password) => void this.#logIn(login, password), this.#choose);
      case "other-role": return otherRolePage(say, this.#language, place.person, () => void this.#logOut(), this.#choose);
      case "desk": return this.#desk(place.work, say);
    }
  }

  #desk(work: DeskWork, say: Say): TemplateResult {
    if (work.lineState.at === "taken-over") {
      return html`<main id="main" class="door" data-test="screen-taken-over"><section class="card padded">
        <h1 tabindex="-1">${say("counter.taken-over.title")}</h1><p>${say("counter.taken-over.lead")}</p>
        <button class="button primary large" data-test="take-over" @click=${() => work.start()}>${say("counter.taken-over.here")}</button></section></main>`;
    }
    if (work.lineState.at === "outdated") return notice("outdated", say("counter.outdated"));
    const desk = work.desk(this.#language, say, (text) => pick(text, this.#language), () => void this.#logOut(), this.#choose);
    if (desk === null) return notice("connecting", say("counter.connecting"));
    const page = work.beforeShift ? shiftPage(desk, work.shift, work.shiftDeeds) : deskPage(desk, work);
    const problem = work.problem;
    return html`${page}
      ${desk.lineUp ? nothing : html`<div class="offline message warn" role="status" data-test="offline">${icon("warn")}<span>${say("counter.offline")}</span></div>`}
      ${problem === null ? nothing : html`<div class="problem message bad" role="alert" data-test="problem" data-code=${problem.code}>${icon("warn")}<span>${sayCode(say, "error", problem.code, problem.text)}</span>
        <button class="button quiet" data-test="problem-close" @click=${() => work.closeProblem()}>${say("counter.close")}</button></div>`}`;
  }

  protected override updated(_changed: PropertyValues): void {
    document.documentElement.lang = this.#language;
    const screen = this.querySelector<HTMLElement>("main")?.dataset["test"] ?? "";
    if (screen === this.#shown) return;
    this.#shown = screen;
    if (this.#place.at === "login") this.querySelector<HTMLInputElement>("input")?.focus();
    else this.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
  }
}

function notice(test: string, words: string): TemplateResult {
  return html`<main id="main" class="door" data-test="screen-${test}"><p role="status">${words}</p></main>`;
}
