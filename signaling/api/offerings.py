"""The catalogue as the pages read it (`ports.Offerings`): the day's versions, both languages, opening now."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from config.catalogue import Offer
from config.clock import Clock
from config.eligibility import Condition, Eligibility
from config.library import Library
from config.profiles import Picture, Profile
from config.service import ConsentVersion
from config.text import Text
from signaling.domain.powers import basis, ways_here
from signaling.wire import http


def _both(text: Text) -> http.BothLanguages:
    return http.BothLanguages(text.zh, text.en)


class ConfiguredOfferings:
    """`api.ports.Offerings` over config/."""

    def __init__(self, library: Library, profile: Profile, farewell_seconds: float, clock: Clock) -> None:
        self._jurisdictions, self._catalogue, self._powers = library.jurisdictions, library.catalogue, library.powers
        self._profile = profile
        self._farewell = farewell_seconds
        self._clock = clock

    def for_kiosk(self, kiosk: str, jurisdiction: str) -> http.Catalogue:
        """What may be asked for at this kiosk of a host; nothing is promised there that its window may not do."""
        offers = [self._as_at(kiosk, jurisdiction, offer) for offer in self._catalogue.offered_at(jurisdiction, self._clock.now())]
        return self._page(jurisdiction, offers, {jurisdiction, *(offer.home for offer in offers)})

    def for_person(self, jurisdiction: str) -> http.Catalogue:
        """What this home decides; with every jurisdiction, since a ring says where the kiosk stands."""
        return self._page(jurisdiction, self._catalogue.of_home(jurisdiction, self._clock.now()), set(self._jurisdictions))

    def wording(self, text: str, version: str) -> http.CatalogueConsent | None:
        """A consent in the version in which it was read; None when nobody ever had it."""
        found = self._catalogue.wording(text, version)
        return None if found is None else _consent(text, found)

    def kiosk_name(self, kiosk: str) -> str:
        found = self._jurisdictions.kiosk(kiosk)
        return found[1].name.zh if found else kiosk

    def knows_jurisdiction(self, code: str) -> bool:
        return code in self._jurisdictions

    def _as_at(self, kiosk: str, host: str, offer: Offer) -> Offer:
        service = offer.service
        granted = self._powers.granted("deliver-outcome", offer.home, host, service.code, kiosk, self._clock.now())
        ways = ways_here(service.delivery, may_deliver=basis(offer.home, host, granted.agreement if granted else None) is not None)
        return replace(offer, service=replace(service, delivery=ways))

    def _page(self, here: str, offers: Iterable[Offer], shown: Collection[str]) -> http.Catalogue:
        return http.Catalogue(
            jurisdictions=[self._jurisdiction(code, here) for code in self._jurisdictions if code in shown],
            services=[_service(offer) for offer in offers],
            consents=[_consent(code, text) for code, text in self._catalogue.consents(self._clock.now())],
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


def _consent(code: str, text: ConsentVersion) -> http.CatalogueConsent:
    return http.CatalogueConsent(code, text.version, _both(text.title), http.BothLanguages(text.body.zh, text.body.en), text.required)


def _service(offer: Offer) -> http.CatalogueService:
    s = offer.service
    return http.CatalogueService(
        code=s.code,
        home=offer.home,
        name=_both(s.name),
        life_event=s.life_event,
        materials=[http.CatalogueMaterial(m.name.zh, m.name.en, m.need) for m in s.materials],
        eligibility=_eligibility(s.rules),
        consents=list(s.consents),
        minutes=s.minutes,
        working_days=s.working_days,
        fee=http.CatalogueFee(s.fee.yuan, s.fee.up_to, _both(s.fee.note) if s.fee.note else None),
        delivery=list(s.delivery),
        result=_both(s.result),
        channel=s.channel,
        mode=s.mode,
        identity_level=s.identity_level,
        person=s.person,
        parties=http.CataloguePeople(s.parties.least, s.parties.most),
        version=s.version,
        popular=s.popular,
        sample=s.sample,
    )


def _eligibility(rules: Eligibility) -> http.CatalogueEligibility:
    questions = [http.CatalogueQuestion(q.id, _both(q.text), [http.CatalogueOption(o.code, _both(o.label)) for o in q.options]) for q in rules.questions]
    return http.CatalogueEligibility(
        questions,
        [
            http.CatalogueRule(r.kind, _both(r.reason), _condition(r.when) if r.when else None, r.go_to, [_both(each) for each in r.bring])
            for r in rules.rules
        ],
    )


def _condition(c: Condition) -> http.CatalogueCondition:
    return http.CatalogueCondition(
        c.question,
        c.value,
        c.choice,
        None if c.all_of is None else [_condition(each) for each in c.all_of],
        None if c.any_of is None else [_condition(each) for each in c.any_of],
        None if c.negated is None else _condition(c.negated),
    )


def _picture(p: Picture) -> http.MediaSource:
    return http.MediaSource(p.width, p.height, p.fps, p.max_bitrate)
