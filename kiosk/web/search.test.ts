/** Finding a service as residents look for it. */
import { expect, it } from "vitest";
import type { Service } from "../../signaling/web/catalogue.ts";
import { find, initials, mostUsed } from "./search.ts";

const service = (zh: string, en: string, popular = 0): Service => ({
  code: en.toLowerCase().replaceAll(" ", "-"), home: "jinshan", name: { "zh-CN": zh, en }, life_event: "x", materials: [], eligibility: { questions: [], rules: [] }, consents: [],
  minutes: 10, working_days: 1, fee: { yuan: 0, up_to: null, note: null }, delivery: ["post"], result: { "zh-CN": zh, en }, channel: "remote-window", mode: "guided-online",
  identity_level: "card-seen", person: "in-person", parties: { least: 1, most: 4 }, version: "2026-01-01", popular, sample: true,
});
const MARRIAGE = service("结婚登记", "Marriage registration", 2);
const BIRTH = service("新生儿出生登记", "Registration of a newborn");
const CARD = service("居民身份证换领", "Renewal of an identity card", 1);
const ALL = [BIRTH, MARRIAGE, CARD];

it("knows the initials of pinyin", () => {
  expect(initials("结婚登记")).toBe("jhdj");
  expect(initials("居民身份证换领")).toBe("jmsfzhl");
  expect(initials("（A4）出生")).toBe("a4cs");
});

it("finds by initials, by characters, by English words", () => {
  expect(find(ALL, "JHDJ")).toEqual([MARRIAGE]);
  expect(find(ALL, "身份证")).toEqual([CARD]);
  expect(find(ALL, "identity")).toEqual([CARD]);
  expect(find(ALL, "护照")).toEqual([]);
  expect(find(ALL, "  ")).toEqual([]);
});

it("puts a name that begins with the search before one that contains it", () => {
  expect(find([BIRTH, service("登记档案查询", "Archive")], "登记").map(({ name }) => name.en)).toEqual(["Archive", "Registration of a newborn"]);
});

it("lists the most used first, then the rest as they come", () => {
  expect(mostUsed(ALL)).toEqual([CARD, MARRIAGE, BIRTH]);
  expect(mostUsed(ALL, 1)).toEqual([CARD]);
});
