"""What is argued of a fault speaks of the code as it is, and the faults are those that matter."""

from benchmarks import faults, mutants

CODE = '''
"""About things."""
LIMIT = 3

@cached
def may(user: int = 1, *, strict=False) -> bool:
    """Say 1 == 2."""
    if not user.active or user.age < 18:
        raise Refused("below 18")
    note(user)
    return Thing.filter(user=user, open=True)

class Kept:
    many = 2

    @property
    def view(self):
        @wraps(other)
        def inner(request):
            return 5
        return inner
'''


def test_each_argued_fault_is_one_of_the_code_as_it_is():
    assert faults.argued_and_not_there() == []


def test_each_argued_fault_is_of_a_module_that_is_tried_and_has_a_reason_to_check():
    for (module, *rest), reason in faults.argued().items():
        assert module in mutants.TESTS, rest
        assert len(reason.split()) >= 5, rest


def test_a_line_that_is_no_fault_of_the_code_is_told(tmp_path, monkeypatch):
    argued = tmp_path / "argued.toml"
    line = 'module = "casereview/step_up.py"\nfunction = "ask_for_proof"\nreason = "For a test"\n'
    there, gone = "if not back:", "if not forward:"
    argued.write_text(
        "".join(f'[[faults]]\n{line}was = "{was}"\nbecomes = "if True:"\n' for was in (there, gone))
    )
    monkeypatch.setattr(faults, "ARGUED", argued)

    assert [one[2] for one in faults.argued_and_not_there()] == [gone]


def test_what_a_function_does_is_changed_one_thing_at_a_time(tmp_path):
    module = tmp_path / "things.py"
    module.write_text(CODE)

    found = [fault for fault, _ in faults.faults(str(module))]

    test = "if not user.active or user.age < 18:"
    assert {(one.function, one.was, one.becomes) for one in found} == {
        ("may", test, "if True:"),
        ("may", test, "if False:"),
        ("may", test, "if not user.active and user.age < 18:"),
        ("may", test, "if user.active or user.age < 18:"),
        ("may", test, "if not user.active or user.age <= 18:"),
        ("may", test, "if not user.active or user.age < 19:"),
        ("may", "raise Refused('below 18')", "pass"),
        ("may", "note(user)", "pass"),
        ("may", "return Thing.filter(user=user, open=True)", "return"),
        ("may", "return Thing.filter(user=user, open=True)", "return Thing.filter(open=True)"),
        ("may", "return Thing.filter(user=user, open=True)", "return Thing.filter(user=user)"),
        (
            "may",
            "return Thing.filter(user=user, open=True)",
            "return Thing.filter(user=user, open=False)",
        ),
        ("Kept.view", "wraps(other)", "nothing"),
        ("Kept.view.inner", "return 5", "return"),
        ("Kept.view.inner", "return 5", "return 6"),
        ("Kept.view", "return inner", "return"),
    }
    assert len({one.name for one in found}) == len(found)
