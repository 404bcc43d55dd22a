/**
 * `<operate-surface>`: lies over the picture of a window that the resident lets the clerk operate, and turns hand and keys into `operating`
 * events (bubble; `detail`: {action, repeated}). Letters go through a text box, so that input methods work as everywhere.
 *
 * No keyboard is caught in it: Escape, pressed twice, leaves.
 */
import { place } from "../../../media/web/pointing_places.ts";
import type { View } from "../../../media/web/pointing_places.ts";
import type { Action } from "../../../signaling/web/wire.generated.ts";
import { passedKey, TWICE } from "./operate_keys.ts";

export interface Operated {
  readonly action: Action;
  /** A key that is held down. */
  readonly repeated: boolean;
}

const WHOLE = 10_000;
const NOTCH = 100;

export class OperateSurface extends HTMLElement {
  readonly #box = document.createElement("textarea");
  #label = "";
  #escaped = -Infinity;
  #turned = 0;
  #down = false;

  /** What it is, for who does not see it. Set by the page's template. */
  set label(label: string) {
    this.#label = label;
    this.#box.setAttribute("aria-label", label);
  }

  get label(): string {
    return this.#label;
  }

  connectedCallback(): void {
    if (this.#box.parentNode !== this) {
      Object.assign(this.#box, { spellcheck: false, autocomplete: "off", rows: 1 });
      this.#box.dataset["test"] = "operate-keys";
      this.append(this.#box);
    }
    this.onpointerdown = (event) => this.#press(event);
    this.onpointermove = (event) => this.#move(event);
    this.onpointerup = this.onpointercancel = () => this.#release();
    this.oncontextmenu = (event) => event.preventDefault();
    this.addEventListener("wheel", this.#wheel, { passive: false });
    this.#box.onkeydown = (event) => this.#key(event);
    this.#box.oninput = (event) => this.#typed(event);
    this.#box.addEventListener("compositionend", this.#composed);
    this.#box.onpaste = (event) => event.preventDefault(); // what lies in this machine's clipboard stays here
    this.#box.ondrop = (event) => event.preventDefault();
    this.#box.onblur = () => this.#release();
  }

  disconnectedCallback(): void {
    this.removeEventListener("wheel", this.#wheel);
    this.#down = false;
  }

  override focus(): void {
    this.#box.focus();
  }

  #press(event: PointerEvent): void {
    event.preventDefault(); // or the focus would go elsewhere
    this.#box.focus({ preventScroll: true });
    const at = this.#place(event);
    if (event.button !== 0 || at === null) return;
    this.setPointerCapture(event.pointerId);
    this.#down = true;
    this.#seat(event);
    this.#tell({ do: "press", ...at });
  }

  #move(event: PointerEvent): void {
    const at = this.#place(event);
    if (at !== null) this.#tell({ do: "move", ...at });
  }

  #release(): void {
    if (!this.#down) return;
    this.#down = false;
    this.#tell({ do: "release" });
  }

  readonly #wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const at = this.#place(event);
    if (at === null) return;
    this.#turned += event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY / NOTCH : Math.sign(event.deltaY);
    const steps = Math.trunc(this.#turned);
    if (steps === 0) return;
    this.#turned -= steps;
    this.#tell({ do: "wheel", ...at, steps: Math.max(-10, Math.min(10, steps)) });
  };

  #key(event: KeyboardEvent): void {
    if (event.isComposing || event.keyCode === 229) return; // the input method's
    const passed = passedKey(event);
    if (passed?.name === "Escape") {
      const now = event.timeStamp / 1000;
      if (now - this.#escaped <= TWICE) return this.#leave(event);
      this.#escaped = now;
    } else {
      this.#escaped = -Infinity;
    }
    if (passed === null) return;
    event.preventDefault();
    this.#letters();
    this.#tell(passed, event.repeat);
  }

  #leave(event: KeyboardEvent): void {
    event.preventDefault();
    this.#escaped = -Infinity;
    this.#box.blur();
    this.dispatchEvent(new CustomEvent("operating-left", { bubbles: true }));
  }

  #typed(event: Event): void {
    if (!(event as InputEvent).isComposing) this.#letters();
  }

  readonly #composed = (): void => this.#letters();

  /** What the box holds goes out, and the box is empty again. */
  #letters(): void {
    const text = this.#box.value;
    this.#box.value = "";
    if (text !== "") this.#tell({ do: "text", text });
  }

  #tell(action: Action, repeated = false): void {
    const detail: Operated = { action, repeated };
    this.dispatchEvent(new CustomEvent("operating", { bubbles: true, detail }));
  }

  /** The input method's list of characters opens where was pressed last. */
  #seat({ offsetX, offsetY }: PointerEvent): void {
    this.#box.style.setProperty("inset-inline-start", `${Math.min(offsetX, this.clientWidth - 4)}px`);
    this.#box.style.setProperty("inset-block-start", `${Math.min(offsetY, this.clientHeight - 24)}px`);
  }

  /** Shares of the window's picture; null beside it. */
  #place({ clientX, clientY }: MouseEvent): { readonly x: number; readonly y: number } | null {
    const { left, top } = this.getBoundingClientRect();
    const video = this.closest("media-tile")?.querySelector("video");
    const view: View = { width: this.clientWidth, height: this.clientHeight, pictureWidth: video?.videoWidth ?? 0, pictureHeight: video?.videoHeight ?? 0, turn: 0 };
    const spot = place(view, clientX - left, clientY - top);
    return spot === null ? null : { x: spot.x / WHOLE, y: spot.y / WHOLE };
  }
}

export function defineOperating(): void {
  if (customElements.get("operate-surface") === undefined) customElements.define("operate-surface", OperateSurface);
}
