/** A template as the text that would stand in the document, for tests that read what a screen is made of. Pure. */
import type { TemplateResult } from "lit";

/** Attributes and content, in their order; functions are nothing. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join("");
  if (typeof value === "object" && value !== null && "strings" in value) {
    const { strings, values } = value as Pick<TemplateResult, "strings" | "values">;
    return strings.map((text, place) => text + textOf(values[place])).join("");
  }
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
