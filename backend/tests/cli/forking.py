"""Runs commands of the command line in forks of a process that has imported it once: the same code, in milliseconds.

`python -m tests.cli.forking SOCKET` listens; a connection is one command: a JSON line in, a JSON line out.
"""

import json
import os
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import IO, Any

from app.cli.main import main


def serve(path: str) -> None:
    """Fork for every connection, until killed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{path}.new")
        listener.listen(16)
        Path(f"{path}.new").rename(path)  # whoever sees it can connect
        while True:
            connection, _ = listener.accept()
            with connection:
                if os.fork() == 0:
                    listener.close()
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    _answer(connection)
                    os._exit(0)


def _answer(connection: socket.socket) -> None:
    with connection.makefile("rwb") as stream:
        asked: dict[str, Any] = json.loads(stream.readline())
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            given.write(asked["stdin"].encode())
            given.seek(0)
            pid = os.fork()
            if pid == 0:
                _become(asked, given, out, err)
            _, status = os.waitpid(pid, 0)
            said = {"status": os.waitstatus_to_exitcode(status), "out": _read(out), "err": _read(err)}
        stream.write(json.dumps(said).encode() + b"\n")


def _become(asked: dict[str, Any], given: IO[bytes], out: IO[bytes], err: IO[bytes]) -> None:
    """Turn this fork into the command; never returns."""
    for number, file in enumerate((given, out, err)):
        os.dup2(file.fileno(), number)
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["folder"])
    sys.argv = ["hivesync", *asked["arguments"]]
    status = 70
    try:
        main()
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("latin-1")


if __name__ == "__main__":
    serve(sys.argv[1])
