/** Who applies: one person after the other, each by their card or by their name, and then all of them in a list. Pure. */
import type { PartyComing } from "../../signaling/web/wire.generated.ts";
import type { CardResult } from "./card_reader.ts";
import type { IdentityStep } from "./screens/identity.ts";

/** A couple with two witnesses. */
export const MOST_PEOPLE = 4;

export interface Who {
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
export function whoFirst(reader: boolean): Who {
  return { people: [], now: begin(reader) };
}

/** After a touch; the same object where it means nothing here. */
export function told(who: Who, event: WhoEvent): Who {
  const { people, now } = who;
  switch (event.type) {
    case "name-typed": return now.at === "declare" ? { people, now: { at: "declare", name: event.name } } : who;
    case "card-confirmed": return now.at === "read" ? joined(who, { name: now.card.name, id_number: now.card.number, read: true }) : who;
    case "card-again": return now.at === "list" ? who : { people, now: { at: "put-card" } };
    case "card-declined": return now.at === "list" ? who : { people, now: { at: "declare", name: "" } };
    case "person-added": {
      const all = now.at === "declare" ? named(who).people : people;
      const mayAdd = (now.at === "list" || now.at === "declare") && all.length > 0 && all.length < MOST_PEOPLE;
      return mayAdd ? { people: all, now: begin(event.reader) } : who;
    }
    case "person-dropped": {
      if (now.at !== "list") return who;
      const left = people.filter((_, place) => place !== event.place);
      return left.length === 0 ? whoFirst(event.reader) : { people: left, now };
    }
  }
}

/** A card, or why there is none; nobody's where none is waited for any more. */
export function cardCame(who: Who, result: CardResult): Who {
  if (who.now.at !== "put-card") return who;
  return { people: who.people, now: result.read ? { at: "read", card: result.card } : { at: "not-read", code: result.code } };
}

/** "Go on": whoever gave a name alone is asked nothing more, others see who is there. `done`: everybody is through. */
export function wentOn(who: Who): { readonly who: Who; readonly done: boolean } {
  if (who.now.at === "list") return { who, done: who.people.length > 0 };
  const next = named(who);
  return { who: next, done: next !== who && next.people.length === 1 };
}

/** The screen before; null: the one before all of these. */
export function whoBack({ people, now }: Who): Who | null {
  if (now.at !== "list") return people.length === 0 ? null : { people, now: { at: "list" } };
  const last = people.at(-1);
  if (last === undefined) return null;
  return { people: people.slice(0, -1), now: last.read === true ? { at: "put-card" } : { at: "declare", name: last.name } };
}

/** Back from what follows: to the name that was given, or to the list. */
export function whoAgain(people: readonly PartyComing[]): Who {
  const all: Who = { people, now: { at: "list" } };
  return people.length === 1 && people[0]?.read !== true ? whoBack(all) ?? all : all;
}

function begin(reader: boolean): IdentityStep {
  return reader ? { at: "put-card" } : { at: "declare", name: "" };
}

/** The name that was typed is taken; an empty one is none. */
function named(who: Who): Who {
  if (who.now.at !== "declare" || who.now.name.trim() === "") return who;
  return joined(who, { name: who.now.name.trim() });
}

/** One more is through. A card that lies there twice is one person. */
function joined({ people }: Who, person: PartyComing): Who {
  const twice = person.id_number != null && people.some(({ id_number }) => id_number === person.id_number);
  return { people: twice ? people : [...people, person], now: { at: "list" } };
}
