/** What a supervisor does with the papers of one session: which one is looked at, what was written, what the forms are called. The page draws from it. */
import { ask, bytesOf } from "../../../signaling/web/api.ts";
import type { Form } from "../../../signaling/web/form/form_kinds.ts";
import type { Paper, Timeline } from "../../../signaling/web/wire.generated.ts";
import { paperAddress } from "./paper_sheets.ts";
import { linesOf } from "./transcript.ts";
import type { Line } from "./transcript.ts";

/** The sheet that is shown large: which of its pictures, how large (0: fitted) and how turned. */
export interface Looking {
  readonly sheet: string;
  readonly version: number;
  readonly zoom: number;
  readonly turn: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export class PapersWork {
  readonly session: string;
  looking: Looking | null = null;
  /** Some of what was written cannot be opened. */
  textsBroken = false;
  readonly #changed: () => void;
  readonly #forms = new Map<string, Form | null>();
  readonly #texts = new Map<string, readonly Line[]>();
  readonly #pictures = new Map<string, Size | null>();

  constructor(session: string, changed: () => void) {
    this.session = session;
    this.#changed = changed;
  }

  /** The timeline as it is now, which may be seen: fetch of it what is read here and not there yet. */
  follow(timeline: Timeline): void {
    for (const { code = null, version = null } of timeline.papers) if (code !== null && version !== null) void this.#learn(code, version);
    for (const paper of timeline.papers) if (paper.kind === "texts") void this.#read(paper, timeline);
  }

  form(code: string, version: string): Form | null {
    return this.#forms.get(`${code}/${version}`) ?? null;
  }

  /** All that was written and may be read, the oldest first. */
  get lines(): readonly Line[] {
    return [...this.#texts.values()].flat().toSorted((a, b) => a.n - b.n);
  }

  look(looking: Looking | null): void {
    this.looking = looking;
    this.#changed();
  }

  /** A picture came, of this size in pixels, or it did not. */
  picture(address: string, size: Size | null): void {
    if (this.#pictures.has(address) && (this.#pictures.get(address) === null) === (size === null)) return;
    this.#pictures.set(address, size);
    this.#changed();
  }

  isUnseen(address: string): boolean {
    return this.#pictures.get(address) === null;
  }

  /** As the ledger says, or where it does not, as the picture itself is. */
  sizeOf(paper: Paper): Size {
    if (paper.width > 0 && paper.height > 0) return paper;
    return this.#pictures.get(paperAddress(this.session, paper)) ?? { width: 1, height: 1 };
  }

  async #learn(code: string, version: string): Promise<void> {
    const key = `${code}/${version}`;
    if (this.#forms.has(key)) return;
    this.#forms.set(key, null);
    try {
      this.#forms.set(key, await ask<Form>("GET", `forms/${encodeURIComponent(code)}/${encodeURIComponent(version)}`));
      this.#changed();
    } catch {
      // without it the papers have plainer names
    }
  }

  async #read(paper: Paper, timeline: Timeline): Promise<void> {
    const address = paperAddress(this.session, paper);
    if (this.#texts.has(address)) return;
    this.#texts.set(address, []);
    try {
      this.#texts.set(address, await linesOf(await bytesOf(address), timeline.events));
    } catch {
      this.textsBroken = true;
    }
    this.#changed();
  }
}
