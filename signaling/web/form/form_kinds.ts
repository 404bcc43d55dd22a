/** A form as `config/forms.py` describes it, and what is shown beside the letters (`PaperView`); nothing here can run. */
import type { Localised } from "../../../config/web/words.ts";

export type Side = "resident" | "clerk";
export type Kind = "text" | "long-text" | "date" | "choice" | "yes-no" | "id-number" | "phone" | "number" | "address";

export interface Field {
  readonly id: string;
  readonly label: Localised;
  readonly kind: Kind;
  readonly help?: Localised | null;
  readonly required?: boolean;
  readonly max_length?: number | null;
  readonly options?: readonly { readonly code: string; readonly label: Localised }[];
  readonly only_if?: { readonly field: string; readonly is: string } | null;
  readonly filled_by?: "both" | Side;
  readonly sensitive?: boolean;
}

export interface Page {
  readonly id: string;
  readonly title: Localised;
  readonly fields: readonly Field[];
  readonly statement?: Localised | null;
}

export interface Form {
  readonly code: string;
  readonly title: Localised;
  readonly valid_from: string;
  readonly pages: readonly Page[];
  /** Who signs, in the order of the lines on the paper. */
  readonly signed_by?: readonly Localised[];
}

/** The server's word about the paper. */
export interface PaperView {
  /** Digest of what is signed; null while it is filled in. */
  readonly frozen: string | null;
  /** Pages that the resident confirmed. */
  readonly confirmed: readonly string[];
  /** Sensitive fields that the clerk sees. */
  readonly shown: readonly string[];
  /** Fields that hold anything, hidden ones too. */
  readonly filled: readonly string[];
  /** Field → code of what is wrong with it. */
  readonly problems: Readonly<Record<string, string>>;
  /** The field that the clerk points at. */
  readonly pointed: string | null;
}

/** Most characters of a value where the field does not say: the same as `config/forms.LIMITS`. */
const LIMITS: Readonly<Record<Kind, number>> = {
  text: 60, "long-text": 1000, date: 20, choice: 64, "yes-no": 3, "id-number": 24, phone: 30, number: 20, address: 200,
};

export function limitOf({ kind, max_length }: Field): number {
  return max_length ?? LIMITS[kind];
}

export function isChosen({ kind }: Pick<Field, "kind">): boolean {
  return kind === "choice" || kind === "yes-no";
}

/** May `side` see what stands in the field? */
export function mayRead({ id, sensitive }: Field, { shown }: Pick<PaperView, "shown">, side: Side): boolean {
  return side === "resident" || sensitive !== true || shown.includes(id);
}

/** May `side` write there? `operated`: the resident lets the clerk fill in what is theirs. */
export function mayWrite({ filled_by = "both" }: Pick<Field, "filled_by">, side: Side, operated: boolean): boolean {
  return filled_by === "both" || filled_by === side || (side === "clerk" && operated);
}

/** The fields of a page that are asked, given the answers so far: the same as `form_rules.shown_fields`. */
export function askedOn(form: Form, page: Page, value: (field: string) => string): readonly Field[] {
  const asked = new Set<string>();
  for (const field of form.pages.flatMap((each) => each.fields)) {
    if (field.only_if == null || (asked.has(field.only_if.field) && value(field.only_if.field).trim() === field.only_if.is)) asked.add(field.id);
  }
  return page.fields.filter((field) => asked.has(field.id));
}

/** The pages on which anything is asked. */
export function pagesOf(form: Form, value: (field: string) => string): readonly Page[] {
  return form.pages.filter((page) => askedOn(form, page, value).length > 0);
}
