/** Who has something to do on the page of review, and what of it; and who at a staffed window. */
import { expect, it } from "vitest";
import { speaker } from "../../../config/web/words.ts";
import { readsIncidents, readsSessions, reviews, roleWords, worksAtWindow } from "./login.ts";

const ROLES = ["clerk", "helper", "supervisor", "system-administrator", "security-administrator", "audit-administrator"] as const;

it("supervisors see both lists, the audit administrator the sessions, the system administrator the incidents", () => {
  expect(ROLES.filter(readsSessions)).toEqual(["supervisor", "audit-administrator"]);
  expect(ROLES.filter(readsIncidents)).toEqual(["supervisor", "system-administrator"]);
  expect(ROLES.filter(reviews)).toEqual(["supervisor", "system-administrator", "audit-administrator"]);
});

it("clerks and local helpers work at a staffed window", () => {
  expect(ROLES.filter(worksAtWindow)).toEqual(["clerk", "helper"]);
});

it("every role has its name in both languages", () => {
  const names = (["zh-CN", "en"] as const).flatMap((language) => ROLES.map((role) => roleWords(speaker(language), role)));
  expect(new Set(names).size).toBe(2 * ROLES.length);
  expect(ROLES.some((role) => names.includes(role))).toBe(false);
});
