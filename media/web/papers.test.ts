/** Which camera sees what. */
import { expect, it } from "vitest";
import { castCameras } from "./papers.ts";

const camera = (deviceId: string, label = ""): { deviceId: string; label: string } => ({ deviceId, label });

it("has none for papers where there is one camera or none", () => {
  expect(castCameras([])).toEqual({ face: null, papers: null });
  expect(castCameras([camera("a", "USB document camera")])).toEqual({ face: "a", papers: null });
});

it("takes the one that is named for documents, wherever it stands, else the second", () => {
  expect(castCameras([camera("a", "良田高拍仪 S520"), camera("b", "Integrated")])).toEqual({ face: "b", papers: "a" });
  expect(castCameras([camera("a", "HD Webcam"), camera("b", "HD Webcam"), camera("c", "Document Scanner")])).toEqual({ face: "a", papers: "c" });
  expect(castCameras([camera("a"), camera("b")])).toEqual({ face: "a", papers: "b" });
});
