/**
 * Papers to take along, from the server to the printer: the pages as pictures in a part of the document that only a printer sees. They are
 * in memory alone, under addresses of this document, and gone as soon as the printer has them, or the kiosk forgets.
 */
import { bytesOf } from "../../signaling/web/api.ts";
import type { OwnPaper } from "../../signaling/web/wire.generated.ts";

type Kind = OwnPaper["paper"];
export type PrintState = { readonly at: "idle" } | { readonly at: "busy" | "printed" | "failed"; readonly paper: Kind; /** Whose notice it is. */ readonly case: string | null };

export class Printing {
  state: PrintState = { at: "idle" };
  readonly #changed: () => void;
  #sheets: HTMLElement | null = null;
  #turn = 0;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** One paper at a time. */
  async print(session: string, { paper, pages, case: number }: OwnPaper): Promise<void> {
    if (this.state.at === "busy") return;
    const turn = ++this.#turn;
    const which = { paper, case: number ?? null };
    this.#become({ at: "busy", ...which });
    try {
      const of = `sessions/${encodeURIComponent(session)}/papers/${paper}/pages/`;
      const whose = number == null ? "" : `&case=${encodeURIComponent(number)}`;
      const pictures = await Promise.all(Array.from({ length: pages }, (_, page) => bytesOf(`${of}${page + 1}?as=kiosk${whose}`)));
      if (turn !== this.#turn) return; // forgotten meanwhile
      await this.#lay(pictures);
      if (turn !== this.#turn) return;
      window.print(); // returns when the printer has it, or the dialog is closed
      this.#become({ at: "printed", ...which });
    } catch {
      if (turn === this.#turn) this.#become({ at: "failed", ...which });
    } finally {
      if (turn === this.#turn) this.#clear();
    }
  }

  /** Nothing of it stays, also of what is on its way. */
  forget(): void {
    this.#turn += 1;
    this.#clear();
    this.state = { at: "idle" };
  }

  async #lay(pictures: readonly ArrayBuffer[]): Promise<void> {
    this.#clear();
    const sheets = document.createElement("div");
    sheets.className = "print-sheets";
    sheets.setAttribute("aria-hidden", "true");
    this.#sheets = sheets;
    for (const picture of pictures) {
      const page = document.createElement("img");
      page.alt = "";
      page.src = URL.createObjectURL(new Blob([picture], { type: "image/png" }));
      sheets.append(page);
    }
    document.body.append(sheets);
    await Promise.all([...sheets.querySelectorAll("img")].map((page) => page.decode()));
  }

  #clear(): void {
    for (const page of this.#sheets?.querySelectorAll("img") ?? []) URL.revokeObjectURL(page.src);
    this.#sheets?.remove();
    this.#sheets = null;
  }

  #become(state: PrintState): void {
    this.state = state;
    this.#changed();
  }
}
