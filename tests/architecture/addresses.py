"""Every address of the product, as the address map tells it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Address:
    """One pattern: its route, its name with namespace, its view and its parameters."""

    route: str
    name: str
    view: Callable
    parameters: tuple[str, ...]

    @property
    def guarded_by(self) -> str:
        return getattr(self.view, "guarded_by", "")

    def __str__(self) -> str:
        return self.route


def walk(resolver: URLResolver, prefix: str = "", space: str = "") -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inside = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from walk(pattern, route, inside)
        elif isinstance(pattern, URLPattern):
            yield Address(
                route,
                f"{space}{pattern.name}",
                pattern.callback,
                tuple(pattern.pattern.converters),
            )


def every_address() -> list[Address]:
    """Return all addresses, the sign-in library's included."""
    return list(walk(get_resolver()))


def ours() -> list[Address]:
    """Return the product's own addresses."""
    return [one for one in every_address() if not one.view.__module__.startswith("allauth")]
