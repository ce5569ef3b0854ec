"""The published EazyRent client: its fix, and the identities that call with it.

The package reads its environment when it is imported and takes one SDK object per process. So an
identity of the SDK is a fresh process that imports the package, keeps one `EazyrentSDK` and makes
calls for the test; models and exceptions come back as they are. Such a process imports this file
first, which therefore imports the package inside functions only. People have a token and no key
file, which the SDK cannot use: for them the generated API classes are called in the test's process.
"""

from __future__ import annotations

import inspect
import multiprocessing
import os
import re
import socket
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any

from edge_iam import TIMEOUT

VARIANTS = ("_with_http_info", "_without_preload_content")
"""Endings of the methods that make the same request as the one without."""

succeeded: Counter[str] = Counter()
"""How often each operation succeeded, by `"<group>.<operation>"`."""

_sdk: Any = None
"""The SDK object of an identity's own process."""


def fix_client() -> None:
    """Binds the name that the response decoder of 0.3.0 uses without having imported it."""
    import eazyrent.iam
    import eazyrent.iam.v1.api_client as api_client

    api_client.iam = eazyrent.iam


def api_classes() -> dict[str, type]:
    """The API classes of the package, under the names of their groups in the SDK."""
    import eazyrent.iam.v1 as package

    classes = inspect.getmembers(package, inspect.isclass)
    snake_case = re.compile(r"(?<!^)(?=[A-Z])")
    return {
        snake_case.sub("_", name.removesuffix("Api")).lower(): found
        for name, found in classes
        if name.endswith("Api")
    }


def operations() -> set[str]:
    """Every operation of the package."""
    return {
        f"{group}.{name}"
        for group, found in api_classes().items()
        for name, _ in inspect.getmembers(found, inspect.isfunction)
        if not name.startswith("_") and not name.endswith(VARIANTS)
    }


class Identity(ABC):
    """Somebody who calls operations."""

    def call(self, operation: str, *args: Any, **options: Any) -> Any:
        """Calls `"<group>.<operation>"`, and counts it when it succeeds."""
        try:
            result = self._send(operation, *args, **options)
        except Exception as error:
            # That is how delete_my_user succeeds.
            if getattr(error, "status", None) == 410:
                _count(operation)
            raise
        _count(operation)
        return result

    @abstractmethod
    def _send(self, operation: str, *args: Any, **options: Any) -> Any: ...


def _count(operation: str) -> None:
    for variant in VARIANTS:
        operation = operation.removesuffix(variant)
    succeeded[operation] += 1


class Apis(Identity):
    """The generated API classes with a bearer token, in this process."""

    def __init__(self, base: str, token: str | None, **settings: Any) -> None:
        fix_client()
        from eazyrent.iam.v1 import ApiClient, Configuration

        self.token = token
        configuration = Configuration(host=f"{base}/iam/v1", access_token=token, **settings)
        self.client = ApiClient(configuration)
        self._groups = {group: found(self.client) for group, found in api_classes().items()}

    def _send(self, operation: str, *args: Any, **options: Any) -> Any:
        group, name = operation.split(".")
        method = getattr(self._groups[group], name)
        return method(*args, **options, _request_timeout=TIMEOUT)


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


class Sdk(Identity):
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

    def _send(self, operation: str, *args: Any, **options: Any) -> Any:
        return self._process.submit(_call, operation, args, options).result()
