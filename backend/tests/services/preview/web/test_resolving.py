"""Paths of a web export: files first, then pages, then routes with parameters, then the app itself."""

import pytest

from app.services.preview.web.resolving import Resolved, is_immutable, resolve

SINGLE = {"index.html", "favicon.ico", "_expo/static/js/web/entry-262bbb66e985585003024712242c56e4.js"}
STATIC = {
    *SINGLE,
    "about.html",
    "(tabs)/index.html",
    "blog/index.html",
    "user/[id].html",
    "user/me.html",
    "docs/[...rest].html",
    "(tabs)/shop/[item]/[size].html",
    "+not-found.html",
}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "index.html"),
        ("/favicon.ico", "favicon.ico"),
        ("/about", "about.html"),
        ("/about/", "about.html"),
        ("/about.html", "about.html"),
        ("/blog", "blog/index.html"),
        ("/user/7", "user/[id].html"),
        ("/user/me", "user/me.html"),
        ("/docs/a/b/c", "docs/[...rest].html"),
        ("/shop/hat/large", "(tabs)/shop/[item]/[size].html"),
    ],
)
def test_a_static_export_answers_its_pages(path: str, name: str) -> None:
    assert resolve(STATIC, path, is_page=True) == Resolved(name)


@pytest.mark.parametrize("path", ["/nowhere", "/user/7/more", "/docs", "/../etc/passwd", "/user/"])
def test_its_own_page_says_that_there_is_nothing(path: str) -> None:
    assert resolve(STATIC, path, is_page=True) == Resolved("+not-found.html", 404)


@pytest.mark.parametrize("path", ["/", "/walks/3", "/deep/er/route", "/../../x"])
def test_an_app_of_one_page_finds_its_way_itself(path: str) -> None:
    assert resolve(SINGLE, path, is_page=True) == Resolved("index.html")


@pytest.mark.parametrize("path", ["/missing.png", "/_expo/static/js/web/other.js", "/metadata", "/index.html/x.js"])
def test_files_that_are_not_there_are_no_pages(path: str) -> None:
    assert resolve(SINGLE, path, is_page=False) is None


def test_files_that_are_named_by_their_content_are_kept_and_pages_are_not() -> None:
    assert is_immutable("_expo/static/js/web/entry-262bbb66e985585003024712242c56e4.js")
    assert is_immutable("assets/a/tab.cb76bd0b40874afdc61e3f44c401d801@2x.png")
    assert not is_immutable("index.html")
    assert not is_immutable("favicon.ico")
    assert not is_immutable("cb76bd0b40874afdc61e3f44c401d801.html")
    assert not is_immutable("facade.js")
