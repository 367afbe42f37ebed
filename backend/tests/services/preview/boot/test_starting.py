"""A bundle is started without a phone: what it showed, what it said and what stopped it are in the report."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.adapters.process.system import SystemProcesses
from app.core.clock import SystemClock
from app.services.preview.boot.report import BootReport, View
from app.services.preview.boot.starting import BootRoom, start
from app.services.preview.errors import BootUnavailable

from tests.services.preview.boot.bundles_by_hand import app
from tests.services.preview.boot.conftest import Started

_FIRST_LINE_OF_APP = "x=h[0],p=h[1];"


def texts_of(views: tuple[View, ...]) -> list[str]:
    found: list[str] = []
    for view in views:
        said = view.props.get("text")
        found += [said] if isinstance(said, str) else []
        found += texts_of(view.children)
    return found


async def test_what_an_app_shows_is_reported(started: Started) -> None:
    report = await started(app("show(view('RCTView', { width: 10 }, view('RCTRawText', { text: 'hello' })));"))
    assert report.started
    assert report.error is None
    assert report.views == (View("RCTView", {"width": 10}, (View("RCTRawText", {"text": "hello"}),)),)


async def test_later_changes_replace_what_was_shown(started: Started) -> None:
    report = await started(
        app("""
            const first = view('RCTRawText', { text: 'loading', color: 1 });
            show(first);
            setTimeout(() => show(ui.cloneNodeWithNewProps(first, { text: 'done' })), 3000);
        """)
    )
    assert report.views == (View("RCTRawText", {"color": 1, "text": "done"}),)


async def test_time_passes_for_the_app_only(started: Started) -> None:
    report = await started(
        app("""
            const began = Date.now();
            setTimeout(() => console.log('waited', Date.now() - began >= 2000, performance.now() >= 2000), 2000);
            show(view('RCTView'));
        """)
    )
    assert [line.text for line in report.console] == ["waited true true"]
    assert report.milliseconds < 2000


async def test_promises_settle(started: Started) -> None:
    report = await started(app("(async () => { await null; await null; show(view('RCTView')); })();"))
    assert [view.name for view in report.views] == ["RCTView"]


async def test_an_app_that_shows_nothing_has_started(started: Started) -> None:
    report = await started(app(""))
    assert report.started
    assert report.views == ()
    assert report.notes == ("The app showed nothing.",)


async def test_a_bundle_without_an_app_has_started_and_is_noted(started: Started) -> None:
    report = await started("1 + 1;")
    assert report.started
    assert "The bundle registered no app." in report.notes


async def test_an_error_while_it_is_loaded_is_reported(started: Started) -> None:
    report = await started("function outer() {\n  throw new TypeError('broken at the start');\n}\nouter();")
    assert not report.started
    assert report.error is not None
    assert (report.error.name, report.error.message) == ("TypeError", "broken at the start")
    first = report.error.frames[0]
    assert (first.file, first.line, first.column, first.function) == ("main.jsbundle", 2, 9, "outer")


@pytest.mark.parametrize(
    "body",
    [
        "throw new Error('in the way');",
        "setTimeout(() => { throw new Error('in the way'); }, 10);",
        "queueMicrotask(() => { throw new Error('in the way'); });",
        "RN$handleException(new Error('in the way'), true);",
    ],
)
async def test_an_error_at_the_start_is_reported_wherever_it_comes_from(started: Started, body: str) -> None:
    report = await started(app(body))
    assert not report.started
    assert report.error is not None
    assert report.error.message == "in the way"


async def test_an_error_that_something_of_the_apps_own_caught_stops_nothing(started: Started) -> None:
    report = await started(app("RN$handleException(new Error('caught'), false); show(view('RCTView'));"))
    assert report.started
    assert report.error is not None
    assert (report.error.message, report.error.fatal) == ("caught", False)


@pytest.mark.parametrize("thrown", ["'words'", "null", "undefined", "{ get message() { throw 1; } }", "Symbol('x')"])
async def test_whatever_is_thrown_can_be_reported(started: Started, thrown: str) -> None:
    report = await started(f"throw {thrown};")
    assert not report.started
    assert report.error is not None
    assert report.error.message


async def test_what_is_no_javascript_is_reported(started: Started) -> None:
    report = await started("function (")
    assert not report.started
    assert report.error is not None
    assert report.error.name == "SyntaxError"


async def test_modules_and_views_that_are_missing_are_listed(started: Started) -> None:
    report = await started(
        app("""
            console.log(String(__turboModuleProxy('PlatformConstants') !== null), String(__turboModuleProxy('Camera')));
            console.log(typeof expo.modules.ExpoAsset, typeof expo.modules.ExpoBarometer);
            show(view('RCTView', {}, view('RNCameraView')));
        """)
    )
    assert [line.text for line in report.console] == ["true null", "object undefined"]
    assert report.missing_modules == ("Camera", "ExpoBarometer")
    assert report.missing_views == ("RNCameraView",)
    assert report.started


async def test_a_module_that_an_app_insists_on_is_hollow_and_said_to_be(started: Started) -> None:
    report = await started(
        app("""
            const camera = __turboModuleProxy('Camera');
            if (camera === null) throw new Error("TurboModuleRegistry.getEnforcing(...): 'Camera' could not be found.");
            camera.open();
            show(view('RCTView'));
        """)
    )
    assert report.started
    assert report.hollow_modules == ("Camera",)
    assert not report.is_doubtful


async def test_an_error_beside_a_hollow_module_is_doubtful(started: Started) -> None:
    report = await started(
        app("""
            if (!expo.modules.Sensor) throw new Error("Cannot find native module 'Sensor'");
            expo.modules.Sensor.read().value.length;
        """)
    )
    assert not report.started
    assert report.is_doubtful


async def test_animations_of_native_code_are_shown_at_their_end(started: Started) -> None:
    report = await started(
        app("""
            const animated = __turboModuleProxy('NativeAnimatedTurboModule');
            animated.createAnimatedNode(1, { type: 'value', value: 0, offset: 0 });
            animated.createAnimatedNode(2, { type: 'style', style: { opacity: 1 } });
            animated.createAnimatedNode(3, { type: 'props', props: { style: 2 } });
            animated.connectAnimatedNodeToView(3, 2);
            show(view('RCTView', { opacity: 0 }));
            const fade = { type: 'frames', frames: [0, 0.5, 1], toValue: 1 };
            animated.startAnimatingNode(9, 1, fade, ({ finished }) => console.log(finished));
        """)
    )
    assert report.views == (View("RCTView", {"opacity": 1}),)
    assert [line.text for line in report.console] == ["true"]


async def test_what_is_reported_can_be_stored_and_read_back(started: Started) -> None:
    report = await started(app("console.warn('well'); show(view('RCTView', {}, view('RCTText')));"))
    assert BootReport.from_json(report.as_json()) == report


async def test_the_map_says_where_an_error_is_in_the_source(room: BootRoom, real_bundle: str, real_map: Path) -> None:
    broken = real_bundle.replace(_FIRST_LINE_OF_APP, f"{_FIRST_LINE_OF_APP}throw new Error('The kettle is empty');")
    (room.folder / "main.jsbundle").write_text(broken)
    report = await start(replace(room, source_map=real_map))
    assert not report.started
    assert report.error is not None
    assert report.error.message == "The kettle is empty"
    first = report.error.frames[0]
    assert (first.file, first.function) == ("App.tsx", "App")
    assert "useState(TEAS[0])" in report.error.excerpt
    assert f">{first.line:>5} |" in report.error.excerpt
    assert report.error.components.startswith("at App (App.tsx:")


async def test_a_real_app_starts(room: BootRoom, real_bundle: str) -> None:
    (room.folder / "main.jsbundle").write_text(real_bundle)
    report = await start(room)
    assert report.error is None
    assert [each for each in texts_of(report.views) if each in {"Sencha", "Oolong", "Assam", "Peppermint"}] == [
        "Sencha", "Sencha", "Oolong", "Assam", "Peppermint",
    ]  # fmt: skip
    assert report.missing_views == ()
    assert report.hollow_modules == ()


async def test_a_machine_without_node_says_so_and_blames_no_app(room: BootRoom, tmp_path: Path) -> None:
    (room.folder / "main.jsbundle").write_text("1")
    with pytest.raises(BootUnavailable):
        await start(replace(room, node=Path("/usr/bin/false"), processes=SystemProcesses(SystemClock())))
