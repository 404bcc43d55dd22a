/** The routes of a staffed window. */
import { ApiError, ask, bytesOf } from "./api.ts";
import type { WindowOutcome, WindowPapers, WindowStatus } from "./wire.generated.ts";

export const windowApi = {
  find: (code: string): Promise<WindowStatus> => status("receipts", { code }),
  /** The notice of a case as a PDF. */
  notice: (code: string, number: string): Promise<ArrayBuffer> => bytesOf("window/notices", { code, case: number }),
  papers: (papers: WindowPapers): Promise<WindowStatus> => status("papers", papers),
  outcome: (outcome: WindowOutcome): Promise<WindowStatus> => status("outcomes", outcome),
};

async function status(route: string, body: object): Promise<WindowStatus> {
  const answer = await ask<WindowStatus | null>("POST", `window/${route}`, body);
  if (answer === null) throw new ApiError("unreachable", "", 0); // it broke off in the middle
  return answer;
}
