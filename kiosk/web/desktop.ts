/** The kiosk's desktop through the door of its agent: a window in which a clerk may help, as a track, and what happens in it. By hand the same as `kiosk/operate/door_wire.py`. */
import { AgentDoor } from "./agent_door.ts";
import type { Connect } from "./agent_door.ts";
import { sheet } from "./desktop_sheet.ts";
import type { Sheet } from "./desktop_sheet.ts";

export interface DesktopWindow {
  readonly window: string;
  readonly zh: string;
  readonly en: string;
}

/** Places are shares of the window's width and height. */
export type DesktopAction =
  | { readonly do: "move" | "press"; readonly x: number; readonly y: number }
  | { readonly do: "release" }
  | { readonly do: "wheel"; readonly x: number; readonly y: number; readonly steps: number }
  | { readonly do: "text"; readonly text: string }
  | { readonly do: "key"; readonly name: string; readonly modifier?: string };

/** One line for the ledger; without `count` it happened once. Never what was typed, never a word of the page. */
export type DesktopEntry =
  | { readonly did: "granted"; readonly level: Level; readonly seconds: number }
  | { readonly did: "clicked" | "scrolled" | "typed"; readonly field?: string; readonly count?: number }
  | { readonly did: "pressed"; readonly key: string; readonly field?: string; readonly count?: number }
  | { readonly did: "refused"; readonly code: string; readonly count?: number }
  | { readonly did: "revoked"; readonly reason: string };

export type Level = "view" | "control";
export interface Acted {
  readonly count: number;
  readonly refused: string | null;
}

type FromAgent =
  | { readonly type: "ready"; readonly windows: readonly DesktopWindow[] }
  | { readonly type: "granted"; readonly id: string }
  | { readonly type: "refused"; readonly id: string; readonly code: string }
  | ({ readonly type: "acted"; readonly n: number } & Acted)
  | { readonly type: "happened"; readonly id: string; readonly n: number; readonly entries: readonly DesktopEntry[] }
  | { readonly type: "ended"; readonly id: string; readonly reason: string };

/** Not granted, or over before anything was seen; `code` is the agent's, `agent-away` while it is not there. */
export class DesktopRefused extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

interface Wanted {
  readonly id: string;
  readonly sheet: Sheet;
  granted: boolean;
  /** Null once it is settled. */
  settle: { readonly resolve: (track: MediaStreamTrack) => void; readonly reject: (error: DesktopRefused) => void } | null;
}

export class Desktop {
  readonly #door: AgentDoor<FromAgent>;
  readonly #changed: () => void;
  readonly #newSheet: () => Sheet;
  #windows: readonly DesktopWindow[] = [];
  #wanted: Wanted | null = null;
  #acts = new Map<number, (acted: Acted) => void>();
  /** Lines of a grant, the first of which is its `n`-th; they may come twice, and after a page was lost they come to the next one. */
  onHappened: (id: string, n: number, entries: readonly DesktopEntry[]) => void = () => undefined;
  /** A grant that stood is over. */
  onEnded: (id: string, reason: string) => void = () => undefined;

  constructor(url: string, token: string, changed: () => void, connect?: Connect, newSheet: () => Sheet = sheet) {
    const me = { heard: (said: FromAgent) => this.#heard(said), seen: (picture: ArrayBuffer) => this.#seen(picture), lost: () => this.#lost() };
    this.#door = new AgentDoor<FromAgent>(url, token, me, connect);
    this.#changed = changed;
    this.#newSheet = newSheet;
  }

  /** What can be opened; empty while the agent is not there. */
  get windows(): readonly DesktopWindow[] {
    return this.#windows;
  }

  /** Look for the agent, and go on looking. */
  start(): void {
    this.#door.start();
  }

  /** Leave: whatever stands ends. */
  stop(): void {
    this.#door.stop();
  }

  /** Opens the window; the track runs until the grant ends. Rejects with `DesktopRefused`. */
  grant(id: string, window: string, level: Level, seconds: number): Promise<MediaStreamTrack> {
    if (this.#windows.length === 0) return Promise.reject(new DesktopRefused("agent-away"));
    if (this.#wanted !== null) return Promise.reject(new DesktopRefused("busy"));
    return new Promise((resolve, reject) => {
      this.#wanted = { id, sheet: this.#newSheet(), granted: false, settle: { resolve, reject } };
      this.#door.say({ type: "grant", id, window, level, seconds });
    });
  }

  /** What the clerk does, under a number of the caller's own. It never rejects: a lost agent is `agent-away`, a number that is under way `busy`. */
  act(n: number, action: DesktopAction): Promise<Acted> {
    if (this.#windows.length === 0) return Promise.resolve({ count: 0, refused: "agent-away" });
    if (this.#acts.has(n)) return Promise.resolve({ count: 0, refused: "busy" });
    return new Promise((resolve) => {
      this.#acts.set(n, resolve);
      this.#door.say({ type: "act", n, action });
    });
  }

  /** The end of whatever stands or is being opened. */
  revoke(reason: string): void {
    this.#door.say({ type: "revoke", reason });
  }

  #seen(picture: ArrayBuffer): void {
    if (this.#wanted?.granted === true) this.#wanted.sheet.draw(picture);
  }

  #heard(said: FromAgent): void {
    switch (said.type) {
      case "ready":
        this.#windows = said.windows;
        this.#changed();
        break;
      case "granted":
        if (this.#wanted?.id === said.id) this.#granted(this.#wanted);
        break;
      case "refused":
        if (this.#wanted?.id === said.id) this.#over(said.code);
        break;
      case "acted": {
        const settle = this.#acts.get(said.n);
        this.#acts.delete(said.n);
        settle?.({ count: said.count, refused: said.refused });
        break;
      }
      case "happened":
        this.onHappened(said.id, said.n, said.entries);
        break;
      case "ended":
        if (this.#wanted?.id === said.id) this.#over(said.reason);
        this.onEnded(said.id, said.reason);
        break;
    }
  }

  #granted(wanted: Wanted): void {
    wanted.granted = true;
    void wanted.sheet.track.then((track) => {
      wanted.settle?.resolve(track);
      wanted.settle = null;
    });
  }

  /** Nothing is wanted any more. */
  #over(code: string): void {
    const wanted = this.#wanted;
    this.#wanted = null;
    wanted?.sheet.close();
    wanted?.settle?.reject(new DesktopRefused(code));
  }

  /** The agent ends what stood when it loses the page; it says so itself to the next one, here it is over at once. */
  #lost(): void {
    const wanted = this.#wanted;
    this.#over("agent-away");
    for (const settle of this.#acts.values()) settle({ count: 0, refused: "agent-away" });
    this.#acts.clear();
    if (wanted?.granted === true) this.onEnded(wanted.id, "agent-away");
    if (this.#windows.length === 0) return;
    this.#windows = [];
    this.#changed();
  }
}
