"""The command line's HTTP client: a kept session that renews itself, and errors a person can act on."""

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import httpx

from app.cli.refusals import CommandFailed, NotLoggedIn, ServerSilent
from app.cli.sessions import FileSessions, Session, SessionStore
from app.config.client import ClientSettings

__all__ = ["DEFAULT_SERVER", "Client", "CommandFailed"]

DEFAULT_SERVER = "http://127.0.0.1:8000"
_TIMEOUT_SECONDS = 30.0
_LARGEST_PAGE = 200
_PIECE_BYTES = 1024 * 1024
_LONGEST_PAUSE_SECONDS = 60
_REPEATABLE = frozenset({"GET", "PUT"})
_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


class Client:
    """Talks to one server on behalf of one session. Threads may share it."""

    def __init__(
        self, settings: ClientSettings, *, server: str | None = None, sessions: SessionStore | None = None
    ) -> None:
        """Choose the server: `--server`, else the environment, else the session's, else this machine."""
        self._sessions: SessionStore = sessions or FileSessions(settings.session_file)
        self.session = self._sessions.read()
        chosen = server or settings.server or (self.session.server if self.session else None) or DEFAULT_SERVER
        self.server = _address(chosen)
        if self.session and self.session.server != self.server:
            self.session = None
        url = httpx.URL(f"{self.server}/api/v1")
        # A proxy for the internet knows nothing of a server on this machine.
        self._http = httpx.Client(base_url=url, timeout=_TIMEOUT_SECONDS, trust_env=url.host not in _THIS_MACHINE)

    def close(self) -> None:
        """Let go of connections."""
        self._http.close()

    def login(self, email: str, password: str) -> dict[str, Any]:
        """Start a session and keep it."""
        body = {"email": email, "password": password, "client": "cli"}
        return self._begin(self._send("POST", "/auth/login", body=body, authorised=False))

    def register(self, email: str, password: str, name: str) -> dict[str, Any]:
        """Make an account, start a session and keep it."""
        body = {"email": email, "password": password, "display_name": name}
        return self._begin(self._send("POST", "/auth/register", body=body, authorised=False))

    def logout(self) -> None:
        """End the session here and on the server."""
        if self.session is None:
            return
        try:
            self._send("POST", "/auth/logout")
        finally:
            # Whatever the server says, nobody at this machine is logged in any more.
            self._sessions.drop()
            self.session = None

    def check_server(self) -> None:
        """Make sure that HiveSync answers there, before anybody is asked for a password."""
        self._send("GET", "/health", authorised=False)

    def get(self, path: str, /, **query: Any) -> Any:
        """Read JSON (or text, for other types)."""
        return self._decode(self._send("GET", path, query=query))

    def download(self, path: str, accept: str | None = None, /, **query: Any) -> bytes:
        """Read bytes exactly as they are, of a type where there are several."""
        return self._send("GET", path, query=query, accept=accept).content

    def post(self, path: str, body: Any = None, /, **query: Any) -> Any:
        """Send JSON and read the answer."""
        return self._decode(self._send("POST", path, body=body, query=query))

    def upload(self, path: str, file: Path, *, on_piece: Callable[[int], None] | None = None) -> Any:
        """Send a file piece by piece to an address that says itself who may; `on_piece` hears of each piece's size."""
        headers = {"Content-Length": str(file.stat().st_size), "Content-Type": "application/octet-stream"}
        with file.open("rb") as data:
            pieces = _pieces(data, on_piece)
            try:
                answer = self._http.post(path, content=pieces, headers=headers)
            except httpx.HTTPError as error:
                raise self._silent(error) from error
        if answer.is_error:
            raise _told(answer)
        return self._decode(answer)

    def put_bytes(self, path: str, data: bytes) -> None:
        """Write bytes exactly as they are."""
        self._send("PUT", path, body=data)

    def patch(self, path: str, body: Any) -> Any:
        """Change something."""
        return self._decode(self._send("PATCH", path, body=body))

    def put(self, path: str, body: Any) -> Any:
        """Write something anew."""
        return self._decode(self._send("PUT", path, body=body))

    def delete(self, path: str, /, **query: Any) -> Any:
        """Remove something."""
        return self._decode(self._send("DELETE", path, query=query))

    def pages(self, path: str, /, *, most: int | None = 200, **query: Any) -> Iterator[dict[str, Any]]:
        """Read a list page by page, up to `most` items; None: to its end."""
        left = sys.maxsize if most is None else most
        cursor: str | None = None
        while left > 0:
            page = self.get(path, limit=min(_LARGEST_PAGE, left), cursor=cursor, **query)
            yield from page["items"]
            left -= len(page["items"])
            cursor = page.get("next_cursor")
            if not cursor:
                return

    def _begin(self, answer: httpx.Response) -> dict[str, Any]:
        body: dict[str, Any] = answer.json()
        self.session = Session(self.server, body["access_token"], body["refresh_token"], body["user"]["email"])
        self._sessions.keep(self.session)
        return body

    def _send(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: dict[str, Any] | None = None,
        authorised: bool = True,
        accept: str | None = None,
    ) -> httpx.Response:
        if authorised and self.session is None:
            raise NotLoggedIn(f"You are not logged in to {self.server}. Run: hivesync login")
        token = self._token() if authorised else None
        answer = self._once(method, path, body=body, query=query, token=token, accept=accept)
        if answer.status_code == 401 and token and self._renew(token):
            token = self._token()
            answer = self._once(method, path, body=body, query=query, token=token, accept=accept)
        if answer.status_code == 429 and method in _REPEATABLE and (pause := _pause(answer)):
            threading.Event().wait(pause)
            answer = self._once(method, path, body=body, query=query, token=token, accept=accept)
        if answer.is_error:
            raise _told(answer)
        return answer

    def _once(
        self,
        method: str,
        path: str,
        *,
        body: Any,
        query: dict[str, Any] | None,
        token: str | None,
        accept: str | None = None,
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"Accept": accept} if accept else {}
        params = {name: value for name, value in (query or {}).items() if value is not None}
        sent: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
        headers |= {"Content-Type": "application/octet-stream"} if isinstance(body, bytes) else {}
        try:
            return self._http.request(method, path, params=params, headers=headers, **sent)
        except httpx.HTTPError as error:
            raise self._silent(error) from error

    def _silent(self, error: httpx.HTTPError) -> CommandFailed:
        return ServerSilent(
            f"{self.server} does not answer ({type(error).__name__}). Is it running? Start one with: make run"
        )

    def _token(self) -> str | None:
        return self.session.access_token if self.session else None

    def _renew(self, ended: str) -> bool:
        """Have another token than the one that ended."""
        if self.session is None:
            return False
        with self._sessions.locked():
            if self.session.access_token != ended:
                # Another thread has been here meanwhile.
                return True
            # Another command may have renewed the session meanwhile; its token is then the newer one.
            kept = self._sessions.read()
            if kept and kept.server == self.server and kept.access_token != self.session.access_token:
                self.session = kept
                return True
            if not self.session.refresh_token:
                raise NotLoggedIn("Your session has ended. Run: hivesync login")
            body = {"refresh_token": self.session.refresh_token}
            answer = self._once("POST", "/auth/refresh", body=body, query=None, token=None)
            if answer.status_code == 401:
                raise NotLoggedIn("Your session has ended. Run: hivesync login")
            if answer.is_error:
                raise _told(answer)
            self._begin(answer)
        return True

    @staticmethod
    def _decode(answer: httpx.Response) -> Any:
        if answer.headers.get("content-type", "").startswith("application/json"):
            return answer.json() if answer.content else None
        return answer.text


def _pieces(data: IO[bytes], on_piece: Callable[[int], None] | None) -> Iterator[bytes]:
    while piece := data.read(_PIECE_BYTES):
        yield piece
        if on_piece is not None:
            on_piece(len(piece))


def _told(answer: httpx.Response) -> CommandFailed:
    try:
        body = answer.json()
        details = dict(body.get("details") or {})
        told = CommandFailed.of(
            str(body["code"]), str(body["message"]), details | {"request_id": body.get("request_id")}
        )
        told.server_status = answer.status_code
        return told
    except (ValueError, KeyError, TypeError):
        return CommandFailed(
            f"The server answered {answer.status_code}, and not as HiveSync does. Is the address right?"
        )


def _pause(answer: httpx.Response) -> float | None:
    """Tell how long to wait before reading again; None when that is too long for somebody at a shell."""
    wanted = answer.headers.get("Retry-After", "")
    return float(wanted) if wanted.isdigit() and int(wanted) <= _LONGEST_PAUSE_SECONDS else None


def _address(given: str) -> str:
    """Check a server's address, so that a typing error is called one."""
    address = given.strip().rstrip("/")
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        raise CommandFailed(f"'{given}' is not a server's address. Write it as {DEFAULT_SERVER}")
    return address
