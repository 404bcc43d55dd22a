/** Where the desktop's agent is and the word that it wants: told once in the address, kept on the kiosk's own machine for reloads. */

export interface DesktopPlace {
  readonly url: string;
  readonly token: string;
}

/** Of the kiosk, not of a resident: `forgetTraces` leaves it. */
const KEPT = "virtual-window.desktop";
const TOLD = /^(\d{1,5})\.([A-Za-z0-9_-]{20,128})$/;

type Kept = Pick<Storage, "getItem" | "setItem">;

/** Reads `#desktop=PORT.TOKEN`, or what was kept of it; null on a kiosk without an agent. `rest` is the address's part after `#` without it. */
export function desktopPlace(hash: string, kept: Kept): { readonly place: DesktopPlace | null; readonly rest: string } {
  const parts = hash.replace(/^#/, "").split("&");
  const told = parts.filter((part) => part.startsWith("desktop="));
  const rest = parts.filter((part) => part !== "" && !part.startsWith("desktop=")).join("&");
  const place = read(told.at(-1)?.slice("desktop=".length) ?? "");
  if (place !== null) kept.setItem(KEPT, told.at(-1)!.slice("desktop=".length));
  return { place: place ?? read(kept.getItem(KEPT) ?? ""), rest };
}

/** The same for this page; a token does not stay in the address, where others see it. */
export function desktopHere(): DesktopPlace | null {
  const { place, rest } = desktopPlace(location.hash, localStorage);
  if (location.hash.includes("desktop=")) history.replaceState(null, "", `${location.pathname}${location.search}${rest === "" ? "" : `#${rest}`}`);
  return place;
}

function read(text: string): DesktopPlace | null {
  const [, port = "", token = ""] = TOLD.exec(text) ?? [];
  return Number(port) >= 1 && Number(port) <= 65_535 ? { url: `ws://127.0.0.1:${Number(port)}`, token } : null;
}
