/** The check before a shift as it runs: preview, level meter, bell; remembers nothing but the last counter and devices. */
import type { Chimes } from "../../../media/web/chime.ts";
import { Devices } from "../../../media/web/devices.ts";
import type { DeviceSource } from "../../../media/web/devices.ts";
import { meter } from "../../../media/web/level.ts";
import type { Order } from "../../../signaling/web/commands.ts";
import type { DeskView } from "../../../signaling/web/wire.generated.ts";
import type { ShiftDeeds, ShiftStart } from "./shift.ts";

const COUNTER = "counter.last";
/** Louder than a quiet room. */
const HEARD = 0.3;

export class ShiftCheck {
  readonly deeds: ShiftDeeds;
  readonly #devices: Devices;
  readonly #chimes: Chimes;
  readonly #changed: () => void;
  #state: ShiftStart = { counter: null, level: null, heard: false, bell: "untested", cameras: [], microphones: [], camera: "", microphone: "" };
  #checking = false;
  #metered: MediaStreamTrack | null = null;
  #stopMeter: (() => void) | null = null;

  constructor(devices: Devices, chimes: Chimes, ask: (order: Order) => void, changed: () => void) {
    this.#devices = devices;
    this.#chimes = chimes;
    this.#changed = changed;
    this.deeds = {
      chooseCounter: (counter) => this.#set({ counter }),
      chooseDevice: (source, id) => void this.#choose(source, id),
      testBell: () => void this.#testBell(),
      bellHeard: (heard) => this.#set({ bell: heard ? "heard" : "not-heard" }),
      start: (counter) => {
        localStorage.setItem(COUNTER, counter);
        ask({ type: "start-shift", counter });
      },
    };
  }

  get state(): ShiftStart {
    return this.#state;
  }

  /** The server's view: which counters there are, and whether the check is still needed. */
  viewed(view: DeskView, checking: boolean): void {
    if (checking && !this.#checking) this.#state = { ...this.#state, bell: "untested", heard: false };
    this.#checking = checking;
    const free = view.counters.filter(({ taken }) => !taken).map(({ id }) => id);
    if (checking && (this.#state.counter === null || !free.includes(this.#state.counter))) {
      const last = localStorage.getItem(COUNTER);
      this.#set({ counter: last !== null && free.includes(last) ? last : free.length === 1 ? free[0]! : null });
    }
    this.devicesChanged();
  }

  async listDevices(): Promise<void> {
    const { cameras, microphones } = await Devices.list();
    const used = (source: DeviceSource): string => this.#devices.track(source)?.getSettings().deviceId ?? "";
    this.#set({ cameras, microphones, camera: used("camera"), microphone: used("microphone") });
  }

  /** Listen to the microphone while the check is open, and only then. */
  devicesChanged(): void {
    const track = this.#checking ? this.#devices.track("microphone") : null;
    if (track === this.#metered) return;
    this.#stopMeter?.();
    this.#metered = track;
    this.#stopMeter = track === null ? null : meter(track, (level) => this.#set({ level, heard: this.#state.heard || level > HEARD }));
  }

  close(): void {
    this.#checking = false;
    this.devicesChanged();
  }

  async #testBell(): Promise<void> {
    this.#set({ bell: "ringing" });
    const audible = await this.#chimes.unlock();
    if (!audible) return this.#set({ bell: "not-heard" });
    this.#chimes.play("bell", 0.8);
    if (typeof Notification !== "undefined" && Notification.permission === "default") void Notification.requestPermission();
    // An AudioContext that was made before the click stays silent; the level meter may be one.
    this.#stopMeter?.();
    this.#stopMeter = null;
    this.#metered = null;
    this.devicesChanged();
  }

  async #choose(source: DeviceSource, id: string): Promise<void> {
    const camera = source === "camera" ? id : this.#state.camera;
    const microphone = source === "microphone" ? id : this.#state.microphone;
    await this.#devices.open({ ...(camera === "" ? {} : { camera }), ...(microphone === "" ? {} : { microphone }) });
    await this.listDevices();
  }

  #set(change: Partial<ShiftStart>): void {
    this.#state = { ...this.#state, ...change };
    this.#changed();
  }
}
