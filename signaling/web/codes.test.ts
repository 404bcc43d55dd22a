/** Every code that the server may say has a sentence for people, in both languages. */
import { expect, it } from "vitest";
import en from "../../config/words/en.json";
import zh from "../../config/words/zh-CN.json";
import { CODES } from "./wire.generated.ts";

it("has a sentence in both languages for every code", () => {
  expect(Object.keys(CODES).filter((code) => !(`error.${code}` in zh) || !(`error.${code}` in en))).toEqual([]);
});
