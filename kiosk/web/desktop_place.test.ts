/** Where the desktop's agent is: told in the address, or kept from the last time. */
import { describe, expect, it } from "vitest";
import { desktopPlace } from "./desktop_place.ts";

const TOKEN = "Zk3-aB_0123456789abcdefghijklmnop";

class Kept {
  readonly items = new Map<string, string>();
  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }
}

describe("where the agent is", () => {
  it("is told in the address and known again after a reload", () => {
    const kept = new Kept();
    const place = { url: "ws://127.0.0.1:17600", token: TOKEN };
    expect(desktopPlace(`#desktop=17600.${TOKEN}`, kept)).toEqual({ place, rest: "" });
    expect([...kept.items.keys()]).toEqual(["virtual-window.desktop"]);
    expect(desktopPlace("", kept)).toEqual({ place, rest: "" });
  });

  it("leaves the rest of the address to others", () => {
    expect(desktopPlace(`#enrol=ABCD-1234&desktop=17600.${TOKEN}`, new Kept()).rest).toBe("enrol=ABCD-1234");
    expect(desktopPlace("#enrol=ABCD-1234", new Kept())).toEqual({ place: null, rest: "enrol=ABCD-1234" });
  });

  it("is newer in the address than in what was kept", () => {
    const kept = new Kept();
    desktopPlace(`#desktop=17600.${TOKEN}`, kept);
    expect(desktopPlace(`#desktop=17601.${TOKEN}`, kept).place?.url).toBe("ws://127.0.0.1:17601");
    expect(desktopPlace("", kept).place?.url).toBe("ws://127.0.0.1:17601");
  });

  it.each(["", "#", "#desktop=", `#desktop=0.${TOKEN}`, `#desktop=70000.${TOKEN}`, "#desktop=17600.short", `#desktop=evil.example:1.${TOKEN}`, `#desktop=17600.${TOKEN}!`])(
    "is nowhere by %s",
    (hash) => {
      const kept = new Kept();
      expect(desktopPlace(hash, kept).place).toBeNull();
      expect(kept.items.size).toBe(0);
    },
  );
});
