"""Short queries of every request, put together once.

Of a query that reads a row or two, building the SQL costs some twenty times what the database
takes. The door asks the same few of each request; here each is built once for each shape of what
it is asked for, and afterwards only given its values.
"""

import datetime
import itertools
import uuid
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.fields import (
    CharField,
    DateField,
    DateTimeField,
    Field,
    IntegerField,
    UUIDField,
)

from casereview.database import read

LONGEST = 32  # what is asked for more at once is put together each time

# Each marker stands where a value will; none may be like another, nor like a constant of a query.
_EPOCH = datetime.datetime(1801, 1, 1, tzinfo=datetime.UTC)
MARKERS: dict[type, Callable[[int], Any]] = {
    uuid.UUID: lambda n: uuid.UUID(int=(0xC0DE << 112) + n),
    datetime.datetime: lambda n: _EPOCH + datetime.timedelta(microseconds=n),
    datetime.date: lambda n: datetime.date(1, 1, 1) + datetime.timedelta(days=n),
    int: lambda n: 1_900_000_000 + n,
    str: lambda n: f"\x02marker {n}\x03",
}
FIELDS: dict[type, Field] = {
    uuid.UUID: UUIDField(),
    datetime.datetime: DateTimeField(),
    datetime.date: DateField(),
    int: IntegerField(),
    str: CharField(),
}


@dataclass(frozen=True)
class _Statement:
    """SQL with its parameters: constants, and places for the values by their number."""

    sql: str
    parameters: tuple[tuple[int | None, Any], ...]
    converters: tuple[tuple[int, tuple[Callable, ...], Any], ...]


class Prepared:
    """A query of rows, built by `build` for values of each kind once.

    `build` is handed each value by name: a UUID, moment, date, number or text, or a list of such
    to stand after IN; it returns a queryset of `values_list`. It may look at how long a list is,
    at booleans and at None, which are of the query's shape, and at nothing else of a value.
    """

    def __init__(self, build: Callable[..., QuerySet]):
        self._build = build
        self._statements: dict[Hashable, Any] = {}

    def cache_clear(self) -> None:
        """Put everything together anew from now on, as after a change of the code."""
        self._statements.clear()

    def __call__(self, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows.

        Raises:
            TypeError: a value is of a kind that has no marker.
            LookupError: the query does not ask for one of the values.
        """
        values = {name: _filled_up(value) for name, value in values.items()}
        shape = (connection.vendor, *((name, _shape(value)) for name, value in values.items()))
        statement: Any = self._statements.get(shape, ...)
        if statement is ...:
            statement = _statement(self._build, values)
            if all(len(value) <= LONGEST for value in values.values() if isinstance(value, list)):
                self._statements[shape] = statement
        if statement is None:
            return []
        given = [value for each in values.values() for value in _flat(each)]
        parameters = [
            constant if place is None else constant(given[place])
            for place, constant in statement.parameters
        ]
        rows = read(statement.sql, parameters)
        return [_converted(row, statement.converters) for row in rows]


def _filled_up(value: Any) -> Any:
    """Return a list with its last repeated up to a power of two: fewer shapes, the same rows."""
    if not isinstance(value, list) or not value or len(value) > LONGEST:
        return value
    return value + value[-1:] * ((1 << (len(value) - 1).bit_length()) - len(value))


def _shape(value: Any) -> Hashable:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, list):
        return tuple(map(_kind, value))
    return _kind(value)


def _kind(value: Any) -> type:
    for kind in MARKERS:  # a moment is a date too, and stands before it
        if isinstance(value, kind):
            return kind
    raise TypeError(f"no marker stands for a {type(value).__name__}")


def _flat(value: Any) -> Iterable[Any]:
    """Return the values that have a place of their own."""
    if value is None or isinstance(value, bool):
        return ()
    return value if isinstance(value, list) else (value,)


def _statement(build: Callable[..., QuerySet], values: dict[str, Any]) -> _Statement | None:
    number = itertools.count()
    marked: list[Any] = []

    def mark(value: Any) -> Any:
        marked.append(MARKERS[_kind(value)](next(number)))
        return marked[-1]

    asked = {
        name: [mark(each) for each in value]
        if isinstance(value, list)
        else (mark(value) if _flat(value) else value)
        for name, value in values.items()
    }
    compiler = build(**asked).query.get_compiler("default")
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    places = {_adapted(marker): place for place, marker in enumerate(marked)}
    found = []
    for parameter in parameters:
        place = places.get(parameter)
        found.append((place, parameter if place is None else _adapter(marked[place], parameter)))
    if missing := set(range(len(marked))) - {place for place, _ in found}:
        raise LookupError(f"{len(missing)} of the values are not asked for")
    columns = [column[0] for column in compiler.select[: compiler.col_count]]
    converters = compiler.get_converters(columns)
    return _Statement(
        sql,
        tuple(found),
        tuple((at, tuple(each), column) for at, (each, column) in converters.items()),
    )


def _adapted(value: Any) -> Any:
    """Return a value as this database's driver is handed it."""
    return FIELDS[_kind(value)].get_db_prep_value(value, connection)


def _adapter(marker: Any, parameter: Any) -> Callable[[Any], Any]:
    if isinstance(marker, int):
        return type(parameter)  # PostgreSQL's driver is told how wide a number is
    field = FIELDS[_kind(marker)]
    return lambda value: field.get_db_prep_value(value, connection)


def _converted(row: tuple[Any, ...], converters: tuple) -> tuple[Any, ...]:
    if not converters:
        return tuple(row)
    found = list(row)
    for at, each, column in converters:
        for convert in each:
            found[at] = convert(found[at], column, connection)
    return tuple(found)
