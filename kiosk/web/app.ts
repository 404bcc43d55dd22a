/** `<kiosk-app>`: joins the booth (which decides) to the line, the devices, the sounds and the glass (which act). */
import { html, LitElement } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import { pick, sayCode, speaker } from "../../config/web/words.ts";
import { Awake } from "../../media/web/awake.ts";
import { Chimes } from "../../media/web/chime.ts";
import { Devices } from "../../media/web/devices.ts";
import { showPointed } from "../../media/web/pointing.ts";
import type { Pointing } from "../../media/web/pointing.ts";
import type { MediaVoice } from "../../media/web/tile.ts";
import { api, ApiError } from "../../signaling/web/api.ts";
import type { Catalogue, KioskSelf } from "../../signaling/web/catalogue.ts";
import { CommandRefused } from "../../signaling/web/commands.ts";
import { Line, monotonic } from "../../signaling/web/line.ts";
import type { LineState } from "../../signaling/web/line.ts";
import { Talking } from "../../signaling/web/talking.ts";
import type { KioskView, LineQuality, Pointed } from "../../signaling/web/wire.generated.ts";
import { BOOTH_POLICY, fresh, inSession, step, waitsForCard } from "./booth.ts";
import type { Booth, BoothEvent, Effect } from "./booth.ts";
import { Cameras } from "./cameras.ts";
import { findReader } from "./card_reading.ts";
import type { CardReading } from "./card_reading.ts";
import type { Kiosk } from "./context.ts";
import type { Desktop } from "./desktop.ts";
import { desktopHere } from "./desktop_place.ts";
import { frame } from "./frame.ts";
import { lookUp } from "./look_up_asking.ts";
import { forgetTraces } from "./forget.ts";
import { Printing } from "./printing.ts";
import { screenFor } from "./screens.ts";
import { findDesktop, Tools } from "./tools.ts";
import { Voice } from "./voice.ts";
import { enrolScreen, plainScreen } from "./screens/special.ts";
import type { Enrolment } from "./screens/special.ts";

/** Seconds without a line after which the kiosk shows nothing of the resident any more. */
const WIPE_AFTER = 20;
const CATALOGUE_EVERY_MS = 5 * 60_000;

/** What the page is before it can serve. */
type Place =
  | { readonly at: "starting" }
  | { readonly at: "unreachable" }
  | { readonly at: "enrolling"; readonly enrolment: Enrolment }
  | { readonly at: "serving"; readonly self: KioskSelf; readonly catalogue: Catalogue; readonly devices: Devices; readonly talking: Talking; readonly cameras: Cameras; readonly tools: Tools };

export class KioskApp extends LitElement {
  #place: Place = { at: "starting" };
  #booth: Booth = fresh(monotonic());
  #line = new Line("kiosk", { message: (message) => this.#message(message), state: (state) => this.#lineState(state) });
  #wiped = false;
  #shown = "";
  #voiceBlocked = false;
  #more = false;
  #sheet = "";
  #desktop: Desktop | null = null;
  #reader: CardReading | null = null;
  readonly #printing = new Printing(() => this.requestUpdate());
  readonly #chimes = new Chimes();
  readonly #voice = new Voice(() => this.requestUpdate());
  readonly #awake = new Awake();

  protected override createRenderRoot(): HTMLElement {
    return this; // one document, one style sheet: nothing here is meant for other pages
  }

  override connectedCallback(): void {
    super.connectedCallback();
    for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, this.#touched, { capture: true, passive: true });
    this.addEventListener("first-frame", (event) => this.#firstFrame(event as CustomEvent<{ participant: string; source: "camera" }>));
    this.addEventListener("pointing", (event) => this.#pointing((event as CustomEvent<Pointing>).detail));
    this.addEventListener("voice-blocked", () => this.#hearing(true));
    this.addEventListener("voice-playing", () => this.#hearing(false));
    addEventListener("resize", () => this.#lookBelow());
    this.addEventListener("scroll", () => this.#lookBelow(), { capture: true, passive: true });
    setInterval(() => this.#tick(), 1000);
    setInterval(() => void this.#refreshCatalogue(), CATALOGUE_EVERY_MS);
    this.#desktop = findDesktop(() => this.#offerDesktop());
    this.#reader = findReader(desktopHere(), () => this.requestUpdate(), (result) => this.#tell({ type: "card-came", result }));
    void this.#begin();
  }

  async #begin(): Promise<void> {
    const code = new URLSearchParams(location.hash.slice(1)).get("enrol");
    if (code !== null) {
      history.replaceState(null, "", location.pathname); // a code is good once and is nobody else's business
      if (await this.#enrol(code)) return;
    } else {
      await this.#open();
    }
  }

  async #enrol(code: string): Promise<boolean> {
    this.#enter({ at: "enrolling", enrolment: { busy: true, problem: null } });
    try {
      await api.enrolKiosk(code);
    } catch (error) {
      const say = speaker(this.#booth.language);
      const problem = error instanceof ApiError ? sayCode(say, "error", error.code, error.message) : say("error.other", { code: "-" });
      this.#enter({ at: "enrolling", enrolment: { busy: false, problem } });
      return false;
    }
    await this.#open();
    return true;
  }

  /** Who am I, what can be chosen, and the line. Comes back by itself while the server cannot be reached. */
  async #open(): Promise<void> {
    try {
      const self = await api.kiosk();
      const catalogue = await api.catalogue();
      const redraw = (): void => this.requestUpdate();
      const devices: Devices = new Devices(catalogue.media, () => {
        talking.devicesChanged();
        redraw();
      });
      const talking = new Talking(this.#line, devices, catalogue.media, ["microphone", "camera", "screen", "document"], redraw);
      const cameras = new Cameras(devices, talking, catalogue.media, redraw);
      const tools = new Tools(this.#line, talking, cameras, catalogue.media, this.#desktop, redraw);
      this.#enter({ at: "serving", self, catalogue, devices, talking, cameras, tools });
      this.#line.start();
    } catch (error) {
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
        this.#enter({ at: "enrolling", enrolment: { busy: false, problem: null } });
        return;
      }
      this.#enter({ at: "unreachable" });
      setTimeout(() => void this.#open(), 2000 + 2000 * Math.random());
    }
  }

  /** Opening hours and services change in the course of a day. */
  async #refreshCatalogue(): Promise<void> {
    if (this.#place.at !== "serving") return;
    const catalogue = await api.catalogue().catch(() => null);
    if (catalogue === null || this.#place.at !== "serving") return;
    this.#enter({ ...this.#place, catalogue });
  }

  readonly #tell = (event: BoothEvent): void => {
    const farewell = this.#place.at === "serving" ? this.#place.catalogue.farewell_seconds : BOOTH_POLICY.farewell;
    const [booth, effects] = step(this.#booth, event, monotonic(), { ...BOOTH_POLICY, farewell });
    if (booth !== this.#booth) {
      this.#booth = booth;
      this.requestUpdate();
    }
    for (const effect of effects) this.#act(effect);
    this.#reader?.follow(waitsForCard(booth));
  };

  #act(effect: Effect): void {
    const place = this.#place;
    if (place.at !== "serving") return;
    switch (effect.do) {
      case "take-ticket":
        this.#line.command(effect.order).catch((error: unknown) => {
          if (error instanceof CommandRefused) this.#tell({ type: "ticket-refused", code: error.code, text: error.message });
          void this.#refreshCatalogue(); // what was chosen may not be offered any more
        });
        break;
      case "look-up":
        void lookUp(effect.code).then((found) => this.#tell({ type: "look-up-came", typed: effect.code, found }));
        break;
      case "open-devices":
        if (!place.devices.opened) void place.cameras.open();
        break;
      case "forget":
        place.talking.follow(null);
        place.tools.follow(null, []);
        place.tools.agreements.follow(null, []);
        place.devices.close();
        place.cameras.forget();
        this.#voiceBlocked = false;
        this.#voice.hush();
        this.#printing.forget();
        forgetTraces();
        break;
      case "leave":
        // A refusal means that the server has gone on meanwhile; its view says where to.
        void this.#line.command({ type: effect.how, session: effect.session }).catch(() => undefined);
        break;
      case "rate":
        void this.#line.command({ type: "rate", session: effect.session, stars: effect.stars }).catch(() => undefined);
        break;
      case "chime":
        this.#chimes.play(effect.tune);
        break;
    }
  }

  #message(message: { readonly type: string }): void {
    if (this.#place.at !== "serving") return;
    const { talking, tools } = this.#place;
    if (message.type === "kiosk-view") {
      const { screen, language, needs, consents } = message as KioskView;
      this.#wiped = false;
      this.#tell({ type: "view-came", screen, language: language ?? null, needs: needs ?? [] });
      const talk = screen.screen === "talking" ? screen.talk : null;
      talking.follow(talk);
      tools.follow(talk, needs ?? []);
      tools.agreements.follow(screen, consents ?? []);
      this.requestUpdate();
    } else if (message.type === "line-quality") {
      talking.heard(message as LineQuality);
    } else if (message.type === "pointed") {
      showPointed(this, message as Pointed);
    } else {
      tools.heard(message);
    }
  }

  #lineState(state: LineState): void {
    if (this.#place.at === "serving") {
      this.#place.talking.lineUp(state.at === "up");
      this.#place.tools.lineUp(state.at === "up");
    }
    if (state.at === "outdated") location.reload();
    if (state.at === "unknown-here") {
      this.#tell({ type: "line-long-lost" });
      this.#enter({ at: "enrolling", enrolment: { busy: false, problem: null } });
    }
    this.requestUpdate();
  }

  #tick(): void {
    if (this.#place.at !== "serving") return;
    const state = this.#line.state;
    const alone = state.at === "down" && monotonic() - state.since >= WIPE_AFTER;
    // While clerk and resident still see each other, nobody has left: only the server is being repaired.
    if (alone && !this.#wiped && this.#place.talking.conversation?.up !== true) {
      this.#wiped = true;
      this.#tell({ type: "line-long-lost" });
      this.requestUpdate();
    }
    this.#tell({ type: "ticked" });
    this.#lookBelow(); // a form draws itself, and grows
    if (this.#booth.warned || this.#counts()) this.requestUpdate();
  }

  /** Something on the glass says how long there is yet. */
  #counts(): boolean {
    const screen = this.#booth.screen;
    return screen?.screen === "talking" && (screen.talk.asked !== null || screen.talk.grant !== null);
  }

  #offerDesktop(): void {
    if (this.#place.at === "serving") this.#place.tools.operating.offer();
  }

  readonly #touched = (): void => {
    void this.#chimes.unlock();
    if (!this.#booth.warned) this.#tell({ type: "touched" }); // the warning's own button answers it, or the finger would fall through the card
    if (this.#voiceBlocked) this.#hear();
  };

  #hear(): void {
    for (const voice of this.querySelectorAll<MediaVoice>("media-voice")) voice.play();
  }

  #hearing(blocked: boolean): void {
    this.#voiceBlocked = blocked;
    this.requestUpdate();
  }

  #firstFrame({ detail }: CustomEvent<{ participant: string; source: "camera" }>): void {
    if (this.#place.at === "serving") this.#place.talking.conversation?.firstFrame(detail.participant, detail.source);
  }

  #pointing(pointing: Pointing): void {
    if (this.#place.at === "serving") this.#place.talking.point(pointing);
  }

  /** Whoever does not know scrolling gets a button for it. */
  #lookBelow(): void {
    const main = this.#scrolled();
    const more = main !== null && main.scrollHeight - main.scrollTop - main.clientHeight > 24;
    if (more === this.#more) return;
    this.#more = more;
    this.requestUpdate();
  }

  /** What is longer than the glass: the sheet on the table where there is one. */
  #scrolled(): Element | null {
    return this.querySelector(".form-sheet") ?? this.querySelector("main");
  }

  #showMore(): void {
    const main = this.#scrolled();
    main?.scrollBy({ top: main.clientHeight * 0.6, behavior: "smooth" });
  }

  #enter(place: Place): void {
    this.#place = place;
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const { language } = this.#booth;
    const say = speaker(language);
    const place = this.#place;
    if (place.at === "starting") return html`<main id="main" class="bare">${plainScreen("starting", say("kiosk.starting"), "")}</main>`;
    if (place.at === "unreachable") return html`<main id="main" class="bare">${plainScreen("unreachable", say("kiosk.out.title"), say("kiosk.out.unreachable"))}</main>`;
    if (place.at === "enrolling") return html`<main id="main" class="bare">${enrolScreen(say, place.enrolment, (code) => void this.#enrol(code))}</main>`;
    const state = this.#line.state;
    const kiosk: Kiosk = {
      booth: this.#booth, self: place.self, catalogue: place.catalogue, language, say, pick: (text) => pick(text, language), tell: this.#tell,
      now: this.#line.serverNow(), instant: () => Math.round(this.#line.serverNow() * 1000), devices: place.devices, conversation: place.talking.conversation, quality: place.talking.quality,
      lineUp: state.at === "up", voiceBlocked: this.#voiceBlocked,
      switchSource: (source, on) => place.talking.switchSource(source, on), hear: () => this.#hear(),
      papers: place.cameras.forPapers && !place.tools.agreements.withdrew("papers-to-home") ? { shown: place.talking.shown("document"), toggle: () => void place.cameras.togglePapers() } : null, readAloud: this.#voice.speaks(language) ? () => this.#voice.read(this.querySelector(".screen")!, language) : null,
      tools: place.tools, reader: this.#reader?.here ?? false, printing: this.#printing, answer: (talk, yes) => void place.tools.answer(talk, yes),
      showingScreen: place.talking.sharing, stopShowing: () => void place.talking.show("screen", null),
      stopTheirs: (talk, participant) => void this.#line.command({ type: "stop-share", session: talk.session, participant }).catch(() => undefined),
      more: this.#more, showMore: () => this.#showMore(),
    };
    const elsewhere = state.at === "taken-over"
      ? plainScreen("taken-over", say("kiosk.taken-over.title"), say("kiosk.taken-over.lead"), { words: say("kiosk.taken-over.here"), test: "take-over", do: () => this.#line.start() })
      : null;
    return frame(kiosk, elsewhere ?? screenFor(kiosk, this.#wiped));
  }

  /** A new screen begins at its title, for eyes and for screen readers. */
  protected override updated(_changed: PropertyValues): void {
    const root = document.documentElement;
    this.#awake.want(inSession(this.#booth));
    root.lang = this.#booth.language;
    root.dataset["letters"] = String(this.#booth.letters);
    if (this.#booth.contrast) root.dataset["contrast"] = "high";
    else delete root.dataset["contrast"];
    this.#lookBelow();
    const screen = this.querySelector<HTMLElement>("[data-test^='screen-']");
    const name = `${screen?.dataset["test"]}/${screen?.dataset["index"] ?? ""}/${screen?.dataset["consent"] ?? ""}`;
    this.#turnTo(this.querySelector<HTMLElement>(".work"));
    if (screen === null || name === this.#shown) return;
    this.#shown = name;
    this.#voice.hush();
    this.querySelector("main")?.scrollTo({ top: 0 });
    screen.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
  }

  /** A sheet that has come, or another one: that is where one goes on. */
  #turnTo(sheet: HTMLElement | null): void {
    const name = sheet?.firstElementChild?.getAttribute("data-test") ?? "";
    if (name !== this.#sheet && sheet !== null) sheet.focus({ preventScroll: true });
    this.#sheet = name;
  }
}
