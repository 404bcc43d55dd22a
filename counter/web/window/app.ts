/** `<window-app>`: the staffed window for clerks and local helpers; joins the work to keys, clock, server and the browser's own viewer of papers. */
import { html, nothing } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import { pick, speaker } from "../../../config/web/words.ts";
import type { Say } from "../../../config/web/words.ts";
import type { Catalogue, Person } from "../../../signaling/web/catalogue.ts";
import { monotonic } from "../../../signaling/web/line.ts";
import { windowApi } from "../../../signaling/web/window_api.ts";
import { Door } from "../login/door.ts";
import { languageButton, roleWords, worksAtWindow } from "../login/login.ts";
import type { Here } from "./at_window.ts";
import { openPaper } from "./paper.ts";
import { windowPage } from "./page.ts";
import { WindowWork } from "./work.ts";

const TICK_MS = 1000;
/** What a scanner or a hand begins a code with. */
const OF_A_CODE = /^[0-9A-Za-z]$/;

export class WindowApp extends Door {
  #inside: { readonly person: Person; readonly catalogue: Catalogue; readonly work: WindowWork } | null = null;
  #drawn: Here | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    setInterval(() => this.#tick(), TICK_MS);
    for (const use of ["click", "wheel"]) addEventListener(use, () => this.#inside?.work.touched(), { capture: true, passive: true });
    addEventListener("keydown", (event) => this.#key(event), true);
    addEventListener("pagehide", () => this.#inside?.work.next()); // a page that is come back to shows nobody's receipt
  }

  protected override isFor(person: Person): boolean {
    return worksAtWindow(person.role);
  }

  protected override welcome(person: Person, catalogue: Catalogue): void {
    const ended = (): void => {
      this.farewell();
      this.expel(speaker(this.language)("counter.ended"));
    };
    const work = new WindowWork({ server: windowApi, now: monotonic, open: openPaper, changed: () => this.requestUpdate(), ended });
    this.#inside = { person, catalogue, work };
  }

  protected override farewell(): void {
    this.#inside?.work.next();
    this.#inside = null;
  }

  #tick(): void {
    if (this.#inside?.work.tick() === true && this.#field !== null) this.#field.value = ""; // also what was typed and never asked
  }

  get #field(): HTMLInputElement | null {
    return this.querySelector("input[name=code]");
  }

  /** Any touch says that somebody is there. A letter outside of the field begins the next code, so that a scan never presses a button; Escape clears. */
  #key(event: KeyboardEvent): void {
    if (this.#inside === null) return;
    const { work } = this.#inside;
    work.touched();
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const field = this.#field;
    const dialog = this.querySelector("dialog");
    if (event.key === "Escape" && dialog === null) {
      event.preventDefault();
      if (field !== null) field.value = "";
      work.next();
    } else if (OF_A_CODE.test(event.key) && field !== null && event.target !== field) {
      dialog?.close();
      work.ask(null);
      field.value = "";
      field.focus(); // the letter itself lands there
    }
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const here = this.#inside?.work.here ?? null;
    if (here === this.#drawn) return;
    const before = this.#drawn;
    this.#drawn = here;
    const field = this.#field;
    if (here === null || field === null) return;
    if (here.at === "receipt" && before?.at !== "receipt") field.value = "";
    if (here.at !== "receipt") {
      if (here.at === "empty" && (here.why === null || here.why === "cleared")) field.value = "";
      field.focus();
      field.select(); // what was wrong is typed over
    } else if (document.activeElement === document.body) this.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
  }

  protected override inside(say: Say): TemplateResult {
    const { person, catalogue, work } = this.#inside!;
    const place = catalogue.jurisdictions.find(({ code }) => code === person.jurisdiction);
    return html`
      <a class="button skip" href="#main" @click=${(event: Event) => { event.preventDefault(); this.querySelector<HTMLElement>("main h1")?.focus(); }}>${say("window.skip")}</a>
      <header class="desk-top window-top">
        <p class="review-where">${say("window.where", { place: place === undefined ? person.jurisdiction : pick(place.short, this.language) })}</p>
        <p>${person.name} · ${roleWords(say, person.role)}</p>
        ${person.role === "clerk" ? html`<a class="button quiet" data-test="to-counter" href="/counter">${say("window.to-counter")}</a>` : nothing}
        ${languageButton(this.language, say, this.choose)}
        <button class="button quiet" data-test="log-out" @click=${() => void this.logOut()}>${say("counter.log-out")}</button>
      </header>
      ${windowPage({ say, pick: (text) => pick(text, this.language), language: this.language, person, work })}`;
  }
}
