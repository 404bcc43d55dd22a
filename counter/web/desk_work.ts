/** A clerk's working day in this window: the line to the server, the shift, the talk, the bell, the note. The pages draw from it. */
import type { Language, Localised, Say } from "../../config/web/words.ts";
import { speaker } from "../../config/web/words.ts";
import { Awake } from "../../media/web/awake.ts";
import { Chimes } from "../../media/web/chime.ts";
import { Devices } from "../../media/web/devices.ts";
import { showPointed } from "../../media/web/pointing.ts";
import type { Pointing } from "../../media/web/pointing.ts";
import { shareScreen } from "../../media/web/share.ts";
import type { MediaVoice } from "../../media/web/tile.ts";
import type { Catalogue, Person } from "../../signaling/web/catalogue.ts";
import { CommandRefused } from "../../signaling/web/commands.ts";
import type { Order } from "../../signaling/web/commands.ts";
import { Line } from "../../signaling/web/line.ts";
import type { LineState } from "../../signaling/web/line.ts";
import { Talking } from "../../signaling/web/talking.ts";
import type { DeskView, LineQuality, Notice, Pointed, Talk } from "../../signaling/web/wire.generated.ts";
import { PLAIN_LOOK } from "./context.ts";
import type { Desk, Look } from "./context.ts";
import { Bell } from "./desk/bell.ts";
import { CasesWork } from "./desk/cases_work.ts";
import { ConsentsWork } from "./desk/consents_work.ts";
import { ControlWork } from "./desk/control_work.ts";
import { FormWork } from "./desk/form_work.ts";
import { Notebook } from "./desk/notebook.ts";
import { NoticeWork } from "./desk/notice_work.ts";
import type { Operated } from "./desk/operate_surface.ts";
import { deedOf, isTyping, shortcutsOn } from "./desk/shortcuts.ts";
import type { Deed } from "./desk/shortcuts.ts";
import { StillWork } from "./desk/still_work.ts";
import { TextWork } from "./desk/text_work.ts";
import { ShiftCheck } from "./login/shift_check.ts";
import type { ShiftDeeds, ShiftStart } from "./login/shift.ts";

export class DeskWork {
  /** What the server refused last; null when nothing is to be said. */
  problem: { readonly code: string; readonly text: string } | null = null;
  ending = false;
  handingOn = false;
  helping = false;
  readonly cases: CasesWork;
  readonly stills: StillWork;
  readonly form: FormWork;
  readonly control: ControlWork;
  readonly consents: ConsentsWork;
  readonly texts: TextWork;
  readonly notice: NoticeWork;
  readonly chimes = new Chimes();
  readonly #person: Person;
  readonly #catalogue: Catalogue;
  readonly #page: HTMLElement;
  readonly #language: () => Language;
  readonly #changed: () => void;
  readonly #loggedOut: () => void;
  readonly #line: Line;
  readonly #devices: Devices;
  readonly #talking: Talking;
  readonly #bell: Bell;
  readonly #shift: ShiftCheck;
  readonly #awake = new Awake();
  readonly #stopListening = new AbortController();
  readonly #notebook: Notebook;
  #view: DeskView | null = null;
  #voiceBlocked = false;
  #look: Look = PLAIN_LOOK;

  /** `page`: where tiles and voices are; `loggedOut`: the server does not know this login any more. */
  constructor(person: Person, catalogue: Catalogue, page: HTMLElement, language: () => Language, changed: () => void, loggedOut: () => void) {
    this.#person = person;
    this.#catalogue = catalogue;
    this.#page = page;
    this.#language = language;
    this.#changed = changed;
    this.#loggedOut = loggedOut;
    this.#line = new Line("person", { message: (message) => this.#message(message), state: (state) => this.#lineState(state) });
    this.#devices = new Devices(catalogue.media, () => {
      this.#talking.devicesChanged();
      this.#shift.devicesChanged();
      changed();
    });
    this.#talking = new Talking(this.#line, this.#devices, catalogue.media, ["microphone", "camera", "screen"], changed);
    this.#bell = new Bell(this.chimes);
    this.#shift = new ShiftCheck(this.#devices, this.chimes, (order) => this.ask(order), changed);
    this.#notebook = new Notebook((session, note) => this.#line.command({ type: "save-note", session, note }), changed);
    const tell = (order: Order): Promise<boolean> => this.#tell(order);
    this.cases = new CasesWork(tell, changed);
    this.stills = new StillWork(tell, changed);
    this.form = new FormWork(this.#line, tell, changed);
    this.control = new ControlWork(this.#line, tell, changed);
    this.texts = new TextWork(tell, changed);
    this.notice = new NoticeWork(tell, changed);
    this.consents = new ConsentsWork(tell, changed);
    this.#listen(this.#stopListening.signal);
  }

  #listen(signal: AbortSignal): void {
    const page = this.#page;
    page.addEventListener("first-frame", (event) => this.#firstFrame(event as CustomEvent<{ participant: string; source: "camera" }>), { signal });
    page.addEventListener("pointing", (event) => this.#talking.point((event as CustomEvent<Pointing>).detail), { signal });
    page.addEventListener("operating", (event) => this.control.act((event as CustomEvent<Operated>).detail), { signal });
    page.addEventListener("operating-left", () => page.querySelector<HTMLElement>("[data-test=control-stop]")?.focus(), { signal });
    page.addEventListener("voice-blocked", () => this.#voice(true), { signal });
    page.addEventListener("voice-playing", () => this.#voice(false), { signal });
    addEventListener("pointerdown", () => void this.#unlock(), { signal, capture: true });
    addEventListener("keydown", (event) => this.#pressed(event), { signal });
  }

  get lineState(): LineState {
    return this.#line.state;
  }

  get view(): DeskView | null {
    return this.#view;
  }

  /** Whether the shift is still to be started: no counter yet. */
  get beforeShift(): boolean {
    return this.#view !== null && (this.#view.counter === null || this.#view.presence === "offline");
  }

  get shift(): ShiftStart {
    return this.#shift.state;
  }

  get shiftDeeds(): ShiftDeeds {
    return this.#shift.deeds;
  }

  /** The bell could not be heard if it rang now. */
  get bellMuffled(): boolean {
    return this.#bell.muffled;
  }

  start(): void {
    this.#line.start();
  }

  stop(): void {
    this.#stopListening.abort();
    this.#bell.show(null, 0, speaker(this.#language()));
    this.#follow(null);
    this.#shift.close();
    this.#devices.close();
    this.#line.stop();
  }

  desk(language: Language, say: Say, pick: (text: Localised) => string, logOut: () => void, chooseLanguage: (language: Language) => void): Desk | null {
    if (this.#view === null) return null;
    return {
      person: this.#person, view: this.#view, catalogue: this.#catalogue, language, say, pick, now: this.#line.serverNow(), devices: this.#devices,
      talking: this.#talking, note: this.#notebook.note, lineUp: this.#line.state.at === "up", voiceBlocked: this.#voiceBlocked, outcome: this.#notebook.outcome, problem: this.problem,
      ask: (order) => this.ask(order),
      share: () => void this.#share(),
      openEnd: () => this.#set({ ending: true }),
      openTransfer: () => this.#set({ handingOn: true }),
      openHelp: () => this.#set({ helping: true }),
      chooseOutcome: (outcome) => this.#notebook.choose(outcome),
      hear: () => this.#hear(),
      cases: this.cases,
      stills: this.stills,
      form: this.form,
      control: this.control,
      consents: this.consents,
      texts: this.texts,
      notice: this.notice,
      look: this.#look,
      changeLook: (change) => {
        this.#look = { ...this.#look, ...change };
        this.#changed();
      },
      logOut,
      chooseLanguage,
    };
  }

  /** Ask the server; a refusal is told to the clerk. */
  ask(order: Order): void {
    void this.#tell(order);
  }

  /** The same; whether it was done. */
  async #tell(order: Order): Promise<boolean> {
    this.problem = null;
    try {
      await this.#line.command(order);
      return true;
    } catch (error) {
      if (error instanceof CommandRefused && error.code !== "given-up") {
        this.problem = { code: error.code, text: error.message };
        this.#changed();
      }
      return false;
    }
  }

  closeProblem(): void {
    this.problem = null;
    this.#changed();
  }

  closeDialogs(): void {
    this.#set({ ending: false, helping: false, handingOn: false });
  }

  #set(open: { ending?: boolean; helping?: boolean; handingOn?: boolean }): void {
    Object.assign(this, open);
    this.#changed();
  }

  #message(message: { readonly type: string }): void {
    if (this.form.heard(message) || this.control.heard(message)) return;
    if (message.type === "desk-view") this.#viewed(message as DeskView);
    else if (message.type === "line-quality") this.#talking.heard(message as LineQuality);
    else if (message.type === "pointed") showPointed(this.#page, message as Pointed);
    else if (message.type === "notice") this.#noticed(message as Notice);
  }

  #viewed(view: DeskView): void {
    this.#view = view;
    this.#bell.show(view.ring, this.#line.serverNow(), speaker(this.#language()));
    this.#follow(view.talk);
    this.#awake.want(view.talk !== null);
    if (view.talk === null) {
      [this.ending, this.handingOn] = [false, false];
      this.#look = PLAIN_LOOK;
    }
    for (const each of [this.cases, this.stills, this.notice, this.consents, this.#notebook]) each.follow(view);
    if (!this.#devices.opened) void this.#devices.open().then(() => this.#shift.listDevices());
    this.#shift.viewed(view, this.beforeShift);
    this.#changed();
  }

  #follow(talk: Talk | null): void {
    for (const each of [this.#talking, this.form, this.control, this.texts]) each.follow(talk);
  }

  #noticed({ code, text }: Notice): void {
    this.problem = { code, text };
    this.#changed();
  }

  #lineState(state: LineState): void {
    for (const each of [this.#talking, this.form]) each.lineUp(state.at === "up");
    if (state.at === "outdated") location.reload();
    if (state.at === "taken-over" || state.at === "unknown-here") {
      // The talk goes on in the other window, or nowhere: this one lets go of camera and microphone. What was being written stays, for who takes over here.
      for (const each of [this.#talking, this.form, this.control]) each.follow(null);
      this.#devices.close();
      this.#bell.show(null, 0, speaker(this.#language()));
      this.#view = null;
    }
    if (state.at === "unknown-here") {
      this.texts.follow(null);
      this.#stopListening.abort();
      this.#loggedOut();
    }
    this.#changed();
  }

  async #share(): Promise<void> {
    if (this.#talking.sharing) return this.#talking.show("screen", null);
    const thisTab = new URLSearchParams(location.search).get("capture") === "this-tab";
    try {
      const track = await shareScreen(this.#catalogue.media, thisTab);
      if (track !== null) await this.#talking.show("screen", track);
    } catch {
      this.problem = { code: "share-failed", text: "" };
      this.#changed();
    }
  }

  async #unlock(): Promise<void> {
    const before = this.chimes.audible;
    if (!before && (await this.chimes.unlock())) {
      if (this.#view?.ring) this.#bell.show(this.#view.ring, this.#line.serverNow(), speaker(this.#language()));
      this.#changed();
    }
    if (this.#voiceBlocked) this.#hear();
  }

  #pressed(event: KeyboardEvent): void {
    void this.#unlock();
    const deed = deedOf(event, isTyping(event.target), shortcutsOn());
    if (deed === null || this.beforeShift) return;
    event.preventDefault();
    this.#do(deed);
  }

  #do(deed: Deed): void {
    const { ring, talk } = this.#view ?? { ring: null, talk: null };
    if (deed === "answer" && ring) this.ask({ type: "answer-ring", session: ring.session });
    else if (deed === "decline" && ring) this.ask({ type: "decline-ring", session: ring.session });
    else if (deed === "help") this.#set({ helping: true });
    else if (deed === "note") this.#page.querySelector<HTMLElement>("#note")?.focus();
    else if (talk === null || talk === undefined) return;
    else if (deed === "microphone" || deed === "camera") this.#talking.switchSource(deed, !this.#devices.isOn(deed));
    else if (deed === "share") void this.#share();
    else if (deed === "text") this.#write(talk);
    else if (deed === "hold") this.ask({ type: talk.held ? "resume" : "hold", session: talk.session });
    else if (deed === "end") this.#set({ ending: true });
  }

  #write(talk: Talk): void {
    this.texts.show(true, talk);
    requestAnimationFrame(() => this.#page.querySelector<HTMLElement>("[data-test=text-field]")?.focus());
  }

  #hear(): void {
    for (const voice of this.#page.querySelectorAll<MediaVoice>("media-voice")) voice.play();
  }

  #voice(blocked: boolean): void {
    this.#voiceBlocked = blocked;
    this.#changed();
  }

  #firstFrame({ detail }: CustomEvent<{ participant: string; source: "camera" }>): void {
    this.#talking.conversation?.firstFrame(detail.participant, detail.source);
  }
}
