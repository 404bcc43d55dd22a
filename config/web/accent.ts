/** One accent per jurisdiction, made dark enough for white letters (WCAG 2.2 AA) whatever colour the settings name. */
import { directive, Directive } from "lit/directive.js";
import type { ElementPart } from "lit";

type Rgb = readonly [number, number, number];
const ENOUGH = 4.6; // AA asks 4.5:1; a little more for rounding

export function parseColour(text: string): Rgb | null {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  return match ? [parseInt(match[1]!, 16), parseInt(match[2]!, 16), parseInt(match[3]!, 16)] : null;
}

/** Relative luminance (WCAG 2.2), 0 black to 1 white. */
export function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((part) => {
    const c = part / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast of `colour` against white, 1 to 21. */
export function contrastWithWhite(colour: Rgb): number {
  return 1.05 / (luminance(colour) + 0.05);
}

/** `text` (`#rrggbb`) darkened until white letters on it can be read; null when it is no colour. */
export function readableAccent(text: string): string | null {
  let colour = parseColour(text);
  if (colour === null) return null;
  while (contrastWithWhite(colour) < ENOUGH) {
    colour = colour.map((part) => Math.floor(part * 0.95)) as unknown as Rgb;
  }
  return `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** Sets the accent of an element and all within. By CSSOM: the page's policy forbids style attributes. */
export function applyAccent(element: HTMLElement, text: string | null): void {
  const colour = text === null ? null : readableAccent(text);
  if (colour === null) element.style.removeProperty("--accent");
  else element.style.setProperty("--accent", colour);
}

class AccentDirective extends Directive {
  render(_colour: string | null): void {}

  override update(part: ElementPart, [colour]: [string | null]): void {
    applyAccent(part.element as HTMLElement, colour);
  }
}

/** In a template: `<button ${accent("#0b5c6b")}>`. */
export const accent = directive(AccentDirective);
