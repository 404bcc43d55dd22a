/** The words of the guided form: which keys of config/words it needs. A page's `Say` fits where one is asked for. */
import type { Values } from "../../../config/web/words.ts";

export const FORM_WORDS = [
  "form.pages", "form.page", "form.optional", "form.yes", "form.no", "form.confirm", "form.confirmed", "form.reopen", "form.back", "form.next",
  "form.waits", "form.frozen", "form.wrong", "form.unsaved", "form.read-only.clerk", "form.read-only.resident",
  "form.masked.filled", "form.masked.empty", "form.show", "form.hide", "form.shown.note", "form.hidden.note", "form.seen.note",
  "form.point", "form.point.stop", "form.pointed", "form.pointed.heard", "form.changed.clerk", "form.changed.resident", "form.changed.hidden",
  "form.point.draw.resident", "form.point.draw.clerk", "form.point.drawing.resident", "form.point.drawing.clerk",
  "form.problem.needed", "form.problem.too-long", "form.problem.bad-character", "form.problem.not-a-date", "form.problem.too-early",
  "form.problem.too-late", "form.problem.not-an-option", "form.problem.bad-id-number", "form.problem.not-that-birth-date",
  "form.problem.bad-phone", "form.problem.not-a-number", "form.problem.too-small", "form.problem.too-large", "form.problem.not-as-asked",
] as const;

export type FormWord = (typeof FORM_WORDS)[number];
export type FormSay = (key: FormWord, values?: Values) => string;

/** A problem's code in words; a code that the page does not know yet is told as "please check". */
export function sayProblem(say: FormSay, code: string): string {
  const key = FORM_WORDS.find((each) => each === `form.problem.${code}`);
  return say(key ?? "form.problem.not-as-asked");
}
