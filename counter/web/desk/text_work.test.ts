/** Lines are unread until they were on the glass; what is being written survives a reload and not the talk. */
import { expect, it } from "vitest";
import type { Order } from "../../../signaling/web/commands.ts";
import type { Talk, TextLine } from "../../../signaling/web/wire.generated.ts";
import { TextWork } from "./text_work.ts";

class Tab {
  readonly kept = new Map<string, string>();
  getItem = (key: string): string | null => this.kept.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.kept.set(key, value);
  removeItem = (key: string): void => void this.kept.delete(key);
}
const line = (n: number, by: string): TextLine => ({ n, by, at: n, text: `line ${n}` });
const talk = (texts: readonly TextLine[], session = "s1"): Talk => ({ session, me: "clerk", texts }) as unknown as Talk;

function work(tab: Tab, says: boolean[] = []): { texts: TextWork; asked: Order[] } {
  const asked: Order[] = [];
  return { texts: new TextWork(async (order) => (asked.push(order), says.shift() ?? true), () => undefined, tab), asked };
}

it("counts what the other side wrote and was not seen, over a reload too", () => {
  const tab = new Tab();
  const { texts } = work(tab);
  const first = talk([line(1, "resident"), line(2, "clerk")]);
  texts.follow(first);
  expect(texts.unread(first)).toBe(1);
  texts.show(true, first);
  expect(texts.unread(first)).toBe(0);
  texts.show(false, first);
  const later = talk([...first.texts, line(3, "resident")]);
  texts.follow(later);
  expect(texts.unread(later)).toBe(1);
  const after = work(tab).texts;
  after.follow(later);
  expect(after.unread(later)).toBe(1);
});

it("keeps what could not be sent, and sends a line once", async () => {
  const { texts, asked } = work(new Tab(), [false, true]);
  texts.follow(talk([]));
  texts.typed("  请看第二页 ");
  await Promise.all([texts.send(), texts.send()]);
  expect(texts.draft).toBe("  请看第二页 ");
  await texts.send();
  expect(texts.draft).toBe("");
  expect(asked).toEqual(Array(2).fill({ type: "send-text", session: "s1", text: "请看第二页" }));
  texts.typed("   ");
  await texts.send();
  expect(asked.length).toBe(2);
});

it("leaves nothing in the tab when the talk is over", () => {
  const tab = new Tab();
  const { texts } = work(tab);
  texts.follow(talk([line(1, "resident")]));
  texts.typed("begun");
  texts.show(true, talk([line(1, "resident")]));
  expect(tab.kept.size).toBe(2);
  texts.follow(null);
  expect([tab.kept.size, texts.draft, texts.open]).toEqual([0, "", false]);
});
