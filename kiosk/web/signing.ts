/** The kiosk's part in a signature: the frozen pages as bytes, checked before anybody sees them; the strokes to the server; then no trace. */
import { api, ApiError, bytesOf } from "../../signaling/web/api.ts";
import type { Strokes } from "../../signaling/web/sign/ink.ts";
import type { Place } from "../../signaling/web/sign/sign_sheet.ts";
import type { SignPage } from "../../signaling/web/sign/sign_view.ts";
import type { FrozenForm, Talk } from "../../signaling/web/wire.generated.ts";

/** Seconds for which the thanks stay. */
const THANKS = 5;

export type Paper =
  | { readonly at: "loading" }
  /** A page did not come (`unreachable`, …), or is not the page that was frozen (`shown-otherwise`). */
  | { readonly at: "broken"; readonly code: string }
  /** `problem`: code of why the last signature was not taken. */
  | { readonly at: "ready"; readonly pages: readonly SignPage[]; readonly place: Place; readonly problem: string | null };

interface Wanted {
  readonly session: string;
  readonly ask: string;
  readonly signer: number;
  readonly paper: FrozenForm;
}

export class Signing {
  readonly #changed: () => void;
  #wanted: Wanted | null = null;
  #urls: string[] = [];
  #paper: Paper | null = null;
  #thanks = 0;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** What is to be signed; null: nothing is asked. */
  get paper(): Paper | null {
    return this.#paper;
  }

  /** A signature has just been given. */
  get thanked(): boolean {
    return this.#thanks !== 0;
  }

  /** The talk as the server describes it now. */
  follow(talk: Talk | null): void {
    const asked = talk?.asked?.ask === "signature" ? talk.asked : null;
    const paper = talk?.form?.frozen ?? null;
    if (talk === null || talk.asked !== null) this.#noThanks();
    if (asked?.id === this.#wanted?.ask) return;
    this.#leave();
    if (talk === null || asked === null || paper?.id !== asked.form) return;
    this.#wanted = { session: talk.session, ask: asked.id, signer: asked.signer, paper };
    void this.load();
  }

  /** Fetches the pages, or fetches them again. Nothing is shown before every byte is what was frozen. */
  async load(): Promise<void> {
    const wanted = this.#wanted;
    const place = wanted?.paper.places[wanted.signer];
    if (wanted === null || place === undefined) return;
    this.#show({ at: "loading" });
    try {
      const pictures = await Promise.all(wanted.paper.pages.map(async ({ id, digest }, n) => {
        const bytes = await bytesOf(`sessions/${encodeURIComponent(wanted.session)}/form/pages/${n + 1}?as=kiosk`);
        if ((await sha256(bytes)) !== digest) throw new ApiError("shown-otherwise", "", 0);
        return { id, bytes };
      }));
      if (wanted !== this.#wanted) return;
      const pages = pictures.map(({ id, bytes }) => ({ id, url: this.#url(bytes) }));
      this.#show({ at: "ready", pages, place, problem: null });
    } catch (error) {
      if (wanted === this.#wanted) this.#show({ at: "broken", code: codeOf(error) });
    }
  }

  /** The resident says that this is their signature. Returns whether it was taken; if not, the paper says why. */
  async give({ device, width, height, strokes }: Strokes): Promise<boolean> {
    const wanted = this.#wanted;
    const page = wanted?.paper.pages[wanted.paper.places[wanted.signer]?.page ?? -1];
    if (wanted === null || page === undefined) return false;
    try {
      await api.sign(wanted.session, wanted.ask, { shown: page.digest, device, width, height, strokes });
    } catch (error) {
      if (wanted === this.#wanted && this.#paper?.at === "ready") this.#show({ ...this.#paper, problem: codeOf(error) });
      return false;
    }
    clearTimeout(this.#thanks);
    this.#thanks = window.setTimeout(() => {
      this.#noThanks();
      this.#changed();
    }, THANKS * 1000);
    this.#changed();
    return true;
  }

  #url(bytes: ArrayBuffer): string {
    const url = URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
    this.#urls.push(url);
    return url;
  }

  #show(paper: Paper): void {
    this.#paper = paper;
    this.#changed();
  }

  #noThanks(): void {
    clearTimeout(this.#thanks);
    this.#thanks = 0;
  }

  #leave(): void {
    for (const url of this.#urls) URL.revokeObjectURL(url);
    [this.#urls, this.#wanted, this.#paper] = [[], null, null];
  }
}

function codeOf(error: unknown): string {
  return error instanceof ApiError ? error.code : "internal";
}

async function sha256(bytes: ArrayBuffer): Promise<string> {
  return [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
