"""The book of settings is current and complete, and the list of what is in force shows no secret."""

import re
from pathlib import Path

import pytest

from app.config import load_settings
from app.config.book import catalogue, effective, env_example, secret_values, settings_book
from app.config.settings import SECTIONS

ROOT = Path(__file__).parents[3]


def test_the_written_documents_are_current() -> None:
    assert (ROOT / ".env.example").read_text() == env_example(), "run `make docs`"
    assert (ROOT / "docs/settings.md").read_text() == settings_book(), "run `make docs`"


def test_every_setting_is_described_and_named_once() -> None:
    names = [info.name for info in catalogue()]
    assert len(names) == len(set(names))
    assert all(info.description.endswith(".") for info in catalogue())


def test_the_example_with_every_default_taken_starts(tmp_path: Path) -> None:
    lines = [line[1:] for line in env_example().splitlines() if line.startswith("#") and "=" in line and line[1] != " "]
    env = dict(line.split("=", 1) for line in lines)
    assert load_settings(env | {"DATA_DIR": str(tmp_path)}) == load_settings({"DATA_DIR": str(tmp_path)})


def test_what_is_in_force_is_listed_without_secrets(tmp_path: Path) -> None:
    settings = load_settings(
        {"DATA_DIR": str(tmp_path), "OPENAI_API_KEY": "sk-visible", "DATABASE_URL": "postgresql://u:hunter2@db/x"}
    )
    listed = {each.name: each for each in effective(settings)}
    text = repr(listed)
    assert not any(secret in text for secret in secret_values(settings))
    assert listed["OPENAI_API_KEY"].value == "set"
    assert (listed["AI_FALLBACK_API_KEY"].value, listed["AI_FALLBACK_API_KEY"].is_secret) == ("", True)
    assert listed["DATABASE_URL"].value == "postgresql+asyncpg://…@db/x"
    assert listed["PORT"].value == "8000"


@pytest.mark.parametrize("address", [
    "postgresql://u:hun/ter2hun@db/x", "postgresql://u:hun?ter2hun@db/x", "postgresql://u:hun@ter2hun@db/x",
    "postgresql://db/x?user=u&password=hunter2hun", "postgresql://db/x?user=a@b&password=hunter2hun",
])  # fmt: skip
def test_a_password_is_found_wherever_it_stands_in_an_address(tmp_path: Path, address: str) -> None:
    settings = load_settings({"DATA_DIR": str(tmp_path), "DATABASE_URL": address})
    shown = next(each.value for each in effective(settings) if each.name == "DATABASE_URL")
    assert "ter2hun" not in shown
    assert any(secret.endswith("ter2hun") for secret in secret_values(settings))


def test_log_redaction_is_told_every_secret(tmp_path: Path) -> None:
    settings = load_settings({"DATA_DIR": str(tmp_path), "REDIS_URL": "redis://:hunter2@cache:6379/0"})
    values = secret_values(settings)
    assert "hunter2" in values
    assert settings.security.jwt_secret.get_secret_value() in values
    assert settings.security.credentials_secrets[0].get_secret_value() in values


def test_every_setting_has_an_effect() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "backend/app").rglob("*.py")
        if path.parent.name != "config"
    )
    unread = {
        str(field.validation_alias)
        for section in SECTIONS.values()
        for attribute, field in section.model_fields.items()
        if not re.search(rf"\.{attribute}\b", code)
    }
    # Checked at start-up, so that secrets are in place before previews are: nothing reads it yet.
    assert unread - {"PREVIEW_TOKEN_SECRET"} == set()
