/** What was written is read as text, and held against the ledger line by line. */
import { expect, it } from "vitest";
import type { TimelineEvent } from "../../../signaling/web/wire.generated.ts";
import { linesOf } from "./transcript.ts";

const SALT = "00112233445566778899aabbccddeeff";
const LINE = { n: 1, by: "resident", at: 1_795_849_200_000, text: "带了，谢谢 <b>", salt: SALT };
/** As Python made it: hashlib.sha256 over signaling/domain/case_file.py's canonical bytes of this line. */
const DIGEST = "07e881e99167ae8c2f6b4ead28cc57c23c9608d3c6ca64b3227303e23aa19e91";
const said = (n: number, digest: string): TimelineEvent => ({ seq: n, at: 0, utc: "", what: "text-said", actor: "kiosk:k", body: { n, by: "resident", digest } });
const file = (...lines: readonly object[]): ArrayBuffer => new TextEncoder().encode(JSON.stringify({ schema: "virtual-window-texts/1", session: "s", lines })).buffer as ArrayBuffer;

it("proves a line by the digest that was entered when it was written", async () => {
  const [line] = await linesOf(file(LINE), [said(1, DIGEST)]);
  expect(line).toEqual({ n: 1, by: "resident", at: LINE.at, text: LINE.text, proven: true });
});

it("says of a line that was changed, or was never written, that it is not proven", async () => {
  const lines = await linesOf(file({ ...LINE, text: "没带" }, { ...LINE, n: 2 }), [said(1, DIGEST)]);
  expect(lines.map(({ proven }) => proven)).toEqual([false, false]);
});

it("does not take something else for a transcript", async () => {
  await expect(linesOf(file({ ...LINE, by: "somebody" }), [])).rejects.toThrow(TypeError);
  await expect(linesOf(new TextEncoder().encode("no file").buffer as ArrayBuffer, [])).rejects.toThrow(SyntaxError);
});
