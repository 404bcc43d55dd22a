/** Who has something to do on the page of review, and what of it. */
import { expect, it } from "vitest";
import { speaker } from "../../../config/web/words.ts";
import { readsIncidents, readsSessions, reviews, roleWords } from "./login.ts";

const ROLES = ["clerk", "supervisor", "system-administrator", "security-administrator", "audit-administrator"] as const;

it("supervisors see both lists, the audit administrator the sessions, the system administrator the incidents", () => {
  expect(ROLES.filter(readsSessions)).toEqual(["supervisor", "audit-administrator"]);
  expect(ROLES.filter(readsIncidents)).toEqual(["supervisor", "system-administrator"]);
  expect(ROLES.filter(reviews)).toEqual(["supervisor", "system-administrator", "audit-administrator"]);
});

it("every role has its name in both languages", () => {
  const names = (["zh-CN", "en"] as const).flatMap((language) => ROLES.map((role) => roleWords(speaker(language), role)));
  expect(new Set(names).size).toBe(2 * ROLES.length);
  expect(ROLES.some((role) => names.includes(role))).toBe(false);
});
