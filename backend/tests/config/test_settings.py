"""Settings are read once, checked all together, and never unsafe in production."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.config import Settings, SettingsRefused, load_settings
from app.config.settings import missing_data_dir

GOOD = {
    "APP_ENV": "prod",
    "JWT_SECRET": "mXq3vB9sK1fR7tY5wE2uI8oP4aS6dG0hJzLxCnVb",
    "CREDENTIALS_SECRET": "Zr8Nw4Lk2Pq6Ty0Vb5Xc9Ms3Dg7Hj1FaQeUiOoWd",
    "PREVIEW_TOKEN_SECRET": "b7e1c94f02d85a6be39f7c10d4a2586e9b3f71c0",
}
WEAK = {
    "short": "abc",
    "one byte short": "mXq3vB9sK1fR7tY5wE2uI8oP4aS6dG0",
    "placeholder": "please-CHANGEME-before-you-start-this-server",
    "one letter": "a" * 64,
    "few letters": "abcabdabcabeabcabfabcabgabcabdabcabe"[:34],
    "repeated": "mXq3vB9sK1fR7tY5" * 3,
    "counted up": "abcdefghijklmnopqrstuvwxyz0123456789",
    "counted down": "zyxwvutsrqponmlkjihgfedcba9876543210",
}


def refused(env: dict[str, str]) -> str:
    with pytest.raises(SettingsRefused) as caught:
        load_settings(env)
    return "\n".join(caught.value.problems)


def dev(tmp_path: Path, **env: str) -> Settings:
    return load_settings({"DATA_DIR": str(tmp_path), **env})


def test_nothing_set_gives_the_embedded_default(tmp_path: Path) -> None:
    settings = dev(tmp_path)
    assert settings.database.url.get_secret_value() == f"sqlite+aiosqlite:///{tmp_path}/hivesync.db"
    assert settings.redis.is_embedded
    assert settings.git.allow_local_repos
    assert not settings.is_prod


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "hive.example.org"])
def test_local_repositories_are_not_served_to_strangers(tmp_path: Path, host: str) -> None:
    told = refused({"DATA_DIR": str(tmp_path), "HIVESYNC_HOST": host})
    assert "Set ALLOW_LOCAL_REPOS=false" in told
    assert not dev(tmp_path, HIVESYNC_HOST=host, ALLOW_LOCAL_REPOS="false").git.allow_local_repos


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_local_repositories_are_served_on_the_machine_itself(tmp_path: Path, host: str) -> None:
    assert dev(tmp_path, HIVESYNC_HOST=host).git.allow_local_repos


def test_an_empty_variable_is_not_set(tmp_path: Path) -> None:
    assert dev(tmp_path, REDIS_URL="", PORT=" ").redis.is_embedded


def test_postgres_addresses_name_their_async_driver(tmp_path: Path) -> None:
    settings = dev(tmp_path, DATABASE_URL="postgres://u:p@db/hive")
    assert settings.database.url.get_secret_value() == "postgresql+asyncpg://u:p@db/hive"
    assert not settings.database.is_sqlite


def test_links_follow_the_port(tmp_path: Path) -> None:
    assert dev(tmp_path, PORT="9000").core.base_url == "http://127.0.0.1:9000"


def test_development_makes_its_secrets_once_and_keeps_them_private(tmp_path: Path) -> None:
    first = dev(tmp_path).security
    again = dev(tmp_path).security
    assert first == again
    assert len(first.jwt_secret.get_secret_value()) >= 32
    assert first.jwt_secret != first.credentials_secrets[0]
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]


def test_a_data_directory_that_is_made_is_its_owners_alone(tmp_path: Path) -> None:
    dev(tmp_path / "data")
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_processes_that_start_together_agree_on_the_secrets(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        loaded = list(pool.map(lambda _: dev(tmp_path).security, range(16)))
    assert all(each == loaded[0] for each in loaded)


def test_a_given_secret_wins_over_the_kept_one(tmp_path: Path) -> None:
    assert dev(tmp_path, JWT_SECRET=GOOD["JWT_SECRET"]).security.jwt_secret.get_secret_value() == GOOD["JWT_SECRET"]


def test_a_damaged_secrets_file_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{}")
    assert "delete the file" in refused({"DATA_DIR": str(tmp_path)})


def test_a_data_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/hivesync")):
        assert f"DATA_DIR: {folder} cannot be written: " in refused({"DATA_DIR": str(folder)})


def test_production_starts_with_good_secrets_and_safe_defaults() -> None:
    settings = load_settings(GOOD)
    assert settings.data_dir == Path("/data")
    assert not settings.git.allow_local_repos
    assert not settings.core.demo


def test_production_names_every_missing_secret_at_once() -> None:
    text = refused({"APP_ENV": "prod"})
    for name in ("JWT_SECRET", "CREDENTIALS_SECRET", "PREVIEW_TOKEN_SECRET"):
        assert f"{name} is not set" in text
    assert "token_urlsafe" in text


@pytest.mark.parametrize("name", ["JWT_SECRET", "CREDENTIALS_SECRET", "PREVIEW_TOKEN_SECRET", "JWT_PREVIOUS_SECRETS"])
@pytest.mark.parametrize("kind", WEAK)
def test_production_refuses_a_weak_secret(name: str, kind: str) -> None:
    assert refused(GOOD | {name: WEAK[kind]}).startswith(name)


def test_one_weak_secret_in_a_list_is_enough() -> None:
    assert "CREDENTIALS_SECRET" in refused(GOOD | {"CREDENTIALS_SECRET": GOOD["CREDENTIALS_SECRET"] + ",short"})


def test_production_refuses_equal_secrets() -> None:
    assert "equal to JWT_SECRET" in refused(GOOD | {"PREVIEW_TOKEN_SECRET": GOOD["JWT_SECRET"]})


@pytest.mark.parametrize(
    ("name", "value"),
    [("ALLOW_LOCAL_REPOS", "true"), ("ALLOW_LOCAL_REPOS", "1"), ("HIVESYNC_FAILPOINT", "after-commit")],
)
def test_production_refuses_what_only_development_may(name: str, value: str) -> None:
    assert name in refused(GOOD | {name: value})


def test_development_too_refuses_a_short_secret(tmp_path: Path) -> None:
    assert "JWT_SECRET" in refused({"DATA_DIR": str(tmp_path), "JWT_SECRET": "short"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"), ("PORT", "eighty"), ("APP_ENV", "staging"), ("LOG_LEVEL", "loud"), ("WORKER_CONCURRENCY", "5"),
        ("DATABASE_URL", "mysql://db/x"), ("REDIS_URL", "http://redis"), ("HIVESYNC_BASE_URL", "hivesync.example.org"),
        ("AI_ORDER", "offline,offline"), ("AI_ORDER", "oracle"), ("OPENAI_BASE_URL", "https://u:p@ai.example.org"),
        ("OPENAI_BASE_URL", "http://"), ("OPENAI_BASE_URL", "http://[::1"), ("OPENAI_BASE_URL", "http://127.0.0.1:abc/v1"),
        ("OPENAI_BASE_URL", "http://ai:99999/v1"), ("OPENAI_BASE_URL", "http://exa mple/v1"),
        ("OPENAI_BASE_URL", "http://€/v1"), ("OPENAI_API_KEY", "“sk-1”"), ("AI_FALLBACK_API_KEY", "sk-1\nsk-2"),
        ("TRUSTED_PROXIES", "0.0.0.0/0"), ("TRUSTED_PROXIES", "*"), ("CORS_ORIGINS", "*"), ("RATE_LIMIT_AI", "many"),
        ("JWT_TTL_SECONDS", "5"), ("OBJECT_STORAGE_PROVIDER", "floppy"), ("HIVESYNC_ADMIN_EMAIL", "nobody"),
    ],
)  # fmt: skip
def test_a_value_out_of_range_is_named(tmp_path: Path, name: str, value: str) -> None:
    text = refused({"DATA_DIR": str(tmp_path), name: value})
    assert name in text
    assert "u:p" not in text


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    text = refused({"DATA_DIR": str(tmp_path), "PORT": "0", "LOG_LEVEL": "loud", "RATE_LIMIT_AI": "x"})
    assert all(name in text for name in ("PORT", "LOG_LEVEL", "RATE_LIMIT_AI"))


def test_half_a_provider_is_refused(tmp_path: Path) -> None:
    assert "AI_FALLBACK_MODEL" in refused({"DATA_DIR": str(tmp_path), "AI_FALLBACK_BASE_URL": "http://ai.example.org"})
    assert "LOCAL_AI_MODEL_PATH" in refused({"DATA_DIR": str(tmp_path), "LOCAL_AI_ENABLED": "true"})
    assert "OBJECT_STORAGE_ENDPOINT" in refused({"DATA_DIR": str(tmp_path), "OBJECT_STORAGE_PROVIDER": "r2"})


def test_secrets_do_not_show_in_representations(tmp_path: Path) -> None:
    settings = dev(tmp_path, OPENAI_API_KEY="sk-visible", DATABASE_URL="postgresql://u:hunter2@db/x")
    assert "sk-visible" not in repr(settings)
    assert "hunter2" not in repr(settings)


def test_limits_read_and_print_the_same_way(tmp_path: Path) -> None:
    limit = dev(tmp_path, RATE_LIMIT_AI="10/5m").limits.ai
    assert (limit.count, limit.per_seconds, str(limit)) == (10, 300, "10/5m")


def test_a_data_directory_that_is_not_there_is_named_and_not_made(tmp_path: Path) -> None:
    wrong = tmp_path / "mistyped"
    assert missing_data_dir({"DATA_DIR": str(wrong)}) == wrong
    assert not wrong.exists()
    assert missing_data_dir({"DATA_DIR": str(tmp_path)}) is None
    assert missing_data_dir({"DATA_DIR": str(wrong), "DATABASE_URL": "postgresql://db/x"}) is None


def test_the_host_of_previews_never_takes_the_apis_requests(tmp_path: Path) -> None:
    given = {"DATA_DIR": str(tmp_path), "PREVIEW_WEB_HOST": "example.org"}
    for base in ("https://hivesync.example.org", "https://a.b.example.org:8443"):
        with pytest.raises(SettingsRefused, match="PREVIEW_WEB_HOST"):
            load_settings({**given, "HIVESYNC_BASE_URL": base})
    assert load_settings({**given, "HIVESYNC_BASE_URL": "https://example.org"}).preview.web_host == "example.org"


@pytest.mark.parametrize("host", ["https://a.org", "*.a.org", "a b", "A.org", "a.org/", "-a.org", "a..org"])
def test_what_is_no_host_is_refused(tmp_path: Path, host: str) -> None:
    with pytest.raises(SettingsRefused, match="PREVIEW_WEB_HOST"):
        load_settings({"DATA_DIR": str(tmp_path), "PREVIEW_WEB_HOST": host})


@pytest.mark.parametrize("origin", ["'self'", "https://a.org; script-src *", "https://*.a.org", "a.org"])
def test_what_is_no_origin_frames_nothing(tmp_path: Path, origin: str) -> None:
    with pytest.raises(SettingsRefused, match="PREVIEW_WEB_FRAME_ANCESTORS"):
        load_settings({"DATA_DIR": str(tmp_path), "PREVIEW_WEB_FRAME_ANCESTORS": origin})
