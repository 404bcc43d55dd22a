/** What the parts of the desk get to draw from; they are functions of it and keep nothing. */
import type { Language, Localised, Say } from "../../config/web/words.ts";
import type { Devices } from "../../media/web/devices.ts";
import type { Catalogue, Person } from "../../signaling/web/catalogue.ts";
import type { Order } from "../../signaling/web/commands.ts";
import type { Talking } from "../../signaling/web/talking.ts";
import type { DeskView, Settlement } from "../../signaling/web/wire.generated.ts";
import type { CasesWork } from "./desk/cases_work.ts";
import type { ConsentsWork } from "./desk/consents_work.ts";
import type { ControlWork } from "./desk/control_work.ts";
import type { FormWork } from "./desk/form_work.ts";
import type { Note } from "./desk/notes.ts";
import type { NoticeWork } from "./desk/notice_work.ts";
import type { StillWork } from "./desk/still_work.ts";
import type { TextWork } from "./desk/text_work.ts";

export interface Look {
  readonly larger: boolean;
  /** Degrees clockwise. */
  readonly turn: number;
  /** The resident's screen pixel for pixel. */
  readonly exact: boolean;
}

export const PLAIN_LOOK: Look = { larger: false, turn: 0, exact: false };

export interface Desk {
  readonly person: Person;
  readonly view: DeskView;
  readonly catalogue: Catalogue;
  readonly language: Language;
  readonly say: Say;
  readonly pick: (text: Localised) => string;
  /** Seconds since 1970 UTC by the server's clock. */
  readonly now: number;
  readonly devices: Devices;
  readonly talking: Talking;
  readonly note: Note | null;
  readonly lineUp: boolean;
  readonly voiceBlocked: boolean;
  /** Chosen in the wrap-up; null: what the server has. */
  readonly outcome: Settlement | null;
  /** What the server refused last. */
  readonly problem: { readonly code: string; readonly text: string } | null;
  /** Ask the server; a refusal is shown to the clerk. */
  readonly ask: (order: Order) => void;
  readonly share: () => void;
  readonly openEnd: () => void;
  readonly openTransfer: () => void;
  readonly openHelp: () => void;
  readonly chooseOutcome: (outcome: Settlement) => void;
  /** How the clerk looks at papers. */
  readonly look: Look;
  readonly changeLook: (change: Partial<Look>) => void;
  readonly hear: () => void;
  readonly cases: CasesWork;
  readonly stills: StillWork;
  readonly form: FormWork;
  readonly control: ControlWork;
  readonly consents: ConsentsWork;
  readonly texts: TextWork;
  readonly notice: NoticeWork;
  readonly logOut: () => void;
  readonly chooseLanguage: (language: Language) => void;
}
