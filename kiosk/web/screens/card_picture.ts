/** Where the card goes, as a drawing: a reader's plate with the outline of a card, and a card that comes down onto it. In the colours of the page. */
import { svg } from "lit";
import type { SVGTemplateResult } from "lit";

/** 420 by 300; its movement is in `identity.css`, and rests for whoever wants no movement. */
export function cardPicture(): SVGTemplateResult {
  return svg`<svg class="card-picture" viewBox="0 0 420 300" aria-hidden="true" focusable="false">
    <g class="plate">
      <path class="body" d="M70 176h280l50 92a14 14 0 0 1-13 22H33a14 14 0 0 1-13-22z"/>
      <path class="glow" d="M118 200h184l24 56H94z"/>
      <circle class="lamp" cx="210" cy="274" r="6"/>
    </g>
    <g class="coming">
      <path class="arrow" d="M210 126v34m-16-15 16 16 16-16"/>
      <rect class="card-body" x="118" y="14" width="184" height="104" rx="12"/>
      <circle class="ink" cx="262" cy="52" r="14"/>
      <path class="ink" d="M238 92c2-16 11-23 24-23s22 7 24 23z"/>
      <path class="line" d="M138 38h64M138 58h76M138 78h48M138 100h92"/>
    </g>
  </svg>`;
}
