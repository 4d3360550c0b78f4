"""Opening a part that waits behind a notice, as a reader presses the button."""


def open_part(client, url: str, part: str):
    """Open a part on its page, and return the page that is then shown."""
    answer = client.post(url, {"open_part": part})
    assert answer["Location"] == url
    return client.get(url)
