/** Sessions and incidents of one's own jurisdiction: looked up as asked for, and again every few seconds, so that what runs is seen running. */
import { ApiError } from "../../../signaling/web/api.ts";
import { reviewApi } from "../../../signaling/web/review_api.ts";
import type { Incident, SessionSummary } from "../../../signaling/web/wire.generated.ts";

const AGAIN_MS = 5000;

export class ListWork {
  sessions: readonly SessionSummary[] | null = null;
  incidents: readonly Incident[] = [];
  problem: ApiError | null = null;
  wanted: Readonly<Record<string, string>> = {};
  readonly seesSessions: boolean;
  readonly seesIncidents: boolean;
  readonly #changed: () => void;
  #timer = 0;
  #asked = 0;

  /** What one's role lets one see; nothing else is asked for. */
  constructor(seesSessions: boolean, seesIncidents: boolean, changed: () => void) {
    [this.seesSessions, this.seesIncidents, this.#changed] = [seesSessions, seesIncidents, changed];
    void this.#load();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#asked = -1;
  }

  search(wanted: Readonly<Record<string, string>>): void {
    this.wanted = wanted;
    clearTimeout(this.#timer);
    void this.#load();
  }

  async done(incident: string): Promise<void> {
    try {
      await reviewApi.incidentDone(incident);
    } catch (error) {
      this.problem = error as ApiError;
    }
    clearTimeout(this.#timer);
    await this.#load();
  }

  /** The newest question wins: an answer that was overtaken is not shown. */
  async #load(): Promise<void> {
    if (this.#asked < 0) return;
    const asked = (this.#asked += 1);
    try {
      const [sessions, incidents] = await Promise.all([
        this.seesSessions ? reviewApi.sessions(this.wanted) : { sessions: [] },
        this.seesIncidents ? reviewApi.incidents() : { incidents: [] },
      ]);
      if (asked !== this.#asked) return;
      [this.sessions, this.incidents, this.problem] = [sessions.sessions, incidents.incidents, null];
    } catch (error) {
      if (asked !== this.#asked) return;
      this.problem = error instanceof ApiError ? error : new ApiError("unreachable", "", 0);
      if (this.problem.status === 401) return location.reload();
    }
    this.#changed();
    this.#timer = window.setTimeout(() => void this.#load(), AGAIN_MS);
  }
}
