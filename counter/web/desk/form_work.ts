/** The form of the talk at this desk: in step with the server's, laid, frozen, signed, melted; which of form and picture stands in front. */
import { pagesOf } from "../../../signaling/web/form/form_kinds.ts";
import { FormLine } from "../../../signaling/web/form/form_line.ts";
import type { Order } from "../../../signaling/web/commands.ts";
import type { Line } from "../../../signaling/web/line.ts";
import type { Talk } from "../../../signaling/web/wire.generated.ts";

const AGAIN_MS = 2000;
export type Front = "form" | "picture";

export class FormWork {
  /** The paper is being made. */
  freezing = false;
  /** The clerk is asked whether to melt what somebody has signed. */
  melting = false;
  front: Front = "form";
  readonly #line: Line;
  readonly #tell: (order: Order) => Promise<boolean>;
  readonly #changed: () => void;
  #talk: Talk | null = null;
  #shared: FormLine | null = null;
  #opening = false;
  #again = 0;
  #untie: () => void = () => undefined;

  /** `tell`: ask the server; whether it was done. */
  constructor(line: Line, tell: (order: Order) => Promise<boolean>, changed: () => void) {
    this.#line = line;
    this.#tell = tell;
    this.#changed = changed;
  }

  /** Null while it does not lie on the table, and until its definition has come. */
  get shared(): FormLine | null {
    return this.#shared;
  }

  /** Pages that the resident has confirmed, of those on which anything is asked. */
  get progress(): { readonly done: number; readonly all: number } {
    const { form, shared, view } = this.#shared ?? { form: null, shared: null, view: null };
    if (form === null || shared === null || view === null) return { done: 0, all: 0 };
    const pages = pagesOf(form, (field) => shared.value(field));
    return { done: pages.filter(({ id }) => view.confirmed.includes(id)).length, all: pages.length };
  }

  follow(talk: Talk | null): void {
    const before = this.#talk;
    this.#talk = talk;
    if (talk?.form?.laid === true && before?.form?.laid !== true) this.front = "form";
    const grant = talk?.grant ?? null;
    if (grant !== null && grant.id !== before?.grant?.id) this.front = grant.scope === "form" ? "form" : "picture";
    if (talk?.form?.frozen?.id !== before?.form?.frozen?.id) this.melting = false;
    const laid = talk?.form?.laid === true;
    if (this.#shared !== null && (talk === null || !laid || !this.#shared.isOf(talk))) this.#close();
    if (talk !== null && laid && this.#shared === null) void this.#open(talk);
  }

  heard(message: { readonly type: string }): boolean {
    return this.#shared?.heard(message) ?? false;
  }

  lineUp(up: boolean): void {
    this.#shared?.lineUp(up);
  }

  /** The element around `<guided-form>`, as long as it is on the page. */
  readonly tie = (element: Element | undefined): void => {
    this.#untie();
    this.#untie = () => undefined;
    const shared = this.#shared;
    if (!(element instanceof HTMLElement) || shared === null) return;
    const untie = shared.connectTo(element);
    const turned = (event: Event): void => this.#turn((event as CustomEvent<{ page: string }>).detail.page);
    element.addEventListener("page-chosen", turned);
    this.#untie = () => {
      untie();
      element.removeEventListener("page-chosen", turned);
    };
  };

  bring(front: Front): void {
    this.front = front;
    this.#changed();
  }

  async freeze(session: string): Promise<void> {
    if (this.freezing) return;
    this.freezing = true;
    this.#changed();
    await this.#tell({ type: "freeze-form", session });
    this.freezing = false;
    this.#changed();
  }

  /** What somebody has signed is not melted by a slip of the hand. */
  melt(session: string, sure: boolean): void {
    const signed = this.#talk?.form?.frozen?.places.some((place) => place.signed) ?? false;
    this.melting = signed && !sure;
    if (!this.melting) void this.#tell({ type: "melt-form", session });
    this.#changed();
  }

  keepFrozen(): void {
    this.melting = false;
    this.#changed();
  }

  /** The resident's page turns too, while they let the clerk operate the form. */
  #turn(page: string): void {
    const talk = this.#talk;
    if (talk?.grant?.scope === "form") void this.#tell({ type: "turn-page", session: talk.session, page });
  }

  async #open(talk: Talk): Promise<void> {
    if (this.#opening) return;
    this.#opening = true;
    clearTimeout(this.#again);
    try {
      const opened = await FormLine.open(this.#line, "clerk", talk, this.#changed);
      const now = this.#talk;
      if (now?.form?.laid === true && opened.isOf(now)) this.#shared = opened;
      else opened.stop();
    } catch {
      this.#again = window.setTimeout(() => this.follow(this.#talk), AGAIN_MS);
    } finally {
      this.#opening = false;
    }
    this.#changed();
  }

  #close(): void {
    this.#shared?.stop();
    this.#shared = null;
    this.freezing = false;
    this.melting = false;
  }
}
