/** Finding a service by its name, by the initials of its pinyin (`jhdj` for 结婚登记), or by English words. Pure. */
import type { Service } from "../../signaling/web/catalogue.ts";

/** The first character of each letter in the order of Hanyu Pinyin (as in CLDR's index): the browser's own collation tells the rest. */
const LETTERS = "abcdefghjklmnopqrstwxyz";
const FIRST_OF_LETTER = Array.from("阿八嚓咑妸发旮哈丌咔垃妈拏噢妑七呥仨他穵夕丫帀");
const ORDER = new Intl.Collator("zh-CN-u-co-pinyin");
const IDEOGRAPH = /\p{Script=Han}/u;

/** The pinyin initial of one character; a letter or digit stands for itself; anything else for nothing. */
export function initial(character: string): string {
  if (/[a-z0-9]/i.test(character)) return character.toLowerCase();
  if (!IDEOGRAPH.test(character)) return "";
  let found = "";
  for (const [place, first] of FIRST_OF_LETTER.entries()) {
    if (ORDER.compare(character, first) < 0) break;
    found = LETTERS[place] ?? "";
  }
  return found;
}

export function initials(name: string): string {
  return Array.from(name, initial).join("");
}

/** Services that `typed` finds, best first: name begins with it, name contains it, initials contain it, English words contain it. */
export function find(services: readonly Service[], typed: string): Service[] {
  const wanted = typed.trim().toLowerCase().replace(/\s+/g, " ");
  if (wanted === "") return [];
  const rank = ({ name }: Service): number => {
    const zh = name["zh-CN"].toLowerCase();
    if (zh.startsWith(wanted)) return 0;
    if (zh.includes(wanted)) return 1;
    const letters = initials(zh);
    if (letters.startsWith(wanted)) return 2;
    if (letters.includes(wanted)) return 3;
    return name.en.toLowerCase().includes(wanted) ? 4 : 9;
  };
  return services.map((service) => ({ service, rank: rank(service) })).filter((one) => one.rank < 9)
    .sort((a, b) => a.rank - b.rank).map((one) => one.service);
}

/** The most used first (`popular` is the place among them, 1 first; 0 is none), the rest in the catalogue's order; at most `count`. */
export function mostUsed(services: readonly Service[], count = 10): Service[] {
  const place = ({ popular }: Service): number => (popular > 0 ? popular : Number.MAX_SAFE_INTEGER);
  return [...services].sort((a, b) => place(a) - place(b)).slice(0, count);
}
