"""Commands of the contract that have not been built: they say so, and no help lists them."""

LATER = {
    "bench": "the full bench",
}


def not_built(arguments: list[str]) -> str:
    """Return what to say of a command line whose command has not been built; else nothing."""
    name = arguments[1] if len(arguments) > 1 else ""
    if name == "help" and len(arguments) > 2:
        name = arguments[2]
    return (
        f"{name} is not built yet: {LATER[name]} comes in a later version" if name in LATER else ""
    )
