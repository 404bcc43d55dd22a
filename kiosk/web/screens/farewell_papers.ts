/** What is told and taken along at the end: of each case what is lacking, and the papers, each with its button and how the printer stands with it. */
import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { icon } from "../../../config/web/icons.ts";
import { dayInWords } from "../../../config/web/times.ts";
import type { OwnPaper } from "../../../signaling/web/wire.generated.ts";
import type { Screen } from "../booth.ts";
import type { Kiosk } from "../context.ts";

type Farewell = Extract<Screen, { screen: "farewell" }>;
type Told = Farewell["notices"][number];

/** Everything that one case still lacks, as the clerk told it; nothing where it was told of nothing. `inCard`: below what has come of the case. */
export function noticeOfCase(kiosk: Kiosk, screen: Farewell, number: string, inCard: boolean): TemplateResult | typeof nothing {
  const notice = screen.notices.find((each) => each.case === number);
  if (notice === undefined) return nothing;
  const { say, language } = kiosk;
  const paper = screen.papers.find((each) => each.paper === "notice" && each.case === number);
  const [id, words] = [`lacking-${number}`, title(kiosk, notice)];
  return html`<section class="lacking ${inCard ? "in-card" : "card padded"}" aria-labelledby=${id} data-test="notice" data-case=${number} data-because=${notice.because}>
    ${inCard ? html`<h3 id=${id}>${words}</h3>` : html`<h2 id=${id}>${words}</h2>`}
    <ul>
      ${notice.lines.map(({ name, reason }) => html`<li data-test="notice-line" data-reason=${reason}>${icon("papers")}<span>${name}<small>${say(`notice.reason.${reason}`)}</small></span></li>`)}
      ${notice.form === null ? nothing : html`<li data-test="notice-form">${icon("papers")}<span>${say(`notice.form.${notice.form}`)}</span></li>`}
    </ul>
    ${notice.follow_by === null ? nothing : html`<p data-test="follow-by">${say("kiosk.notice.follow-by", { day: dayInWords(notice.follow_by, language) })}</p>`}
    ${notice.on_paper ? nothing : html`<p data-test="not-on-paper">${say("kiosk.notice.not-on-paper")}</p>`}
    ${paper === undefined ? nothing : html`<div class="papers-row">${print(kiosk, screen.session, paper)}</div>${printer(kiosk, paper)}`}
  </section>`;
}

/** The papers in a row, for whoever has read everything: the receipt alone, or with the notices, each named by its service where there are several. */
export function papersToTake(kiosk: Kiosk, { session, papers }: Farewell, which: "receipt" | "all"): TemplateResult | typeof nothing {
  const shown = papers.filter(({ paper }) => which === "all" || paper === which);
  if (shown.length === 0) return nothing;
  return html`<div class="papers-row" role="group" aria-label=${kiosk.say("kiosk.print.label")}>${shown.map((each) => print(kiosk, session, each, shown))}</div>
    ${shown.map((each) => printer(kiosk, each))}`;
}

function title({ say }: Kiosk, { because }: Told): string {
  return because === "materials" ? say("kiosk.notice.title") : say(`notice.because.${because}`);
}

function print({ say, printing }: Kiosk, session: string, paper: OwnPaper, beside: readonly OwnPaper[] = []): TemplateResult {
  const several = paper.paper === "notice" && beside.filter((each) => each.paper === "notice").length > 1;
  const words = several ? say("kiosk.print.notice-of", { service: paper.service_name ?? "" }) : say(`kiosk.print.${paper.paper}`);
  return html`<button class="button" data-test="print-${paper.paper}" data-case=${paper.case ?? ""} ?disabled=${printing.state.at === "busy"} @click=${() => void printing.print(session, paper)}>${icon("papers")}<span>${words}</span></button>`;
}

/** How the printer stands, where it was this paper that it got. */
function printer({ say, printing }: Kiosk, { paper, case: number }: OwnPaper): TemplateResult | typeof nothing {
  const { state } = printing;
  if (state.at === "idle" || state.paper !== paper || state.case !== (number ?? null)) return nothing;
  return html`<p class=${state.at === "failed" ? "message warn" : "hint"} role="status" data-test="print-state" data-state=${state.at}>${state.at === "failed" ? icon("warn") : nothing}<span>${say(`kiosk.print.is-${state.at}`)}</span></p>`;
}
