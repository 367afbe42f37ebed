"""Expo Updates, version 1: what a client asks in its headers (docs.expo.dev/technical-specs/expo-updates-1). Pure.

Where the clients' own code asks for less than the specification says, less is taken: Expo's dev launcher looks at a
manifest with nothing but a platform and the types that it accepts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.services.preview.expo.errors import NotAcceptable, ProtocolRefused, SignatureUnavailable
from app.services.preview.expo.signing import ALGORITHM, Signer

VERSION = "1"
MULTIPART, EXPO_JSON, JSON = "multipart/mixed", "application/expo+json", "application/json"
# In the order in which they are chosen among equals.
_OFFERED = (MULTIPART, EXPO_JSON, JSON)
_PLATFORMS = ("ios", "android")
_RUNTIME = re.compile(r"[\x21-\x7e]{1,200}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_EXPO_GO = re.compile(r"exposdk:(\d{1,3})\.\d{1,3}\.\d{1,3}")
# Expo Go asks for its makers' signature, which nobody else can give, and takes what is unsigned (its source says so).
_EXPO_GO_KEY = "expo-root"
# Members of a dictionary of RFC 8941, as far as Expo uses it: true, or a string.
_MEMBER = re.compile(r'\s*([a-z*][a-z0-9_.*-]*)(?:=(?:"([\x20-\x21\x23-\x5b\x5d-\x7e]*)"|\?1))?\s*(?:,|$)')
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class UpdateRequest:
    """What a client wants: `form` is the media type of the answer; None where it did not say."""

    platform: str
    form: str
    runtime_version: str | None
    current_update_id: str | None
    wants_signature: bool
    is_development: bool

    @property
    def expo_go_sdk(self) -> int | None:
        """The SDK of Expo Go, where it is the one that asks."""
        found = _EXPO_GO.fullmatch(self.runtime_version or "")
        return int(found[1]) if found else None

    @property
    def takes_directives(self) -> bool:
        """Whether the client understands that there is nothing new: Expo Go and the dev launcher want a manifest."""
        return self.expo_go_sdk is None and not self.is_development


def read_request(headers: Mapping[str, str], signer: Signer | None) -> UpdateRequest:
    """Read a request's headers; ProtocolRefused, NotAcceptable, SignatureUnavailable."""
    version = headers.get("expo-protocol-version", VERSION).strip()
    if not version.isdecimal():
        raise ProtocolRefused("expo-protocol-version must be a number.", header="expo-protocol-version")
    if version != VERSION:
        raise NotAcceptable(f"This server speaks version {VERSION} of the protocol only.", asked=version[:20])
    return UpdateRequest(
        platform=read_platform(headers),
        form=chosen_form(headers.get("accept", "")),
        runtime_version=_matching(headers, "expo-runtime-version", _RUNTIME),
        current_update_id=update_id(headers, "expo-current-update-id"),
        wants_signature=_wants_signature(headers.get("expo-expect-signature"), signer),
        is_development=headers.get("expo-updates-environment", "").upper() == "DEVELOPMENT",
    )


def read_platform(headers: Mapping[str, str]) -> str:
    """Read the device's platform; ProtocolRefused when it is none that Expo's clients run on."""
    platform = headers.get("expo-platform", "").strip()
    if platform not in _PLATFORMS:
        raise ProtocolRefused("expo-platform must be ios or android.", header="expo-platform", asked=platform[:20])
    return platform


def update_id(headers: Mapping[str, str], name: str) -> str | None:
    """Read the id of an update in small letters, None when there is none; ProtocolRefused when it is no id."""
    given = headers.get(name, "").strip().lower()
    if not given:
        return None
    if not _UUID.fullmatch(given):
        raise ProtocolRefused(f"{name} must be a UUID.", header=name)
    return given


def chosen_form(accept: str) -> str:
    """Choose among what we have by an Accept header (RFC 9110, section 12.5.1); NotAcceptable."""
    if not accept.strip():
        return JSON
    ranges = _ranges(accept[:_LONGEST])
    best: tuple[float, int, int] | None = None
    form = ""
    for place, offered in enumerate(_OFFERED):
        kind = offered.partition("/")[0]
        found = next((each for each in (offered, f"{kind}/*", "*/*") if each in ranges), None)
        if found is None or not ranges[found]:
            continue
        # What is named is preferred to what a wildcard lets through; plain JSON is what everybody reads.
        rank = (ranges[found], int(found == offered), place if found == "*/*" else -place)
        if best is None or rank > best:
            best, form = rank, offered
    if not form:
        raise NotAcceptable(offered=list(_OFFERED))
    return form


def _ranges(accept: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for each in accept.split(","):
        media, *parameters = (part.strip().lower() for part in each.split(";"))
        quality = next((part[2:] for part in parameters if part.startswith("q=")), "1")
        try:
            found[media] = min(1.0, max(0.0, float(quality)))
        except ValueError:
            found[media] = 0.0
    return found


def _matching(headers: Mapping[str, str], name: str, pattern: re.Pattern[str]) -> str | None:
    given = headers.get(name, "").strip()
    if not given:
        return None
    if not pattern.fullmatch(given):
        raise ProtocolRefused(f"{name} is not valid.", header=name)
    return given


def _wants_signature(header: str | None, signer: Signer | None) -> bool:
    if header is None:
        return False
    asked = _dictionary(header)
    key_id, algorithm = asked.get("keyid"), asked.get("alg")
    if key_id == _EXPO_GO_KEY:
        return False
    if algorithm not in (None, ALGORITHM):
        raise SignatureUnavailable(f"Manifests are signed with {ALGORITHM} only.", asked=str(algorithm)[:64])
    if signer is None:
        raise SignatureUnavailable
    if key_id not in (None, signer.key_id):
        raise SignatureUnavailable("The client expects another key than this server signs with.", key_id=signer.key_id)
    return True


def _dictionary(header: str) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    at, text = 0, header[:_LONGEST].strip()
    while at < len(text):
        member = _MEMBER.match(text, at)
        if member is None:
            raise ProtocolRefused("expo-expect-signature is no dictionary of RFC 8941.", header="expo-expect-signature")
        found[member[1]] = member[2]
        at = member.end()
    return found
