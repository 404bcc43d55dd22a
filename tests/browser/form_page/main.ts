/** One end of the form: the element, the shared form, and a socket to the test's server, in the order in which the real line speaks. */
import "./page.css";
import type { Language } from "../../../config/web/words.ts";
import type { Form, PaperView, Side } from "../../../signaling/web/form/form_kinds.ts";
import { defineGuidedForm, GuidedForm } from "../../../signaling/web/form/form_view.ts";
import type { FormPointing } from "../../../signaling/web/form/form_pointing.ts";
import type { FormSay } from "../../../signaling/web/form/form_words.ts";
import { SharedForm } from "../../../signaling/web/form/shared_form.ts";
import type { StrokePart } from "../../../signaling/web/form/stroke_parts.ts";

type Sheets = Record<string, { update: string; vector: string }>;
type Message =
  | { type: "view"; view: PaperView } | { type: "welcome"; sheets: Sheets } | { type: "revealed"; sheets: Sheets } | { type: "forget"; field: string }
  | { type: "edited"; field: string; update: string } | { type: "taken"; number: number } | { type: "refused"; number: number; code: string }
  | ({ type: "pointed" } & StrokePart);

const asked = new URLSearchParams(location.search);
const side = (asked.get("side") ?? "resident") as Side;
const language = (asked.get("language") ?? "zh-CN") as Language;
const bytes = (text: string): Uint8Array => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const text = (data: Uint8Array): string => btoa(String.fromCharCode(...data));
const opened = (sheets: Sheets): Record<string, { update: Uint8Array; vector: Uint8Array }> =>
  Object.fromEntries(Object.entries(sheets).map(([id, { update, vector }]) => [id, { update: bytes(update), vector: bytes(vector) }]));

document.documentElement.dataset["side"] = side;
document.documentElement.lang = language;
const form = (await (await fetch("/form")).json()) as Form;
const words = (await (await fetch(`/words/${language}`)).json()) as Record<string, string>;
const say: FormSay = (key, values = {}) => (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

let line: WebSocket | null = null;
const tell = (message: unknown): void => {
  if (line?.readyState === WebSocket.OPEN) line.send(JSON.stringify(message));
};
const shared = new SharedForm(form.pages.flatMap(({ fields }) => fields), (out) => {
  if (out.type === "form-edit") tell({ type: "edit", number: out.number, field: out.field, update: text(out.update) });
  else tell({ type: "hello", vectors: Object.fromEntries(Object.entries(out.vectors).map(([id, vector]) => [id, text(vector)])) });
});
const refusals: string[] = [];
shared.onRefused = (field, code) => refusals.push(`${field}: ${code}`);

defineGuidedForm();
const view = document.querySelector("guided-form") as GuidedForm;
Object.assign(view, { form, shared, side, language, say });
view.addEventListener("confirm-page", (event) => tell({ type: "confirm", ...(event as CustomEvent<object>).detail }));
view.addEventListener("reopen-page", (event) => tell({ type: "reopen", ...(event as CustomEvent<object>).detail }));
view.addEventListener("show-field", (event) => tell({ type: "show", ...(event as CustomEvent<object>).detail }));
view.addEventListener("form-pointing", (event) => tell({ type: "stroke", ...(event as CustomEvent<StrokePart>).detail }));
view.addEventListener("highlight", (event) => tell({ type: "point", ...(event as CustomEvent<object>).detail }));

function heard(message: Message): void {
  if (message.type === "pointed") return view.querySelector<FormPointing>("form-pointing")?.show(message);
  if (message.type === "view") view.view = message.view;
  else if (message.type === "welcome") shared.welcomed(opened(message.sheets));
  else if (message.type === "revealed") for (const [id, sheet] of Object.entries(opened(message.sheets))) shared.revealed(id, sheet);
  else if (message.type === "forget") shared.forget(message.field);
  else if (message.type === "edited") shared.receive(message.field, bytes(message.update));
  else if (message.type === "taken") shared.taken(message.number);
  else shared.refused(message.number, message.code);
  view.requestUpdate();
}

function connect(): void {
  line = new WebSocket(`${location.origin.replace("http", "ws")}/line?side=${side}`);
  line.addEventListener("open", () => shared.connected());
  line.addEventListener("message", (event: MessageEvent<string>) => heard(JSON.parse(event.data) as Message));
  line.addEventListener("close", () => {
    shared.disconnected();
    setTimeout(connect, 50);
  });
}
connect();
Object.assign(window, { harness: { shared, view, refusals, cut: () => line?.close() } });
