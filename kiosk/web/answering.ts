/** The kiosk's part in what the clerk asks: the camera for a page, one picture for each that is wanted, the screen when it is allowed. */
import { shareScreen } from "../../media/web/share.ts";
import { digestOf, takeStill } from "../../media/web/still.ts";
import type { MediaNumbers } from "../../media/web/kinds.ts";
import { uploadStill } from "../../signaling/web/api.ts";
import type { Line } from "../../signaling/web/line.ts";
import type { Talking } from "../../signaling/web/talking.ts";
import type { Talk } from "../../signaling/web/wire.generated.ts";
import type { Cameras } from "./cameras.ts";

export type Taking = "no" | "taking" | "taken" | "failed";

export class Answering {
  readonly #line: Line;
  readonly #talking: Talking;
  readonly #cameras: Cameras;
  readonly #numbers: MediaNumbers;
  readonly #changed: () => void;
  #asked: string | null = null;
  #take: string | null = null;
  #talk: Talk | null = null;
  /** The camera for papers was opened for a question, not by the resident. */
  #openedForIt = false;
  /** How it stands with the picture of the page that is asked for. */
  taking: Taking = "no";

  constructor(line: Line, talking: Talking, cameras: Cameras, numbers: MediaNumbers, changed: () => void) {
    this.#line = line;
    this.#talking = talking;
    this.#cameras = cameras;
    this.#numbers = numbers;
    this.#changed = changed;
  }

  /** The talk as the server describes it now. */
  follow(talk: Talk | null): void {
    this.#talk = talk;
    const asked = talk?.asked ?? null;
    if (asked?.id !== this.#asked) {
      this.#asked = asked?.id ?? null;
      this.#take = null;
      this.taking = "no";
      if (asked?.ask === "page") void this.#openForIt();
    }
    this.#makeRoomForTheForm();
    if (talk === null || asked?.ask !== "page") return;
    const { id, take } = asked;
    if (take === null || take === undefined || take === this.#take) return;
    this.#take = take;
    void this.#picture(talk.session, id, take);
  }

  /** A touch on yes or no. Raises nothing: the next view tells the truth. */
  async answer(talk: Talk, yes: boolean): Promise<void> {
    const asked = talk.asked ?? null;
    if (asked === null) return;
    const said = (agreed: boolean): Promise<unknown> => this.#line.command({ type: "answer-ask", session: talk.session, ask: asked.id, yes: agreed }).catch(() => null);
    if (!yes || asked.ask !== "screen") return void (await said(false));
    const track = await shareScreen(this.#numbers, true).catch(() => null); // first: the browser asks for a touch, and this is one
    if ((await said(track !== null)) === null) track?.stop();
    else if (track !== null) await this.#talking.show("screen", track);
  }

  async #openForIt(): Promise<void> {
    if (this.#cameras.papersShown) return;
    await this.#cameras.showPapers();
    this.#openedForIt = true;
    this.#makeRoomForTheForm();
  }

  /** The page is kept, and a form lies on the table: it gets the whole glass, and nobody looks at a table on which nothing is asked for. */
  #makeRoomForTheForm(): void {
    if (this.#talk === null || !this.#cameras.papersShown) this.#openedForIt = false;
    if (!this.#openedForIt || this.#talk?.asked?.ask === "page" || (this.#talk?.form ?? null) === null) return;
    this.#openedForIt = false;
    void this.#cameras.hidePapers();
  }

  async #picture(session: string, ask: string, take: string): Promise<void> {
    const still = (): boolean => this.#take === take;
    this.#say("taking");
    try {
      const track = await this.#cameras.showPapers();
      if (track === null) throw new Error("no camera for papers");
      const picture = await takeStill(track);
      await uploadStill(session, ask, take, picture, await digestOf(await picture.arrayBuffer()));
      if (still()) this.#say("taken");
    } catch {
      if (still()) this.#say("failed");
    }
  }

  #say(taking: Taking): void {
    this.taking = taking;
    this.#changed();
  }
}
