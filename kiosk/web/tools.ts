/** The kiosk's half of the clerk's tools, put together: what is asked, the form, its signature, an operation, what is written. */
import type { MediaNumbers } from "../../media/web/kinds.ts";
import type { Line } from "../../signaling/web/line.ts";
import type { Talking } from "../../signaling/web/talking.ts";
import type { OperateNow, Talk } from "../../signaling/web/wire.generated.ts";
import { Agreements } from "./agreements.ts";
import { Answering } from "./answering.ts";
import type { Cameras } from "./cameras.ts";
import { Desktop } from "./desktop.ts";
import { desktopHere } from "./desktop_place.ts";
import { FormTable } from "./form_table.ts";
import { FORM, Operating } from "./operating.ts";
import { Signing } from "./signing.ts";
import { Writing } from "./writing.ts";
import type { Needs } from "./writing.ts";

export class Tools {
  readonly answering: Answering;
  readonly table: FormTable;
  readonly signing: Signing;
  readonly operating: Operating;
  readonly writing: Writing;
  readonly agreements: Agreements;
  readonly #line: Line;
  #talk: Talk | null = null;

  constructor(line: Line, talking: Talking, cameras: Cameras, numbers: MediaNumbers, desktop: Desktop | null, changed: () => void) {
    this.#line = line;
    this.answering = new Answering(line, talking, cameras, numbers, changed);
    this.table = new FormTable(line, changed);
    this.signing = new Signing(changed);
    this.operating = new Operating(line, talking, desktop, changed);
    this.writing = new Writing(line, changed);
    this.agreements = new Agreements(line, changed);
  }

  /** The talk as the server describes it now. Null: there is none, and nothing of the last one stays. */
  follow(talk: Talk | null, needs: Needs): void {
    this.#talk = talk;
    this.answering.follow(talk);
    this.table.follow(talk);
    this.signing.follow(talk);
    this.operating.follow(talk, this.#line.state.at === "up");
    this.writing.follow(talk, needs);
  }

  lineUp(up: boolean): void {
    this.table.lineUp(up);
    this.operating.follow(this.#talk, up);
  }

  /** True when the message was for one of them. */
  heard(message: { readonly type: string }): boolean {
    if (message.type === "operate-now") {
      this.operating.act(message as OperateNow);
      return true;
    }
    return this.table.heard(message, this.operating.grant?.scope === FORM);
  }

  /** A touch on what the clerk asks. */
  async answer(talk: Talk, yes: boolean): Promise<void> {
    if (talk.asked?.ask === "control") await this.operating.answer(talk, talk.asked, yes);
    else await this.answering.answer(talk, yes);
  }
}

/** This kiosk's desktop, looked for from now on; null where there is none. */
export function findDesktop(changed: () => void): Desktop | null {
  const place = desktopHere();
  if (place === null) return null;
  const desktop = new Desktop(place.url, place.token, changed);
  desktop.start();
  return desktop;
}
