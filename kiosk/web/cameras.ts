/** The kiosk's cameras: the one that sees the face, and where there is a second, the one that sees papers when asked. */
import { Devices } from "../../media/web/devices.ts";
import type { MediaNumbers } from "../../media/web/kinds.ts";
import { castCameras, openPapers } from "../../media/web/papers.ts";
import type { Talking } from "../../signaling/web/talking.ts";

export class Cameras {
  readonly #devices: Devices;
  readonly #talking: Talking;
  readonly #numbers: MediaNumbers;
  readonly #changed: () => void;
  #papers: string | null = null;

  constructor(devices: Devices, talking: Talking, numbers: MediaNumbers, changed: () => void) {
    this.#devices = devices;
    this.#talking = talking;
    this.#numbers = numbers;
    this.#changed = changed;
  }

  /** Whether there is a camera for papers. */
  get forPapers(): boolean {
    return this.#papers !== null;
  }

  /** Face and voice first, so that nothing delays them; which camera is for papers is known only then. */
  async open(): Promise<void> {
    await this.#devices.open();
    const { face, papers } = castCameras((await Devices.list()).cameras);
    if (!this.#devices.opened) return;
    this.#papers = papers;
    const wrong = papers !== null && this.#devices.track("camera")?.getSettings().deviceId === papers;
    if (wrong && face !== null) await this.#devices.open({ camera: face });
    this.#changed();
  }

  /** Show papers to the clerk, or stop; the camera is off while nothing is shown. */
  async togglePapers(): Promise<void> {
    if (this.papersShown) await this.hidePapers();
    else await this.showPapers();
  }

  get papersShown(): boolean {
    return this.#talking.shown("document") !== null;
  }

  async hidePapers(): Promise<void> {
    if (this.papersShown) await this.#talking.show("document", null);
  }

  /** Show papers to the clerk; the track that is shown, null where there is no camera for them. */
  async showPapers(): Promise<MediaStreamTrack | null> {
    const shown = this.#talking.shown("document");
    if (shown !== null || this.#papers === null) return shown;
    const track = await openPapers(this.#papers, this.#numbers).catch(() => null);
    if (track === null) this.#papers = null; // unplugged meanwhile: its key disappears
    else if (this.#talking.talk === null) track.stop();
    else await this.#talking.show("document", track);
    this.#changed();
    return this.#talking.shown("document");
  }

  forget(): void {
    this.#papers = null;
  }
}
