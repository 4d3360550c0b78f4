"""How many children live in an area: what rates are reckoned from."""

from django.db import models

from casereview import codes
from casereview.history import History
from casereview.models.places import Board
from casereview.records import Record, link, user_link


class Population(Record):
    """How many there were of a group in a board's area in a year, and who says so."""

    board = link(Board)
    # The year it ends in: 2015 is 1 April 2014 to 31 March 2015.
    year = models.PositiveSmallIntegerField()
    group = models.CharField(max_length=20, choices=codes.population_groups)
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    entered_by = user_link()
    entered_at = models.DateTimeField()

    coded = ("year", "group", "number")
    operational = ("board", "source", "entered_by", "entered_at")
    history = History()

    class Meta(Record.Meta):
        ordering = ["year", "group"]
        constraints = [
            models.UniqueConstraint(
                name="a_population_is_entered_once", fields=["board", "year", "group"]
            )
        ]
