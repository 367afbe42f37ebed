"""The environment git runs in: nothing of the machine's, nothing of the user's, nothing that executes or asks."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from app.adapters.git.settings import GitSettings

# What old tools wrote into real histories and what harms nobody who reads. Everything else stays an error, above
# all names that would leave the tree and submodule files that run commands.
_HARMLESS_IN_OLD_HISTORY: Final = (
    *("zeroPaddedFilemode", "badFilemode", "missingSpaceBeforeDate", "missingSpaceBeforeEmail", "extraHeaderEntry"),
    *("missingNameBeforeEmail", "missingEmail", "badName", "badEmail", "badDate", "badDateOverflow", "badTimezone"),
    *("zeroPaddedDate", "multipleAuthors", "missingTaggerEntry", "badTagName"),
)

_CONFIG: Final = (
    ("core.askPass", ""),
    ("core.attributesFile", "/dev/null"),
    ("core.autocrlf", "false"),
    ("core.bare", "true"),
    ("core.excludesFile", "/dev/null"),
    ("core.fsmonitor", "false"),
    ("core.fsync", "none"),  # layout.fsync_generation does it once, for a whole generation
    ("core.hooksPath", "/dev/null"),
    ("core.logAllRefUpdates", "false"),
    ("core.protectHFS", "true"),
    ("core.protectNTFS", "true"),
    ("core.symlinks", "false"),
    ("credential.helper", ""),
    ("fetch.fsckObjects", "true"),
    ("fetch.recurseSubmodules", "false"),
    ("fetch.unpackLimit", "1"),  # always keep the pack: two files instead of thousands
    ("gc.auto", "0"),
    ("http.followRedirects", "initial"),
    ("http.lowSpeedLimit", "1000"),
    ("http.lowSpeedTime", "60"),
    ("http.sslVerify", "true"),
    ("maintenance.auto", "false"),
    ("pack.threads", "2"),
    ("pack.windowMemory", "256m"),
    ("protocol.version", "2"),
    ("push.recurseSubmodules", "no"),
    ("safe.bareRepository", "explicit"),
    ("submodule.recurse", "false"),
    ("transfer.bundleURI", "false"),
    ("transfer.credentialsInUrl", "die"),
    ("transfer.fsckObjects", "true"),
    *((f"fetch.fsck.{name}", "ignore") for name in _HARMLESS_IN_OLD_HISTORY),
)


def git_environment(
    settings: GitSettings,
    home: Path,
    *,
    git_dir: Path | None = None,
    config: Iterable[tuple[str, str]] = (),
    variables: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Build the whole environment of one git process; `home` is a private folder, `config` overrides ours.

    Configuration travels in the environment: the command line is readable by everybody on the machine. No
    protocol is allowed unless `variables` names it.
    """
    pairs = [*_CONFIG, *config]
    environment = {
        "PATH": settings.search_path,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "TMPDIR": str(home),
        "LC_ALL": "C",
        "TZ": "UTC",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_PROTOCOL_FROM_USER": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_COUNT": str(len(pairs)),
    }
    for number, (key, value) in enumerate(pairs):
        environment[f"GIT_CONFIG_KEY_{number}"] = key
        environment[f"GIT_CONFIG_VALUE_{number}"] = value
    if git_dir is not None:
        environment["GIT_DIR"] = str(git_dir)
    return environment | dict(variables or {})
