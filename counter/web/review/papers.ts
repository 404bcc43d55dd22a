/** The papers of a visit beside its recording: tiles in the order in which they came, and what was written, each at its moment. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { icon } from "../../../config/web/icons.ts";
import { runningTime } from "../../../config/web/times.ts";
import { pick } from "../../../config/web/words.ts";
import { service } from "../../../signaling/web/catalogue.ts";
import type { Paper, Timeline } from "../../../signaling/web/wire.generated.ts";
import type { Reviewer } from "./app.ts";
import { paperDialog } from "./paper_dialog.ts";
import { byCase, isPicture, linesToCome, paperAddress, paperName, standingWords } from "./paper_sheets.ts";
import type { CasePapers, Naming, Sheet } from "./paper_sheets.ts";
import type { PapersWork } from "./papers_work.ts";

/** What the panel needs: `watermark` says who looks and when, `seek` takes the player to a moment (ms). */
export interface Table {
  readonly reviewer: Reviewer;
  readonly work: PapersWork;
  readonly timeline: Timeline;
  readonly watermark: string;
  readonly seek: (at: number) => void;
}

export function papersPanel(table: Table): TemplateResult {
  const { reviewer: { say }, work, timeline } = table;
  const parts = byCase(timeline);
  const part = parts.find(({ sheets }) => sheets.some(({ key }) => key === work.looking?.sheet));
  const looked = part?.sheets.find(({ key }) => key === work.looking?.sheet);
  const erased = timeline.events.some(({ what }) => what === "recording-erased");
  return html`<section class="card padded papers" data-test="papers" aria-labelledby="papers-title">
    <h2 id="papers-title">${say("review.papers.title")}</h2>
    ${parts.length === 0 ? html`<p class="hint" data-test="no-papers">${say("review.papers.none")}</p>` : html`<p class="hint">${say(erased ? "review.papers.erased" : "review.papers.lead")}</p>
      ${parts.map((each) => html`${parts.length < 2 ? nothing : html`<h3 data-test="papers-of" data-case=${each.number ?? ""}>${partName(table, each)}</h3>`}
        <ul class="paper-tiles">${repeat(each.sheets, ({ key }) => key, (sheet) => tile(table, sheet, namingOf(table, each), erased))}</ul>`)}`}
    ${written(table)}
    ${part === undefined || looked === undefined || work.looking === null || erased ? nothing : paperDialog(table, looked, work.looking, namingOf(table, part))}
  </section>`;
}

/** Which case the papers below are of. */
function partName({ reviewer: { say, language, catalogue }, timeline }: Table, { number, service: code }: CasePapers): string {
  if (number === null) return say("review.papers.whole-visit");
  const known = code === null ? null : service(catalogue, timeline.home, code);
  return known === null ? number : say("review.papers.case", { name: pick(known.name, language), number });
}

function namingOf({ reviewer: { say, language, catalogue }, work, timeline }: Table, { service: code }: CasePapers): Naming {
  return { say, language, service: code === null ? null : service(catalogue, timeline.home, code), form: (code, version) => work.form(code, version) };
}

function tile(table: Table, sheet: Sheet, naming: Naming, erased: boolean): TemplateResult {
  const { reviewer: { say }, seek } = table;
  const [paper] = sheet.papers;
  const [name, standing, at] = [paperName(paper, naming), standingWords(say, sheet), runningTime(paper.at / 1000)];
  return html`<li class="paper" data-test="paper" data-kind=${paper.kind} data-standing=${paper.standing} data-at=${paper.at}>
    ${erased ? html`<span class="paper-picture">${icon("other")}</span>` : isPicture(paper) ? pictured(table, sheet, name, say("review.papers.look", { at, name, standing })) : filed(table, paper, name)}
    <p class="paper-name">${name}</p>
    <p class="paper-standing">${icon(paper.standing === "counts" ? "check" : "stop")}<span>${standing}</span></p>
    <button class="button quiet" data-test="paper-seek" aria-label=${say("review.papers.seek", { at })} @click=${() => seek(paper.at)}>${icon("resume")}${at}</button>
  </li>`;
}

function pictured({ reviewer: { say }, work, watermark, seek }: Table, { key, papers: [paper] }: Sheet, name: string, label: string): TemplateResult {
  const address = paperAddress(work.session, paper);
  const look = (): void => {
    seek(paper.at);
    work.look({ sheet: key, version: 0, zoom: 0, turn: 0 });
  };
  const came = ({ naturalWidth, naturalHeight }: HTMLImageElement): void => work.picture(address, { width: naturalWidth, height: naturalHeight });
  const unseen = work.isUnseen(address);
  return html`<div class="paper-place"><button class="paper-picture" data-test="paper-look" aria-label=${label} @click=${look}>
      ${unseen ? html`${icon("warn")}<span aria-hidden="true">${say("review.papers.broken")}</span>` : nothing}
      <img loading="lazy" alt=${name} width=${paper.width || nothing} height=${paper.height || nothing} src=${`/api/v1/${address}`} ?hidden=${unseen}
        @load=${({ currentTarget }: Event) => came(currentTarget as HTMLImageElement)} @error=${() => work.picture(address, null)} />
    </button>
    <span class="paper-mark" aria-hidden="true">${watermark}</span></div>`;
}

/** A paper that is no picture is opened beside, in a window of its own. */
function filed({ reviewer: { say }, work, seek }: Table, paper: Paper, name: string): TemplateResult {
  return html`<a class="paper-picture" data-test="paper-open" target="_blank" rel="noopener" aria-label="${say("review.papers.pdf")}: ${name}"
    href=${`/api/v1/${paperAddress(work.session, paper)}`} @click=${() => seek(paper.at)}>${icon("papers")}<span>${say("review.papers.pdf")}</span></a>`;
}

function written({ reviewer: { say }, work, timeline, seek }: Table): TemplateResult | typeof nothing {
  const { lines } = work;
  const toCome = linesToCome(timeline, lines.length);
  if (lines.length === 0 && toCome === 0) return nothing;
  return html`<h3>${say("review.papers.texts")}</h3>
    <ol class="written">${lines.map(({ n, by, at, text, proven }) => {
      const moment = at - (timeline.origin ?? 0);
      return html`<li data-test="written" data-by=${by}>
        <button class="button quiet" aria-label=${say("review.papers.seek", { at: runningTime(moment / 1000) })} @click=${() => seek(moment)}>${icon("resume")}${runningTime(moment / 1000)}</button>
        <strong>${say(`review.papers.by.${by}`)}</strong><span>${text}</span>
        ${proven ? nothing : html`<em data-test="altered" data-line=${n}>${icon("warn")}${say("review.papers.altered")}</em>`}</li>`;
    })}</ol>
    ${work.textsBroken ? html`<p class="message bad" data-test="texts-broken">${icon("warn")}<span>${say("review.papers.texts-broken")}</span></p>`
      : toCome > 0 ? html`<p class="hint" data-test="texts-later">${say("review.papers.texts-later", { count: toCome })}</p>` : nothing}`;
}
