"""A small Expo app that changes at random, in all the ways that change a bundle."""

import json
import random
import struct
import zlib
from dataclasses import dataclass, field
from typing import Any

from app.services.preview.platforms import Platform

from tests.services.preview.builder.plant import App

_PUBLIC = ("EXPO_PUBLIC_A", "EXPO_PUBLIC_B")
# Ways in which sources ask for a value, the odd ones too.
_ASKS = (
    "process.env.EXPO_PUBLIC_A",
    "process.env['EXPO_PUBLIC_A']",
    "process /* well */ .env.EXPO_PUBLIC_B",
    "(({ EXPO_PUBLIC_B }) => EXPO_PUBLIC_B)(process.env)",
    "process?.env?.EXPO_PUBLIC_A",
    "process.env.NODE_ENV",
    "process.env.EXPO_OS",
    "pr\\u006fcess.env.EXPO_PUBLIC_A",
)
_SOURCES = ("add_module", "edit_module", "drop_module", "add_platform_file", "edit_picture", "drop_picture")
_PLUGIN = """
const fs = require('fs');
const path = require('path');
const said = fs.readFileSync(path.join(__dirname, 'said.txt'), 'utf8');
module.exports = () => ({ visitor: { StringLiteral(p) { if (p.node.value === 'SAID') p.node.value = said; } } });
"""
_PACKAGED = """
module.exports = () => ({ visitor: { StringLiteral(p) { if (p.node.value === 'SAID') p.node.value = 'VERSION'; } } });
"""
_PRESET = "presets: ['babel-preset-expo']"
_BABEL = (
    None,
    f"module.exports = (api) => {{ api.cache(true); return {{ {_PRESET} }}; }};",
    f"module.exports = {{ {_PRESET}, plugins: ['./plugin.js'] }};",
    f"module.exports = {{ {_PRESET}, plugins: ['said'] }};",
    f"module.exports = () => ({{ {_PRESET}, plugins: process.env.EXPO_PUBLIC_A === '1' ? ['./plugin.js'] : [] }});",
    f"const more = require('./more.json'); module.exports = {{ {_PRESET}, ...more }};",
)
_METRO = (
    None,
    "module.exports = require('expo/metro-config').getDefaultConfig(__dirname);",
    "const c = require('expo/metro-config').getDefaultConfig(__dirname);"
    "c.transformer.minifierConfig = { mangle: false }; module.exports = c;",
    "const c = require('expo/metro-config').getDefaultConfig(__dirname);"
    "c.transformer.babelTransformerPath = require.resolve('./transformer.js'); module.exports = c;",
)
_TRANSFORMER = """
const inner = require('@expo/metro-config/build/babel-transformer');
const fs = require('fs');
module.exports = { ...inner, transform: (given) => inner.transform({ ...given,
  src: given.src.replace("'SAID'", JSON.stringify(fs.readFileSync(__dirname + '/said.txt', 'utf8'))) }) };
"""


@dataclass
class ChangingApp:
    """An app, and the chance that changes it."""

    chance: random.Random
    files: dict[str, str | bytes] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    platform: Platform = Platform.IOS
    extra: dict[str, dict[str, str]] = field(default_factory=dict)
    modules: list[str] = field(default_factory=list)
    package: dict[str, Any] = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        self.package = {"name": "app", "version": "1.0.0", "main": "index.js", "dependencies": {"expo": "57.0.24"}}
        self.files = {
            "app.json": json.dumps({"expo": {"name": "App", "slug": "app"}}),
            "said.txt": "first",
            "more.json": "{}",
            "plugin.js": _PLUGIN,
            "transformer.js": _TRANSFORMER,
            "values.json": '{"n": 1}',
            "assets/a.png": picture(1),
            "assets/a@2x.png": picture(2),
            "lib/one.ts": "export const where: string = 'lib';\n",
            "lib2/one.ts": "export const where: string = 'lib2';\n",
            "tsconfig.json": _paths("lib"),
        }
        self._package_of("said", "1.0.0")
        for _ in range(len(_ASKS)):
            self.add_module()

    def now(self) -> App:
        """Say what it is now."""
        imports = [f"export * as m{number} from './src/{name}';" for number, name in enumerate(self.modules)]
        fixed = (
            "import values from './values.json';",
            "import { where } from '@lib/one';",
            "import picture from './assets/a.png';",
            "export const said = ['SAID', values, where, picture];",
        )
        files = {
            **self.files,
            "index.js": "\n".join((*imports, *fixed, "globalThis.app = said;\n")),
            "package.json": json.dumps(self.package),
        }
        return App(files, dict(self.environment), self.platform, {name: dict(of) for name, of in self.extra.items()})

    def change(self) -> str:
        """Change something; its name."""
        kinds = [name for name in dir(self) if name.startswith(("add_", "edit_", "drop_", "turn_"))]
        name = self.chance.choice(kinds)
        getattr(self, name)()
        return name

    def change_sources(self) -> str:
        """Change something that no configuration says; its name."""
        name = self.chance.choice(_SOURCES)
        getattr(self, name)()
        return name

    def add_module(self) -> None:
        self.count += 1
        name = f"m{self.count}.ts"
        self.files[f"src/{name}"] = self._source()
        self.modules.append(name.removesuffix(".ts"))

    def edit_module(self) -> None:
        if self.modules:
            self.files[f"src/{self.chance.choice(self.modules)}.ts"] = self._source()

    def drop_module(self) -> None:
        if len(self.modules) > 3:
            name = self.modules.pop(self.chance.randrange(len(self.modules)))
            self.files = {path: data for path, data in self.files.items() if not path.startswith(f"src/{name}.")}

    def add_platform_file(self) -> None:
        name = self.chance.choice(self.modules)
        self.files[f"src/{name}.{self.chance.choice(('ios', 'android'))}.ts"] = self._source()

    def edit_app_config(self) -> None:
        told = {"name": self._word(), "slug": "app", "extra": {"said": self._word()}}
        self.files["app.json"] = json.dumps({"expo": told})

    def edit_environment_file(self) -> None:
        name = self.chance.choice((".env", ".env.production", ".env.local"))
        lines = [f"{self.chance.choice(_PUBLIC)}={self.chance.randrange(3)}"]
        if self.chance.random() < 0.3:
            lines.append(f"BABEL_ENV={self.chance.choice(('production', 'staging'))}")
        self.files[name] = "\n".join(lines)

    def drop_environment_file(self) -> None:
        for name in (".env", ".env.production", ".env.local"):
            self.files.pop(name, None)

    def edit_settings(self) -> None:
        self.environment[self.chance.choice(_PUBLIC)] = str(self.chance.randrange(3))

    def drop_settings(self) -> None:
        self.environment.clear()

    def turn_babel(self) -> None:
        self._config("babel.config.js", self.chance.choice(_BABEL))

    def turn_metro(self) -> None:
        self._config("metro.config.js", self.chance.choice(_METRO))

    def edit_what_plugins_read(self) -> None:
        self.files["said.txt"] = self._word()

    def edit_what_the_configuration_requires(self) -> None:
        self.files["more.json"] = json.dumps({"plugins": ["./plugin.js"]} if self.chance.random() < 0.5 else {})

    def add_dependency(self) -> None:
        name = f"dep{self.chance.randrange(2)}"
        self._package_of(name, f"1.0.{self.chance.randrange(3)}")
        self.count += 1
        self.files[f"src/m{self.count}.ts"] = f"import dep from '{name}';\nexport const dep{self.count} = dep;\n"
        self.modules.append(f"m{self.count}")

    def edit_tool(self) -> None:
        self._package_of("said", f"1.0.{self.chance.randrange(3)}")

    def edit_package(self) -> None:
        self.package["name"] = self._word()
        self.package["sideEffects"] = self.chance.choice((False, True))

    def turn_package_babel(self) -> None:
        if self.chance.random() < 0.5:
            self.package["babel"] = {"presets": ["babel-preset-expo"], "plugins": ["./plugin.js"]}
        else:
            self.package.pop("babel", None)

    def turn_platform(self) -> None:
        self.platform = self.chance.choice((Platform.IOS, Platform.ANDROID))

    def turn_paths(self) -> None:
        self.files["tsconfig.json"] = _paths(self.chance.choice(("lib", "lib2")))

    def edit_picture(self) -> None:
        name = self.chance.choice(("a", "a@2x", "a@3x"))
        self.files[f"assets/{name}.png"] = picture(self.chance.randrange(1, 9))

    def drop_picture(self) -> None:
        self.files.pop(self.chance.choice(("assets/a@2x.png", "assets/a@3x.png")), None)

    def edit_values(self) -> None:
        self.files["values.json"] = json.dumps({"n": self.chance.randrange(100)})

    def turn_folder_config(self) -> None:
        told = [{}, {"plugins": ["../plugin.js"]}]
        self.files["src/.babelrc"] = json.dumps(self.chance.choice(told))
        self.files["lib/package.json"] = json.dumps({"type": self.chance.choice(("module", "commonjs"))})

    def _package_of(self, name: str, version: str) -> None:
        code = _PACKAGED.replace("VERSION", version) if name == "said" else f"module.exports = '{name} {version}';\n"
        plain = {"package.json": json.dumps({"name": name, "version": version, "main": "index.js"}), "index.js": code}
        self.extra[f"babel-plugin-{name}" if name == "said" else name] = plain

    def _config(self, name: str, text: str | None) -> None:
        self.files.pop(name, None)
        if text is not None:
            self.files[name] = text

    def _source(self) -> str:
        asks = _ASKS[self.count % len(_ASKS)] if self.chance.random() < 0.6 else f"'{self._word()}'"
        return f"export const said: unknown = [{asks}, 'SAID', {self.chance.randrange(1000)}];\n"

    def _word(self) -> str:
        return "".join(self.chance.choices("abcdefgh", k=6))


def _paths(folder: str) -> str:
    return json.dumps({"compilerOptions": {"baseUrl": ".", "paths": {"@lib/*": [f"./{folder}/*"]}}})


def picture(shade: int) -> bytes:
    """Draw one grey pixel, as PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes((0, shade)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
