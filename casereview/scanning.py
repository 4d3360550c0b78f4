"""The malware scanner: clamd, spoken to over a unix socket or the loopback interface.

Content is sent in the clear, so no other machine is ever asked.
"""

import ipaddress
import socket
import struct
from collections.abc import Iterable

from django.conf import settings

SECONDS = 60
PIECE = 64 * 1024
LONGEST_ANSWER = 4096


class ScannerDown(Exception):
    """The scanner cannot be asked, or did not answer as it should: nothing is known of the file."""


def configured() -> bool:
    """Say whether there is a scanner to ask."""
    return bool(settings.CLAMD_SOCKET)


def is_clean(content: Iterable[bytes]) -> bool:
    """Ask the scanner about a file; say whether it found nothing.

    Raises:
        ScannerDown: no scanner, no connection, no answer in a minute, or an answer that is none.
    """
    try:
        with _connected() as line:
            line.sendall(b"zINSTREAM\0")
            for piece in content:
                for start in range(0, len(piece), PIECE):
                    part = piece[start : start + PIECE]
                    line.sendall(struct.pack(">I", len(part)) + part)
            line.sendall(struct.pack(">I", 0))
            answer = _answer(line)
    except OSError:
        raise ScannerDown("the scanner cannot be reached") from None
    if answer == b"stream: OK":
        return True
    if answer.startswith(b"stream: ") and answer.endswith(b" FOUND"):
        return False
    raise ScannerDown("the scanner did not say whether the file is clean")


def _connected() -> socket.socket:
    if not configured():
        raise ScannerDown("there is no scanner")
    address = settings.CLAMD_SOCKET.removeprefix("unix:")
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(SECONDS)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = address.rpartition(":")
    try:
        here = ipaddress.ip_address(host.strip("[]"))
        if not here.is_loopback:
            raise ScannerDown("CLAMD_SOCKET must be a unix socket or a loopback address")
        return socket.create_connection((str(here), int(port)), timeout=SECONDS)
    except ValueError:
        raise ScannerDown("CLAMD_SOCKET must be /path/to/socket or 127.0.0.1:port") from None


def _answer(line: socket.socket) -> bytes:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        piece = line.recv(LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0\n")
