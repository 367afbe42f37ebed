"""All ways to open a preview."""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from app.services.preview.expo.links import Openable, WayKind, ways_to_open

JOB = UUID("01890f3e-0000-7000-8000-000000000001")
BASE = "https://hivesync.example.org"


def preview(config: Mapping[str, object], platform: str = "ios", sdk: str | None = "57.0.0") -> Openable:
    """A preview of an app with this config."""
    return Openable(JOB, platform, "hsp_grant", config, sdk)


def test_a_development_build_is_given_the_manifest() -> None:
    (way,) = ways_to_open(preview({"slug": "short-walks"}), base_url=BASE)
    assert way.kind is WayKind.DEVELOPMENT_BUILD
    link = urlsplit(way.url)
    assert (link.scheme, link.netloc, link.path) == ("exp+short-walks", "expo-development-client", "/")
    assert parse_qs(link.query)["url"] == [f"{BASE}/api/v1/preview/{JOB}/expo/manifest?grant=hsp_grant"]


@pytest.mark.parametrize(
    ("config", "scheme"),
    [
        ({"slug": "My App!"}, "exp+MyApp"),
        ({"slug": "\u00fc"}, None),
        ({"scheme": "Shop"}, "shop"),
        ({"scheme": ["shop", "other"]}, "shop"),
        ({"scheme": "javascript:alert(1)//"}, None),
        ({"slug": 7}, None),
        ({}, None),
    ],
)
def test_its_scheme_is_what_expo_makes_of_the_config(config: dict[str, object], scheme: str | None) -> None:
    found = [way.url.partition("://")[0] for way in ways_to_open(preview(config), base_url=BASE)]
    assert found == ([scheme] if scheme else [])


def test_expo_go_is_offered_when_its_sdk_fits() -> None:
    ways = ways_to_open(preview({}), base_url=BASE, expo_go_sdk=57)
    assert [way.url for way in ways] == [
        f"exps://hivesync.example.org/api/v1/preview/{JOB}/expo/manifest?grant=hsp_grant"
    ]
    assert ways_to_open(preview({}), base_url="http://192.168.1.2:8000", expo_go_sdk=57)[0].url.startswith("exp://192")
    assert ways_to_open(preview({}), base_url=BASE, expo_go_sdk=54) == []
    assert ways_to_open(preview({}, sdk=None), base_url=BASE, expo_go_sdk=57) == []


def test_web_bundles_open_in_browsers_only() -> None:
    ways = ways_to_open(
        preview({"slug": "shop"}, "web"), base_url=BASE, expo_go_sdk=57, browser_url="https://x.example/"
    )
    assert [(way.kind, way.url) for way in ways] == [(WayKind.BROWSER, "https://x.example/")]
