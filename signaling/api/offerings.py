"""The catalogue as the pages read it (`ports.Offerings`): the day's versions, both languages, opening now."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from config.catalogue import Catalogue, Offer
from config.clock import Clock
from config.jurisdiction import Jurisdictions
from config.profiles import Picture, Profile
from config.text import Text
from signaling.wire import http


def _both(text: Text) -> http.BothLanguages:
    return http.BothLanguages(text.zh, text.en)


class ConfiguredOfferings:
    """`api.ports.Offerings` over config/."""

    def __init__(self, jurisdictions: Jurisdictions, catalogue: Catalogue, profile: Profile, farewell_seconds: float, clock: Clock) -> None:
        self._jurisdictions = jurisdictions
        self._catalogue = catalogue
        self._profile = profile
        self._farewell = farewell_seconds
        self._clock = clock

    def for_kiosk(self, jurisdiction: str) -> http.Catalogue:
        """What may be asked for at this host's kiosks."""
        offers = self._catalogue.offered_at(jurisdiction, self._clock.now())
        return self._page(jurisdiction, offers, {jurisdiction, *(offer.home for offer in offers)})

    def for_person(self, jurisdiction: str) -> http.Catalogue:
        """What this home decides; with every jurisdiction, since a ring says where the kiosk stands."""
        return self._page(jurisdiction, self._catalogue.of_home(jurisdiction, self._clock.now()), set(self._jurisdictions))

    def kiosk_name(self, kiosk: str) -> str:
        found = self._jurisdictions.kiosk(kiosk)
        return found[1].name.zh if found else kiosk

    def knows_jurisdiction(self, code: str) -> bool:
        return code in self._jurisdictions

    def _page(self, here: str, offers: Iterable[Offer], shown: Collection[str]) -> http.Catalogue:
        return http.Catalogue(
            jurisdictions=[self._jurisdiction(code, here) for code in self._jurisdictions if code in shown],
            services=[_service(offer) for offer in offers],
            consents=[
                http.CatalogueConsent(code, text.version, _both(text.title), http.BothLanguages(text.body.zh, text.body.en), text.required)
                for code, text in self._catalogue.consents(self._clock.now())
            ],
            life_events=[http.CatalogueLifeEvent(event.code, _both(event.name)) for event in self._catalogue.life_events],
            media=http.MediaProfile(
                microphone=http.MediaSource(0, 0, 0, self._profile.microphone.max_bitrate),
                camera=_picture(self._profile.camera),
                screen=_picture(self._profile.screen),
                document=_picture(self._profile.document),
            ),
            staffed_window=_both(self._jurisdictions[here].staffed_window),
            farewell_seconds=self._farewell,
        )

    def _jurisdiction(self, code: str, here: str) -> http.CatalogueJurisdiction:
        each, now = self._jurisdictions[code], self._clock.now()
        is_open = self._jurisdictions.is_open(code, now)
        opens = None if is_open else self._jurisdictions.next_opening(code, now)
        return http.CatalogueJurisdiction(code, _both(each.name), _both(each.short), each.accent, is_open, opens, code == here)


def _service(offer: Offer) -> http.CatalogueService:
    s = offer.service
    return http.CatalogueService(
        code=s.code,
        home=offer.home,
        name=_both(s.name),
        life_event=s.life_event,
        materials=[http.CatalogueMaterial(m.name.zh, m.name.en, m.need) for m in s.materials],
        questions=[http.CatalogueQuestion(q.id, _both(q.text), q.needed, _both(q.otherwise)) for q in s.questions],
        consents=list(s.consents),
        minutes=s.minutes,
        working_days=s.working_days,
        popular=s.popular,
        sample=s.sample,
    )


def _picture(p: Picture) -> http.MediaSource:
    return http.MediaSource(p.width, p.height, p.fps, p.max_bitrate)
