/** The screens of the identity card with the real reader's client, one person after the other; what came out stands in `window.told`. */
import "../../../kiosk/web/kiosk.css";
import { render } from "lit";
import { speaker } from "../../../config/web/words.ts";
import type { Language } from "../../../config/web/words.ts";
import { CardReader } from "../../../kiosk/web/card_reader.ts";
import { identityScreen } from "../../../kiosk/web/screens/identity.ts";
import type { IdentityActs, IdentityStep } from "../../../kiosk/web/screens/identity.ts";

const asked = new URLSearchParams(location.search);
const language = (asked.get("language") ?? "zh-CN") as Language;
const persons = Number(asked.get("persons") ?? 1);
const told: unknown[] = [];
Object.assign(window, { told });
document.documentElement.lang = language;
document.documentElement.dataset["letters"] = asked.get("letters") ?? "1";
if (asked.has("contrast")) document.documentElement.dataset["contrast"] = "high";

let step: IdentityStep = { at: "put-card" };
let reading = new AbortController();
const reader = new CardReader({ url: `ws://127.0.0.1:${asked.get("door")}`, token: asked.get("token") ?? "" }, () => {
  if (reader.here && told.length === 0) acts.again();
});

function show(next: IdentityStep): void {
  step = next;
  render(identityScreen(speaker(language), { step, person: Math.min(told.length + 1, persons), persons, reader: reader.here }, acts), document.querySelector("main")!);
}

function next(person: unknown): void {
  told.push(person);
  if (told.length < persons) acts.again();
}

const acts: IdentityActs = {
  again: () => {
    reading.abort();
    reading = new AbortController();
    const mine = reading;
    show({ at: "put-card" });
    void reader.read(mine.signal).then((result) => {
      if (mine === reading && !mine.signal.aborted) show(result.read ? { at: "read", card: result.card } : { at: "not-read", code: result.code });
    });
  },
  declare: () => {
    reading.abort();
    show({ at: "declare", name: "" });
  },
  confirm: () => {
    if (step.at === "read") next({ level: "card-read", name: step.card.name, number: step.card.number });
  },
  nameTyped: (name) => show({ at: "declare", name }),
  goOn: () => {
    if (step.at === "declare") next({ level: "declared", name: step.name });
  },
};

show(step);
reader.start();
