"""How a file is refused."""


class NotTaken(Exception):
    """The file is refused; the message is shown to the person, and holds nothing of the file."""
