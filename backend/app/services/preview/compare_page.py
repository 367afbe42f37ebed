"""The page with two previews beside each other (pure)."""

from app.services.preview import markup
from app.services.preview.about_page import PLATFORM_NAMES, compared, made_of
from app.services.preview.about_schemas import ComparisonOut, FactsOut
from app.services.preview.markup import NONE


def compare_page(
    found: ComparisonOut, pictures: tuple[bytes | None, bytes | None], *, is_unconfined: bool = False
) -> str:
    """Draw the page; `pictures` are those of left and right, `is_unconfined` as `markup.page` has it."""
    sides = [
        markup.section(side, markup.figure(picture, _described(facts)), markup.facts(made_of(facts)))
        for side, facts, picture in zip(("Left", "Right"), (found.left, found.right), pictures, strict=True)
    ]
    rows = [
        [markup.text(told) for told in (each.name.replace("_", " "), each.left or NONE, each.right or NONE)]
        for each in found.differences
    ]
    return markup.page(
        "Two previews side by side",
        markup.heading("Two previews side by side"),
        markup.columns(*sides),
        markup.section("What they are made of", markup.table("What differs", ("Fact", "Left", "Right"), rows)),
        markup.section("From left to right", compared(found.changes)),
        is_unconfined=is_unconfined,
    )


def _described(facts: FactsOut) -> str:
    commit = facts.commit[:12] if facts.commit else "no known commit"
    return f"{PLATFORM_NAMES.get(facts.platform, facts.platform)}, {commit}"
