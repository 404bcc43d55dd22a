/** Logging in, and the plain page of those whose own pages are elsewhere. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import type { Language, Say } from "../../../config/web/words.ts";
import type { Person } from "../../../signaling/web/catalogue.ts";

export interface LoginState {
  readonly busy: boolean;
  /** Why the last try failed, in words. */
  readonly problem: string | null;
  /** Until when (monotonic seconds) another try makes no sense; 0: now. */
  readonly notBefore: number;
}

export function languageButton(language: Language, say: Say, choose: (language: Language) => void): TemplateResult {
  const other = language === "zh-CN" ? "en" : "zh-CN";
  return html`<button class="button quiet" type="button" data-test="language" lang=${other} @click=${() => choose(other)}>${icon("language")}${say("kiosk.frame.other-language")}</button>`;
}

export function loginPage(say: Say, language: Language, state: LoginState, now: number, logIn: (login: string, password: string) => void, choose: (language: Language) => void): TemplateResult {
  const wait = Math.max(0, Math.ceil(state.notBefore - now));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    logIn(String(data.get("username")).trim(), String(data.get("password")));
  };
  return html`
    <main id="main" class="door" data-test="screen-login">
      <form class="card padded" @submit=${submit}>
        <h1 tabindex="-1">${say("counter.login.title")}</h1>
        <label class="field"><span class="label">${say("counter.login.login")}</span>
          <input class="input" name="username" data-test="login" required autocomplete="username" autocapitalize="off" spellcheck="false" autofocus /></label>
        <label class="field"><span class="label">${say("counter.login.password")}</span>
          <input class="input" name="password" data-test="password" type="password" required autocomplete="current-password" /></label>
        ${state.problem === null ? nothing : html`<p class="message bad" role="alert" data-test="login-problem">${icon("warn")}<span>${state.problem}${wait > 0 ? html` ${say("counter.login.wait", { seconds: wait })}` : nothing}</span></p>`}
        <button class="button primary" data-test="log-in" ?disabled=${state.busy || wait > 0}>${say("counter.login.do")}</button>
        ${languageButton(language, say, choose)}
      </form>
    </main>`;
}

/** Supervisors, administrators, helpers: who they are and the way out; nothing is promised that is not there. */
export function otherRolePage(say: Say, language: Language, person: Person, logOut: () => void, choose: (language: Language) => void): TemplateResult {
  return html`
    <main id="main" class="door" data-test="screen-other-role" data-role=${person.role}>
      <section class="card padded">
        <h1 tabindex="-1">${person.name}</h1>
        <p>${say("counter.other-role.lead", { role: roleWords(say, person.role) })}</p>
        ${reviews(person.role) ? html`<a class="button primary" data-test="to-review" href="/review">${say("counter.other-role.review")}</a>` : nothing}
        ${worksAtWindow(person.role) ? html`<p>${say("counter.other-role.window-why")}</p><a class="button primary" data-test="to-window" href="/window">${say("counter.other-role.window")}</a>` : nothing}
        ${person.role === "security-administrator" ? html`<p data-test="by-command">${say("counter.other-role.command")}</p>` : nothing}
        <button class="button" data-test="log-out" @click=${logOut}>${say("counter.log-out")}</button>
        ${languageButton(language, say, choose)}
      </section>
    </main>`;
}

/** Clerks and local helpers stand at a staffed window; what they may do there is the home's to say. */
export function worksAtWindow(role: Person["role"]): boolean {
  return role === "clerk" || role === "helper";
}

/** Who has something to do on the page of review: the list, the incidents, or both. */
export function reviews(role: Person["role"]): boolean {
  return readsSessions(role) || readsIncidents(role);
}

/** Supervisors, and the audit administrator, who sees which sessions there were and nothing of what was said. */
export function readsSessions(role: Person["role"]): boolean {
  return role === "supervisor" || role === "audit-administrator";
}

/** Supervisors, and the system administrator, who mends what is broken. */
export function readsIncidents(role: Person["role"]): boolean {
  return role === "supervisor" || role === "system-administrator";
}

export function roleWords(say: Say, role: string): string {
  switch (role) {
    case "clerk": return say("role.clerk");
    case "supervisor": return say("role.supervisor");
    case "system-administrator": return say("role.system-administrator");
    case "security-administrator": return say("role.security-administrator");
    case "audit-administrator": return say("role.audit-administrator");
    case "auditor": return say("role.auditor");
    case "helper": return say("role.helper");
    default: return role;
  }
}
