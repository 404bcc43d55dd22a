"""A local certificate authority for trials: browsers give cameras and `__Host-` cookies only to secure origins.

Everything lies under DIR/tls: `ca.crt` (to be trusted on the second machine), `ca.key`, `server.crt`, `server.key`. The server's
certificate is made anew when its names change, when it is about to expire, and when key or authority are not its own.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_DAYS = 3650
SERVER_DAYS = 397
"""Browsers refuse longer ones (CA/Browser Forum Baseline Requirements 6.3.2)."""
RENEW_DAYS = 30


def make(folder: Path, names: Iterable[str], now: float) -> Path:
    """Certificate and key for `names` (addresses or host names) under `folder`; returns the authority's certificate."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    wanted = sorted(set(names))
    at = dt.datetime.fromtimestamp(now, dt.UTC)
    ca_file, ca_key_file = folder / "ca.crt", folder / "ca.key"
    found = _pair(ca_file, ca_key_file)
    if found is None:
        found = _authority(at)
        _write(ca_key_file, _pem(found[1]), private=True)
        _write(ca_file, found[0].public_bytes(serialization.Encoding.PEM))
    ca, ca_key = found
    server_file, server_key_file = folder / "server.crt", folder / "server.key"
    if not _serves(server_file, server_key_file, ca, wanted, at):
        certificate, key = _server(ca, ca_key, wanted, at)
        _write(server_key_file, _pem(key), private=True)
        _write(server_file, certificate.public_bytes(serialization.Encoding.PEM))
    return ca_file


def context(certificate: Path, key: Path) -> ssl.SSLContext:
    """TLS 1.2 or newer, for the server."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.minimum_version = ssl.TLSVersion.TLSv1_2
    tls.load_cert_chain(certificate, key)
    return tls


def _authority(at: dt.datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Remote virtual window, local trial authority")])
    certificate = (
        _builder(name, name, key, at, CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate, key


def _server(
    ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey, names: list[str], at: dt.datetime
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    certificate = (
        _builder(subject, ca.subject, key, at, SERVER_DAYS)
        .add_extension(x509.SubjectAlternativeName([_alternative(n) for n in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    return certificate, key


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, at: dt.datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - dt.timedelta(hours=1))
        .not_valid_after(at + dt.timedelta(days=days))
    )


def _usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        key_cert_sign=sign_certificates, crl_sign=sign_certificates, encipher_only=False, decipher_only=False,
    )


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pair(file: Path, key_file: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None:
    """A certificate with its own key; a start that was interrupted may have left what belongs to nothing, or half of it."""
    try:
        certificate = x509.load_pem_x509_certificate(file.read_bytes())
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    except (OSError, ValueError, TypeError):
        return None
    return (certificate, key) if isinstance(key, ec.EllipticCurvePrivateKey) and key.public_key() == certificate.public_key() else None


def _serves(file: Path, key_file: Path, ca: x509.Certificate, names: list[str], at: dt.datetime) -> bool:
    """Whether the certificate that lies there will do."""
    pair = _pair(file, key_file)
    if pair is None:
        return False
    certificate, _ = pair
    try:
        certificate.verify_directly_issued_by(ca)
    except (ValueError, TypeError, InvalidSignature):
        return False
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    have = {*found.get_values_for_type(x509.DNSName), *map(str, found.get_values_for_type(x509.IPAddress))}
    return have == set(names) and certificate.not_valid_after_utc - at > dt.timedelta(days=RENEW_DAYS)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _write(file: Path, content: bytes, *, private: bool = False) -> None:
    """Whole or not at all, and never readable by others in between."""
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600 if private else 0o644)
    fresh.write_bytes(content)
    fresh.replace(file)
