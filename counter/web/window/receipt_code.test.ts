/** What people type and scanners read, and the code in it. */
import { expect, it } from "vitest";
import { codeOf } from "./receipt_code.ts";

it("forgives what eyes and keyboards do to a code", () => {
  const same = ["AB2CD-EF3GH", "ab2cd ef3gh", " ab2cdef3gh\n", "ＡＢ２ＣＤ－ＥＦ３ＧＨ", "AB2CD–EF3GH", "A B 2 C D.E F 3 G H", "8B2CD-EF39H"];
  expect(same.slice(0, -1).map(codeOf)).toEqual(Array(same.length - 1).fill("AB2CD-EF3GH"));
  expect(codeOf("8B2CD-EF39H")).toBe("BB2CD-EF3GH");
  expect(codeOf("0189A-BCDEF")).toBe("OIBGA-BCDEF");
});

it("finds it at the end of the square that a scanner reads", () => {
  expect(codeOf(`VW1 jinshan session-000001 41 ${"5e".repeat(32)} AB2CD-EF3GH`)).toBe("AB2CD-EF3GH");
  expect(codeOf(`vw1 jinshan session-000001 41 ${"5e".repeat(32)} ab2cd-ef3gh\r\n`)).toBe("AB2CD-EF3GH");
});

it("takes nothing for a code that is none", () => {
  expect(["", "   ", "AB2CD", "AB2CD-EF3GHI", "王小明", "AB2CD-EF3G王", "310116-330424-20261128-0012", "https://example.org/AB2CD-EF3GH"].map(codeOf)).toEqual(Array(8).fill(null));
});
