/** The signature alone: a paper from the test's server, and what the element fires is kept for the test to read. */
import "./page.css";
import type { Language } from "../../../config/web/words.ts";
import type { Place } from "../../../signaling/web/sign/sign_sheet.ts";
import { defineSignView, SignView } from "../../../signaling/web/sign/sign_view.ts";
import type { SignPage } from "../../../signaling/web/sign/sign_view.ts";
import type { SignSay } from "../../../signaling/web/sign/sign_words.ts";
import en from "./words.en.json";
import zh from "./words.zh-CN.json";

const asked = new URLSearchParams(location.search);
const language = (asked.get("language") ?? "zh-CN") as Language;
const book: Readonly<Record<string, string>> = language === "en" ? en : zh;
const say: SignSay = (key, values = {}) => (book[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

document.documentElement.lang = language;
document.documentElement.dataset["letters"] = asked.get("letters") ?? "1";
if (asked.has("contrast")) document.documentElement.dataset["contrast"] = "high";

const given: unknown[] = [];
let refused = 0;
defineSignView();
const view = document.querySelector("sign-view") as SignView;
view.addEventListener("sign-given", (event) => given.push((event as CustomEvent<unknown>).detail));
document.body.addEventListener("sign-refused", () => (refused += 1));
const paper = (await (await fetch("/paper")).json()) as { pages: SignPage[]; place: Place; signer: Record<Language, string> };
Object.assign(view, { pages: paper.pages, place: paper.place, signer: paper.signer[language], say, language });
Object.assign(window, { harness: { view, given, refused: () => refused } });
