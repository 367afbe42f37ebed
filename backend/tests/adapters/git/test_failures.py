"""What git says is sorted into errors a person can act on; secrets are taken out."""

import signal

import pytest

from app.adapters.git.errors import (
    BranchTaken,
    DiskFull,
    MirrorCorrupt,
    RepoAuthFailed,
    RepoContentRefused,
    RepoTooLarge,
    RepoUnreachable,
    RepoUrlRefused,
)
from app.adapters.git.failures import error_of, push_error_of, redact
from app.adapters.process.port import Finished
from app.core.errors import AppError


def said(stderr: str, *, returncode: int = 128, stdout: str = "", timed_out: bool = False) -> Finished:
    return Finished(returncode, stdout.encode(), stderr.encode(), timed_out=timed_out, truncated=False, seconds=7)


OID = "a" * 40


@pytest.mark.parametrize(
    ("stderr", "kind"),
    [
        ("fatal: Authentication failed for 'https://example.org/a/'", RepoAuthFailed),
        ("fatal: could not read Username for 'https://example.org': terminal prompts disabled", RepoAuthFailed),
        ("git@example.org: Permission denied (publickey).", RepoAuthFailed),
        ("remote: Repository not found.\nfatal: repository 'https://example.org/a/' not found", RepoAuthFailed),
        ("Host key verification failed.", RepoAuthFailed),
        ("fatal: '/x' does not appear to be a git repository", RepoUnreachable),
        ("fatal: unable to access 'https://example.org/': Empty reply from server", RepoUnreachable),
        ("fatal: the remote end hung up unexpectedly", RepoUnreachable),
        ("remote: fatal: bad object HEAD\nremote: aborting due to possible repository corruption", RepoUnreachable),
        ("fatal: write error: No space left on device", DiskFull),
        ("error: index-pack died of signal 25", RepoTooLarge),
        (f"error: object {OID}: hasDotgit: contains '.git'\nfatal: fsck error in packed object", RepoContentRefused),
        ("fatal: transport 'file' not allowed", RepoUrlRefused),
        ("error: inflate: data stream error (incorrect header check)", MirrorCorrupt),
        (f"fatal: packed object {OID} (stored in x.pack) is corrupt", MirrorCorrupt),
        (f"error: refs/heads/main does not point to a valid object!\nfatal: bad object {OID}", MirrorCorrupt),
        ("error: packfile ./objects/pack/pack-1.pack cannot be accessed", MirrorCorrupt),
    ],
)
def test_each_complaint_has_its_error(stderr: str, kind: type[AppError]) -> None:
    assert type(error_of(said(stderr))) is kind


def test_time_and_size_limits_are_known_by_how_git_ended() -> None:
    assert "within 7 seconds" in error_of(said("", timed_out=True)).message
    assert type(error_of(said("", returncode=-signal.SIGXFSZ))) is RepoTooLarge


def test_what_git_said_is_kept_short_and_without_secrets() -> None:
    noise = "Receiving objects:  50% (1/2)\rremote: Counting objects: 1\n"
    stderr = noise + "fatal: unable to access 'https://ada:tok%40en@example.org/a/': tok%40en \x1b[31m" + "x" * 900
    details = str(error_of(said(stderr), ["tok%40en"]).details["said"])
    assert "tok" not in details
    assert "ada" not in details
    assert "Receiving" not in details
    assert "\x1b" not in details
    assert len(details) <= 500


def test_a_refused_push_says_why() -> None:
    stale = said("error: failed to push", returncode=1, stdout="!\tx:refs/heads/a\t[rejected] (stale info)")
    assert type(push_error_of(stale)) is BranchTaken
    rules = said("", returncode=1, stdout="!\tx:refs/heads/a\t[remote rejected] (protected branch hook declined)")
    assert "protected branch" in str(push_error_of(rules).details["said"])


def test_the_user_part_of_any_address_is_taken_out() -> None:
    assert redact("at https://user:pw@example.org/a and ssh://git@example.org/b", ()) == (
        "at https://example.org/a and ssh://example.org/b"
    )
