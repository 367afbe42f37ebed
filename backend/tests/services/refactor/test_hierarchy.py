"""What is above a class, when the server loses an answer."""

from collections.abc import Mapping, Sequence

from app.adapters.language.port import Problem, Spot, Target
from app.services.refactor.symbols.hierarchy import ClassAt, HierarchyReader


class ForgetfulSession:
    """Leads nowhere the first time it is asked about a place, and outside the second."""

    def __init__(self) -> None:
        self.asked: set[tuple[str, Spot]] = set()

    async def definitions(self, path: str, spots: Sequence[Spot]) -> list[tuple[Target, ...]]:
        known = [(path, spot) in self.asked for spot in spots]
        self.asked.update((path, spot) for spot in spots)
        return [(Target(None, spot, spot),) if is_known else () for spot, is_known in zip(spots, known, strict=True)]

    async def write(self, files: Mapping[str, bytes | None]) -> None: ...

    async def sync(self, files: Mapping[str, bytes]) -> None: ...

    async def problems(self, paths: Sequence[str]) -> list[Problem]:
        return []


async def test_a_base_that_leads_nowhere_is_asked_about_again() -> None:
    reader = HierarchyReader({"case.py": b"import unittest\nclass Case(unittest.TestCase): ...\n"}, ForgetfulSession())
    case = ClassAt("case.py", 16)
    found = await reader.read({case})
    assert found.is_foreign == {case}
    assert not found.is_open
