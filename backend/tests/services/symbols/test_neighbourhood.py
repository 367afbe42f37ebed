"""What surrounds a symbol, as JSON and drawn."""

from typing import Any
from xml.etree import ElementTree as ET

from tests.services.symbols.conftest import Asker

SVG = "{http://www.w3.org/2000/svg}"
FILES = {
    "base.py": (
        "class Shape:\n    def area(self):\n        return 0\n\n    def show(self):\n        print(self.area())\n"
    ),
    "round.py": (
        "import math\nfrom base import Shape\n\n\ndef square(x):\n    return x * x\n\n\n"
        "class Circle(Shape):\n    def area(self):\n        return math.pi * square(self.r)\n"
    ),
    "use.py": "from round import Circle\n\n\ndef main(other):\n    Circle().area()\n    other.area()\n",
}


async def graph(asker: Asker, path: str, line: int, column: int) -> Any:
    return await asker.read("/symbols/graph", path=path, line=line, column=column)


def shown(found: Any) -> list[tuple[str, str, bool]]:
    return [(each["role"], each["qualified_name"], each["certain"]) for each in found["neighbours"]]


async def test_a_method_has_what_it_overrides_calls_and_is_called_by(asker: Asker) -> None:
    await asker.commit(FILES)
    found = await graph(asker, "round.py", 10, 9)
    assert (found["centre"]["qualified_name"], found["centre"]["kind"]) == ("round.Circle.area", "method")
    assert shown(found) == [
        ("container", "round.Circle", True),
        ("overridden", "base.Shape.area", True),
        ("caller", "use.main", True),
        ("callee", "round.square", True),
    ]
    assert next(each["count"] for each in found["neighbours"] if each["role"] == "caller") == 2


async def test_a_class_has_its_bases_its_heirs_its_members_and_who_imports_it(asker: Asker) -> None:
    await asker.commit(FILES)
    assert shown(await graph(asker, "base.py", 1, 7)) == [
        ("container", "base", True),
        ("importer", "round", True),
        ("callee", "base.Shape.area", True),
        ("derived", "round.Circle", True),
        ("member", "base.Shape.area", True),
        ("member", "base.Shape.show", True),
    ]
    assert ("override", "round.Circle.area", True) in shown(await graph(asker, "base.py", 2, 9))
    assert ("base", "base.Shape", True) in shown(await graph(asker, "use.py", 1, 19))


async def test_what_lies_outside_has_its_users(asker: Asker) -> None:
    await asker.commit(FILES)
    found = await graph(asker, "round.py", 11, 21)
    assert (found["centre"]["qualified_name"], found["centre"]["kind"]) == ("math.pi", "outside")


async def test_of_many_the_most_frequent_are_shown_and_the_others_counted(asker: Asker) -> None:
    callers = "".join(f"def f{number}():\n    work()\n\n\n" for number in range(13))
    await asker.commit({"many.py": f"def work():\n    pass\n\n\n{callers}def most():\n    work()\n    work()\n"})
    found = await graph(asker, "many.py", 1, 5)
    callers_shown = [each["qualified_name"] for each in found["neighbours"] if each["role"] == "caller"]
    assert (callers_shown[0], len(callers_shown), found["omitted"]) == ("many.most", 10, {"caller": 4})


async def test_the_picture_has_a_title_for_every_box_and_can_be_walked_through(asker: Asker) -> None:
    await asker.commit(FILES)
    await graph(asker, "round.py", 10, 9)
    place = {"path": "round.py", "line": 10, "column": 9}
    answer = await asker.get("/symbols/graph", {"Accept": "image/svg+xml"}, **place)
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["vary"] == "Accept, Authorization"
    root = ET.fromstring(answer.text)
    boxes = [box for box in root.iter(f"{SVG}g") if box.get("tabindex") == "0"]
    titles = [(box.findtext(f"{SVG}title"), box.get("aria-label")) for box in boxes]
    assert titles == [(title, title) for title, _ in titles]
    assert "method round.Circle.area, round.py:10" in [title for title, _ in titles]
    assert "called by: function use.main, use.py:4, 2 times" in [title for title, _ in titles]
    assert "overrides base.Shape.area" in str(root.findtext(f"{SVG}desc"))
    assert "prefers-color-scheme: dark" in str(root.findtext(f"{SVG}style"))


async def test_the_picture_and_the_numbers_have_tags_of_their_own(asker: Asker) -> None:
    await asker.commit(FILES)
    place = {"path": "round.py", "line": 10, "column": 9}
    await graph(asker, "round.py", 10, 9)
    numbers = await asker.get("/symbols/graph", **place)
    picture = await asker.get("/symbols/graph", {"Accept": "image/svg+xml"}, **place)
    assert numbers.headers["etag"] != picture.headers["etag"]
    same = {"Accept": "image/svg+xml", "If-None-Match": picture.headers["etag"]}
    assert (await asker.get("/symbols/graph", same, **place)).status_code == 304


async def test_names_that_look_like_markup_are_drawn_as_text(asker: Asker) -> None:
    await asker.commit({"a&<b>'\".py": "def go():\n    pass\n\n\ngo()\n"})
    await asker.read("/symbols")
    answer = await asker.get("/symbols/graph", {"Accept": "image/svg+xml"}, path="a&<b>'\".py", line=1, column=5)
    assert answer.status_code == 200
    assert "a&<b>'\".py:1" in "".join(ET.fromstring(answer.text).itertext())
