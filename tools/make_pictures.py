#!/usr/bin/env python3
"""Makes docs/pictures/journey.svg from a real run of the command line."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from recorded import Recording

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs/pictures"
EMAIL, PASSWORD = "ann@example.org", "a sentence nobody guesses"
STARTS_WITHIN_SECONDS = 90

SHOP = {
    "shop/price.py": '''"""Prices and what is taken off them."""


def price(items, discount=0):
    if discount > 1:
        raise ValueError("more than everything")
    return sum(items) * (1 - discount)


def update_stock(stock, name, amount=1):
    if stock[name] < amount:
        raise LookupError(name)
    stock[name] -= amount
    return stock[name]
''',
    "web/basket.js": """export async function send(basket, address) {
  if (!basket.items.length) throw new Error("nothing to sell");
  return fetch(address, { method: "POST", body: JSON.stringify(basket) });
}
""",
    "README.md": "# Shop\n",
}


def main() -> int:
    """Make the picture."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="hivesync-pictures-") as folder, running(Path(folder)) as address:
        record_journey(Path(folder), address)
    return 0


def record_journey(work: Path, address: str) -> None:
    """Connect a repository, document, decide, take back: what a person types and sees."""
    make_shop(work / "shop")
    hivesync = work / "bin/hivesync"
    hivesync.parent.mkdir()
    hivesync.write_text(f'#!/bin/sh\nexec {sys.executable} -m app "$@"\n')
    hivesync.chmod(0o755)
    env = {
        "PATH": f"{hivesync.parent}:{os.environ['PATH']}",
        "HOME": str(work),
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT / "backend"),
        "HIVESYNC_CONFIG_DIR": str(work),
    }
    shell = Recording(env, work)
    login = ["hivesync", "login", "--server", address, "--email", EMAIL, "--password", PASSWORD]
    subprocess.run(login, env=env, check=True, capture_output=True)
    shell.run(["hivesync", "project", "create", "shop", "--url", "./shop"])
    shell.gap()
    printed = shell.run(["hivesync", "docs", "shop", "shop/price.py"])
    shell.cut("diff --git", "stock[name] -= amount")
    proposal = printed.split("Proposal ")[1][:36]
    shell.gap()
    shell.run(
        ["hivesync", "review", proposal],
        answers=[("q,?]: ", "y\n"), ("q,?]: ", "n\n"), ("[Y/n]: ", "y\n")],
    )
    shell.gap()
    shell.run(["hivesync", "review", proposal, "--undo"])
    shell.cut("diff --git", "return sum(items)")
    (PICTURES / "journey.svg").write_text(shell.svg("HiveSync"), encoding="utf-8")


def make_shop(folder: Path) -> None:
    """A small repository."""
    for name, text in SHOP.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
    for words in (("init", "-q", "-b", "main"), ("add", "-A"), (*who, "commit", "-q", "-m", "Open the shop")):
        subprocess.run(["git", "-C", str(folder), *words], check=True)


@contextmanager
def running(work: Path) -> Iterator[str]:
    """Run the product with data of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(work),
        "PYTHONPATH": str(ROOT / "backend"),
        "PORT": str(port),
        "DATA_DIR": str(work / "data"),
        "HIVESYNC_DEMO": "0",
        "HIVESYNC_ADMIN_EMAIL": EMAIL,
        "HIVESYNC_ADMIN_PASSWORD": PASSWORD,
    }
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen([sys.executable, "-m", "app", "up"], env=env, stdout=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + STARTS_WITHIN_SECONDS
            while not _answers(address):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("the product did not start")
                time.sleep(0.1)
            yield address
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/api/v1/health/deep", trust_env=False, timeout=5).is_success
    except httpx.HTTPError:
        return False


if __name__ == "__main__":
    sys.exit(main())
