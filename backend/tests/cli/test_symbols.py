"""Symbols and references at a shell: searched, shown, drawn."""

from pathlib import Path
from xml.etree import ElementTree as ET

from tests.cli.conftest import Shell


async def test_the_first_search_waits_until_the_names_are_read(shell: Shell, project: Path) -> None:
    said = await shell.good("symbols", "price")
    assert "shop.price" in said.out
    assert "shop.py:1:5" in said.out
    found = (await shell.good("symbols", "TOTAL", "--path", "web", "--json")).json
    assert [(each["qualified_name"], each["match"]) for each in found] == [("web/basket:total", "exact")]
    assert "Nothing is called so." in (await shell.good("symbols", "nothing_here", "--project", "shop")).out


async def test_references_are_shown_with_their_lines_and_drawn(shell: Shell, project: Path, tmp_path: Path) -> None:
    picture = tmp_path / "price.svg"
    said = await shell.good("references", "shop.py:1:18", "--picture", str(picture))
    assert "parameter shop.price.discount" in said.out
    assert "return sum(items) * (1 - discount)" in said.out
    assert "3 certain places" in said.out
    root = ET.fromstring(picture.read_text())
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    found = (await shell.good("references", "shop.py:1:18", "--json")).json
    assert [each["line"] for each in found["items"]] == [1, 2, 4]


async def test_the_best_match_is_drawn(shell: Shell, project: Path, tmp_path: Path) -> None:
    picture = tmp_path / "price.svg"
    said = await shell.good("symbols", "price", "--picture", str(picture))
    assert "price.svg" in said.out
    assert "function shop.price" in picture.read_text()
    said = await shell("symbols", "nothing_here", "--picture", str(picture))
    assert (said.status, "no symbol" in said.err) == (1, True)


async def test_a_place_that_is_none_is_wrong_usage(shell: Shell, project: Path) -> None:
    said = await shell("references", "shop.py:1")
    assert (said.status, "PATH:LINE:COL" in said.err) == (2, True)
