/** Hatchings, so that no colour is the only cue. Drawn in pixels, once for the page; the colours stand in player.css. */
import { svg, html } from "lit";
import type { TemplateResult } from "lit";

function pattern(id: string, size: number, turn: number, marks: TemplateResult | ReturnType<typeof svg>): ReturnType<typeof svg> {
  return svg`<pattern id="timeline-${id}" class="timeline-pattern-${id}" width=${size} height=${size} patternUnits="userSpaceOnUse" patternTransform="rotate(${turn})">
    <rect class="timeline-ground" width=${size} height=${size}/>${marks}</pattern>`;
}

export const patterns: TemplateResult = html`<svg class="timeline-patterns" width="0" height="0" aria-hidden="true"><defs>
  ${pattern("cut", 6, 90, svg`<rect class="timeline-stroke" width="6" height="2"/>`)}
  ${pattern("suspect", 6, 0, svg`<rect class="timeline-stroke" width="6" height="2"/>`)}
  ${pattern("gap", 6, 45, svg`<rect class="timeline-stroke" width="2" height="6"/>`)}
  ${pattern("hold", 7, 0, svg`<circle class="timeline-stroke" cx="3.5" cy="3.5" r="1.5"/>`)}
  ${pattern("mute", 6, 0, svg`<rect class="timeline-stroke" y="2.5" width="6" height="1"/>`)}
  ${pattern("suspension", 8, 45, svg`<path class="timeline-line" d="M0 4h8M4 0v8"/>`)}
  ${pattern("missing", 10, -45, svg`<rect class="timeline-stroke" width="5" height="10"/>`)}
</defs></svg>`;
