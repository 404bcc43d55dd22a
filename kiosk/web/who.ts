/** Who applies: one person after the other, each by their card or by their name, and then all of them in a list. Pure. */
import type { CataloguePeople, PartyComing } from "../../signaling/web/wire.generated.ts";
import type { CardResult } from "./card_reader.ts";
import type { IdentityStep } from "./screens/identity.ts";

/** A couple with two witnesses. */
export const MOST_PEOPLE = 4;
/** One, and whoever comes along. */
export const ANY_NUMBER: CataloguePeople = { least: 1, most: MOST_PEOPLE };

export interface Who {
  /** How many ask for the service together. */
  readonly wanted: CataloguePeople;
  /** Those who are through, the one at the glass first. */
  readonly people: readonly PartyComing[];
  /** Whoever is being asked now; `list`: nobody, the question is whether there is anybody else. */
  readonly now: IdentityStep | { readonly at: "list" };
}

export type WhoEvent =
  | { readonly type: "name-typed"; readonly name: string }
  /** "That is me." */
  | { readonly type: "card-confirmed" }
  | { readonly type: "card-again" }
  | { readonly type: "card-declined" }
  /** Somebody else applies too. `reader`: there is one that can be asked. */
  | { readonly type: "person-added"; readonly reader: boolean }
  | { readonly type: "person-dropped"; readonly place: number; readonly reader: boolean };

/** Where it begins: with the card where there is a reader, with the name where there is none. */
export function whoFirst(reader: boolean, wanted: CataloguePeople = ANY_NUMBER): Who {
  return { wanted, people: [], now: begin(reader) };
}

/** Somebody else may be named. */
export function mayAdd({ wanted, people }: Pick<Who, "wanted" | "people">): boolean {
  return people.length < Math.min(wanted.most, MOST_PEOPLE);
}

/** So many must still be named before it goes on. */
export function missing({ wanted, people }: Pick<Who, "wanted" | "people">): number {
  return Math.max(0, wanted.least - people.length);
}

/** After a touch; the same object where it means nothing here. */
export function told(who: Who, event: WhoEvent): Who {
  const { people, now } = who;
  switch (event.type) {
    case "name-typed": return now.at === "declare" ? { ...who, now: { at: "declare", name: event.name } } : who;
    case "card-confirmed": return now.at === "read" ? joined(who, { name: now.card.name, id_number: now.card.number, read: true }, true) : who;
    case "card-again": return now.at === "list" ? who : { ...who, now: { at: "put-card" } };
    case "card-declined": return now.at === "list" ? who : { ...who, now: { at: "declare", name: "" } };
    case "person-added": {
      const all = now.at === "declare" ? named(who, event.reader) : who;
      const may = (now.at === "list" || now.at === "declare") && all.people.length > 0 && mayAdd(all);
      return may ? { ...all, now: begin(event.reader) } : who;
    }
    case "person-dropped": {
      if (now.at !== "list") return who;
      const left = people.filter((_, place) => place !== event.place);
      return left.length === 0 ? whoFirst(event.reader, who.wanted) : { ...who, people: left };
    }
  }
}

/** A card, or why there is none; nobody's where none is waited for any more. */
export function cardCame(who: Who, result: CardResult): Who {
  if (who.now.at !== "put-card") return who;
  return { ...who, now: result.read ? { at: "read", card: result.card } : { at: "not-read", code: result.code } };
}

/** "Go on": whoever may come alone and gave a name is asked nothing more, others see who is there. `done`: everybody is through. */
export function wentOn(who: Who, reader: boolean): { readonly who: Who; readonly done: boolean } {
  if (who.now.at === "list") return { who, done: who.people.length > 0 && missing(who) === 0 };
  const next = named(who, reader);
  return { who: next, done: next !== who && next.people.length === 1 && missing(next) === 0 };
}

/** The screen before; null: the one before all of these. */
export function whoBack(who: Who): Who | null {
  const { people, now } = who;
  if (now.at !== "list" && missing(who) === 0) return people.length === 0 ? null : { ...who, now: { at: "list" } };
  const last = people.at(-1);
  if (last === undefined) return null;
  return { ...who, people: people.slice(0, -1), now: last.read === true ? { at: "put-card" } : { at: "declare", name: last.name } };
}

/** Back from what follows: to the name that was given, or to the list. */
export function whoAgain(people: readonly PartyComing[], wanted: CataloguePeople): Who {
  const all: Who = { wanted, people, now: { at: "list" } };
  return people.length === 1 && people[0]?.read !== true ? whoBack(all) ?? all : all;
}

function begin(reader: boolean): IdentityStep {
  return reader ? { at: "put-card" } : { at: "declare", name: "" };
}

/** The name that was typed is taken; an empty one is none. */
function named(who: Who, reader: boolean): Who {
  if (who.now.at !== "declare" || who.now.name.trim() === "") return who;
  return joined(who, { name: who.now.name.trim() }, reader);
}

/** One more is through; while more are needed, the next one is asked at once. A card that lies there twice is one person. */
function joined(who: Who, person: PartyComing, reader: boolean): Who {
  const twice = person.id_number != null && who.people.some(({ id_number }) => id_number === person.id_number);
  const after = { ...who, people: twice ? who.people : [...who.people, person] };
  return { ...after, now: missing(after) > 0 ? begin(reader) : { at: "list" } };
}
