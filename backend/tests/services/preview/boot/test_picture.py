"""A picture shows what views said: their boxes, colours, words and images, laid out as on a phone."""

import io
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from pydantic import JsonValue

from app.adapters.sandbox.port import NoSandbox
from app.services.preview.boot.flexbox import Placed, lay_out
from app.services.preview.boot.lettering import Fonts
from app.services.preview.boot.painting import SIZE, paint
from app.services.preview.boot.picture import draw
from app.services.preview.boot.report import BootError, BootReport, Frame, View
from app.services.preview.boot.starting import BootRoom, start

RED, GREEN, WHITE = (255, 0, 0), (0, 128, 0), (255, 255, 255)
_RED, _GREEN = 0xFFFF0000, 0xFF008000
Color = tuple[int, ...]


def box(props: Mapping[str, JsonValue], *children: View) -> View:
    return View("RCTView", dict(props), children)


def words(text: str, **props: JsonValue) -> View:
    return View("RCTText", dict(props), (View("RCTRawText", {"text": text}),))


def screen(*children: View, **props: JsonValue) -> View:
    return box({"flex": 1, **props}, *children)


def drawn(*views: View, folder: Path = Path("/nowhere"), missing: tuple[str, ...] = ()) -> Image.Image:
    report = BootReport("ios", started=True, views=views, missing_views=missing)
    return Image.open(io.BytesIO(draw(report, folder)))


def at(picture: Image.Image, x: int, y: int) -> Color:
    """The colour at a point of the screen, which has two pixels each way."""
    found = picture.getpixel((2 * x, 2 * y))
    assert isinstance(found, tuple)
    return found


def dark_share(picture: Image.Image, area: tuple[int, int, int, int]) -> float:
    """How much of an area (in points) is dark."""
    left, top, right, bottom = area
    grey = picture.crop((2 * left, 2 * top, 2 * right, 2 * bottom)).convert("L")
    counts = grey.histogram()
    return sum(counts[:128]) / sum(counts)


def placed(view: View) -> Placed:
    return lay_out((view,), Fonts(2))[0]


def sizes(found: Placed) -> list[tuple[float, float, float, float]]:
    return [(child.x, child.y, child.width, child.height) for child in found.children]


def test_views_stand_below_each_other_and_are_as_wide_as_the_screen() -> None:
    assert sizes(placed(screen(box({"height": 100}), box({"height": 50})))) == [(0, 0, 390, 100), (0, 100, 390, 50)]


def test_a_row_shares_what_is_left() -> None:
    row = screen(box({"width": 90}), box({"flex": 1}), box({"flex": 2}), flexDirection="row", gap=0)
    assert [(x, width) for x, _, width, _ in sizes(placed(row))] == [(0, 90), (90, 100), (190, 200)]


def test_percentages_margins_and_borders_count() -> None:
    outer = screen(box({"width": "50%", "height": 10, "marginHorizontal": 5}), padding=10, borderWidth=2)
    assert sizes(placed(outer)) == [(17, 12, 183, 10)]


def test_what_is_absolute_stands_where_it_says() -> None:
    corner = box({"position": "absolute", "right": 10, "bottom": 20, "width": 30, "height": 40})
    assert sizes(placed(screen(corner))) == [(350, 784, 30, 40)]


def test_text_is_as_high_as_its_lines() -> None:
    long = "many words that do not fit into one line of a phone that is held upright " * 2
    one, many, two = placed(
        screen(words("short", lineHeight=20), words(long, lineHeight=20), words(long, lineHeight=20, numberOfLines=2))
    ).children
    assert one.height == 20
    assert many.height >= 60
    assert two.height == 40


def test_a_word_that_is_wider_than_the_screen_is_broken() -> None:
    (word,) = placed(screen(words("x" * 200, lineHeight=20))).children
    assert word.height > 20
    assert word.width <= 390.5


def test_content_that_scrolls_may_be_longer_than_its_view() -> None:
    long = box({}, box({"height": 3000}))
    scroll = View("RCTScrollView", {"flexGrow": 1, "flexShrink": 1, "overflow": "scroll"}, (long,))
    outer = placed(screen(scroll, box({"height": 80})))
    assert sizes(outer) == [(0, 0, 390, 764), (0, 764, 390, 80)]
    assert outer.children[0].children[0].height == 3000


def test_a_header_of_native_code_takes_its_place() -> None:
    header = View("RNSScreenStackHeaderConfig", {"title": "Walks", "position": "absolute", "width": "100%"})
    content = View("RNSScreenContentWrapper", {"flex": 1})
    assert placed(View("RNSScreen", {"flex": 1}, (content, header))).children[0].y == 91


def test_a_safe_area_keeps_away_from_the_notch() -> None:
    area = View("RNCSafeAreaView", {"flex": 1, "edges": {"top": "additive"}}, (box({"height": 5}),))
    assert placed(area).children[0].y == 47


def test_a_box_has_its_colour_where_it_is() -> None:
    picture = drawn(screen(box({"width": 100, "height": 100, "margin": 50, "backgroundColor": _RED})))
    assert picture.size == SIZE
    assert at(picture, 100, 100) == RED
    assert at(picture, 40, 100) == WHITE
    assert at(picture, 160, 100) == WHITE


def test_corners_are_round_and_cut_off_what_is_inside() -> None:
    inside = box({"flex": 1, "backgroundColor": _RED})
    picture = drawn(screen(box({"width": 100, "height": 100, "borderRadius": 50, "overflow": "hidden"}, inside)))
    assert at(picture, 50, 50) == RED
    assert at(picture, 2, 2) == WHITE


def test_colours_may_be_signed_as_on_android() -> None:
    assert at(drawn(screen(backgroundColor=_RED - 2**32)), 10, 10) == RED


def test_what_is_faint_lets_through_what_is_behind() -> None:
    picture = drawn(screen(box({"height": 50, "opacity": 0.5, "backgroundColor": _RED}), backgroundColor=0xFFFFFFFF))
    red, green, blue = at(picture, 10, 10)
    assert (red, green == blue, 120 < green < 135) == (255, True, True)


def test_a_higher_index_stands_in_front() -> None:
    whole: dict[str, JsonValue] = {"position": "absolute", "width": 50, "height": 50}
    front = box({**whole, "zIndex": 2, "backgroundColor": _GREEN})
    assert at(drawn(screen(front, box({**whole, "backgroundColor": _RED}))), 10, 10) == GREEN


def test_words_are_written_where_they_stand() -> None:
    picture = drawn(screen(words("HEAVY", fontSize=60, fontWeight="900"), paddingTop=100))
    assert dark_share(picture, (0, 100, 200, 170)) > 0.2
    assert dark_share(picture, (0, 180, 390, 800)) == 0


def test_bold_letters_are_darker() -> None:
    thin, bold = (drawn(screen(words("letters", fontSize=60, fontWeight=weight))) for weight in ("300", "800"))
    area = (0, 0, 300, 80)
    assert dark_share(bold, area) > 1.5 * dark_share(thin, area)


@pytest.mark.parametrize(("mode", "corner"), [("cover", RED), ("stretch", RED), ("contain", WHITE)])
def test_an_image_of_the_bundle_is_shown(tmp_path: Path, mode: str, corner: Color) -> None:
    (tmp_path / "assets").mkdir()
    Image.new("RGB", (40, 20), RED).save(tmp_path / "assets/wide.png")
    source: JsonValue = [{"uri": "file:///app/assets/wide.png", "width": 40, "height": 20}]
    image = View("RCTImageView", {"width": 100, "height": 100, "resizeMode": mode, "source": source})
    picture = drawn(screen(image), folder=tmp_path)
    assert at(picture, 50, 50) == RED
    assert at(picture, 2, 2) == corner


@pytest.mark.parametrize(
    "address",
    [
        "file:///app/../secret.png",
        "file:///app//etc/passwd",
        "file:///app/assets/link.png",
        "file:///app/assets/\0.png",
        "file:///etc/passwd",
        "https://example.org/x.png",
        "data:image/png;base64,!!!",
        "data:image/svg+xml,<svg/>",
        "file:///app/assets/words.png",
        "file:///app/assets/bomb.png",
    ],
)
def test_an_image_that_is_none_is_a_grey_place(tmp_path: Path, address: str) -> None:
    folder = tmp_path / "bundle"
    (folder / "assets").mkdir(parents=True)
    Image.new("RGB", (4, 4), RED).save(tmp_path / "secret.png")
    (folder / "assets/link.png").symlink_to(tmp_path / "secret.png")
    (folder / "assets/words.png").write_text("words")
    Image.new("1", (20_000, 20_000)).save(folder / "assets/bomb.png")
    image = View("RCTImageView", {"width": 100, "height": 100, "source": [{"uri": address}]})
    assert at(drawn(screen(image), folder=folder), 50, 50) == (225, 228, 232)


def test_a_view_that_cannot_be_drawn_is_marked() -> None:
    camera = View("RNCameraView", {"height": 200})
    assert at(drawn(screen(camera), missing=("RNCameraView",)), 300, 150) != WHITE


def test_a_start_that_failed_shows_why() -> None:
    error = BootError("The kettle is empty", (Frame("App.tsx", 19, 32, "App"),), "> 19 | throw")
    picture = Image.open(io.BytesIO(draw(BootReport("ios", started=False, error=error), Path("/nowhere"))))
    assert at(picture, 5, 5) == (178, 34, 34)


@pytest.mark.parametrize(
    "props",
    [
        {"width": 1e308, "height": -1e308, "backgroundColor": _RED, "borderRadius": 1e9, "overflow": "hidden"},
        {"width": "1e999%", "flex": -5, "aspectRatio": 1e-9, "borderWidth": 1e9, "padding": "nan%"},
        {"transform": [{"translateX": 1e300}, None, 5], "opacity": "half", "margin": [1], "zIndex": {}},
        {"fontSize": 1e9, "lineHeight": -50, "letterSpacing": -1e5, "fontWeight": "9" * 400, "color": 2**70},
        {"source": [[]], "resizeMode": 4, "tintColor": "red", "numberOfLines": -3, "edges": 7},
    ],
)
@pytest.mark.parametrize(
    "name", ["RCTView", "RCTText", "RCTImageView", "RCTSwitch", "AndroidTextInput", "RCTScrollView"]
)
def test_absurd_properties_harm_nothing(name: str, props: dict[str, JsonValue]) -> None:
    inside = (View("RCTRawText", {"text": "words"}),) if name == "RCTText" else (box({"height": 5}),)
    assert drawn(screen(View(name, props, inside))).size == SIZE


async def test_a_real_app_is_drawn_in_the_sandbox(room: BootRoom, real_bundle: str) -> None:
    (room.folder / "main.jsbundle").write_text(real_bundle)
    data = await paint(room, await start(room))
    assert data is not None
    picture = Image.open(io.BytesIO(data))
    assert picture.size == SIZE
    assert at(picture, 5, 5) == (251, 247, 240)
    assert dark_share(picture, (120, 230, 260, 300)) > 0.05


async def test_a_font_that_is_none_is_replaced(room: BootRoom) -> None:
    (room.folder / "font.ttf").write_text("no font")
    views = (screen(words("words", fontFamily="Lora", fontSize=60)),)
    fonts = {"Lora": "file:///app/font.ttf"}
    data = await paint(room, BootReport("ios", started=True, views=views, fonts=fonts))
    assert data is not None
    assert dark_share(Image.open(io.BytesIO(data)), (0, 0, 200, 80)) > 0.05


async def test_a_picture_that_fails_is_only_missing(room: BootRoom) -> None:
    assert await paint(replace(room, sandbox=Broken()), BootReport("ios", started=True)) is None


class Broken(NoSandbox):
    """A sandbox in which nothing works."""

    def wrap(self, argv: object, _within: object) -> tuple[str, ...]:
        return (sys.executable, "-c", "raise SystemExit(3)")
