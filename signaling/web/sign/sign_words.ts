/** The words of the signature: which keys of config/words it needs. A page's `Say` fits where one is asked for. */
import type { Values } from "../../../config/web/words.ts";

export const SIGN_WORDS = [
  "sign.title", "sign.lead", "sign.paper", "sign.page", "sign.page.picture", "sign.before", "sign.next", "sign.smaller", "sign.larger", "sign.where",
  "sign.loading", "sign.broken", "sign.again", "sign.here", "sign.pad.empty", "sign.pad.written", "sign.pad.hint",
  "sign.redo", "sign.refuse", "sign.give",
  "sign.needs.page", "sign.needs.picture", "sign.needs.ink", "sign.needs.more", "sign.full", "sign.ready", "sign.sent",
] as const;

export type SignWord = (typeof SIGN_WORDS)[number];
export type SignSay = (key: SignWord, values?: Values) => string;
