/** The form of one case on the page's line: letters say for which case they are, strokes are of use now or never. */
import { expect, it, vi } from "vitest";
import { CommandRefused } from "../commands.ts";
import type { Order } from "../commands.ts";
import type { Line } from "../line.ts";
import type { PointedInForm, Talk } from "../wire.generated.ts";
import type { Form } from "./form_kinds.ts";
import { FormLine } from "./form_line.ts";
import type { StrokePart } from "./stroke_parts.ts";

const FORM: Form = { code: "identity", title: { "zh-CN": "表", en: "Form" }, valid_from: "2026-01-01", pages: [] };
const PART: StrokePart = { field: "name", stroke: 7, spots: [{ x: 1, y: 2 }], ended: false };
const FROM_THERE: PointedInForm = { type: "pointed-in-form", session: "s-1", by: "clerk", ...PART };

/** A page around its form, and a line that refuses everything. */
class Page {
  readonly sent: Order[] = [];
  readonly shown: unknown[] = [];
  readonly redrawn = vi.fn();
  readonly element = Object.assign(new EventTarget(), { querySelector: () => ({ show: (part: unknown) => this.shown.push(part) }) }) as unknown as HTMLElement;
  readonly form: FormLine;
  readonly untie: () => void;

  constructor() {
    const refuse = (order: Order): Promise<never> => {
      this.sent.push(order);
      return Promise.reject(new CommandRefused("no-form", ""));
    };
    this.form = new FormLine({ command: refuse } as unknown as Line, { session: "s-1", case: "1-1" }, FORM, this.redrawn);
    this.untie = this.form.connectTo(this.element);
    this.form.lineUp(true);
    this.sent.length = 0; // its greeting
  }

  draw(): void {
    this.element.dispatchEvent(new CustomEvent("form-pointing", { detail: PART }));
  }
}

it("sends what is drawn, and says nothing when it is not taken", async () => {
  const page = new Page();
  await vi.waitFor(() => expect(page.redrawn).toHaveBeenCalled()); // the greeting's answer
  page.redrawn.mockClear();
  page.draw();
  expect(page.sent).toEqual([{ type: "point-in-form", session: "s-1", ...PART }]);
  await Promise.resolve();
  expect(page.form.refusal).toBeNull();
  expect(page.redrawn).not.toHaveBeenCalled();
});

it("keeps no stroke for a line that is away", () => {
  const page = new Page();
  page.form.lineUp(false);
  page.draw();
  page.form.lineUp(true);
  expect(page.sent.filter(({ type }) => type === "point-in-form")).toEqual([]);
});

it("hands the other side's strokes to the form that is on the page, and to none that left it", () => {
  const page = new Page();
  expect(page.form.heard(FROM_THERE)).toBe(true);
  expect(page.shown).toEqual([FROM_THERE]);
  expect(page.form.heard({ ...FROM_THERE, session: "s-2" } as { type: string })).toBe(false);
  page.untie();
  expect(page.form.heard(FROM_THERE)).toBe(true);
  page.draw();
  expect(page.shown).toHaveLength(1);
  expect(page.sent).toEqual([]);
});

it("is the form of one case: another case may have the same one", () => {
  const { form } = new Page();
  const talk = (number: string, version = FORM.valid_from): Talk => ({ session: "s-1", form: { case: number, code: FORM.code, version, laid: true, frozen: null } }) as unknown as Talk;
  expect([form.isOf(talk("1-1")), form.isOf(talk("1-2")), form.isOf(talk("1-1", "2027-01-01")), form.isOf({ session: "s-1", form: null } as unknown as Talk)]).toEqual([true, false, false, false]);
});

it("says with every letter for which case it was typed", async () => {
  const sent: Order[] = [];
  const take = (order: Order): Promise<unknown> => {
    sent.push(order);
    return Promise.resolve(order.type === "form-hello" ? { type: "form-welcome", view: null, sheets: {} } : { type: "done" });
  };
  const field = { id: "name", kind: "text" } as unknown as Form["pages"][number]["fields"][number];
  const form = new FormLine({ command: take } as unknown as Line, { session: "s-1", case: "1-2" }, { ...FORM, pages: [{ id: "p", fields: [field] } as unknown as Form["pages"][number]] }, () => undefined);
  form.lineUp(true);
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  await Promise.resolve();
  form.shared.line("name").splice([{ at: 0, remove: 0, insert: "王" }]);
  await vi.waitFor(() => expect(sent.at(-1)).toMatchObject({ type: "edit-form", session: "s-1", case: "1-2", field: "name" }));
});
