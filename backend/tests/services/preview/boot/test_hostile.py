"""Bundles that mean harm get nowhere, cost little, and are reported as what they are."""

import pytest

from app.services.preview.boot.report import read_answer, tree_of
from app.services.preview.boot.starting import BootRoom

from tests.services.preview.boot.bundles_by_hand import app
from tests.services.preview.boot.conftest import Started

_GIVEN = {"PATH", "LANG", "TZ", "OPENSSL_CONF", "PWD", ""}
# Ways out of a realm of Node's that were ways out once, or still are.
_ESCAPES = (
    "() => process",
    "() => require('fs')",
    "() => this.constructor.constructor('return process')()",
    "() => (() => {}).constructor('return process')()",
    "() => setTimeout.constructor('return process')()",
    "() => __standIn.constructor('return process')()",
    "() => globalThis.constructor.constructor('return process')()",
    "() => { try { null.x } catch (e) { return e.constructor.constructor('return process')() } }",
    "() => import('fs')",
    "() => import('fs').catch((e) => e.constructor.constructor('return process')())",
)
# What whoever got out of the realm would do next. In the sandbox it finds its own environment, and nothing else.
_LOOT = """
    const loot = (found) => {
        const fs = found.mainModule ? found.mainModule.require('fs') : found;
        const tries = {
            passwd: () => fs.readFileSync('/etc/passwd', 'utf8'),
            environment: () => fs.readFileSync('/proc/self/environ', 'utf8'),
            first: () => fs.readFileSync('/proc/1/environ', 'utf8'),
            home: () => fs.readdirSync('/home').join(),
            write: () => fs.writeFileSync('main.jsbundle', 'changed') ?? 'written',
        };
        for (const name of Object.keys(tries)) {
            try { console.log('GOT', name, tries[name]()); } catch (e) { console.log('kept', name); }
        }
    };
    const refused = () => console.log('refused');
"""


async def test_nothing_leaks_to_what_gets_out_of_its_realm(started: Started, room: BootRoom) -> None:
    attempt = "try {{ Promise.resolve(({})()).then(loot).catch(refused) }} catch {{ refused() }}\n"
    report = await started(_LOOT + "".join(attempt.format(way) for way in _ESCAPES))
    said = [line.text for line in report.console]
    assert len(said) >= len(_ESCAPES)
    got = [text for text in said if text.startswith("GOT")]
    # A program may know what it was started with: names of its own and no secret.
    assert {text.split()[1] for text in got} <= {"environment", "first"}
    found = [text.split(maxsplit=2)[2].split("\0") for text in got]
    assert {variable.partition("=")[0] for variables in found for variable in variables} <= _GIVEN
    assert "loot" in (room.folder / "main.jsbundle").read_text()


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
    assert report.milliseconds < 2000


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
