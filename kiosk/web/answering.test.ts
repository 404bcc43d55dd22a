/** The camera for papers: opened by a question, closed when a form needs the glass, left alone when the resident opened it. */
import { expect, test } from "vitest";
import type { Talk } from "../../signaling/web/wire.generated.ts";
import { Answering } from "./answering.ts";

/** A kiosk whose camera for papers is slow to open. */
function kiosk() {
  const opening: (() => void)[] = [];
  const cameras = {
    papersShown: false,
    showPapers: () => new Promise<null>((done) => opening.push(() => ((cameras.papersShown = true), done(null)))),
    hidePapers: async () => void (cameras.papersShown = false),
  };
  const answering = new Answering({} as never, {} as never, cameras as never, {} as never, () => undefined);
  const follow = (ask: string | null, form: boolean): void =>
    answering.follow({ session: "s", asked: ask === null ? null : { ask, id: ask, take: null }, form: form ? {} : null } as unknown as Talk);
  const opens = async (): Promise<void> => {
    opening.shift()!();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { cameras, answering, follow, opens, opening };
}

test("a page is asked for: the camera opens, and closes when the page is kept and a form is laid on the table", async () => {
  const { cameras, follow, opens } = kiosk();
  follow("page", false);
  await opens();
  expect(cameras.papersShown).toBe(true);
  follow(null, false);
  expect(cameras.papersShown).toBe(true); // the clerk may still look at the paper
  follow(null, true);
  expect(cameras.papersShown).toBe(false);
});

test("while a form lies on the table a page is asked for, and the form gets the glass back", async () => {
  const { cameras, follow, opens } = kiosk();
  follow(null, true);
  follow("page", true);
  await opens();
  expect(cameras.papersShown).toBe(true);
  follow(null, true);
  expect(cameras.papersShown).toBe(false);
});

test("a camera that comes when the question is over closes again", async () => {
  const { cameras, follow, opens } = kiosk();
  follow("page", true);
  follow(null, true);
  await opens();
  expect(cameras.papersShown).toBe(false);
});

test("what the resident shows of their own accord stays", async () => {
  const { cameras, follow, opening } = kiosk();
  cameras.papersShown = true;
  follow("page", true);
  expect(opening).toEqual([]);
  follow(null, true);
  expect(cameras.papersShown).toBe(true);
});

test("it was closed by hand and opened by hand: then it is the resident's", async () => {
  const { cameras, follow, opens } = kiosk();
  follow("page", false);
  await opens();
  cameras.papersShown = false;
  follow(null, false);
  cameras.papersShown = true;
  follow(null, true);
  expect(cameras.papersShown).toBe(true);
});
