/** `<review-app>`: the list of sessions and incidents, then one session. The address says which (`#session=…`). */
import { html } from "lit";
import type { TemplateResult } from "lit";
import { pick } from "../../../config/web/words.ts";
import type { Language, Say } from "../../../config/web/words.ts";
import type { Catalogue, Person } from "../../../signaling/web/catalogue.ts";
import { Door } from "../login/door.ts";
import { languageButton, readsIncidents, readsSessions, reviews, roleWords } from "../login/login.ts";
import { ListWork } from "./list_work.ts";
import { listPage } from "./list.ts";
import { sessionPage } from "./session.ts";
import { SessionWork } from "./work.ts";

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

export class ReviewApp extends Door {
  #here: { readonly person: Person; readonly catalogue: Catalogue } | null = null;
  #work: ListWork | SessionWork | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("hashchange", () => this.#follow());
  }

  protected override isFor(person: Person): boolean {
    return reviews(person.role);
  }

  protected override welcome(person: Person, catalogue: Catalogue): void {
    this.#here = { person, catalogue };
    this.#follow();
  }

  protected override farewell(): void {
    this.#work?.stop();
    [this.#here, this.#work] = [null, null];
    history.replaceState(null, "", location.pathname); // whoever comes next begins at the list
  }

  /** Where the address leads, once somebody is here. */
  #follow(): void {
    if (this.#here === null) return;
    const session = new URLSearchParams(location.hash.slice(1)).get("session");
    this.#work?.stop();
    const changed = (): void => this.requestUpdate();
    const { role } = this.#here.person;
    this.#work = session === null || !readsSessions(role) ? new ListWork(readsSessions(role), readsIncidents(role), changed)
      : new SessionWork(session, role === "supervisor", changed);
    changed();
  }

  protected override inside(say: Say): TemplateResult {
    const { person, catalogue } = this.#here!;
    const home = catalogue.jurisdictions.find(({ code }) => code === person.jurisdiction);
    const reviewer: Reviewer = {
      person, catalogue, say, language: this.language, now: () => new Date(),
      open: (session) => { location.hash = `session=${session}`; },
      back: () => { location.hash = ""; },
    };
    return html`
      <a class="button skip" href="#main" @click=${(event: Event) => { event.preventDefault(); this.querySelector<HTMLElement>("main h1")?.focus(); }}>${say("counter.skip")}</a>
      <header class="desk-top">
        <p class="review-where">${home === undefined ? person.jurisdiction : pick(home.short, this.language)} · ${say("review.title")}</p>
        <p>${person.name} · ${roleWords(say, person.role)}</p>
        ${languageButton(this.language, say, this.choose)}
        <button class="button quiet" data-test="log-out" @click=${() => void this.logOut()}>${say("counter.log-out")}</button>
      </header>
      ${this.#work instanceof SessionWork ? sessionPage(reviewer, this.#work) : listPage(reviewer, this.#work!)}`;
  }
}
