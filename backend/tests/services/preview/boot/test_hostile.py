"""Bundles that mean harm get nowhere, cost little, and are reported as what they are."""

import pytest

from app.services.preview.boot.report import read_answer, tree_of
from tests.services.preview.boot.bundles_by_hand import app
from tests.services.preview.boot.conftest import Started

# Ways out of a realm of Node's that were ways out once, or still are.
_ESCAPES = (
    "process",
    "require('fs')",
    "this.constructor.constructor('return process')()",
    "(() => {}).constructor('return process')()",
    "setTimeout.constructor('return process')()",
    "__standIn.constructor('return process')()",
    "globalThis.constructor.constructor('return process')()",
    "(() => { try { null.x } catch (e) { return e.constructor.constructor('return process')() } })()",
)
_LOOT = """
    const loot = (found) => {
        const fs = found.mainModule ? found.mainModule.require('fs') : found.getBuiltinModule ? found.getBuiltinModule('fs') : found;
        for (const path of ['/etc/passwd', '/etc/shadow', '/proc/1/environ', '/root/.bashrc']) {
            try { console.log('GOT', path, fs.readFileSync(path, 'utf8')); } catch (e) { console.log('no', path); }
        }
        try { console.log('GOT', JSON.stringify(fs.readdirSync('/home'))); } catch (e) { console.log('no home'); }
    };
"""


@pytest.mark.parametrize("escape", _ESCAPES)
async def test_nothing_leaks_to_what_tries_to_get_out(started: Started, escape: str) -> None:
    report = await started(f"{_LOOT} try {{ loot({escape}); }} catch (e) {{ console.log('refused'); }}")
    said = [line.text for line in report.console]
    assert said
    assert not [text for text in said if text.startswith("GOT")]


async def test_an_error_from_outside_of_the_realm_opens_nothing(started: Started) -> None:
    report = await started(f"""{_LOOT}
        import('fs').then(loot, (e) => {{
            try {{ loot(e.constructor.constructor('return process')()); }} catch (e) {{ console.log('refused'); }}
        }});
    """)
    assert not [line.text for line in report.console if line.text.startswith("GOT")]


@pytest.mark.parametrize(
    "endless",
    [
        "for (;;) {}",
        app("for (;;) {}"),
        app("setTimeout(() => { for (;;) {} }, 1);"),
        "(async () => { for (;;) await null; })();",
    ],
)
async def test_what_never_ends_is_ended(started: Started, endless: str) -> None:
    report = await started(endless)
    assert not report.started
    assert report.error is not None
    assert "within its time" in report.error.message


async def test_timers_without_end_cost_nothing(started: Started) -> None:
    report = await started(app("setInterval(() => {}, 1); const again = () => setTimeout(again, 0); again();"))
    assert report.started
    assert report.milliseconds < 3000


async def test_what_takes_too_much_memory_is_ended(started: Started) -> None:
    report = await started("const kept = []; for (;;) kept.push(new Array(1000).fill({}));")
    assert not report.started
    assert report.error is not None
    assert "memory" in report.error.message


async def test_buffers_beside_the_heap_are_bounded_too(started: Started) -> None:
    report = await started("const kept = []; for (;;) kept.push(new Uint8Array(2 ** 28).fill(1));")
    assert not report.started


async def test_a_hundred_megabytes_of_console_are_cut(started: Started) -> None:
    report = await started("const line = 'x'.repeat(100_000); for (let i = 0; i < 1000; i += 1) console.log(line);")
    assert report.started
    assert len(report.as_json()) < 1_000_000
    assert report.console[-1].text.endswith("more lines")


@pytest.mark.parametrize("count", [20_000, 400])
async def test_a_tree_that_is_too_large_or_too_deep_is_cut(started: Started, count: int) -> None:
    grow = "made = view('RCTView', {}, made)" if count < 1000 else "many.push(view('RCTView'))"
    body = f"let made = view('RCTView'); const many = [made]; for (let i = 0; i < {count}; i += 1) {grow};"
    report = await started(app(f"{body} show({'made' if count < 1000 else '...many'});"))
    assert report.started
    assert report.notes == ("The tree of views is cut off: it is larger than is kept.",)


async def test_a_bundle_that_breaks_the_language_breaks_its_own_report_only(started: Started) -> None:
    report = await started("JSON.stringify = Array.prototype.map = Object.keys = () => { throw 1; }; Promise = null;")
    assert len(report.as_json()) < 10_000


async def test_properties_that_act_when_they_are_read_are_held(started: Started) -> None:
    report = await started(app("show(view('RCTView', { get text() { for (;;) {} } }));"))
    assert not report.started


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"[]",
        b"{}",
        b'{"errors": []}',
        b'{"errors": 1, "views": []}',
        b"[" * 100_000,
    ],
)
def test_an_answer_of_another_shape_is_refused(said: bytes) -> None:
    with pytest.raises(ValueError):
        read_answer(said)


@pytest.mark.parametrize("parents", [[0], [1, -1], [-1, 5], [-1, *range(300)]])
def test_a_tree_that_is_none_is_refused(parents: list[int]) -> None:
    views = ",".join(f'{{"parent": {parent}, "name": "RCTView", "props": {{}}}}' for parent in parents)
    answer = read_answer(
        b'{"errors": [], "console": [], "missing_modules": [], "hollow_modules": [], "missing_views": [], "fonts": {},'
        b'"notes": [], "milliseconds": 1, "views": [' + views.encode() + b"]}"
    )
    with pytest.raises(ValueError):
        tree_of(answer.views)
