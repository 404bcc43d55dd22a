/** The digest of what stands on a page, as the server computes it (`form_rules.page_digest`): the resident confirms what is on the screen. */
import { askedOn } from "./form_kinds.ts";
import type { Form, Page } from "./form_kinds.ts";

/** As `form_rules.plain`: one spelling, nothing blank at the ends. */
export function plain(text: string): string {
  return text.replace(/\r\n?/g, "\n").normalize("NFC").replace(/^[ \t\n\u00a0\u3000]+|[ \t\n\u00a0\u3000]+$/g, "");
}

/** SHA-256 in hex. Needs a secure context, as the camera does. */
export async function pageDigest(form: Form, page: Page, value: (field: string) => string): Promise<string> {
  const seen = askedOn(form, page, value).map(({ id }) => [id, plain(value(id))] as const);
  // Written out by hand: an object would put a field named `12` before all others.
  const values = [...seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, text]) => `${JSON.stringify(id)}:${JSON.stringify(text)}`);
  const about = [form.code, page.id, form.valid_from].map((each) => JSON.stringify(each));
  const bytes = new TextEncoder().encode(`{"form":${about[0]},"page":${about[1]},"values":{${values.join(",")}},"version":${about[2]}}`);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
