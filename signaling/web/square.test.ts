/** The square beside the receipt's code. */
import { expect, it } from "vitest";
import { modules } from "./square.ts";

const PROOF = "VW1 jinshan FOpwSm3qBqT7hkP3 36 fddb166c879f3f3caed1e264c88753782bd82a40334fcca60f75bc3cb540daf6 VRMM7-KVEDX";

it("has a quiet zone, finder patterns in three corners, and is another square for another text", () => {
  const { path, side } = modules(PROOF);
  expect(side).toBeGreaterThanOrEqual(21 + 8);
  for (const corner of [`M4 4h`, `M${side - 11} 4h`, `M4 ${side - 11}h`]) expect(path).toContain(corner);
  expect(path).not.toContain("M3 ");
  expect(modules(PROOF.replace("36", "37")).path).not.toBe(path);
});

it("holds the longest session and home there may be", () => {
  expect(modules(`VW1 ${"j".repeat(64)} ${"s".repeat(40)} 99999999 ${"f".repeat(64)} AAAAA-AAAAA`).side).toBeLessThan(120);
});
