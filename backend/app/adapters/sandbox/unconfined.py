"""Builds without a sandbox (PREVIEW_SANDBOX=off, for development): what would be mounted is named or copied instead."""

import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.adapters.sandbox.port import Mount


def outside(text: str, mounts: Sequence[Mount]) -> str:
    """Write the machine's paths in place of those that would be seen inside, wherever one stands as a whole."""
    for mount in sorted(mounts, key=lambda each: -len(each.target)):
        whole = rf"(?<![\w./-]){re.escape(mount.target)}(?![\w.-])"
        text = re.sub(whole, str(mount.source).replace("\\", r"\\"), text)
    return text


def named_outside(
    argv: Sequence[str], env: Mapping[str, str], mounts: Sequence[Mount]
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Give a command and its environment as they are without mounts."""
    return tuple(outside(each, mounts) for each in argv), {key: outside(text, mounts) for key, text in env.items()}


def put_in_place(mounts: Sequence[Mount]) -> None:
    """Copy what would be mounted within another mount to where it would be; bundlers do not follow links. Slow."""
    for number, mount in enumerate(mounts):
        around = [each for each in mounts[:number] if mount.target.startswith(f"{each.target}/")]
        if not around:
            continue
        outer = max(around, key=lambda each: len(each.target))
        place = Path(outer.source, mount.target.removeprefix(f"{outer.target}/"))
        if mount.source.is_dir():
            shutil.copytree(mount.source, place, symlinks=True, dirs_exist_ok=True)
        else:
            shutil.copyfile(mount.source, place)
