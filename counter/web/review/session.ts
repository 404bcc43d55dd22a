/** One session: why one looks, then player, timeline and papers, and beside them what proves it and what needs two people. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { ref } from "lit/directives/ref.js";
import { icon } from "../../../config/web/icons.ts";
import { dayAndTime, runningTime } from "../../../config/web/times.ts";
import { pick, sayCode } from "../../../config/web/words.ts";
import type { WordKey } from "../../../config/web/words.ts";
import type { SessionPlayer } from "../../../recordings/web/player.ts";
import type { Timeline } from "../../../signaling/web/wire.generated.ts";
import type { Reviewer } from "./app.ts";
import { eventIcon, eventWords, playerTimeline } from "./events.ts";
import { serviceWords } from "./list.ts";
import { papersPanel } from "./papers.ts";
import { integrityPanel, peoplePanel } from "./proof.ts";
import { PURPOSES } from "./work.ts";
import type { Purpose, SessionWork } from "./work.ts";

export function sessionPage(reviewer: Reviewer, work: SessionWork): TemplateResult {
  const { say, person } = reviewer;
  const { timeline, problem } = work;
  return html`<main id="main" class="review-session" data-test="screen-session" data-session=${work.session} data-live=${timeline?.live ?? false}>
    <header><button class="button" data-test="back" @click=${reviewer.back}>${icon("back")}${say("review.back")}</button>
      <h1 tabindex="-1">${timeline === null ? say("review.session") : html`${timeline.number} · ${serviceWords(reviewer, timeline.service)}`}</h1></header>
    ${problem === null ? nothing : html`<p class="message bad" role="alert" data-test="problem" data-code=${problem.code}>${icon("warn")}<span>${sayCode(say, "error", problem.code, problem.message)}</span>
      <button class="button quiet" @click=${() => work.closeProblem()}>${say("counter.close")}</button></p>`}
    <div class="review-parts">
      <div class="review-main">
        ${person.role !== "supervisor" ? html`<p class="card padded" data-test="no-content">${say("review.no-content")}</p>`
          : timeline === null ? html`<p role="status">${say("review.loading")}</p>`
          : !work.open ? purposeForm(reviewer, work)
          : timeline.origin === null ? html`<p class="card padded" data-test="never-recorded">${say("review.never-recorded")}</p>`
          : player(reviewer, work, timeline)}
      </div>
      <aside class="review-side" aria-label=${say("review.side")}>
        ${timeline === null ? nothing : facts(reviewer, timeline)}
        ${timeline === null ? nothing : acceptance(reviewer, work, timeline)}
        ${timeline === null || !work.open ? nothing : integrityPanel(reviewer, work, timeline)}
        ${peoplePanel(reviewer, work)}
        ${timeline === null ? nothing : events(reviewer, work, timeline)}
      </aside>
    </div>
  </main>`;
}

/** Asked once for each session one looks at; what is chosen stands in its ledger. */
function purposeForm({ say }: Reviewer, work: SessionWork): TemplateResult {
  const submit = (event: Event): void => {
    event.preventDefault();
    const purpose = new FormData(event.target as HTMLFormElement).get("purpose");
    if (purpose !== null) void work.say(String(purpose) as Purpose);
  };
  return html`<form class="card padded purpose" data-test="purpose" @submit=${submit}>
    <h2 id="purpose-title">${say("review.purpose.title")}</h2><p class="hint">${say("review.purpose.lead")}</p>
    <div role="radiogroup" aria-labelledby="purpose-title" class="outcomes">${PURPOSES.map((one) => html`<label class="choice"><input type="radio" name="purpose" required value=${one} data-test="purpose-${one}" /><span>${say(`review.purpose.${one}`)}</span></label>`)}</div>
    <button class="button primary large" data-test="purpose-say" ?disabled=${work.busy}>${say("review.purpose.do")}</button>
  </form>`;
}

function player(reviewer: Reviewer, work: SessionWork, timeline: Timeline): TemplateResult {
  const { say, person, language, now } = reviewer;
  const shown = playerTimeline(say, timeline);
  const mark = `${person.name} · ${person.login} · ${dayAndTime(now().getTime() / 1000, language)}`;
  let element: SessionPlayer | undefined;
  return html`
    <session-player data-test="player" .timeline=${shown} .source=${work.source} .say=${say} .names=${{}} .watermark=${mark} ${ref((found) => { element = found as SessionPlayer | undefined; })}
      @player-moved=${({ detail, currentTarget }: CustomEvent<{ at: number }>) => { work.at = detail.at; moved(currentTarget as HTMLElement, detail.at); }}></session-player>
    <session-timeline data-test="timeline" .timeline=${shown} .at=${work.at} .say=${say} .names=${{}}
      @timeline-seek=${({ detail }: CustomEvent<{ at: number }>) => element?.seek(detail.at)}></session-timeline>
    ${papersPanel({ reviewer, work: work.papers, timeline, watermark: mark, seek: (at) => element?.seek(at) })}`;
}

/** The cursor follows without the whole page being drawn four times a second. */
function moved(player: HTMLElement, at: number): void {
  const timeline = player.parentElement?.querySelector<HTMLElement & { at: number }>("session-timeline");
  if (timeline !== null && timeline !== undefined) timeline.at = at;
}

/** The talk is not recorded, and the clerk cannot accept the case: a supervisor may answer for it. */
function acceptance({ say }: Reviewer, work: SessionWork, timeline: Timeline): TemplateResult | typeof nothing {
  if (!timeline.needs_word) return nothing;
  return html`<section class="card padded" data-test="acceptance"><h2>${say("review.accept.title")}</h2><p class="hint">${say("review.accept.lead")}</p>
    ${(["no-disk", "urgent", "on-paper"] as const).map((reason) => html`<button class="button" data-test="allow-${reason}" ?disabled=${work.busy} @click=${() => void work.accept(reason)}>${say(`review.accept.${reason}`)}</button>`)}</section>`;
}

function facts(reviewer: Reviewer, timeline: Timeline): TemplateResult {
  const { say, language, catalogue } = reviewer;
  const place = (code: string): string => {
    const found = catalogue.jurisdictions.find((one) => one.code === code);
    return found === undefined ? code : pick(found.short, language);
  };
  const began = timeline.origin === null ? "" : dayAndTime(timeline.origin / 1000, language);
  const rows: readonly (readonly [WordKey, string])[] = [
    ["counter.case.case", timeline.case], ["review.fact.began", began], ["review.fact.length", runningTime(timeline.length / 1000)],
    ["review.fact.kiosk", `${timeline.kiosk} · ${place(timeline.host)}`], ["review.fact.clerk", timeline.clerk ?? ""], ["review.fact.session", timeline.session],
  ];
  return html`<section class="card padded"><dl class="facts">${rows.map(([key, value]) => html`<div><dt>${say(key)}</dt><dd>${value}</dd></div>`)}</dl></section>`;
}

function events(reviewer: Reviewer, work: SessionWork, timeline: Timeline): TemplateResult {
  const { say } = reviewer;
  const jump = (event: Event, at: number): void => (event.currentTarget as HTMLElement).closest("main")?.querySelector<SessionPlayer>("session-player")?.seek(at);
  return html`<details class="card padded events" data-test="events"><summary>${say("review.events", { count: timeline.events.length })}</summary>
    <ol>${timeline.events.map((event) => html`<li value=${event.seq}>
      ${work.open && event.at >= 0 && event.at <= timeline.length ? html`<button class="button quiet" @click=${(click: Event) => jump(click, event.at)}>${runningTime(event.at / 1000)}</button>` : html`<time>${event.utc.slice(11, 19)} UTC</time>`}
      ${icon(eventIcon(event))}<span>${eventWords(say, event)}</span> <small>${event.actor}</small></li>`)}</ol></details>`;
}
