"""Where this machine keeps shared libraries: what almost every program must read to start."""

from pathlib import Path

_PLACES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")


def shared_libraries() -> tuple[Path, ...]:
    """List the places that are there and are no links; those are made again where a root of one's own is built."""
    return tuple(path for path in map(Path, _PLACES) if path.exists() and not path.is_symlink())
