/** What is known of the pictures, and what is fetched of a timeline, each once. */
import { afterEach, expect, it, vi } from "vitest";
import type { Paper, Timeline } from "../../../signaling/web/wire.generated.ts";
import { paperAddress } from "./paper_sheets.ts";
import { PapersWork } from "./papers_work.ts";

afterEach(() => vi.unstubAllGlobals());

const paper = (kind: Paper["kind"], more: Partial<Paper> = {}): Paper => ({ kind, at: 5, publication: kind, epoch: 1, segment: 5, media: "image/png", width: 0, height: 0, standing: "counts", case: null, still: null, material: null, page: null, form: null, code: null, version: null, signer: null, ...more });
const timeline = (...papers: readonly Paper[]): Timeline => ({
  session: "s", case: "c", number: "J1", service: "s", kiosk: "k", host: "haiyan", home: "jinshan", clerk: "li", state: "Closed", origin: 0, live: false, needs_word: false, length: 9, tracks: [], intervals: [], events: [], papers,
  completeness: { complete: true, missing: [] },
});

/** A server of these answers by the end of their address; returns what was asked for. */
function server(answers: Readonly<Record<string, object>>): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address);
    const found = Object.entries(answers).find(([end]) => address.endsWith(end));
    return found === undefined ? new Response("{}", { status: 404 }) : new Response(JSON.stringify(found[1]));
  });
  return asked;
}

it("fetches names of forms and what was written once, however often the timeline comes", async () => {
  const asked = server({ "forms/return-home/1": { code: "return-home" }, "segments/texts/1/5": { lines: [{ n: 1, by: "clerk", at: 7, text: "好", salt: "" }] } });
  const work = new PapersWork("s", () => undefined);
  const seen = timeline(paper("form", { code: "return-home", version: "1" }), paper("form-page", { code: "return-home", version: "1" }), paper("texts"));
  for (let n = 0; n < 3; n += 1) work.follow(seen);
  await vi.waitFor(() => expect([work.form("return-home", "1")?.code, work.lines.map(({ text }) => text)]).toEqual(["return-home", ["好"]]));
  expect(asked.length).toBe(2);
});

it("says that what was written cannot be opened, and does without the names of a form", async () => {
  server({});
  const work = new PapersWork("s", () => undefined);
  work.follow(timeline(paper("texts"), paper("form", { code: "unheard-of", version: "1" })));
  await vi.waitFor(() => expect(work.textsBroken).toBe(true));
  expect([work.lines, work.form("unheard-of", "1")]).toEqual([[], null]);
});

it("knows a picture's size from the ledger, or from the picture, and redraws only when something is new", () => {
  const changed = vi.fn();
  const work = new PapersWork("s", changed);
  const ink = paper("signature");
  const address = paperAddress("s", ink);
  for (let n = 0; n < 3; n += 1) work.picture(address, { width: 320, height: 100 });
  expect(changed).toHaveBeenCalledTimes(1);
  expect(work.sizeOf(ink)).toEqual({ width: 320, height: 100 });
  expect(work.sizeOf(paper("form-page", { width: 20, height: 30 }))).toMatchObject({ width: 20, height: 30 });
  work.picture(address, null);
  expect(work.isUnseen(address)).toBe(true);
  expect(changed).toHaveBeenCalledTimes(2);
});
