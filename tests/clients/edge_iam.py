"""A server of the WebAssembly build, and plain HTTP to it.

Standard library only, so that the tests of any client may use it.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urlsplit

CLIENT_ID = "123456789012"
CLIENT_SECRET = "test-only-secret-0123456789abcdefghij"
ADMIN_EMAIL = "admin@example.org"
PASSWORD = "Test-only-1"
"""Of the first administrator, and of everybody whom a test lets in."""
TIMEOUT = 60.0
"""Seconds that any one request may take."""

KEEPER = '"$@" & pid=$!; exec >&-; read -r _; kill -TERM $pid 2>/dev/null; wait $pid'
"""Starts the server and stops it when standard input closes, however this process ends. Standard
output is the server's alone, and ends with it."""


def variable(name: str) -> str:
    """An environment variable that `cargo xtask test` sets."""
    value = os.environ.get(name)
    if not value:
        raise RuntimeError(f"{name} is not set: run the tests by `cargo xtask test`")
    return value


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    content: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode()

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.content)


class Server:
    """A host process on a state folder of its own and a port of the system's choice."""

    def __init__(self, state: Path) -> None:
        host = Path(variable("EDGE_IAM_HOST_BIN"))
        command = [str(host), "-f", variable("EDGE_IAM_SPIN_TOML")]
        command += ["--cache-dir", str(host.with_name("edge-iam-test-cache"))]
        command += ["--listen", "127.0.0.1:0", "--state-dir", str(state)]
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("SPIN_VARIABLE_")
        } | {
            "SPIN_VARIABLE_BOOTSTRAP_ADMIN_EMAIL": ADMIN_EMAIL,
            "SPIN_VARIABLE_BOOTSTRAP_ADMIN_PASSWORD": PASSWORD,
            "SPIN_VARIABLE_BOOTSTRAP_CLIENT_ID": CLIENT_ID,
            "SPIN_VARIABLE_BOOTSTRAP_CLIENT_SECRET": CLIENT_SECRET,
        }
        self._keeper = subprocess.Popen(
            ["sh", "-c", KEEPER, "keeper", *command],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._keeper.stdout is not None
        lines = iter(self._keeper.stdout)
        serving = next((line for line in lines if line.startswith("Serving ")), None)
        if serving is None:
            raise RuntimeError("the server ended before it was ready; its message is on stderr")
        self.base = serving.removeprefix("Serving ").strip()
        """`http://127.0.0.1:<port>`"""
        # Whatever else it writes must not block it.
        threading.Thread(target=lambda: [None for _ in lines], daemon=True).start()

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._keeper.stdin is not None
        self._keeper.stdin.close()
        status = self._keeper.wait(timeout=TIMEOUT)
        if error is None:
            assert status == 0, f"the server ended with status {status}"

    def request(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
        content: str | bytes | None = None,
    ) -> Answer:
        """One request. `body` is sent as JSON, `form` as a form, `content` as it is, with the type
        that `headers` name; redirects are not followed."""
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        if body is not None:
            sent["Content-Type"] = "application/json"
            content = json.dumps(body)
        if form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            content = urlencode(form)
        connection = http.client.HTTPConnection(urlsplit(self.base).netloc, timeout=TIMEOUT)
        try:
            connection.request(method, path, content, sent)
            response = connection.getresponse()
            received = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, received, response.read())
        finally:
            connection.close()

    def get(self, url: str) -> Answer:
        """What the server has at one of its own absolute addresses, for anybody."""
        assert url.startswith(f"{self.base}/"), url
        return self.request("GET", url.removeprefix(self.base))
