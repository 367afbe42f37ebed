"""The Expo Updates protocol, version 1, rule by rule, as the specification and the clients' own code have them.

https://docs.expo.dev/technical-specs/expo-updates-1/
"""

import base64
import email
import email.policy
import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from httpx import Response
from sqlalchemy import update

from app.adapters.storage.port import Bucket
from app.core.clock import FrozenClock
from app.models.preview import PreviewBundle
from app.services.preview.archives import inspect, rewrite
from app.services.preview.expo.signing import make_key_pair

from tests.fixtures.bare import GitRepo
from tests.fixtures.people import People
from tests.flows.conftest import Body, Traveller
from tests.flows.previewing import CODE, LOGO, LOGO_KEY, native_app, send, zipped

PAIR = make_key_pair("Test", now=datetime(2025, 12, 1, tzinfo=UTC), years=5)
MULTIPART = "multipart/mixed,application/expo+json,application/json"
IPHONE = {"expo-protocol-version": "1", "expo-platform": "ios", "expo-runtime-version": "1.2.0"}
SIGNED = {"expo-expect-signature": 'sig, keyid="main", alg="rsa-v1_5-sha256"'}


@pytest.fixture
def settings_env(settings_env: dict[str, str]) -> dict[str, str]:
    return {**settings_env, "HIVESYNC_BASE_URL": "http://hivesync.test", "PREVIEW_SIGNING_KEY": PAIR.key}


@pytest.fixture
async def ann(ann: Traveller, tmp_path: Path) -> Traveller:
    repo = GitRepo.create(tmp_path / "upstream.git")
    repo.commit({"app.json": '{"expo": {"name": "Shop"}}\n'})
    await ann.connect(repo)
    return ann


async def ask(ann: Traveller, sent: Body, **headers: str) -> Response:
    """What a phone does: it has the link, and nobody is logged in. Underscores are dashes, None leaves out."""
    login = ann.http.headers.pop("Authorization")
    told = {**IPHONE, "accept": MULTIPART, **{name.replace("_", "-"): value for name, value in headers.items()}}
    answer = await ann.http.get(
        f"/preview/{sent['job_id']}/expo/manifest",
        params={"grant": sent["grant"]},
        headers={name: value for name, value in told.items() if value != "-"},
    )
    ann.http.headers["Authorization"] = login
    return answer


def parts(answer: Response) -> dict[str, tuple[Any, bytes]]:
    """Headers and body of every part, by its name."""
    head = f"Content-Type: {answer.headers['content-type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + answer.content, policy=email.policy.HTTP)
    found = {}
    for part in message.iter_parts():
        body = part.get_payload(decode=True)
        assert isinstance(body, bytes)
        found[str(part["content-disposition"].params["name"])] = (part, body)
    return found


async def manifest(ann: Traveller, sent: Body, **headers: str) -> Body:
    """The manifest as JSON."""
    answer = await ask(ann, sent, accept="application/json", **headers)
    assert answer.status_code == 200, answer.text
    body: Body = answer.json()
    return body


def verify(signature: str, body: bytes) -> None:
    """What a client does with the certificate in the app; InvalidSignature."""
    found = re.fullmatch(r'sig="([A-Za-z0-9+/=]+)", keyid="main", alg="rsa-v1_5-sha256"', signature)
    assert found, signature
    key = x509.load_pem_x509_certificate(PAIR.certificate.encode()).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(base64.b64decode(found[1]), body, padding.PKCS1v15(), hashes.SHA256())


async def test_every_answer_has_the_common_headers(ann: Traveller) -> None:
    sent = await send(ann, native_app())
    for accept in ("application/json", "application/expo+json", "multipart/mixed"):
        answer = await ask(ann, sent, accept=accept)
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == accept
        assert answer.headers["expo-protocol-version"] == "1"
        assert answer.headers["expo-sfv-version"] == "0"
        assert answer.headers["cache-control"] == "private, max-age=0"


async def test_multipart_has_a_manifest_and_extensions_with_the_headers_that_were_specified(ann: Traveller) -> None:
    found = parts(await ask(ann, await send(ann, native_app())))
    assert found.keys() == {"manifest", "extensions"}
    for name, (part, _) in found.items():
        assert part["content-disposition"] == f'inline; name="{name}"'
        assert part["content-type"] == "application/json"


async def test_the_manifest_is_of_the_form_that_was_specified(ann: Traveller) -> None:
    told = await manifest(ann, await send(ann, native_app()))
    assert told.keys() == {"id", "createdAt", "runtimeVersion", "launchAsset", "assets", "metadata", "extra"}
    assert str(UUID(told["id"])) == told["id"]
    assert told["createdAt"] == "2026-01-01T12:00:00.000Z"
    assert told["runtimeVersion"] == "1.2.0"
    assert all(isinstance(value, str) for value in told["metadata"].values())
    # The launch asset's extension is left out, and all others have one with a dot: Android needs the field.
    assert "fileExtension" not in told["launchAsset"]
    assert [(each["key"], each["contentType"], each["fileExtension"]) for each in told["assets"]] == [
        (LOGO_KEY, "image/png", ".png")
    ]
    # Expo Go keeps apps apart by it, and shows the rest.
    assert told["extra"]["scopeKey"] == f"@hivesync/{ann.project_id}"
    assert told["extra"]["expoClient"]["sdkVersion"] == "57.0.0"


async def test_assets_are_at_their_addresses_without_any_header_and_are_what_their_hashes_say(ann: Traveller) -> None:
    told = await manifest(ann, await send(ann, native_app()))
    del ann.http.headers["Authorization"]
    for asset, data in ((told["launchAsset"], CODE), (told["assets"][0], LOGO)):
        answer = await ann.http.get(asset["url"])
        assert (answer.status_code, answer.content) == (200, data)
        digest = base64.urlsafe_b64encode(hashlib.sha256(answer.content).digest()).decode().rstrip("=")
        assert digest == asset["hash"]
        assert answer.headers["content-type"] == asset["contentType"]
        assert "immutable" in answer.headers["cache-control"]


async def test_assets_are_at_their_addresses_by_the_extensions_headers_too(ann: Traveller) -> None:
    answer = parts(await ask(ann, await send(ann, native_app())))
    told, headers = json.loads(answer["manifest"][1]), json.loads(answer["extensions"][1])["assetRequestHeaders"]
    del ann.http.headers["Authorization"]
    for asset in (told["launchAsset"], *told["assets"]):
        bare = asset["url"].partition("?")[0]
        assert (await ann.http.get(bare)).status_code == 401
        assert (await ann.http.get(bare, headers=headers[asset["key"]])).status_code == 200


async def test_assets_are_packed_for_clients_that_take_gzip_and_plain_for_others(ann: Traveller) -> None:
    url = (await manifest(ann, await send(ann, native_app())))["launchAsset"]["url"]
    packed = await ann.http.get(url, headers={"accept-encoding": "br, gzip"})
    plain = await ann.http.get(url, headers={"accept-encoding": "identity"})
    refused = await ann.http.get(url, headers={"accept-encoding": "gzip;q=0"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(CODE) / 10
    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in refused.headers
    assert packed.content == plain.content == refused.content == CODE


async def test_equal_content_has_an_equal_id_and_other_content_another(ann: Traveller) -> None:
    one, again = [await manifest(ann, await send(ann, native_app())) for _ in range(2)]
    other = await manifest(ann, await send(ann, native_app(b"var app = 2;")))
    assert one["id"] == again["id"] != other["id"]
    assert one["launchAsset"]["key"] != other["launchAsset"]["key"], "Android keeps one file for a key"


async def test_who_has_the_update_is_told_that_there_is_nothing_new(ann: Traveller) -> None:
    sent = await send(ann, native_app())
    known = (await manifest(ann, sent))["id"]
    answer = await ask(ann, sent, expo_current_update_id=known.upper(), **SIGNED)
    part, body = parts(answer)["directive"]
    assert json.loads(body) == {"type": "noUpdateAvailable"}
    verify(part["expo-signature"], body)
    as_json = await ask(ann, sent, accept="application/json", expo_current_update_id=known)
    assert (as_json.status_code, as_json.json()["code"]) == (406, "NOT_ACCEPTABLE")


async def test_expo_go_gets_a_manifest_whatever_it_has(ann: Traveller) -> None:
    sent = await send(ann, native_app())
    told = await manifest(ann, sent, expo_runtime_version="exposdk:57.0.0")
    assert told["runtimeVersion"] == "exposdk:57.0.0"
    again = await ask(ann, sent, expo_runtime_version="exposdk:57.0.0", expo_current_update_id=told["id"])
    assert parts(again).keys() == {"manifest", "extensions"}
    root = await ask(
        ann,
        sent,
        expo_runtime_version="exposdk:57.0.0",
        expo_expect_signature='sig, keyid="expo-root", alg="rsa-v1_5-sha256"',
    )
    assert root.status_code == 200


async def test_expo_go_of_another_sdk_gets_no_bundle(ann: Traveller) -> None:
    answer = await ask(ann, await send(ann, native_app()), expo_runtime_version="exposdk:54.0.0")
    assert (answer.status_code, answer.json()["code"]) == (404, "RUNTIME_VERSION_MISMATCH")


async def test_an_app_of_another_runtime_gets_no_bundle(ann: Traveller) -> None:
    answer = await ask(ann, await send(ann, native_app()), expo_runtime_version="2.0.0")
    assert (answer.status_code, answer.json()["details"]) == (404, {"needs": "1.2.0", "has": "2.0.0"})


async def test_a_device_of_another_platform_gets_no_bundle(ann: Traveller) -> None:
    answer = await ask(ann, await send(ann, native_app()), expo_platform="android")
    assert (answer.status_code, answer.json()["code"]) == (404, "PLATFORM_MISMATCH")
    web = await send(ann, {"index.html": b"<p>hello</p>"}, "web")
    assert (await ask(ann, web)).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"expo_platform": "-"}, 400),
        ({"expo_platform": "web"}, 400),
        ({"expo_protocol_version": "2"}, 406),
        ({"expo_protocol_version": "x"}, 400),
        ({"accept": "text/html"}, 406),
        ({"expo_current_update_id": "7"}, 400),
        ({"expo_expect_signature": 'sig, keyid="theirs"'}, 400),
    ],
)
async def test_what_is_no_request_of_the_protocol_is_refused(
    ann: Traveller, headers: dict[str, str], status: int
) -> None:
    answer = await ask(ann, await send(ann, native_app()), **headers)
    assert answer.status_code == status
    assert answer.json().keys() == {"code", "message", "details", "request_id"}


async def test_the_dev_launcher_may_look_first_and_leave_out_the_rest(ann: Traveller) -> None:
    looked = await ask(
        ann,
        await send(ann, native_app()),
        accept="application/expo+json,application/json",
        expo_runtime_version="-",
        expo_protocol_version="-",
    )
    assert (looked.status_code, looked.json()["runtimeVersion"]) == (200, "1.2.0")


async def test_manifests_are_signed_when_that_is_asked_for_and_only_then(ann: Traveller) -> None:
    sent = await send(ann, native_app())
    part, body = parts(await ask(ann, sent, **SIGNED))["manifest"]
    verify(part["expo-signature"], body)
    as_json = await ask(ann, sent, accept="application/expo+json", **SIGNED)
    verify(as_json.headers["expo-signature"], as_json.content)
    unsigned = await ask(ann, sent, accept="application/json")
    assert "expo-signature" not in unsigned.headers


async def test_a_bundle_that_says_nothing_of_itself_is_given_to_whoever_asks(ann: Traveller) -> None:
    sent = await send(ann, {"main.jsbundle": CODE, "assets/logo.png": LOGO})
    told = await manifest(ann, sent, expo_runtime_version="9.9.9")
    assert told["runtimeVersion"] == "9.9.9"
    # Metro names an asset by its MD5 in the code; what it is called in the zip is of no interest.
    assert [(each["key"], each["fileExtension"]) for each in told["assets"]] == [(LOGO_KEY, ".png")]


@pytest.mark.parametrize(
    "metadata",
    [
        b'{"fileMetadata": {"ios": {"assets": [{"path": "assets/none", "ext": "png"}]}}}',
        b'{"fileMetadata": {"ios": {"assets": [{"path": "../../etc/passwd", "ext": "png"}]}}}',
        b'{"fileMetadata": {"ios": {"assets": [7]}}}',
    ],
)
async def test_metadata_that_names_what_is_not_there_is_told(ann: Traveller, metadata: bytes) -> None:
    answer = await ask(ann, await send(ann, {**native_app(), "metadata.json": metadata}))
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_PROJECT_STRUCTURE")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("metadata.json", b'{"fileMetadata": []}'),
        ("metadata.json", b'{"fileMetadata": {"ios": {"assets": {}}}}'),
        ("expo-config.json", b"[]"),
        ("expo-config.json", b"{not json"),
        ("expo-config.json", b'{"runtimeVersion": {"policy": ["x"]}, "sdkVersion": 7, "extra": 1, "slug": {}}'),
        ("expo-config.json", b"[" * 100_000),
        ("expo-config.json", b'{"extra": ' * 800 + b"1" + b"}" * 800),
        ("expo-config.json", b'{"extra": {"big": NaN, "bigger": Infinity}}'),
        ("expo-config.json", b'{"name": "\\ud800", "extra": {"eas": {"projectId": "\\ud800"}}}'),
        ("expo-config.json", b'{"name": "' + b"x" * 300_000 + b'"}'),
    ],
)
async def test_strange_metadata_stops_nobody(ann: Traveller, name: str, data: bytes) -> None:
    told = await manifest(ann, await send(ann, {**native_app(), name: data}), expo_runtime_version="1.2.0")
    assert told["runtimeVersion"] == "1.2.0"


async def test_a_bundle_stored_before_bundles_said_their_hashes_is_served(ann: Traveller, tmp_path: Path) -> None:
    sent = await send(ann, native_app())
    told = await manifest(ann, sent)
    older, metadata = tmp_path / "older.zip", {"platform": "ios", "entry": "main.jsbundle"}
    source = tmp_path / "sent.zip"
    source.write_bytes(zipped({**native_app(), "expo-metadata.json": native_app()["metadata.json"]}))
    rewrite(source, inspect(source), older, {"metadata.json": json.dumps(metadata).encode()})
    key = f"previews/{ann.project_id}/{sent['job_id']}/bundle.zip"
    stored = await ann.container.buckets()[Bucket.PREVIEWS].put(key, older)
    async with ann.container.scope() as scope:
        await scope.session.execute(update(PreviewBundle).values(sha256=stored.sha256, size_bytes=stored.size))
    assert (await manifest(ann, sent))["id"] == told["id"]


async def test_a_preview_of_somebody_else_is_not_found(ann: Traveller, people: People) -> None:
    one, other = await send(ann, native_app()), await send(ann, native_app(b"2"))
    stranger = await people.user("stranger")
    for path in ("expo/manifest", f"expo/assets/{LOGO_KEY}", "web"):
        address, told = f"/preview/{one['job_id']}/{path}", {"expo-platform": "ios"}
        assert (await ann.http.get(address, headers={**told, **stranger.headers})).status_code == 404
        login = ann.http.headers.pop("Authorization")
        assert (await ann.http.get(address, params={"grant": other["grant"]}, headers=told)).status_code == 404
        assert (await ann.http.get(address, headers=told)).status_code == 401
        ann.http.headers["Authorization"] = login


async def test_a_key_that_is_none_of_the_updates_is_not_found(ann: Traveller) -> None:
    sent = await send(ann, native_app())
    for key in ("main.jsbundle", "metadata.json", "..%2Fbundle.zip", "0" * 32, "%00"):
        answer = await ann.http.get(f"/preview/{sent['job_id']}/expo/assets/{key}")
        assert answer.status_code == 404, key


async def test_a_preview_that_is_over_or_whose_session_was_ended_opens_nowhere(ann: Traveller) -> None:
    sent, ended = await send(ann, native_app()), await send(ann, native_app(b"2"))
    await ann.post(f"/preview/sessions/{ended['session_id']}/revoke")
    assert (await ask(ann, ended)).status_code == 403
    url = (await manifest(ann, sent))["launchAsset"]["url"]
    clock = ann.container.clock
    assert isinstance(clock, FrozenClock)
    clock.move(seconds=86_400)
    del ann.http.headers["Authorization"]
    assert (await ann.http.get(url)).status_code == 401


async def test_a_preview_that_failed_says_why(ann: Traveller) -> None:
    answer = await ask(ann, await send(ann, {"other.js": b"1"}))
    assert (answer.status_code, answer.json()["code"]) == (409, "INVALID_PROJECT_STRUCTURE")


async def test_a_bundle_that_is_gone_is_an_error_and_no_broken_answer(ann: Traveller) -> None:
    sent = await send(ann, native_app())
    url = (await manifest(ann, sent))["launchAsset"]["url"]
    await ann.container.buckets()[Bucket.PREVIEWS].delete(f"previews/{ann.project_id}/{sent['job_id']}/bundle.zip")
    for encoding in ("gzip", "identity"):
        answer = await ann.http.get(url, headers={"accept-encoding": encoding})
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
