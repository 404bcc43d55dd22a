/** Two people type into one form over a bad line, through boxes, input methods and a server that forgets nothing: nothing typed is lost. */
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { bind } from "./bound_field.ts";
import type { Box } from "./bound_field.ts";
import { dice } from "./dice.ts";
import { SharedForm } from "./shared_form.ts";
import type { Outgoing, Sheet } from "./shared_form.ts";

const FIELDS = ["name", "remark", "household"];
const KINDS = [...FIELDS.map((id) => ({ id, kind: "text" as const })), { id: "sex", kind: "choice" as const }];

/** A text box without a page. */
class Sheetless implements Box {
  value = "";
  selectionStart: number | null = 0;
  selectionEnd: number | null = 0;
  selectionDirection = "none" as const;
  #heard = new Map<string, Set<(event: Event) => void>>();
  setSelectionRange(start: number, end: number): void { [this.selectionStart, this.selectionEnd] = [start, end]; }
  addEventListener(type: string, heard: (event: Event) => void): void { this.#heard.set(type, (this.#heard.get(type) ?? new Set()).add(heard)); }
  removeEventListener(type: string, heard: (event: Event) => void): void { this.#heard.get(type)?.delete(heard); }
  fire(type: string): void { for (const heard of this.#heard.get(type) ?? []) heard(new Event(type)); }
  /** Replaces what stands from `start` to `end`, as a key does. */
  key(start: number, end: number, text: string): void {
    this.value = this.value.slice(0, start) + text + this.value.slice(end);
    this.setSelectionRange(start + text.length, start + text.length);
    this.fire("input");
  }
}

/** The server, as `form_paper` behaves: what builds on something missing is refused, what is repeated is taken once. */
class Server {
  readonly docs = new Map(KINDS.map(({ id }) => [id, new Y.Doc()]));
  locked = new Set<string>();
  doc(field: string): Y.Doc { return this.docs.get(field) as Y.Doc; }
  welcome(vectors: Readonly<Record<string, Uint8Array>>): Record<string, Sheet> {
    return Object.fromEntries([...this.docs].map(([id, doc]) => [id, { update: Y.encodeStateAsUpdate(doc, vectors[id]), vector: Y.encodeStateVector(doc) }]));
  }
  apply(field: string, update: Uint8Array): string | null {
    if (this.locked.has(field)) return "page-confirmed";
    const trial = new Y.Doc();
    Y.applyUpdate(trial, Y.encodeStateAsUpdate(this.doc(field)));
    Y.applyUpdate(trial, update);
    if (trial.store.pendingStructs !== null || trial.store.pendingDs !== null) return "out-of-order";
    this.docs.set(field, trial);
    return null;
  }
}

type Incoming = (form: SharedForm) => void;

class Typist {
  readonly up: Outgoing[] = [];
  readonly down: Incoming[] = [];
  on = false;
  readonly form = new SharedForm(KINDS, (out) => { if (this.on) this.up.push(out); });
  readonly boxes = FIELDS.map((field) => {
    const box = new Sheetless();
    bind(box, this.form.line(field));
    return box;
  });
  composing: { box: Sheetless; at: number; long: number; letter: string } | null = null;
  refusals: string[] = [];
  constructor() { this.form.onRefused = (field, code) => this.refusals.push(`${field}: ${code}`); }

  lose(): void {
    this.on = false;
    this.up.length = this.down.length = 0;
    this.form.disconnected();
  }
  back(): void {
    this.on = true;
    this.form.connected();
  }
  compose(letter: string): void {
    if (this.composing === null) return;
    const { box, at, long } = this.composing;
    box.key(at, at + long, letter);
    this.composing.long = letter.length;
  }
  endComposing(): void {
    if (this.composing === null) return;
    this.compose(this.composing.letter);
    this.composing.box.fire("compositionend");
    this.composing = null;
  }
}

/** The oldest thing on its way up arrives. */
function arrive(server: Server, from: Typist, others: readonly Typist[]): void {
  const out = from.up.shift();
  if (out === undefined) return;
  if (out.type === "form-hello") {
    const sheets = server.welcome(out.vectors);
    from.down.push((form) => form.welcomed(sheets));
    return;
  }
  const { field, update, number } = out;
  const code = server.apply(field, update);
  from.down.push((form) => (code === null ? form.taken(number) : form.refused(number, code)));
  if (code === null) for (const other of others) if (other.on) other.down.push((form) => form.receive(field, update));
}

function settle(server: Server, two: readonly Typist[]): void {
  while (two.some(({ up, down }) => up.length + down.length > 0)) {
    for (const typist of two) {
      arrive(server, typist, two.filter((other) => other !== typist));
      typist.down.shift()?.(typist.form);
    }
  }
}

function interleaving(seed: number): void {
  const roll = dice(seed);
  const server = new Server();
  const two = [new Typist(), new Typist()];
  const typed: string[] = [];
  const deleted = new Set<string>();
  const letter = (): string => {
    const next = String.fromCodePoint((typed.length % 5 === 0 ? 0x20000 : 0x4e00) + typed.length);
    typed.push(next);
    return next;
  };
  for (let count = 30 + roll(60); count > 0; count -= 1) {
    const typist = two[roll(2)] as Typist;
    const box = typist.boxes[roll(FIELDS.length)] as Sheetless;
    const letters = [...box.value];
    const place = roll(letters.length + 1);
    const at = letters.slice(0, place).join("").length;
    switch (["key", "key", "key", "delete", "compose", "compose", "up", "up", "up", "up", "down", "down", "down", "down", "break", "back", "back", "choose"][roll(18)]) {
      case "key":
        if (typist.composing === null) box.key(at, at, letter() + (roll(3) === 0 ? letter() : ""));
        break;
      case "delete": {
        const gone = letters[place];
        if (typist.composing === null && gone !== undefined) {
          box.key(at, at + gone.length, "");
          deleted.add(gone);
        }
        break;
      }
      case "compose":
        if (typist.composing === null) {
          box.fire("compositionstart");
          typist.composing = { box, at, long: 0, letter: letter() };
          typist.compose("n");
        } else if (roll(3) === 0) typist.endComposing();
        else typist.compose(roll(2) === 0 ? "ni" : "ni h");
        break;
      case "up": arrive(server, typist, two.filter((other) => other !== typist)); break;
      case "down": typist.down.shift()?.(typist.form); break;
      case "break": typist.lose(); break;
      case "back": if (!typist.on) typist.back(); break;
      case "choose": typist.form.pick("sex").choose(roll(2) === 0 ? "male" : "female"); break;
    }
  }
  for (const typist of two) {
    typist.endComposing();
    typist.lose();
    typist.back();
  }
  settle(server, two);
  const said = FIELDS.map((field) => server.doc(field).getText("text").toString());
  const sex = server.doc("sex").getMap("choice").get("value") ?? "";
  for (const typist of two) {
    expect(typist.form.value("sex"), `seed ${seed}`).toBe(sex);
    expect(typist.boxes.map(({ value }) => value), `seed ${seed}`).toEqual(said);
    expect(typist.refusals, `seed ${seed}`).toEqual([]);
    expect(typist.form.settled).toBe(true);
  }
  const all = said.join("");
  for (const each of typed) expect(all.split(each).length - 1, `seed ${seed}, ${each}`).toBe(deleted.has(each) ? 0 : 1);
}

describe("a thousand talks", () => {
  it.each(Array.from({ length: 10 }, (_, hundred) => hundred))("end with the same form and nothing lost (hundred %i)", (hundred) => {
    for (let seed = hundred * 100; seed < hundred * 100 + 100; seed += 1) interleaving(seed);
  });
});

describe("a shared form", () => {
  const pair = (): { server: Server; resident: Typist; clerk: Typist; calm: () => void } => {
    const [server, resident, clerk] = [new Server(), new Typist(), new Typist()];
    for (const each of [resident, clerk]) each.back();
    const calm = (): void => settle(server, [resident, clerk]);
    calm();
    return { server, resident, clerk, calm };
  };

  it("sends one small change a key", () => {
    const { resident, calm } = pair();
    resident.boxes[0]?.key(0, 0, "张");
    calm();
    resident.boxes[0]?.key(1, 1, "三");
    const out = resident.up[0];
    expect(out?.type === "form-edit" && out.update.length).toBeLessThan(40);
  });

  it("leaves the caret of one where it was when the other types before it", () => {
    const { resident, clerk, calm } = pair();
    const [mine, theirs] = [resident.boxes[0] as Sheetless, clerk.boxes[0] as Sheetless];
    mine.key(0, 0, "三丰");
    calm();
    mine.setSelectionRange(1, 2);
    theirs.key(0, 0, "张");
    calm();
    expect([mine.value, mine.selectionStart, mine.selectionEnd]).toEqual(["张三丰", 2, 3]);
  });

  it("does not touch the box while an input method composes in it", () => {
    const { resident, clerk, calm } = pair();
    const [mine, theirs] = [resident.boxes[0] as Sheetless, clerk.boxes[0] as Sheetless];
    mine.fire("compositionstart");
    mine.key(0, 0, "zhang");
    theirs.key(0, 0, "（男）");
    calm();
    expect(mine.value).toBe("zhang");
    mine.key(0, 5, "张");
    mine.fire("compositionend");
    calm();
    expect(mine.value).toBe("张（男）");
    expect(mine.selectionStart).toBe(1);
    expect(theirs.value).toBe("张（男）");
  });

  it("shows the server's text again, and says so, when a page was confirmed at that moment; other fields lose nothing", () => {
    const { server, resident, clerk, calm } = pair();
    resident.boxes[0]?.key(0, 0, "张三");
    calm();
    server.locked.add("name");
    clerk.boxes[0]?.key(0, 0, "x");
    clerk.boxes[0]?.key(1, 1, "y");
    clerk.boxes[1]?.key(0, 0, "急");
    calm();
    expect(clerk.refusals).toEqual(["name: page-confirmed"]);
    expect(clerk.boxes.map(({ value }) => value)).toEqual(["张三", "急", ""]);
    server.locked.clear();
    clerk.boxes[0]?.key(2, 2, "丰");
    calm();
    expect(resident.boxes.map(({ value }) => value)).toEqual(["张三丰", "急", ""]);
  });

  it("sends everything again when the server lacks something, and gives up only the second time", () => {
    const { server, resident, clerk, calm } = pair();
    const takes = server.apply.bind(server);
    let lacking = true;
    server.apply = (field, update) => {
      if (!lacking) return takes(field, update);
      lacking = false;
      return "out-of-order"; // as after a restart from an older copy
    };
    resident.boxes[0]?.key(0, 0, "张");
    resident.boxes[0]?.key(1, 1, "三");
    calm();
    expect(clerk.boxes[0]?.value).toBe("张三");
    expect(resident.refusals).toEqual([]);
    expect(resident.form.settled).toBe(true);
    server.apply = () => "out-of-order";
    resident.boxes[0]?.key(2, 2, "丰");
    calm();
    expect(resident.refusals).toEqual(["name: out-of-order"]);
    expect(resident.boxes[0]?.value).toBe("张三");
  });

  it("rests when everything is stored", async () => {
    const { resident, calm } = pair();
    await resident.form.rest();
    resident.boxes[0]?.key(0, 0, "张");
    let rested = false;
    const resting = resident.form.rest().then(() => { rested = true; });
    await Promise.resolve();
    expect(rested).toBe(false);
    calm();
    await resting;
    expect(rested).toBe(true);
  });

  it("agrees on one of two answers given at the same moment", () => {
    const { resident, clerk, calm } = pair();
    resident.form.pick("sex").choose("male");
    clerk.form.pick("sex").choose("female");
    calm();
    expect(resident.form.value("sex")).toBe(clerk.form.value("sex"));
    expect(["male", "female"]).toContain(resident.form.value("sex"));
  });

  it("has one change of a field on its way at a time: what is typed meanwhile goes with the next", () => {
    const { server, resident, clerk, calm } = pair();
    for (const [at, letter] of [..."浙江省海盐县"].entries()) resident.boxes[0]?.key(at, at, letter);
    resident.boxes[1]?.key(0, 0, "急");
    expect(resident.up.length).toBe(2);
    arrive(server, resident, [clerk]);
    resident.down.shift()?.(resident.form);
    expect(resident.up.length).toBe(2);
    expect(resident.form.settled).toBe(false);
    calm();
    expect(clerk.boxes.map(({ value }) => value)).toEqual(["浙江省海盐县", "急", ""]);
    expect(resident.form.settled).toBe(true);
  });

  it("tells when something is not stored yet", () => {
    const { resident, calm } = pair();
    resident.boxes[0]?.key(0, 0, "张");
    expect(resident.form.settled).toBe(false);
    calm();
    expect(resident.form.settled).toBe(true);
  });

  it("forgets what is hidden again, and takes it in when it is shown anew", () => {
    const { server, resident, clerk, calm } = pair();
    resident.boxes[0]?.key(0, 0, "330424");
    calm();
    clerk.form.forget("name");
    expect(clerk.boxes[0]?.value).toBe("");
    clerk.form.revealed("name", { update: Y.encodeStateAsUpdate(server.doc("name")) });
    expect(clerk.boxes[0]?.value).toBe("330424");
    clerk.boxes[0]?.key(6, 6, "1");
    calm();
    expect(resident.boxes[0]?.value).toBe("3304241");
  });
});
