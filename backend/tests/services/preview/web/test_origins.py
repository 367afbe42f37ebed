"""Hosts of previews: ours are read back, all others are nobody's."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.preview.web.origins import PreviewOrigins

JOB = UUID("01890f3e-0000-7000-8000-000000000001")
ORIGINS = PreviewOrigins("previews.example.net", "https", "previews.example.net", b"k" * 32)
LABEL = ORIGINS.label(JOB)


@given(st.uuids())
def test_a_label_is_a_name_that_dns_takes_and_is_read_back(job_id: UUID) -> None:
    label = ORIGINS.label(job_id)
    assert (len(label), label.isalnum(), label.lower()) == (52, True, label)
    assert ORIGINS.read_label(label) == job_id


@given(st.text(max_size=60) | st.from_regex(r"[a-z2-7]{52}", fullmatch=True))
def test_no_other_label_is_ever_read(label: str) -> None:
    assert ORIGINS.read_label(label) is None


def test_a_label_of_another_installation_or_another_preview_is_not_read() -> None:
    other = PreviewOrigins("previews.example.net", "https", "previews.example.net", b"o" * 32)
    assert ORIGINS.read_label(other.label(JOB)) is None
    assert ORIGINS.read_label(ORIGINS.label(uuid4())[:26] + LABEL[26:]) is None
    assert ORIGINS.read_label(LABEL.upper()) is None


@pytest.mark.parametrize(
    ("host", "label"),
    [
        (f"{LABEL}.previews.example.net", LABEL),
        (f"{LABEL.upper()}.Previews.Example.Net:443", LABEL),
        (f"{LABEL}.previews.example.net.", LABEL),
        (f"a.{LABEL}.previews.example.net", f"a.{LABEL}"),
        (".previews.example.net", ""),
        ("previews.example.net", None),
        ("evilpreviews.example.net", None),
        (f"{LABEL}.previews.example.net.evil.org", None),
        ("hivesync.example.org", None),
        ("", None),
        ("[::1]:8000", None),
    ],
)
def test_a_host_is_of_previews_or_not(host: str, label: str | None) -> None:
    assert ORIGINS.label_of(host) == label


def test_a_link_opens_one_preview_on_its_own_origin() -> None:
    assert ORIGINS.open_url(JOB, "hsp_a") == f"https://{LABEL}.previews.example.net/__open__?grant=hsp_a"
