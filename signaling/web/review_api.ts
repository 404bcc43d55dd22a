/** The routes of review, and segments as streams for the player. */
import { ApiError, ask } from "./api.ts";
import type { Approval, Approvals, Export, Incidents, Integrity, Sessions, Timeline, ViewOpened, ViewRequest } from "./wire.generated.ts";

const one = (session: string, rest: string): string => `sessions/${encodeURIComponent(session)}/${rest}`;

export const reviewApi = {
  sessions: (wanted: Readonly<Record<string, string>>): Promise<Sessions> => ask("GET", `sessions?${new URLSearchParams(wanted)}`),
  incidents: (): Promise<Incidents> => ask("GET", "incidents"),
  incidentDone: (incident: string): Promise<unknown> => ask("POST", `incidents/${encodeURIComponent(incident)}/done`, {}),
  openView: (session: string, purpose: ViewRequest["purpose"]): Promise<ViewOpened> => ask("POST", one(session, "views"), { purpose }),
  timeline: (session: string): Promise<Timeline> => ask("GET", one(session, "timeline")),
  integrity: (session: string): Promise<Integrity> => ask("GET", one(session, "integrity"), undefined, 120_000),
  approvals: (session: string): Promise<Approvals> => ask("GET", one(session, "requests")),
  request: (session: string, deed: Approval["deed"], purpose: ViewRequest["purpose"]): Promise<Approval> => ask("POST", one(session, "requests"), { deed, purpose }),
  approve: (session: string, request: string): Promise<Approval> => ask("POST", one(session, `requests/${encodeURIComponent(request)}/approval`), {}),
  hold: (session: string): Promise<unknown> => ask("POST", one(session, "hold"), {}),
  export: (session: string, request: string): Promise<Export> => ask("POST", one(session, "exports"), { request }),
  exported: (session: string, id: string): Promise<Export> => ask("GET", one(session, `exports/${encodeURIComponent(id)}`)),
  packageAddress: (session: string, id: string): string => `/api/v1/${one(session, `exports/${encodeURIComponent(id)}/file`)}`,
  accept: (session: string, reason: string): Promise<unknown> => ask("POST", one(session, "acceptance"), { reason }),

  /** A segment's bytes as they come. Raises `ApiError`. */
  async segment(session: string, publication: string, epoch: number, segment: number, abort: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const response = await fetch(`/api/v1/${one(session, `segments/${encodeURIComponent(publication)}/${epoch}/${segment}`)}`, { credentials: "same-origin", cache: "no-store", signal: abort });
    if (response.ok && response.body !== null) return response.body;
    const { code, text } = ((await response.json().catch(() => null)) ?? {}) as { code?: string; text?: string };
    throw new ApiError(code ?? `http-${response.status}`, text ?? "", response.status);
  },
};
