/** Papers as they are looked through: what belongs together, what it is called, whether it counts. */
import { expect, it } from "vitest";
import { speaker } from "../../../config/web/words.ts";
import type { Paper, TimelineEvent } from "../../../signaling/web/wire.generated.ts";
import { byCase, isPicture, linesToCome, paperAddress, paperName, sheetsOf, standingWords } from "./paper_sheets.ts";
import type { Naming } from "./paper_sheets.ts";

const say = speaker("en");
const both = (text: string): { readonly "zh-CN": string; readonly en: string } => ({ "zh-CN": text, en: text });

function paper(kind: Paper["kind"], segment: number, more: Partial<Paper> = {}): Paper {
  return { kind, at: segment, publication: kind, epoch: 1, segment, media: "image/png", width: 20, height: 30, standing: "counts", case: null, still: null, material: null, page: null, form: null, code: null, version: null, signer: null, ...more };
}

const naming: Naming = {
  say, language: "en",
  service: { code: "s", home: "jinshan", name: both("s"), life_event: "x", materials: [{ ...both("Identity card"), need: "required" }], eligibility: { questions: [], rules: [] },
    consents: [], minutes: 1, working_days: 1, fee: { yuan: 0, up_to: null, note: null }, delivery: ["post"], result: both("r"), channel: "remote-window", mode: "guided-online", identity_level: "card-seen", person: "in-person", parties: { least: 1, most: 4 }, version: "2026-01-01", popular: 1, sample: false },
  form: (code) => (code === "return-home" ? { code, title: both("Return home"), valid_from: "2026-01-01", pages: [], signed_by: [both("The applicant")] } : null),
};

it("lays a page, its photograph and its checked copy on one sheet, and a signature with its record", () => {
  const sheets = sheetsOf([
    paper("still-page", 5, { still: 5 }), paper("still", 5, { still: 5 }), paper("still-page", 7), paper("still", 7), paper("still-checked", 9, { still: 5 }), paper("still-checked", 11),
    paper("form-page", 20, { publication: "form-1.picture" }), paper("form-page", 20, { publication: "form-2.picture" }), paper("form", 20), paper("signature", 30), paper("signature-record", 30), paper("texts", 40),
  ]);
  expect(sheets.map(({ papers }) => papers.map(({ kind }) => kind))).toEqual([
    ["still-page", "still", "still-checked"], ["still-page", "still"], ["still-checked"], ["form-page"], ["form-page"], ["form"], ["signature", "signature-record"],
  ]);
  expect(new Set(sheets.map(({ key }) => key)).size).toBe(sheets.length);
});

it("lays the papers of several cases apart, each with its own service, and what is of the whole visit last", () => {
  const opened: TimelineEvent = { seq: 3, at: 0, utc: "", what: "case-opened", actor: "", body: { case: "1-2", service: "birth" } };
  const visit = (...papers: readonly Paper[]) => byCase({ case: "1-1", service: "s", events: [opened], papers });
  const parts = visit(paper("still-page", 9, { still: 9, case: "1-2" }), paper("receipt", 40), paper("still-page", 5, { still: 5, case: "1-1" }), paper("still", 5, { still: 5, case: "1-1" }));
  expect(parts.map(({ number, service, sheets }) => [number, service, sheets.length])).toEqual([["1-1", "s", 1], ["1-2", "birth", 1], [null, null, 1]]);
  expect(visit(paper("still-page", 9, { still: 9, case: "1-2" }), paper("receipt", 40))).toMatchObject([{ number: "1-2", service: "birth" }]);
  expect(visit(paper("texts", 1))).toEqual([]);
});

it("calls a paper as the service, the form and the signers are called, and plainly where they are not known", () => {
  expect(paperName(paper("still-page", 5, { material: 0, page: 2 }), naming)).toBe("Identity card · Page 2");
  expect(paperName(paper("still-page", 5, { material: 3 }), naming)).toBe("Paper 4");
  expect(paperName(paper("still-page", 5), naming)).toBe("Photograph of a paper");
  expect(paperName(paper("form-page", 5, { code: "return-home", version: "1", page: 2 }), naming)).toBe("Return home · page 2");
  expect(paperName(paper("form-signed", 5, { code: "unheard-of", version: "1" }), naming)).toBe("Form · signed copy");
  expect(paperName(paper("signature", 5, { code: "return-home", version: "1", signer: 0 }), naming)).toBe("Signature · The applicant");
  expect(paperName(paper("signature", 5, { code: "return-home", version: "1", signer: 1 }), naming)).toBe("Signature · Signer 2");
});

it("says whether a paper counts, and of which page there is a checked copy", () => {
  const standings = (["counts", "not-kept", "dropped", "melted", "signed-again", "unentered"] as const).map((standing) => standingWords(say, { key: "x", papers: [paper("still-page", 1, { standing })] }));
  expect(new Set(standings).size).toBe(6);
  expect(standingWords(say, { key: "x", papers: [paper("still-page", 1), paper("still-checked", 2)] })).toBe("Checked against the original");
  expect(standingWords(say, { key: "x", papers: [paper("still-page", 1, { standing: "dropped" }), paper("still-checked", 2, { standing: "dropped" })] })).toBe("Dropped");
});

it("is had where segments are had", () => {
  expect(paperAddress("s/1", paper("still", 5, { publication: "resident.still" }))).toBe("sessions/s%2F1/segments/resident.still/1/5");
  expect(isPicture(paper("form", 5, { media: "application/pdf" }))).toBe(false);
});

it("knows how many lines will be read later", () => {
  const events = ["text-said", "answered", "text-said"].map((what, seq): TimelineEvent => ({ seq, at: 0, utc: "", what, actor: "", body: {} }));
  expect([0, 1, 2, 3].map((read) => linesToCome({ events }, read))).toEqual([2, 1, 0, 0]);
});
