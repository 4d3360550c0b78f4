"""Hostile requests: form posts, addresses, bodies, files, methods and headers, drawn by chance.

What is drawn is sent as bytes, as an attacker sends it: half of a surrogate pair, bytes that are
no UTF-8, a body that is cut off. Times are of this thread's processor alone, so that a busy
machine tells nothing.
"""

import json
import random
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_from_bytes

from django.test import Client

SECONDS = 2  # of processor time, for one answer

# What nobody reads as it is written: it hides, turns or breaks the text around it.
UNSEEN = [
    *(chr(code) for code in (*range(0, 32), *range(127, 160), 0xAD)),
    *"\u061c\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060",
    *"\u2066\u2067\u2068\u2069\ufeff\ufff9\ufffe\uffff\ufdd0\U000e0001\U0010ffff",
    *("\ud800", "\udbff", "\udc00", "\udfff", "\udc00\ud800"),
]
SHAPES = [
    *("", " ", "0", "-1", "-0", "31", "1e999", "NaN", "true", "None", "null", "[]", '{"a":1}'),
    *("9" * 25, "9" * 5_000, "0x10", "1_000", "٣١", "３", "²", "Ⅷ", "İ", "ß", "ﬀ", "𝕳𝖊𝖑𝖑𝖔"),
    *("2015-02-31", "0000-00-00", "10000-01-01", "29/2/2015", "1.5", "1,5", "24:00", "2015-Q9"),
    *("999 000 0000", "00000000-0000-0000-0000-000000000000", "{" * 200, "(" * 5_000, "a@" * 300),
    *("' OR 1=1 --", "\\", "%s%n", "%00", "%zz", "{0.__class__}", "{{ 7*7 }}{% debug %}", "$(id)"),
    *("=HYPERLINK(1)", "/../../etc/passwd", "..\\..\\x", "file:///etc/passwd", "//evil.example"),
    *("javascript:evil()", "http://[", "\r\nSet-Cookie: a=b", "e\u0301" * 300, "a\u0300" * 3_000),
    *("x" * 30_000, " " * 20_000, "\n" * 5_000, "&" * 3_000, "<" * 3_000, "a,b;c|d\t" * 500),
    "\"'><x-evil a=1><script>evil()</script><img src=x onerror=evil()>&lt;x-evil&gt;",
]
# Bytes that are no text.
BROKEN = [
    b"\xff\xfe",
    b"\xc0\xaf",
    b"\xed\xa0\x80",
    b"\xf8\x88\x80\x80\x80",
    b"\x80" * 50,
    b"a\xe2",
]
METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "EVIL")
TYPES = (
    *("application/json", "text/plain", "text/xml", "multipart/form-data", "application/x", ""),
    *("multipart/form-data; boundary=", "multipart/form-data; boundary=" + "b" * 300),
    *("application/x-www-form-urlencoded; charset=utf-7", "text/html; charset=evil", "\xff/\xff"),
    "application/x-www-form-urlencoded; charset=utf-16",
)
HEADERS = (
    *("HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING", "HTTP_REFERER", "HTTP_RANGE"),
    *("HTTP_COOKIE", "HTTP_HOST", "HTTP_ORIGIN", "HTTP_USER_AGENT", "HTTP_X_FORWARDED_FOR"),
    *("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_REQUESTED_WITH"),
    *("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_SEC_FETCH_SITE", "HTTP_AUTHORIZATION"),
    # A length that is no number is refused by the server that stands before us.
    *("HTTP_X_CSRFTOKEN", "REMOTE_ADDR"),
)
COOKIES = ("sessionid", "csrftoken", "messages", "__Host-sessionid", "__Host-csrftoken")
FORM = "application/x-www-form-urlencoded"
NAMES = ("a.pdf", "a.csv", "a.xlsx", "..\\..\\a.exe", "a\x00.pdf", "\u202efdp.exe", "x" * 300, "")
BEGINNINGS = (
    b"%PDF-1.7\n",
    b"PK\x03\x04",
    b"\x89PNG\r\n\x1a\n",
    b"a,b\n1,2\n",
    b"\xff\xfea\0",
    b"",
)


@dataclass
class Drawn:
    """One request, so that a failure tells what was sent."""

    method: str
    path: str
    body: bytes = b""
    kind: str = FORM
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        told = {name: value[:80] for name, value in self.headers.items()}
        return f"{self.method} {self.path[:200]} {self.kind[:60]!r} {self.body[:300]!r} {told}"


def text(chance: random.Random) -> bytes:
    """Return a hostile value: one, or some of them one after the other."""
    if chance.random() < 0.06:
        return chance.choice(BROKEN)
    pieces = [
        chance.choice(UNSEEN if chance.random() < 0.3 else SHAPES)
        for _ in range(chance.choice([1, 1, 1, 2, 3]))
    ]
    return "".join(pieces).encode("utf-8", "surrogatepass")


def typed(chance: random.Random, fields: dict[str, list[str]]) -> list[tuple[bytes, bytes]]:
    """Fill in fields with what they offer and with what they do not; some twice, some not."""
    pairs = []
    for name, offered in fields.items():
        for _ in range(chance.choice([0, 1, 1, 1, 1, 1, 1, 1, 2])):
            as_offered = offered and chance.random() < 0.5
            value = chance.choice(offered).encode() if as_offered else text(chance)
            pairs.append((name.encode(), value))
    if chance.random() < 0.1:
        pairs.append((text(chance)[:200], text(chance)))
    return pairs


def encoded(pairs: list[tuple[bytes, bytes]]) -> bytes:
    """Return pairs as a form sends them."""
    return "&".join(
        f"{quote_from_bytes(name)}={quote_from_bytes(value)}" for name, value in pairs
    ).encode()


def with_files(chance: random.Random, pairs: list[tuple[bytes, bytes]]) -> tuple[bytes, str]:
    """Return pairs as a form with files sends them, some of them as files, sometimes cut off."""
    parts = []
    for name, value in pairs:
        told = b'form-data; name="' + name.replace(b'"', b"%22") + b'"'
        if chance.random() < 0.4:
            named = chance.choice(NAMES).encode("utf-8", "surrogatepass")
            told += b'; filename="' + named + b'"\r\nContent-Type: application/octet-stream'
            value = chance.choice(BEGINNINGS) + chance.choice([value, chance.randbytes(500)])
        parts.append(b"--evil\r\nContent-Disposition: " + told + b"\r\n\r\n" + value + b"\r\n")
    body = b"".join(parts) + b"--evil--\r\n"
    if chance.random() < 0.1:
        body = body[: chance.randrange(len(body))]
    return body, "multipart/form-data; boundary=evil"


def draw(chance: random.Random, path: str, fields: dict[str, list[str]]) -> Drawn:
    """Draw a request to a page that has these fields."""
    pairs, kind = typed(chance, fields), chance.random()
    if kind < 0.5:
        return Drawn("POST", path, encoded(pairs))
    if kind < 0.65:
        return Drawn("GET", path + "?" + encoded(pairs)[:60_000].decode())
    if kind < 0.75:
        parts = path.strip("/").split("/")
        parts[chance.randrange(len(parts))] = quote_from_bytes(text(chance)[:2_000])
        return Drawn(chance.choice(["GET", "POST"]), "/" + "/".join(parts) + "/", encoded(pairs))
    if kind < 0.82:
        body = chance.choice(
            [
                *(text(chance), chance.randbytes(300), b"&" * 1_500, b"[" * 2_000, b"="),
                json.dumps({"a": ["\ud800", "\u202e", 1e308]}).encode(),
                b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n",
            ]
        )
        return Drawn("POST", path, body, chance.choice([*TYPES, FORM]))
    if kind < 0.89:
        return Drawn("POST", path, *with_files(chance, pairs))
    if kind < 0.92:
        return Drawn(chance.choice(METHODS), path, encoded(pairs))
    headers = {}
    for name in chance.sample(HEADERS, chance.randint(1, 3)):
        value = text(chance)[:4_000].decode("latin-1")
        # A server refuses these before we see them.
        value = "".join(letter for letter in value if letter not in "\r\n\x00")
        if name == "HTTP_COOKIE":
            value = f"{chance.choice(COOKIES)}={value}"
        headers[name] = value
    return Drawn(chance.choice(["GET", "POST"]), path, encoded(pairs), headers=headers)


def send(client: Client, drawn: Drawn) -> Any:
    """Send a request as it was drawn, without what the client would put right."""
    return client.generic(
        drawn.method, drawn.path, drawn.body, content_type=drawn.kind, **drawn.headers
    )


def ask(client: Client, drawn: Drawn) -> tuple[Any, list[str]]:
    """Return the answer to a request, all of it, and what was wrong with it."""
    began = time.thread_time()
    try:
        answer = send(client, drawn)
        if answer.streaming:
            list(answer.streaming_content)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a crash
        return None, [f"{error!r:.300} of {drawn}"]
    wrong = [f"{answer.status_code} of {drawn}"] if answer.status_code >= 500 else []
    if (took := time.thread_time() - began) > SECONDS:
        wrong.append(f"{took:.1f} s for {drawn}")
    return answer, wrong
