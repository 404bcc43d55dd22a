/** The front door `/`: ways to kiosk, counter, staffed window and review; with a set-up code (`/setup` or `/#setup=CODE`) the first security administrator. */
import { html, nothing, render } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../config/web/icons.ts";
import { DEFAULT_LANGUAGE, pick, sayCode, speaker } from "../../config/web/words.ts";
import type { Language } from "../../config/web/words.ts";
import { api, ApiError } from "./api.ts";
import type { CatalogueJurisdiction } from "./wire.generated.ts";
import "./door.css";

interface Door {
  language: Language;
  setup: { code: string; busy: boolean; problem: string | null; done: boolean } | null;
  jurisdictions: readonly CatalogueJurisdiction[];
}

const LEAST_PASSWORD = 10;
const root = document.getElementById("door")!;
const code = new URLSearchParams(location.hash.slice(1)).get("setup");
const door: Door = {
  language: DEFAULT_LANGUAGE,
  setup: code !== null || location.pathname === "/setup" ? { code: code ?? "", busy: false, problem: null, done: false } : null,
  jurisdictions: [],
};
if (code !== null) history.replaceState(null, "", location.pathname); // a code is good once and is nobody else's business

function draw(): void {
  document.documentElement.lang = door.language;
  const say = speaker(door.language);
  const other = door.language === "zh-CN" ? "en" : "zh-CN";
  render(html`
    <main id="main" class="door">
      <section class="card padded">
        <h1>${say("door.title")}</h1>
        ${door.setup === null ? ways() : setup(door.setup)}
        <button class="button quiet" data-test="language" lang=${other} @click=${() => { door.language = other; draw(); }}>${icon("language")}${say("kiosk.frame.other-language")}</button>
      </section>
    </main>`, root);
}

function ways(): TemplateResult {
  const say = speaker(door.language);
  return html`
    <p>${say("door.lead")}</p>
    <a class="button primary" href="/kiosk" data-test="to-kiosk">${icon("person")}${say("door.kiosk")}</a>
    <a class="button" href="/counter" data-test="to-counter">${icon("screen")}${say("door.counter")}</a>
    <a class="button" href="/window" data-test="to-window">${icon("papers")}${say("door.window")}</a>
    <a class="button" href="/review" data-test="to-review">${icon("search")}${say("door.review")}</a>`;
}

function setup(state: NonNullable<Door["setup"]>): TemplateResult {
  const say = speaker(door.language);
  if (state.done) return html`<p role="status" data-test="setup-done">${say("setup.done")}</p><a class="button primary" href="/counter">${say("setup.log-in")}</a>`;
  const field = (name: string, words: string, extra: { type?: string; value?: string; autocomplete?: string; minlength?: number } = {}): TemplateResult => html`
    <label class="field"><span class="label">${words}</span>
      <input class="input" name=${name} data-test="setup-${name}" required type=${extra.type ?? "text"} .value=${extra.value ?? ""} autocomplete=${extra.autocomplete ?? "off"} minlength=${extra.minlength ?? 1} spellcheck="false" autocapitalize="off" /></label>`;
  return html`
    <p>${say("setup.lead")}</p>
    <form @submit=${submit}>
      ${field("code", say("setup.code"), { value: state.code })}
      ${field("name", say("setup.name"), { autocomplete: "name" })}
      ${field("login", say("setup.login"), { autocomplete: "username" })}
      ${field("password", say("setup.password", { least: LEAST_PASSWORD }), { type: "password", autocomplete: "new-password", minlength: LEAST_PASSWORD })}
      ${door.jurisdictions.length === 0 ? field("jurisdiction", say("setup.jurisdiction")) : html`
        <label class="field"><span class="label">${say("setup.jurisdiction")}</span>
          <select class="input" name="jurisdiction" data-test="setup-jurisdiction">${door.jurisdictions.map((one) => html`<option value=${one.code}>${pick(one.name, door.language)}</option>`)}</select></label>`}
      ${state.problem === null ? nothing : html`<p class="message bad" role="alert" data-test="setup-problem">${icon("warn")}<span>${state.problem}</span></p>`}
      <button class="button primary" data-test="setup-do" ?disabled=${state.busy}>${say("setup.do")}</button>
    </form>`;
}

async function submit(event: SubmitEvent): Promise<void> {
  event.preventDefault();
  const data = new FormData(event.target as HTMLFormElement);
  const text = (name: string): string => String(data.get(name) ?? "").trim();
  const first = { code: text("code"), login: text("login"), name: text("name"), password: String(data.get("password") ?? ""), jurisdiction: text("jurisdiction") };
  door.setup = { code: first.code, busy: true, problem: null, done: false };
  draw();
  try {
    await api.setUp(first);
    door.setup = { code: "", busy: false, problem: null, done: true };
  } catch (error) {
    const say = speaker(door.language);
    const problem = error instanceof ApiError ? sayCode(say, "error", error.code, error.message) : say("error.other", { code: "-" });
    door.setup = { code: first.code, busy: false, problem, done: false };
  }
  draw();
}

draw();
if (door.setup !== null) {
  // Before anybody is known the server may not tell; then the code of the jurisdiction is typed.
  api.catalogue().then((catalogue) => {
    door.jurisdictions = catalogue.jurisdictions;
    draw();
  }, () => undefined);
}
