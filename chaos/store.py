"""A store of objects that can be told to fail: half-way through a request, or after it did what was asked."""

import random
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import httpx
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

BUCKET = "chaos"
_ERROR = b"<?xml version='1.0'?><Error><Code>InternalError</Code><Message>We are broken.</Message></Error>"
_HALF_OF = 2

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Answer = Iterable[bytes]


class _Silent(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the notes tell."""


class Store:
    """An S3-compatible server in a thread; while `is_broken`, it answers 500 to nine requests of ten."""

    def __init__(self, dice: random.Random) -> None:
        self.is_broken = False
        self._refused = 0
        self._dice = dice
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server: BaseWSGIServer | None = None

    @property
    def settings(self) -> Mapping[str, str]:
        """What tells a process of the product to use it."""
        assert self._server is not None
        return {
            "OBJECT_STORAGE_PROVIDER": "s3",
            "OBJECT_STORAGE_ENDPOINT": f"http://127.0.0.1:{self._server.server_port}",
            "OBJECT_STORAGE_REGION": "us-east-1",
            "OBJECT_STORAGE_ACCESS_KEY": "chaos",
            "OBJECT_STORAGE_SECRET_KEY": "chaos",
            "OBJECT_STORAGE_BUCKET_MEDIA": BUCKET,
            "OBJECT_STORAGE_BUCKET_PREVIEWS": BUCKET,
        }

    def start(self) -> None:
        """Serve, with an empty bucket."""
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=_Silent)
        threading.Thread(target=self._server.serve_forever, name="store", daemon=True).start()
        httpx.put(f"{self.settings['OBJECT_STORAGE_ENDPOINT']}/{BUCKET}", trust_env=False).raise_for_status()

    def stop(self) -> None:
        """Serve no more; what was stored is gone."""
        if self._server is not None:
            self._server.shutdown()

    def take_refused(self) -> int:
        """Count the requests that were answered with 500 since the last question."""
        refused, self._refused = self._refused, 0
        return refused

    def _answer(self, environ: Environ, start: StartResponse) -> Answer:
        if not self.is_broken or self._dice.random() < 0.1:
            return self._obey(environ, start)
        self._refused += 1
        if self._dice.random() < 0.5:
            # Done, but whoever asked is told that it was not.
            list(self._obey(environ, lambda *_: None))
        else:
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0) // _HALF_OF)
        start("500 Internal Server Error", [("Content-Type", "application/xml"), ("Connection", "close")])
        return [_ERROR]

    def _obey(self, environ: Environ, start: Callable[..., Any]) -> Answer:
        answer: Answer = self._moto(environ, start)
        return answer
