/** A text as a square to be photographed (QR code, ISO/IEC 18004, level M): one path, drawn by the page, no picture file. */
import { html, svg } from "lit";
import type { TemplateResult } from "lit";
import qrcode from "qrcode-generator";

const QUIET = 4;
/** Empty modules around it; readers need them. */

/** The dark modules of `text` as an SVG path, and how many modules the square has on a side, the quiet zone counted in. Pure. */
export function modules(text: string): { readonly path: string; readonly side: number } {
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  const dark: string[] = [];
  for (let row = 0; row < count; row += 1) {
    for (let column = 0; column < count; column += 1) {
      if (code.isDark(row, column)) dark.push(`M${column + QUIET} ${row + QUIET}h1v1h-1z`);
    }
  }
  return { path: dark.join(""), side: count + 2 * QUIET };
}

export function square(text: string, label: string): TemplateResult {
  const { path, side } = modules(text);
  return html`<svg class="square" role="img" aria-label=${label} viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges" data-test="square">
    ${svg`<rect width=${side} height=${side} fill="#fff"/><path d=${path} fill="#000"/>`}</svg>`;
}
