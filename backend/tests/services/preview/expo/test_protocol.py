"""What a client asks in its headers, rule by rule (Expo Updates, version 1, and the clients' own code)."""

from datetime import UTC, datetime

import pytest

from app.config.preview import PreviewSettings
from app.services.preview.expo.errors import NotAcceptable, ProtocolRefused, SignatureUnavailable
from app.services.preview.expo.protocol import EXPO_JSON, JSON, MULTIPART, chosen_form, read_request, update_id
from app.services.preview.expo.signing import Signer, make_key_pair

PAIR = make_key_pair("Test", now=datetime(2026, 1, 1, tzinfo=UTC), years=1)
SIGNER = Signer.of(PreviewSettings.from_env({"PREVIEW_SIGNING_KEY": PAIR.key}))
CLIENT = {"expo-protocol-version": "1", "expo-platform": "ios", "expo-runtime-version": "1.0.0"}


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        # As Expo's clients send it, on both platforms.
        ("multipart/mixed,application/expo+json,application/json", MULTIPART),
        # As Expo's dev launcher sends it.
        ("application/expo+json,application/json", EXPO_JSON),
        # As the specification shows it.
        ("application/expo+json;q=0.9, application/json;q=0.8, multipart/mixed", MULTIPART),
        ("application/expo+json, application/json;q=0.8, multipart/mixed;q=0.7", EXPO_JSON),
        ("application/json", JSON),
        ("multipart/*", MULTIPART),
        ("multipart/mixed;q=0, application/json", JSON),
        ("application/json, */*;q=0.1", JSON),
        ("*/*", JSON),
        ("", JSON),
        ("text/html, application/*;q=0.5", EXPO_JSON),
        ("APPLICATION/JSON", JSON),
    ],
)
def test_the_form_is_negotiated(accept: str, form: str) -> None:
    assert chosen_form(accept) == form


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0", "application/json;q=x", "*/*;q=0.0", ","])
def test_a_form_that_is_not_there_is_406(accept: str) -> None:
    with pytest.raises(NotAcceptable) as caught:
        chosen_form(accept)
    assert caught.value.status == 406


@pytest.mark.parametrize(("version", "status"), [("0", 406), ("2", 406), ("one", 400), ("", 400), ("1.0", 400)])
def test_another_version_of_the_protocol_is_refused(version: str, status: int) -> None:
    with pytest.raises((NotAcceptable, ProtocolRefused)) as caught:
        read_request({**CLIENT, "expo-protocol-version": version}, None)
    assert caught.value.status == status


@pytest.mark.parametrize("platform", ["", "web", "IOS", "ios,android", "windows"])
def test_a_platform_that_is_none_of_expos_is_400(platform: str) -> None:
    with pytest.raises(ProtocolRefused) as caught:
        read_request({**CLIENT, "expo-platform": platform}, None)
    assert (caught.value.status, caught.value.details["header"]) == (400, "expo-platform")


@pytest.mark.parametrize("version", ["1 0", "\u00e9", "x" * 201])
def test_a_runtime_version_that_is_no_word_is_400(version: str) -> None:
    with pytest.raises(ProtocolRefused):
        read_request({**CLIENT, "expo-runtime-version": version}, None)


def test_what_the_dev_launcher_leaves_out_is_not_missed() -> None:
    asked = read_request({"expo-platform": "android", "accept": "application/expo+json,application/json"}, None)
    assert (asked.runtime_version, asked.form, asked.current_update_id) == (None, EXPO_JSON, None)


def test_expo_go_and_the_dev_launcher_are_never_told_that_there_is_nothing_new() -> None:
    assert read_request(CLIENT, None).takes_directives
    go = read_request({**CLIENT, "expo-runtime-version": "exposdk:57.0.0"}, None)
    assert (go.expo_go_sdk, go.takes_directives) == (57, False)
    assert not read_request({**CLIENT, "expo-updates-environment": "DEVELOPMENT"}, None).takes_directives


def test_ids_of_updates_are_read_in_either_case() -> None:
    told = "E8091569-1AD2-8585-9D5C-DBC73752DA1B"
    assert update_id({"expo-current-update-id": told}, "expo-current-update-id") == told.lower()
    with pytest.raises(ProtocolRefused):
        update_id({"expo-current-update-id": "../../etc"}, "expo-current-update-id")


@pytest.mark.parametrize(
    "header",
    ['sig, keyid="main", alg="rsa-v1_5-sha256"', "sig", "sig=?1", 'sig,keyid="main"', 'alg="rsa-v1_5-sha256",sig'],
)
def test_a_signature_that_can_be_given_is_promised(header: str) -> None:
    assert SIGNER is not None
    assert read_request({**CLIENT, "expo-expect-signature": header}, SIGNER).wants_signature


def test_nobody_gets_a_signature_that_he_did_not_ask_for() -> None:
    assert not read_request(CLIENT, SIGNER).wants_signature


@pytest.mark.parametrize(
    ("header", "signer"),
    [
        ('sig, keyid="main", alg="rsa-v1_5-sha256"', None),
        ('sig, keyid="other", alg="rsa-v1_5-sha256"', SIGNER),
        ('sig, keyid="main", alg="ecdsa"', SIGNER),
    ],
)
def test_a_signature_that_cannot_be_given_is_refused(header: str, signer: Signer | None) -> None:
    with pytest.raises(SignatureUnavailable) as caught:
        read_request({**CLIENT, "expo-expect-signature": header}, signer)
    assert caught.value.status == 400


@pytest.mark.parametrize("header", ["sig; DROP", 'keyid="', "=", 'sig, keyid="a"b"', '"sig"'])
def test_what_is_no_dictionary_is_400(header: str) -> None:
    with pytest.raises(ProtocolRefused):
        read_request({**CLIENT, "expo-expect-signature": header}, SIGNER)


def test_expo_go_takes_what_is_unsigned_although_it_asks_for_its_makers_signature() -> None:
    asked = read_request({**CLIENT, "expo-expect-signature": 'sig, keyid="expo-root", alg="rsa-v1_5-sha256"'}, None)
    assert not asked.wants_signature
