"""Where mirrors live and what git may do."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path


@dataclass(frozen=True, slots=True)
class GitSettings:
    """Where mirrors live and what git may do: paths, time, bytes, and which addresses besides public ones."""

    data_dir: Path
    git_executable: str = "git"
    ssh_executable: str = "ssh"
    search_path: str = "/usr/local/sbin:/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin"
    allow_local: bool = False
    allowed_private_hosts: frozenset[str] = frozenset()
    ca_file: Path | None = None
    fetch_timeout: timedelta = timedelta(minutes=30)
    command_timeout: timedelta = timedelta(minutes=5)
    lock_wait: timedelta = timedelta(seconds=10)
    max_bytes: int = 4 * 1024**3
    full_check_every: timedelta = timedelta(days=7)

    @property
    def repos_dir(self) -> Path:
        """The folder of all mirrors."""
        return self.data_dir / "repos"

    @property
    def tmp_dir(self) -> Path:
        """The folder of what lives no longer than one operation; on the same file system as the mirrors."""
        return self.data_dir / "tmp"
