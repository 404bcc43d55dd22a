/** What the counter's, the review's and the window's page have in common: who is here, in which language, and the way in and out. */
import { html, LitElement } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import { sayCode, speaker } from "../../../config/web/words.ts";
import type { Language, Say } from "../../../config/web/words.ts";
import { applyAccent } from "../../../config/web/accent.ts";
import { api, ApiError } from "../../../signaling/web/api.ts";
import type { Catalogue, Person } from "../../../signaling/web/catalogue.ts";
import { monotonic } from "../../../signaling/web/line.ts";
import { loginPage, otherRolePage } from "./login.ts";
import type { LoginState } from "./login.ts";

type Place =
  | { readonly at: "starting" | "unreachable" | "inside" }
  | { readonly at: "login"; readonly state: LoginState }
  | { readonly at: "other-role"; readonly person: Person };

const LANGUAGE = "counter.language";
const UNTRIED: LoginState = { busy: false, problem: null, notBefore: 0 };

/** A page behind a login. A page of its own says whom it is for, what is inside, and what ends with a logout. */
export abstract class Door extends LitElement {
  protected language: Language = localStorage.getItem(LANGUAGE) === "en" ? "en" : "zh-CN";
  #place: Place = { at: "starting" };
  #shown = "";

  protected abstract isFor(person: Person): boolean;
  /** Somebody whom it is for has come in. */
  protected abstract welcome(person: Person, catalogue: Catalogue): void;
  protected abstract inside(say: Say): TemplateResult;
  /** Whoever was inside goes: nothing of it stays. */
  protected abstract farewell(): void;

  protected override createRenderRoot(): HTMLElement {
    return this; // one document, one style sheet: nothing here is meant for other pages
  }

  override connectedCallback(): void {
    super.connectedCallback();
    setInterval(() => this.requestUpdate(), 1000); // countdowns and clocks
    void this.#begin();
  }

  async #begin(): Promise<void> {
    try {
      await this.#admit(await api.me());
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return this.expel();
      this.#enter({ at: "unreachable" });
      setTimeout(() => void this.#begin(), 2000 + 2000 * Math.random());
    }
  }

  async #admit(person: Person): Promise<void> {
    if (!this.isFor(person)) return this.#enter({ at: "other-role", person });
    const catalogue = await api.catalogue();
    applyAccent(document.documentElement, catalogue.jurisdictions.find(({ code }) => code === person.jurisdiction)?.accent ?? null);
    this.welcome(person, catalogue);
    this.#enter({ at: "inside" });
  }

  async #logIn(login: string, password: string): Promise<void> {
    this.#enter({ at: "login", state: { ...UNTRIED, busy: true } });
    const say = speaker(this.language);
    try {
      await this.#admit(await api.login(login, password));
    } catch (error) {
      const problem = error instanceof ApiError ? sayCode(say, "error", error.code, error.message) : say("error.other", { code: "-" });
      const notBefore = error instanceof ApiError && error.retryAfter !== null ? monotonic() + error.retryAfter : 0;
      this.#enter({ at: "login", state: { busy: false, problem, notBefore } });
    }
  }

  /** The server knows nobody here any more; `why` in words, where somebody was inside. */
  protected expel(why: string | null = null): void {
    applyAccent(document.documentElement, null);
    this.#enter({ at: "login", state: { ...UNTRIED, problem: why } });
  }

  protected readonly logOut = async (): Promise<void> => {
    if (this.#place.at === "inside") this.farewell();
    this.#enter({ at: "starting" });
    await api.logout().catch(() => undefined); // the cookie is dropped by the server; without one there is nothing to drop
    this.expel();
  };

  protected readonly choose = (language: Language): void => {
    this.language = language;
    localStorage.setItem(LANGUAGE, language);
    this.requestUpdate();
  };

  #enter(place: Place): void {
    this.#place = place;
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const say = speaker(this.language);
    const place = this.#place;
    switch (place.at) {
      case "starting":
      case "unreachable": return notice(place.at, say(`counter.${place.at}`));
      case "login": return loginPage(say, this.language, place.state, monotonic(), (login, password) => void this.#logIn(login, password), this.choose);
      case "other-role": return otherRolePage(say, this.language, place.person, () => void this.logOut(), this.choose);
      case "inside": return this.inside(say);
    }
  }

  protected override updated(_changed: PropertyValues): void {
    document.documentElement.lang = this.language;
    const screen = this.querySelector<HTMLElement>("main")?.dataset["test"] ?? "";
    if (screen === this.#shown) return;
    this.#shown = screen;
    if (this.#place.at === "login") this.querySelector<HTMLInputElement>("input")?.focus();
    else this.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
  }
}

/** A page that only says how things stand. */
export function notice(test: string, words: string): TemplateResult {
  return html`<main id="main" class="door" data-test="screen-${test}"><p role="status">${words}</p></main>`;
}
