/** What `GET /api/v1/catalogue` and the login routes answer, as the pages read it. */
import type { Localised } from "../../config/web/words.ts";

export interface Person {
  readonly login: string;
  readonly name: string;
  readonly role: string;
  readonly jurisdiction: string;
}

export interface KioskSelf {
  readonly kiosk: string;
  readonly name: string;
  readonly jurisdiction?: string;
}

export interface Jurisdiction {
  readonly code: string;
  readonly name: Localised;
  readonly short: Localised;
  readonly accent: string;
  readonly open: boolean;
  /** Seconds since 1970 UTC; null when open, or when no opening is known. */
  readonly opens: number | null;
  /** Whether the kiosk (or the person) belongs to it. */
  readonly here: boolean;
}

export interface Question {
  readonly id: string;
  readonly text: Localised;
  /** The answer that leads on; the other one leads to `otherwise`. */
  readonly needed: boolean;
  readonly otherwise: Localised;
}

export interface Service {
  readonly code: string;
  readonly home: string;
  readonly name: Localised;
  readonly life_event: string;
  readonly materials: readonly Localised[];
  readonly questions: readonly Question[];
  readonly offered_at: readonly string[];
  /** The higher, the more often used. */
  readonly popular: number;
}

export interface Consent {
  readonly text: "recording" | "identity-check" | "papers-to-home";
  readonly version: string;
  readonly title: Localised;
  readonly body: Localised;
  readonly required: boolean;
}

export interface VideoProfile {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** Bits a second. */
  readonly max_bitrate: number;
}

export interface MediaProfile {
  readonly camera: VideoProfile;
  readonly screen: VideoProfile;
  readonly document: VideoProfile;
  readonly microphone: { readonly max_bitrate: number };
}

export interface Catalogue {
  readonly jurisdictions: readonly Jurisdiction[];
  readonly services: readonly Service[];
  readonly consents: readonly Consent[];
  readonly life_events: readonly { readonly code: string; readonly name: Localised }[];
  readonly media: MediaProfile;
  readonly staffed_window: Localised;
}

export function jurisdiction(catalogue: Catalogue, code: string): Jurisdiction | null {
  return catalogue.jurisdictions.find((one) => one.code === code) ?? null;
}

export function service(catalogue: Catalogue, home: string, code: string): Service | null {
  return catalogue.services.find((one) => one.home === home && one.code === code) ?? null;
}
