/** Shows a PDF in the browser's own viewer, beside the page, from where it is printed. */
import type { Paper } from "./work.ts";

export function openPaper(pdf: ArrayBuffer): Paper {
  const address = URL.createObjectURL(new Blob([pdf], { type: "application/pdf" }));
  const viewer = open(address, "_blank");
  return {
    blocked: viewer === null ? address : null,
    close: () => {
      viewer?.close();
      URL.revokeObjectURL(address);
    },
  };
}
