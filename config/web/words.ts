/** The words of the pages: no sentence a person reads stands in code. Keys are checked by the compiler in both languages. */
import en from "../words/en.json";
import zh from "../words/zh-CN.json";

export type Language = "zh-CN" | "en";
export type WordKey = keyof typeof zh;
export type Values = Readonly<Record<string, string | number>>;
/** `say("kiosk.waiting.place", {place: 3})`: the sentence in one language, `{place}` filled in. */
export type Say = (key: WordKey, values?: Values) => string;
/** A name or text as the catalogue has it, in every language. */
export type Localised = Readonly<Record<Language, string>>;

const BOOKS: Readonly<Record<Language, Readonly<Record<WordKey, string>>>> = { "zh-CN": zh, en };

export const DEFAULT_LANGUAGE: Language = "zh-CN";

/** The speaker of one language. */
export function speaker(language: Language): Say {
  const book = BOOKS[language];
  return (key, values = {}) => book[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

function isKey(key: string): key is WordKey {
  return Object.hasOwn(zh, key);
}

/** The words for a stable code (`bad-login` → `error.bad-login`); without any, the server's own sentence; without that, a general one. */
export function sayCode(say: Say, kind: "error" | "notice", code: string, text = ""): string {
  const key = `${kind}.${code}`;
  if (isKey(key)) return say(key);
  return text !== "" ? text : say("error.other", { code });
}

/** The text of `localised` in `language`, or in the other one where it is missing. */
export function pick(localised: Localised, language: Language): string {
  return localised[language] || localised[DEFAULT_LANGUAGE] || localised.en;
}
