"""Every setting, with its default, its bounds, its unit and what it is for. `docs/settings.md` is printed from here."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from config.profiles import PROFILES, Profile, ProfileName

Port = Annotated[int, Meta(ge=0, le=65535)]
MediaPort = Annotated[int, Meta(ge=1024, le=65535)]
Whole = Annotated[int, Meta(ge=1, le=1_000_000)]
Seconds = Annotated[float, Meta(gt=0, le=86_400)]
Minutes = Annotated[float, Meta(gt=0, le=1_440)]
Origin = Annotated[str, Meta(pattern=r"^https?://[A-Za-z0-9.\-\[\]:]+$", max_length=200)]


def is_loopback(host: str) -> bool:
    """Whether `host` names this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[section]` of the file; each field has a default, so an empty file is a working one."""


class Server(Section, frozen=True):
    """Where the server listens, and to whom it speaks."""

    bind: str = "127.0.0.1"
    """Address to listen on. Anything but a loopback address needs TLS: browsers give no camera to plain HTTP."""
    port: Port = 8443
    """TCP port; 0 takes a free one and prints it."""
    public_origins: list[Origin] = []
    """Origins (`https://host[:port]`) that pages may come from; others are refused. Empty: only the server's own address."""
    tls_certificate: str = ""
    """PEM file with the certificate chain; the path is relative to the settings file. Empty: no certificate of one's own."""
    tls_key: str = ""
    """PEM file with the private key, readable by its owner only."""
    tls_self_signed: bool = False
    """Make a local certificate authority and a certificate under DIR/tls. For trials; offices bring their own certificate."""

    def __post_init__(self) -> None:
        if bool(self.tls_certificate) != bool(self.tls_key):
            raise ValueError("tls_certificate and tls_key go together")
        if self.tls_certificate and self.tls_self_signed:
            raise ValueError("tls_self_signed is for servers without a tls_certificate")
        if not self.tls and not is_loopback(self.bind):
            raise ValueError(f"bind {self.bind} is not a loopback address: set tls_certificate and tls_key, or tls_self_signed")

    @property
    def tls(self) -> bool:
        """Whether the port speaks TLS."""
        return bool(self.tls_certificate) or self.tls_self_signed


class Limits(Section, frozen=True):
    """Bounds on what may come from outside; whatever exceeds one is refused with a stable code and counted."""

    message_bytes: Annotated[int, Meta(ge=8_192, le=1_048_576)] = 64 * 1024
    """Largest WebSocket text frame, in bytes. Binary frames are always refused."""
    json_depth: Annotated[int, Meta(ge=4, le=32)] = 8
    """Deepest nesting of a JSON message or body."""
    messages_per_second: Annotated[float, Meta(gt=0, le=1_000)] = 20
    """Messages a second that one socket may send in the long run."""
    burst: Whole = 40
    """Messages that one socket may send at once."""
    mistakes_per_minute: Whole = 5
    """Bad messages within 60 s that close a socket."""
    sockets_per_user: Whole = 5
    """Open sockets of one person or kiosk."""
    sockets_per_address: Whole = 20
    """Sockets of one network address that have not said hello yet."""
    hello_seconds: Seconds = 5
    """Time for the first frame of a socket, in seconds."""
    header_seconds: Seconds = 10
    """Time for the header of an HTTP request, in seconds."""
    body_seconds: Seconds = 30
    """Time for the body of an HTTP request, in seconds."""
    body_bytes: Annotated[int, Meta(ge=1_024, le=1_048_576)] = 64 * 1024
    """Largest JSON body of an HTTP request, in bytes."""
    send_queue_messages: Whole = 256
    """Messages that may wait for one slow socket before it is closed (1013)."""
    send_queue_bytes: Annotated[int, Meta(ge=65_536, le=67_108_864)] = 1024 * 1024
    """Bytes that may wait for one slow socket before it is closed (1013)."""
    send_seconds: Seconds = 5
    """Time that one message may wait for a slow socket before it is closed (1013), in seconds."""


class Link(Section, frozen=True):
    """The numbered connection between an end and the server."""

    heartbeat_seconds: Annotated[float, Meta(ge=0.2, le=60)] = 4
    """Quiet time after which either side pings, in seconds; two missed answers end the connection."""
    keep_seconds: Seconds = 30
    """Time that a link is kept for its end to come back and resume, in seconds."""


class Media(Section, frozen=True):
    """The media node: addresses, ports, picture sizes."""

    addresses: list[str] = []
    """Addresses of this machine that are offered to the ends. Empty: every usable one (no loopback, link-local or container bridge)."""
    allow_loopback: bool = False
    """Offer and accept 127.0.0.1 as a media address: for a trial on one machine."""
    public_address: str = ""
    """Address that the ends see when the node stands behind a 1:1 NAT. Empty: none."""
    port_min: MediaPort = 20_000
    """Lowest UDP port for media; open this range in the firewall."""
    port_max: MediaPort = 24_999
    """Highest UDP port for media."""
    profile: ProfileName = "standard"
    """How large and how fast pictures are; the numbers of each profile stand in the table below."""
    idle_minutes: Minutes = 10
    """Time after which a node without a server and with empty rooms ends itself, in minutes."""

    def __post_init__(self) -> None:
        if self.port_min > self.port_max:
            raise ValueError("port_min is above port_max")
        for address in [*self.addresses, *([self.public_address] if self.public_address else [])]:
            ipaddress.ip_address(address)

    @property
    def numbers(self) -> Profile:
        """The profile's numbers."""
        return PROFILES[self.profile]


class Session(Section, frozen=True):
    """How long a visit's states last."""

    ring_seconds: Seconds = 20
    """A counter is rung this long; then it goes to the next and the clerk is set away, in seconds."""
    clerk_grace_seconds: Seconds = 60
    """A clerk may be gone this long before the resident returns to the front of the line, in seconds."""
    resident_grace_seconds: Seconds = 90
    """A resident may be gone this long before the session is parked, in seconds."""
    parked_minutes: Minutes = 10
    """A parked session can be taken up again this long, in minutes."""
    wrap_up_minutes: Minutes = 10
    """A clerk has this long to write up the case before it is closed with the outcome chosen so far, in minutes."""
    answer_seconds: Seconds = 45
    """A question to the resident stands this long; silence is no, in seconds."""
    page_seconds: Seconds = 300
    """A page may be laid under the camera for this long, counted anew with each picture, in seconds."""
    signature_seconds: Seconds = 300
    """The frozen paper may be read and signed for this long, in seconds."""
    farewell_seconds: Seconds = 60
    """The kiosk's last screen stays this long before it forgets and is free, in seconds."""


class Recording(Section, frozen=True):
    """How sessions are recorded and proved. There is no button, and no setting that turns it off."""

    late_seconds: Seconds = 5
    """Without a byte on a disk by then both sides are told, and the case cannot be accepted without a supervisor, in seconds."""
    suspension_seconds: Seconds = 120
    """A suspension for a secret ends by itself after this long, in seconds."""
    warn_below: Annotated[float, Meta(ge=0, le=1)] = 0.2
    """The log warns when less than this part of the disk is free."""
    refuse_below: Annotated[float, Meta(ge=0, le=1)] = 0.1
    """No new visit is begun when every disk of the vaults has less than this part free; running ones go on."""
    start_custody: bool = False
    """Start a custody process for each jurisdiction whose private keys lie under DIR/custody: for trials. `--demo` does it."""
    custody: list[Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]*=https?://[A-Za-z0-9.\-\[\]:]+\Z")]] = []
    """Custodies that listen elsewhere, as `jurisdiction=http://HOST:PORT`; their callers' token lies in DIR/custody/<jurisdiction>/callers.token. The others are looked for under DIR/custody."""
    view_hours: Annotated[float, Meta(gt=0, le=24)] = 12
    """A supervisor who has said why may look at that session so long, in hours."""


class Handover(Section, frozen=True):
    """How decided cases reach their home's own system. Without an address they wait in the outbox for as long as their recording is kept; with one
    it is kept until the home has acknowledged."""

    homes: list[Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]*=[^\s=][^\s]*\Z", max_length=400)]] = []
    """A home's own system, as `jurisdiction=https://HOST/PATH` (CloudEvents over HTTPS) or `jurisdiction=FOLDER` (relative to DIR). Plain http only to this machine."""
    ca_file: str = ""
    """PEM file with the authority of the homes' certificates; the path is relative to the settings file. Empty: the machine's own authorities."""
    timeout_seconds: Seconds = 60
    """A delivery, or the wait for a folder's receipt, may take this long before it is tried again, in seconds."""
    stuck_minutes: Minutes = 30
    """A case that waits longer than this is an incident; it goes on being tried, in minutes."""
    start_receiver: bool = False
    """For trials: homes without an address here get a folder under DIR/home-systems and a receiver that acknowledges. `--demo` does it."""

    def __post_init__(self) -> None:
        names = [entry.split("=", 1)[0] for entry in self.homes]
        if len(set(names)) < len(names):
            raise ValueError("homes names a jurisdiction twice")
        for entry in self.homes:
            scheme, rest = entry.split("=", 1)[1].partition("://")[::2]
            if rest and scheme not in ("http", "https"):
                raise ValueError(f"homes: {scheme}:// is no way to a home's system")
            if rest and scheme == "http" and not is_loopback(urlsplit(f"//{rest}").hostname or ""):
                raise ValueError("homes: plain http only to this machine")


class Store(Section, frozen=True):
    """Where the facts are kept."""

    url: str = ""
    """SQLAlchemy address of the database without a password, for instance `postgresql+asyncpg://window@db/window`. Empty: SQLite in DIR."""
    password_file: str = ""
    """File with the database password, readable by its owner only; the path is relative to the settings file. Empty: no password."""
    busy_seconds: Annotated[float, Meta(gt=0, le=60)] = 2
    """A transaction that waits longer than this for the database is refused with 503, in seconds."""

    def __post_init__(self) -> None:
        authority = self.url.partition("://")[2].partition("/")[0]
        if "@" in authority and ":" in authority.rpartition("@")[0]:
            raise ValueError("url holds a password: put it into password_file")


class Logs(Section, frozen=True):
    """What is written down about the program itself."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """The least important event that is written."""
    format: Literal["console", "json"] = "console"
    """`console` for people, `json` for machines: one line an event either way."""


class Login(Section, frozen=True):
    """How people and kiosks prove who they are, and how guessing is slowed down."""

    hours: Annotated[float, Meta(gt=0, le=24)] = 12
    """A person's login lasts this long, in hours."""
    kiosk_days: Annotated[float, Meta(gt=0, le=3_650)] = 365
    """A kiosk's enrolment lasts this long, in days."""
    free_attempts: Annotated[int, Meta(ge=1, le=20)] = 5
    """Wrong passwords before each further one has to wait."""
    backoff_seconds: Seconds = 2
    """The first wait after too many wrong passwords, in seconds; it doubles with each further one."""
    backoff_max_seconds: Seconds = 300
    """The longest wait, in seconds. Nobody is locked out for good, or anybody could lock anybody out."""
    hashes_at_once: Annotated[int, Meta(ge=1, le=64)] = 2
    """Password hashes computed at the same time; each takes some 64 MiB."""
    ticket_seconds: Seconds = 30
    """A one-time socket ticket is good this long, in seconds."""
    enrolment_minutes: Minutes = 60
    """A kiosk's one-time enrolment code is good this long, in minutes."""
    setup_hours: Annotated[float, Meta(gt=0, le=168)] = 24
    """The one-time set-up code of the first administrator is good this long, in hours."""


class Trial(Section, frozen=True):
    """What only a trial may do."""

    always_open: bool = False
    """Serve at any hour and on holidays, whatever the jurisdictions' opening hours say."""


class Settings(Section, frozen=True):
    """All sections. `Settings()` is the default."""

    server: Server = Server()
    limits: Limits = Limits()
    link: Link = Link()
    media: Media = Media()
    session: Session = Session()
    recording: Recording = Recording()
    handover: Handover = Handover()
    store: Store = Store()
    logs: Logs = Logs()
    login: Login = Login()
    trial: Trial = Trial()
