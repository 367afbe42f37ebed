"""Which language a file is written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.syntax.languages import language_of


@pytest.mark.parametrize(
    ("path", "first_bytes", "expected"),
    [
        ("src/app.py", b"", "python"),
        ("src/App.PY", b"", "python"),
        ("types/index.d.ts", b"", "typescript"),
        ("ui/Button.tsx", b"", "tsx"),
        ("ui/Button.jsx", b"", "javascript"),
        ("lib/x.mjs", b"", "javascript"),
        ("Dockerfile", b"", "dockerfile"),
        ("dockerfile.dev", b"", "dockerfile"),
        ("Makefile", b"", "makefile"),
        ("CMakeLists.txt", b"", "cmake"),
        (".bashrc", b"", "shell"),
        ("py", b"", None),
        (".py", b"", None),
        ("LICENSE", b"MIT License", None),
        ("bin/tool", b"#!/usr/bin/env python3\n", "python"),
        ("bin/tool", b"#!/usr/bin/env -S FOO=1 python3.11 -u\n", "python"),
        ("bin/tool", b"#! /bin/sh -e\n", "shell"),
        ("bin/tool", b"#!/usr/bin/node\r\n", "javascript"),
        ("bin/tool", b"#!/opt/unknown\n", None),
        ("bin/tool", b"#!\n", None),
        ("de.ts", b'<?xml version="1.0"?><!DOCTYPE TS>', "xml"),
        ("api.h", b"#pragma once\nnamespace a {\n}", "cpp"),
        ("api.h", b"#pragma once\nint a(void);", "c"),
        ("a.py", b"\x00\x01", None),
    ],
)
def test_a_file_is_named_by_what_it_shows(path: str, first_bytes: bytes, expected: str | None) -> None:
    assert language_of(path, first_bytes) == expected


def test_a_video_is_not_typescript() -> None:
    packet = b"G\x40\x11\x10" + b"\xff" * 184
    assert language_of("clip.ts", packet * 3) is None


@given(st.text(max_size=80), st.binary(max_size=300))
def test_no_name_and_no_bytes_can_break_it(path: str, first_bytes: bytes) -> None:
    answer = language_of(path, first_bytes)
    assert answer is None or (answer == answer.lower() and answer)
