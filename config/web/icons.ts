/** Line drawings for controls, 24 by 24, in the colour of the text; hidden from screen readers because words stand beside them. */
import { html, svg } from "lit";
import type { SVGTemplateResult, TemplateResult } from "lit";

const DRAWINGS = {
  microphone: svg`<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3M8.5 21h7"/>`,
  "microphone-off": svg`<path d="M9 9V6a3 3 0 0 1 6 0v5M15 14.2A3 3 0 0 1 9 13M5.5 11.5a6.5 6.5 0 0 0 10.4 5.2M18.5 11.5a6.6 6.6 0 0 1-.7 3M12 18v3M8.5 21h7M4 3l16 18"/>`,
  camera: svg`<rect x="3" y="6.5" width="12" height="11" rx="2"/><path d="m15 10.8 6-3.3v9l-6-3.3z"/>`,
  "camera-off": svg`<path d="M7 6.5h6a2 2 0 0 1 2 2v2.3l6-3.3v9l-4-2.2M15 15.5a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-7a2 2 0 0 1 1.2-1.8M4 3l16 18"/>`,
  screen: svg`<rect x="3" y="4.5" width="18" height="12" rx="2"/><path d="M9 20.5h6M12 16.5v4M12 13.5v-6M9.3 10 12 7.3l2.7 2.7"/>`,
  papers: svg`<path d="M5 3.5h9l5 5v7M14 3.5v5h5M8 11h5M8 14.5h3M12.5 20.5h8.5M16.800 17v3.5"/>`,
  hold: svg`<path d="M8 5v14M16 5v14"/>`,
  resume: svg`<path d="m8 5 11 7-11 7z"/>`,
  end: svg`<path d="M3.5 14.2c4.7-4.6 12.3-4.6 17 0l-2 2.7-3.9-1.6v-2.6a11 11 0 0 0-5.2 0v2.6l-3.9 1.6z"/>`,
  answer: svg`<path d="M6 3.5h3l1.6 4.2-2 1.7a12 12 0 0 0 5.9 5.9l1.7-2 4.3 1.6v3a2 2 0 0 1-2.1 2A16.4 16.4 0 0 1 4 5.6a2 2 0 0 1 2-2.1z"/>`,
  bell: svg`<path d="M6 17v-6a6 6 0 0 1 12 0v6l1.5 2h-15zM10 21.5h4"/>`,
  helper: svg`<path d="M8 12V6.2a1.4 1.4 0 0 1 2.8 0V11m0-5.8V4.4a1.4 1.4 0 0 1 2.8 0V11m0-5a1.4 1.4 0 0 1 2.8 0v6.5m0-3a1.4 1.4 0 0 1 2.8 0v5A6.8 6.8 0 0 1 12.4 21c-3 0-4.4-1.5-5.6-3.6L4.2 13a1.5 1.5 0 0 1 2.5-1.6L8 13"/>`,
  stop: svg`<path d="M8.2 3h7.6L21 8.2v7.6L15.8 21H8.2L3 15.8V8.2zM9 9l6 6M15 9l-6 6"/>`,
  back: svg`<path d="m14.5 5-7 7 7 7"/>`,
  next: svg`<path d="m9.5 5 7 7-7 7"/>`,
  down: svg`<path d="m5 9.5 7 7 7-7"/>`,
  search: svg`<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>`,
  letters: svg`<path d="M3 19 8.5 5 14 19M5 14.5h7M14.5 19l3.2-8.5L21 19M15.7 16.2h4"/>`,
  contrast: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 3.5v17a8.5 8.5 0 0 0 0-17z" fill="currentColor"/>`,
  language: svg`<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c5.5 5 5.5 12 0 17M12 3.5c-5.5 5-5.5 12 0 17"/>`,
  check: svg`<path d="m4.5 12.5 5 5 10-11"/>`,
  warn: svg`<path d="M12 4 2.8 20h18.4zM12 10v5M12 17.3v.4"/>`,
  light: svg`<circle cx="12" cy="12" r="6"/>`,
  star: svg`<path d="m12 3.2 2.7 5.7 6.1.8-4.5 4.3 1.1 6.2-5.4-3-5.4 3 1.1-6.2L3.2 9.7l6.1-.8z"/>`,
  speaker: svg`<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a7.8 7.8 0 0 1 0 11"/>`,
  turn: svg`<path d="M19.5 12a7.5 7.5 0 1 1-2.3-5.4L19.5 9M19.5 4v5h-5"/>`,
  fit: svg`<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/>`,
  person: svg`<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c.6-4.4 3.5-6.5 7.5-6.5s6.9 2.1 7.5 6.5"/>`,
  birth: svg`<circle cx="12" cy="13" r="7.5"/><path d="M12 5.5c0-2 2.5-2.6 3-1M9.3 12.5v.2M14.7 12.5v.2M9.5 16a4 4 0 0 0 5 0"/>`,
  education: svg`<path d="M2.5 9.5 12 5l9.5 4.5L12 14zM6.5 11.5v4.7c3 2.4 8 2.4 11 0v-4.7M21.5 9.5v5"/>`,
  marriage: svg`<circle cx="8.8" cy="14" r="5.3"/><circle cx="15.2" cy="14" r="5.3"/><path d="m10.5 4 1.5 2 1.5-2-1.5-1z"/>`,
  retirement: svg`<path d="M3 12a9 9 0 0 1 18 0zM12 3v-.5M12 12v6.5a2 2 0 0 1-4 0"/>`,
  enterprise: svg`<path d="M4 20.5v-15h9v15M13 10h7v10.5M2.5 20.5h19M7 9h3M7 12.5h3M7 16h3M16 13.5h1.5M16 17h1.5"/>`,
  identity: svg`<rect x="2.5" y="5" width="19" height="14" rx="2"/><circle cx="8.5" cy="11" r="2.3"/><path d="M5 16.3c.5-1.8 1.8-2.6 3.5-2.6s3 .8 3.5 2.6M14.5 9.5H19M14.5 13H18"/>`,
  other: svg`<path d="M6 3.5h8.5L19 8v12.5H6zM14 3.5V8h5M9 12.5h7M9 16h7"/>`,
} satisfies Record<string, SVGTemplateResult>;

export type IconName = keyof typeof DRAWINGS;

export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${DRAWINGS[name]}</svg>`;
}

/** The drawing of a life event; a plain document where there is none. */
export function lifeEventIcon(code: string): TemplateResult {
  const known: Record<string, IconName> = {
    birth: "birth", education: "education", marriage: "marriage", retirement: "retirement", enterprise: "enterprise", identity: "identity",
    "identity-card": "identity",
  };
  return icon(known[code] ?? "other");
}
