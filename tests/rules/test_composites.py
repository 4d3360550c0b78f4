"""Cases under review that are like one another, by codes alone."""

from scr.rules.composites import UnderReview, like_reviews, shared_by_all

INFANT = UnderReview(
    age="INFANT",
    event="harmed",
    injuries=frozenset({"head", "fracture"}),
    settings=frozenset({"home"}),
    factors=frozenset({"abuse_or_neglect:suspected", "interagency_concern:concern"}),
)


def test_the_likest_case_comes_first_with_what_both_share():
    like = UnderReview(**{**INFANT.__dict__, "injuries": frozenset({"head"})})
    unlike = UnderReview(age="TEENAGE", event="died", factors=frozenset({"custody:yes"}))

    found = like_reviews(INFANT, {"far": unlike, "near": like, "same": INFANT})

    assert [each.key for each in found] == ["same", "near"]
    why = {each.feature: each.codes for each in found[1].why}
    assert why["injury"] == ("head",)
    assert why["age"] == ("INFANT",)


def test_age_and_event_alone_make_no_likeness():
    bare = UnderReview(age="INFANT", event="harmed")

    assert like_reviews(INFANT, {"bare": bare}) == []


def test_an_answer_that_is_not_known_is_shared_by_nobody():
    unknown = UnderReview(age="NK", settings=frozenset({"not_known"}))

    assert shared_by_all([unknown, unknown]) == {}


def test_what_all_share_is_what_each_of_them_has():
    one = UnderReview(age="INFANT", injuries=frozenset({"head", "burn"}))
    other = UnderReview(age="INFANT", injuries=frozenset({"head"}))

    assert shared_by_all([one, other]) == {"age": ("INFANT",), "injury": ("head",)}
    assert shared_by_all([]) == {}
