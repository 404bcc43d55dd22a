/** The catalogue as the pages use it: short names for its parts, and looking things up in it. */
import type {
  Catalogue, CatalogueConsent, CatalogueJurisdiction, CatalogueService, KioskMe, Me,
} from "./wire.generated.ts";

export type { Catalogue, CatalogueConsent as Consent, CatalogueService as Service, KioskMe as KioskSelf, Me as Person };

export function jurisdiction(catalogue: Catalogue, code: string): CatalogueJurisdiction | null {
  return catalogue.jurisdictions.find((one) => one.code === code) ?? null;
}

export function service(catalogue: Catalogue, home: string, code: string): CatalogueService | null {
  return catalogue.services.find((one) => one.home === home && one.code === code) ?? null;
}

/** What another home calls the same service: `jinshan-identity-card` is `pinghu-identity-card` there. Null where it is not offered here. */
export function sameService(catalogue: Catalogue, home: string, code: string, other: string): CatalogueService | null {
  return code.startsWith(`${home}-`) ? service(catalogue, other, `${other}${code.slice(home.length)}`) : null;
}

/** The consents that this service asks for, in the catalogue's order. */
export function consentsOf(catalogue: Catalogue, home: string, code: string): CatalogueConsent[] {
  const asked = service(catalogue, home, code)?.consents ?? [];
  return catalogue.consents.filter(({ text }) => asked.includes(text));
}
