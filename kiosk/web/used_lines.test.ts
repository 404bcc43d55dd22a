/** What was done in a window, told without what was typed. */
import { describe, expect, it } from "vitest";
import { together, usedLine } from "./used_lines.ts";

describe("a line for the ledger", () => {
  it("says what was done, where and how often", () => {
    expect(usedLine({ did: "clicked", field: "applicant_Name" })).toEqual({ did: "pressed", field: "applicant-name", count: 1 });
    expect(usedLine({ did: "typed", field: "phone", count: 11 })).toEqual({ did: "typed", field: "phone", count: 11 });
    expect(usedLine({ did: "scrolled" })).toEqual({ did: "wheel", count: 1 });
  });

  it("says that a key was pressed and not which: letters may come as keys", () => {
    expect(usedLine({ did: "pressed", key: "Tab", field: "phone", count: 2 })).toEqual({ did: "key", field: "phone", count: 2 });
  });

  it("says why something was refused", () => expect(usedLine({ did: "refused", code: "secret-field" })).toEqual({ did: "refused", code: "secret-field", count: 1 }));

  it("leaves begin and end to the server", () => {
    expect(usedLine({ did: "granted", level: "control", seconds: 300 })).toBeNull();
    expect(usedLine({ did: "revoked", reason: "stop-key" })).toBeNull();
  });

  it("has no field where its name is none that can be written", () => expect(usedLine({ did: "clicked", field: "姓名" })).toEqual({ did: "pressed", count: 1 }));
});

it("puts together what follows one another and says the same", () => {
  const letter = { did: "typed", field: "phone", count: 1 } as const;
  expect(together([letter, letter, { did: "pressed", count: 1 }, letter])).toEqual([{ ...letter, count: 2 }, { did: "pressed", count: 1 }, letter]);
});
