"""Words about several cases, tested against what is known of the people of each of them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from casereview import registries
from casereview.actions import NotAllowed
from casereview.models import Case
from casereview.pseudonyms import known_of
from casereview.rules.folding import plain
from casereview.rules.leak_test import Hit, LeakTest


def tests_of(cases: Iterable[Case]) -> dict[Case, LeakTest]:
    """Return by case what finds its people in a text.

    Looking a case up asks many questions: with several texts, do it once.
    """
    return {case: known_of(case).pseudonyms().test for case in set(cases)}


def hits_in(text: str, cases: Iterable[Case]) -> dict[Case, list[Hit]]:
    """Return by case every place of a text that tells who somebody of it is."""
    return {case: test.hits(text) for case, test in tests_of(cases).items()}


def apart(found: Mapping[Case, list[Hit]]) -> dict[Case, list[Hit]]:
    """Return what was found, each sentence without the words that tell of another of the cases."""
    words = {case: {hit.found for hit in hits} for case, hits in found.items()}
    answer = {}
    for case, hits in found.items():
        own = {plain(word) for word in words[case]}
        foreign = {
            word
            for other, more in words.items()
            if other != case
            for word in more
            if plain(word) not in own
        }
        answer[case] = [replace(hit, sentence=_without(hit.sentence, foreign)) for hit in hits]
    return answer


def _without(sentence: str, words: Iterable[str]) -> str:
    for word in sorted(words, key=len, reverse=True):
        sentence = sentence.replace(word, "[…]")
    return sentence


def names_in(text: str, cases: Iterable[Case], *, sure: bool = False) -> int:
    """Return how many places of a text tell who somebody is.

    `sure`: a person said that what is also an ordinary word, or only like a name, means nobody.
    """
    return sum(
        1 for hits in hits_in(text, cases).values() for hit in hits if hit.certain or not sure
    )


def refuse_names(text: str, cases: Iterable[Case], *, sure: bool = False) -> None:
    """Refuse a text that tells who somebody of any of some cases is.

    Raises:
        NotAllowed: it does. The word is not said: it may be a name of a case kept from the reader.
    """
    found = [hit for hits in hits_in(text, cases).values() for hit in hits]
    if any(hit.certain for hit in found):
        raise NotAllowed("Take out every name, date, number and place of the cases")
    if found and not sure:
        raise NotAllowed(
            "Read it again: a word is like a name of somebody in one of the cases. Change it, or "
            "tick that nobody of them is meant"
        )


def themes(on) -> list[tuple[str, str]]:
    """Return the themes that a finding may be given on a day."""
    return [pair for source in registries.themes for pair in source(on)]
