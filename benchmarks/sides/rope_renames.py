"""A side of the benchmark of renames: rope, which keeps what it read between renames."""

import json
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.sides.peer_packages import find_peers


def serve(root: Path) -> None:
    """Answer commands with what rope's renames would change."""
    find_peers()
    project: Any = import_module("rope.base.project").Project(str(root), ropefolder=None)
    rename: Any = import_module("rope.refactor.rename").Rename
    print(json.dumps({"is": "ready"}), flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        started = time.perf_counter()
        resource = project.get_resource(command["path"])
        lines = resource.read().split("\n")
        offset = sum(len(each) + 1 for each in lines[: command["line"] - 1]) + command["column"] - 1
        found = rename(project, resource, offset).get_changes(command["new"], docs=False)
        files = found.changes
        places = sum(each.new_contents.count(command["new"]) for each in files if hasattr(each, "new_contents"))
        answer = {"seconds": time.perf_counter() - started, "files": len(files), "places": places}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
