"""The published EazyRent client: its fix, and a process per identity.

The package reads its environment when it is imported and takes one SDK object per process. So an
identity is a fresh process that imports the package, keeps one `EazyrentSDK` and makes calls for
the test; models and exceptions come back as they are. Such a process imports this file first, which
therefore imports the package inside functions only.
"""

from __future__ import annotations

import multiprocessing
import os
import socket
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any

from edge_iam import TIMEOUT

_sdk: Any = None
"""The SDK object of an identity's own process."""


def fix_client() -> None:
    """Binds the name that the response decoder of 0.3.0 uses without having imported it."""
    import eazyrent.iam
    import eazyrent.iam.v1.api_client as api_client

    api_client.iam = eazyrent.iam


def _start(environment: Mapping[str, str]) -> None:
    global _sdk
    for name in [name for name in os.environ if name.startswith("EAZ_")]:
        del os.environ[name]
    os.environ.update(environment)
    socket.setdefaulttimeout(TIMEOUT)
    fix_client()
    from eazyrent import EazyrentSDK

    _sdk = EazyrentSDK()


def _call(operation: str, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    group, name = operation.split(".")
    method = getattr(getattr(_sdk.apis.iam.v1, group), name)
    return method(*args, **options, _request_timeout=TIMEOUT)


class Sdk:
    """An `EazyrentSDK` in a process of its own.

    `credentials` are environment variables of the SDK; in `home` it looks for
    `.eazyrent/credentials` when they name none.
    """

    def __init__(self, base: str, home: Path, **credentials: str) -> None:
        environment = {"EAZ_SERVER": base, "EAZ_AUTH_SERVER": base, "HOME": str(home)}
        spawn = multiprocessing.get_context("spawn")
        self._process = ProcessPoolExecutor(max_workers=1, mp_context=spawn)
        try:
            self._process.submit(_start, environment | credentials).result()
        except BaseException:
            self._process.shutdown()
            raise

    def __enter__(self) -> Sdk:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.shutdown()

    def call(self, operation: str, *args: Any, **options: Any) -> Any:
        """Calls `sdk.apis.iam.v1.<group>.<operation>`, named `"<group>.<operation>"`."""
        return self._process.submit(_call, operation, args, options).result()
