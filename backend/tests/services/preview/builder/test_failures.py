"""What bundlers print when they fail, and the error that people are told of it.

`outputs/` holds what Expo's CLI (SDK 57), React Native's CLI (0.86) and Metro 0.84 really printed about the sample
apps, broken in one place each; long stacks are cut.
"""

from pathlib import Path
from typing import Any

import pytest

from app.core.errors import AppError
from app.services.preview.builder.failures import failure_of

OUTPUTS = Path(__file__).with_name("outputs")
CODE, PACKAGE, PROJECT = "PREVIEW_BUILD_FAILED", "MISSING_DEPENDENCIES", "INVALID_PROJECT_STRUCTURE"
INDEX = "app/(tabs)/index.tsx"
Place = tuple[str | None, int | None, int | None]
NOWHERE: Place = (None, None, None)

# Output: code, place, and what else the details hold.
EXPECTED: dict[str, tuple[str, Place, dict[str, Any]]] = {
    "bare-babel-syntax": (CODE, ("babel.config.js", 3, 1), {}),
    "bare-babel-throws": (CODE, ("babel.config.js", 2, 9), {}),
    "bare-babel-unknown-plugin": (PACKAGE, NOWHERE, {"missing": "babel-plugin-nope-plugin"}),
    "bare-bad-json-module": (CODE, ("data.json", 2, 7), {}),
    "bare-entry-missing": (PROJECT, ("src/index.js", None, None), {"reason": "no_entry"}),
    "bare-metro-missing-package": (PACKAGE, ("metro.config.js", 1, 18), {"missing": "nativewind"}),
    "bare-metro-syntax": (CODE, ("metro.config.js", 1, 17), {}),
    "bare-metro-throws": (CODE, ("metro.config.js", 1, 7), {}),
    "bare-missing-asset": (CODE, ("App.tsx", 21, 31), {"missing": "./images/mug.png"}),
    "bare-missing-package": (PACKAGE, ("App.tsx", 1, 16), {"missing": "lodash"}),
    "bare-missing-relative": (CODE, ("App.tsx", 1, 19), {"missing": "./components/nope"}),
    "bare-missing-scoped-package": (PACKAGE, ("App.tsx", 1, 25), {"missing": "@acme/ui"}),
    "bare-node-builtin": (CODE, ("App.tsx", 1, 17), {"missing": "fs", "reason": "node_module"}),
    "bare-syntax": (CODE, ("App.tsx", 34, 4), {}),
    "expo-app-config-missing-package": (PACKAGE, ("app.config.js", 1, 1), {"missing": "dotenv"}),
    "expo-app-config-syntax": (CODE, ("app.config.js", 3, 3), {}),
    "expo-app-config-throws": (CODE, ("app.config.js", 2, 9), {}),
    "expo-app-json-broken": (PROJECT, ("app.json", 2, 12), {"reason": "json"}),
    "expo-babel-plugin-throws": (CODE, ("node_modules/react-native/Libraries/Lists/FlatList.js", 630, 16), {}),
    "expo-babel-syntax": (CODE, ("babel.config.js", 3, 1), {}),
    "expo-babel-throws": (CODE, ("babel.config.js", 2, 9), {}),
    "expo-babel-unknown-option": (CODE, ("babel.config.js", None, None), {}),
    "expo-babel-unknown-plugin": (PACKAGE, NOWHERE, {"missing": "babel-plugin-nope-plugin"}),
    "expo-babel-unknown-preset": (PACKAGE, NOWHERE, {"missing": "babel-preset-nope"}),
    "expo-bad-image": (CODE, ("assets/tab-about.png", None, None), {}),
    "expo-bad-json-module": (CODE, ("app/(tabs)/data.json", 2, 7), {}),
    "expo-config-plugin-missing": (PACKAGE, NOWHERE, {"missing": "expo-nope"}),
    "expo-config-plugin-missing-relative": (CODE, NOWHERE, {"missing": "./plugins/nope"}),
    "expo-declared-twice": (CODE, ("components/theme.ts", 10, 7), {}),
    "expo-entry-missing": (PROJECT, NOWHERE, {"reason": "no_entry"}),
    "expo-metro-missing-package": (PACKAGE, ("metro.config.js", 1, 18), {"missing": "nativewind"}),
    "expo-metro-missing-relative": (CODE, ("metro.config.js", 1, 18), {"missing": "./tools/metro"}),
    "expo-metro-syntax": (CODE, ("metro.config.js", 1, 17), {}),
    "expo-metro-throws": (CODE, ("metro.config.js", 1, 7), {}),
    "expo-missing-alias": (CODE, (INDEX, 1, 16), {"missing": "@/components/theme"}),
    "expo-missing-asset": (CODE, (INDEX, 1, 23), {"missing": "../../assets/nope.png"}),
    "expo-missing-package": (PACKAGE, (INDEX, 1, 16), {"missing": "lodash"}),
    "expo-missing-relative": (CODE, (INDEX, 1, 19), {"missing": "../../components/nope"}),
    "expo-missing-scoped-package": (PACKAGE, (INDEX, 1, 25), {"missing": "@acme/ui"}),
    "expo-missing-subpath": (CODE, (INDEX, 1, 16), {"missing": "expo-font/nope"}),
    "expo-node-builtin": (CODE, (INDEX, 1, 17), {"missing": "fs", "reason": "node_module"}),
    "expo-syntax": (CODE, (INDEX, 25, 4), {}),
    "expo-typescript-nonsense": (CODE, ("components/theme.ts", 10, 11), {}),
    "expo-unknown-extension": (CODE, (INDEX, 1, 16), {"missing": "../../components/shape.svg2"}),
    "expo-web-native-only": (CODE, (INDEX, None, None), {}),
    "expo-web-syntax": (CODE, (INDEX, 25, 4), {}),
}


def failure(name: str) -> AppError:
    return failure_of((OUTPUTS / f"{name}.txt").read_text().splitlines(), 1)


def test_every_output_is_looked_at() -> None:
    assert {path.stem for path in OUTPUTS.iterdir()} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_real_output_gives_its_code_its_place_and_what_is_missing(name: str) -> None:
    code, place, more = EXPECTED[name]
    error = failure(name)
    details = dict(error.details)
    found = tuple(details.pop(each, None) for each in ("file", "line", "column"))
    details.pop("excerpt", None)
    assert (error.code, found, details) == (code, place, more), error.message


@pytest.mark.parametrize("name", EXPECTED)
def test_nobody_is_told_where_the_build_ran(name: str) -> None:
    assert "/build/" not in f"{failure(name).message} {failure(name).details}"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("expo-syntax", "> 25 |   );"),
        ("expo-missing-package", "> 1 | import _ from 'lodash';"),
        ("expo-metro-syntax", "const config = {;"),
        ("expo-app-json-broken", '> 2 |   "expo": {,'),
        ("bare-missing-asset", "> 21 |       <Image source={require('./images/mug.png')} style={styles.cup} />"),
        ("bare-syntax", "> 34 |   );"),
    ],
)
def test_the_excerpt_shows_the_line_and_a_pointer_below_it(name: str, line: str) -> None:
    excerpt = failure(name).details["excerpt"].splitlines()
    assert line in excerpt
    assert "^" in excerpt[excerpt.index(line) + 1]
    assert not excerpt[-1].endswith((".", "^."))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("expo-syntax", f'{INDEX}: Unexpected token, expected ","'),
        ("expo-app-config-throws", "Error reading Expo config at app.config.js: API_URL is not set"),
        ("expo-babel-throws", "no luck with babel"),
        ("bare-bad-json-module", "data.json: Unexpected token: punc (})"),
        ("expo-missing-package", f"{INDEX} needs 'lodash', which is not there."),
        ("expo-config-plugin-missing", "The app's configuration needs 'expo-nope', which is not there."),
        ("bare-node-builtin", "App.tsx needs 'fs', which is a part of Node.js and of no phone."),
    ],
)
def test_the_message_says_what_is_wrong_in_one_line(name: str, message: str) -> None:
    assert failure(name).message == message


def test_an_es_modules_missing_package_is_told_with_who_needs_it() -> None:
    said = "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'left-pad' imported from /build/project/metro.config.mjs"
    error = failure_of([said], 1)
    assert (error.code, error.details) == (PACKAGE, {"file": "metro.config.mjs", "missing": "left-pad"})


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "The bundler ended with status 3: it said nothing"),
        (["", "  "], "The bundler ended with status 3: it said nothing"),
        (["well", "Killed", ""], "The bundler ended with status 3: Killed"),
        (["CommandError: no such command"], "no such command"),
        (["✖ it broke"], "it broke"),
        (["error: it broke"], "it broke"),
        (["TypeError: first", "RangeError: second"], "first"),
    ],
)
def test_what_has_no_known_shape_is_told_as_it_was_said(lines: list[str], message: str) -> None:
    error = failure_of(lines, 3)
    assert (error.code, error.message) == (CODE, message)


HOSTILE = {
    "errors": "Error: " * 570,
    "long words": "a" * 4000,
    "places": " /build/project/x" * 230 + ":1",
    "stacks": "    at " + " /build/project/a" * 230,
    "parentheses": "Error: a.ts: " + " (1:1" * 600,
    "modules": "Unable to resolve a from " * 160,
    "files of JSON": "a.json: " * 400 + " in file " * 20,
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("kind", HOSTILE)
def test_output_that_is_made_to_be_looked_at_for_long_is_not(kind: str) -> None:
    error = failure_of([HOSTILE[kind]] * 20_000, 1)
    assert len(error.message) <= 700
