/** The papers of a visit as one looks through them: what belongs together is one sheet, and each has a name in words. Pure. */
import { pick } from "../../../config/web/words.ts";
import type { Language, Say } from "../../../config/web/words.ts";
import type { Service } from "../../../signaling/web/catalogue.ts";
import type { Form } from "../../../signaling/web/form/form_kinds.ts";
import type { Paper, Timeline } from "../../../signaling/web/wire.generated.ts";

/** One thing on the table: a page with its photograph and its checked copy, a signature with its record. The first is shown first. */
export interface Sheet {
  readonly key: string;
  readonly papers: readonly [Paper, ...Paper[]];
}

/** What names are made of; `form` by code and version, null while it is not here. */
export interface Naming {
  readonly say: Say;
  readonly language: Language;
  readonly service: Service | null;
  readonly form: (code: string, version: string) => Form | null;
}

/** The papers of one case of a visit. `number` null: they are of the whole visit. */
export interface CasePapers {
  readonly number: string | null;
  readonly service: string | null;
  readonly sheets: readonly Sheet[];
}

/** Sheets by case, in the order in which those were begun; the whole visit's come last. One part alone where there is one case. */
export function byCase({ case: first, service, events, papers }: Pick<Timeline, "case" | "service" | "events" | "papers">): readonly CasePapers[] {
  const services = new Map<string, string>([[first, service]]);
  for (const { what, body } of events) {
    const { case: number, service: opened } = body as { readonly case?: unknown; readonly service?: unknown };
    if (what === "case-opened" && typeof number === "string" && typeof opened === "string") services.set(number, opened);
  }
  const sheets = sheetsOf(papers);
  const named = new Set(papers.flatMap(({ case: number }) => (number === null ? [] : [number])));
  if (named.size < 2) {
    const number = [...named][0] ?? first;
    return sheets.length === 0 ? [] : [{ number, service: services.get(number) ?? service, sheets }];
  }
  const order = [...new Set([...services.keys(), ...named])];
  return [...order, null].flatMap((number) => {
    const own = sheets.filter(({ papers: [paper] }) => paper.case === number);
    return own.length === 0 ? [] : [{ number, service: number === null ? null : services.get(number) ?? null, sheets: own }];
  });
}

/** In the order in which they came; what was written is no sheet. */
export function sheetsOf(papers: readonly Paper[]): readonly Sheet[] {
  const sheets = new Map<string, [Paper, ...Paper[]]>();
  for (const paper of papers) {
    const key = sheetOf(paper);
    const sheet = sheets.get(key);
    if (paper.kind === "texts") continue;
    if (sheet === undefined) sheets.set(key, [paper]);
    else sheet.push(paper);
  }
  return [...sheets].map(([key, together]) => ({ key, papers: together }));
}

function sheetOf({ kind, publication, segment, still = null }: Paper): string {
  switch (kind) {
    case "still": case "still-page": return `still-${still ?? segment}`;
    case "still-checked": return still === null ? `copy-${segment}` : `still-${still}`;
    case "signature": case "signature-record": return `signature-${segment}`;
    default: return `${publication}-${segment}`;
  }
}

export function paperName(paper: Paper, { say, language, service, form: formOf }: Naming): string {
  const { kind, material = null, page = null, code = null, version = null, signer = null } = paper;
  const form = code === null || version === null ? null : formOf(code, version);
  const title = form === null ? say("review.papers.form") : pick(form.title, language);
  switch (kind) {
    case "form-page": return say("review.papers.kind.form-page", { form: title, page: page ?? 1 });
    case "form": return say("review.papers.kind.form", { form: title });
    case "notice": case "receipt": return say(`review.papers.kind.${kind}`);
    case "form-signed": return say("review.papers.kind.form-signed", { form: title });
    case "signature": case "signature-record": {
      const line = signer === null ? undefined : form?.signed_by?.[signer];
      return say("review.papers.kind.signature", { signer: line === undefined ? say("review.papers.signer", { number: (signer ?? 0) + 1 }) : pick(line, language) });
    }
    default: {
      if (material === null) return say("review.papers.kind.still");
      const known = service?.materials[material];
      const name = known === undefined ? say("review.papers.material", { number: material + 1 }) : pick(known, language);
      return page === null ? name : `${name} · ${say("review.papers.page", { page })}`;
    }
  }
}

/** Whether it counts, and why not; a page of which there is a checked copy is that. */
export function standingWords(say: Say, { papers }: Sheet): string {
  const { standing } = papers[0];
  const checked = standing === "counts" && papers.some(({ kind }) => kind === "still-checked");
  return say(`review.papers.standing.${checked ? "checked" : standing}`);
}

/** Where a paper is had, decrypted by the home's custody and kept nowhere. */
export function paperAddress(session: string, { publication, epoch, segment }: Paper): string {
  return `sessions/${encodeURIComponent(session)}/segments/${encodeURIComponent(publication)}/${epoch}/${segment}`;
}

export function isPicture({ media }: Paper): boolean {
  return media.startsWith("image/");
}

/** The lines of which a transcript has not come yet. */
export function linesToCome({ events }: Pick<Timeline, "events">, read: number): number {
  return Math.max(0, events.filter(({ what }) => what === "text-said").length - read);
}
