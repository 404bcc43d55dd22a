/** A note that is never lost. */
import { expect, it, vi } from "vitest";
import { Note } from "./notes.ts";
import type { NoteWorld } from "./notes.ts";

class World implements NoteWorld {
  kept = new Map<string, string>();
  saved: string[] = [];
  answer: () => Promise<unknown> = () => Promise.resolve();
  timers = new Map<number, () => void>();
  last = 0;
  storage = {
    getItem: (key: string): string | null => this.kept.get(key) ?? null,
    setItem: (key: string, value: string): void => void this.kept.set(key, value),
    removeItem: (key: string): void => void this.kept.delete(key),
  };
  changed = vi.fn();

  save = (_session: string, note: string): Promise<unknown> => {
    this.saved.push(note);
    return this.answer();
  };

  setTimer = (work: () => void): number => (this.timers.set((this.last += 1), work), this.last);
  clearTimer = (timer: number): void => void this.timers.delete(timer);

  async pass(): Promise<void> {
    const due = [...this.timers.values()];
    this.timers.clear();
    for (const work of due) work();
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  }
}

it("saves once the clerk pauses, and keeps nothing in the tab then", async () => {
  const world = new World();
  const note = new Note("s", "", world);
  for (const text of ["户", "户口", "户口簿"]) note.typed(text);
  expect(world.kept.get("note:s")).toBe("户口簿");
  await world.pass();
  expect(world.saved).toEqual(["户口簿"]);
  expect(note.state).toBe("saved");
  expect(world.kept.size).toBe(0);
});

it("comes back after a reload with what the server did not have, and sends it", async () => {
  const world = new World();
  new Note("s", "", world).typed("未保存");
  const again = new Note("s", "", world);
  expect(again.text).toBe("未保存");
  await world.pass();
  expect(world.saved.at(-1)).toBe("未保存");
});

it("tries again after a failure, and says so meanwhile", async () => {
  const world = new World();
  world.answer = () => Promise.reject(new Error("store-away"));
  const note = new Note("s", "", world);
  note.typed("x");
  await world.pass();
  expect(note.state).toBe("failed");
  expect(world.kept.get("note:s")).toBe("x");
  world.answer = () => Promise.resolve();
  await world.pass();
  expect(note.state).toBe("saved");
});

it("does not let an older copy of the server overwrite what is being typed", async () => {
  const world = new World();
  const note = new Note("s", "a", world);
  note.typed("ab");
  note.heard("a");
  expect(note.text).toBe("ab");
  await world.pass();
  note.heard("a");
  expect(note.text).toBe("ab");
  note.heard("from elsewhere");
  expect(note.text).toBe("from elsewhere");
});

it("sends the last words when the case leaves the desk", async () => {
  const world = new World();
  const note = new Note("s", "", world);
  note.typed("last words");
  note.finished();
  await world.pass();
  expect(world.saved).toEqual(["last words"]);
  expect(world.kept.size).toBe(0);
});
