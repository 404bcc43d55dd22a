/** `<review-app>`: who is here, then the list of sessions and incidents, then one session. The address says which (`#session=…`). */
import { html, LitElement } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import { applyAccent } from "../../../config/web/accent.ts";
import { pick, sayCode, speaker } from "../../../config/web/words.ts";
import type { Language, Say } from "../../../config/web/words.ts";
import { api, ApiError } from "../../../signaling/web/api.ts";
import type { Catalogue, Person } from "../../../signaling/web/catalogue.ts";
import { monotonic } from "../../../signaling/web/line.ts";
import { languageButton, loginPage, otherRolePage, roleWords } from "../login/login.ts";
import type { LoginState } from "../login/login.ts";
import { ListWork } from "./list_work.ts";
import { listPage } from "./list.ts";
import { sessionPage } from "./session.ts";
import { SessionWork } from "./work.ts";

type Place =
  | { readonly at: "starting" | "unreachable" }
  | { readonly at: "login"; readonly state: LoginState }
  | { readonly at: "other-role"; readonly person: Person }
  | { readonly at: "list"; readonly list: ListWork }
  | { readonly at: "session"; readonly work: SessionWork };

/** What the pages of review need of their surroundings. */
export interface Reviewer {
  readonly person: Person;
  readonly catalogue: Catalogue;
  readonly say: Say;
  readonly language: Language;
  readonly now: () => Date;
  readonly open: (session: string) => void;
  readonly back: () => void;
}

const LANGUAGE = "counter.language";
const UNTRIED: LoginState = { busy: false, problem: null, notBefore: 0 };

export class ReviewApp extends LitElement {
  #place: Place = { at: "starting" };
  #person: Person | null = null;
  #catalogue: Catalogue | null = null;
  #language: Language = localStorage.getItem(LANGUAGE) === "en" ? "en" : "zh-CN";
  #shown = "";

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("hashchange", () => this.#follow());
    void this.#begin();
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
    if (person.role === "clerk") return this.#enter({ at: "other-role", person });
    this.#person = person;
    this.#catalogue = await api.catalogue();
    applyAccent(document.documentElement, this.#catalogue.jurisdictions.find(({ code }) => code === person.jurisdiction)?.accent ?? null);
    this.#follow();
  }

  /** Where the address leads, once somebody is here. */
  #follow(): void {
    if (this.#person === null) return;
    const session = new URLSearchParams(location.hash.slice(1)).get("session");
    if (this.#place.at === "session") this.#place.work.stop();
    if (this.#place.at === "list") this.#place.list.stop();
    const changed = (): void => this.requestUpdate();
    if (session === null) this.#enter({ at: "list", list: new ListWork(changed) });
    else this.#enter({ at: "session", work: new SessionWork(session, this.#person.role === "supervisor", changed) });
  }

  async #logIn(login: string, password: string): Promise<void> {
    this.#enter({ at: "login", state: { ...UNTRIED, busy: true } });
    const say = speaker(this.#language);
    try {
      await this.#welcome(await api.login(login, password));
    } catch (error) {
      const problem = error instanceof ApiError ? sayCode(say, "error", error.code, error.message) : say("error.other", { code: "-" });
      const notBefore = error instanceof ApiError && error.retryAfter !== null ? monotonic() + error.retryAfter : 0;
      this.#enter({ at: "login", state: { busy: false, problem, notBefore } });
    }
  }

  readonly #logOut = async (): Promise<void> => {
    await api.logout().catch(() => undefined);
    location.replace(location.pathname); // nothing of what was seen stays in this page
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
    const say = speaker(this.#language);
    const place = this.#place;
    switch (place.at) {
      case "starting":
      case "unreachable": return html`<main id="main" class="door" data-test="screen-${place.at}"><p role="status">${say(`counter.${place.at}`)}</p></main>`;
      case "login": return loginPage(say, this.#language, place.state, monotonic(), (login, password) => void this.#logIn(login, password), this.#choose);
      case "other-role": return otherRolePage(say, this.#language, place.person, () => void this.#logOut(), this.#choose);
      case "list": return this.#frame(say, listPage(this.#reviewer(say), place.list));
      case "session": return this.#frame(say, sessionPage(this.#reviewer(say), place.work));
    }
  }

  #reviewer(say: Say): Reviewer {
    return {
      person: this.#person!, catalogue: this.#catalogue!, say, language: this.#language, now: () => new Date(),
      open: (session) => { location.hash = `session=${session}`; },
      back: () => { location.hash = ""; },
    };
  }

  #frame(say: Say, page: TemplateResult): TemplateResult {
    const person = this.#person!;
    const home = this.#catalogue!.jurisdictions.find(({ code }) => code === person.jurisdiction);
    return html`
      <a class="button skip" href="#main" @click=${(event: Event) => { event.preventDefault(); this.querySelector<HTMLElement>("main h1")?.focus(); }}>${say("counter.skip")}</a>
      <header class="desk-top">
        <p class="review-where">${home === undefined ? person.jurisdiction : pick(home.short, this.#language)} · ${say("review.title")}</p>
        <p>${person.name} · ${roleWords(say, person.role)}</p>
        ${languageButton(this.#language, say, this.#choose)}
        <button class="button quiet" data-test="log-out" @click=${() => void this.#logOut()}>${say("counter.log-out")}</button>
      </header>
      ${page}`;
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
