"""The static word vectors that a package brings with it: read from its folder, never fetched."""

import logging
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from learning.rules.suggesting import Vectors

_PACKAGE = "wordllama"
_WEIGHTS = "weights/l2_supercat_256.safetensors"
_PIECES = "tokenizers/l2_supercat_tokenizer_config.json"

log = logging.getLogger(__name__)


class PackagedVectors:
    """Vectors of pieces of words, half a number's precision kept: 16 MB for 32,000 pieces."""

    def __init__(self, folder: Path):
        from safetensors import safe_open
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / _PIECES))
        self._tokenizer.no_truncation()
        with safe_open(str(folder / _WEIGHTS), framework="numpy") as weights:
            self._rows = weights.get_tensor("embedding.weight")

    def pieces(self, text):
        """Return the place of each piece (the end exclusive) and a row of numbers for each."""
        found = self._tokenizer.encode(text, add_special_tokens=False)
        return found.offsets, self._rows[found.ids].astype("float32")


@cache
def word_vectors() -> Vectors | None:
    """Return the vectors, read at the first call; None where the package is not installed.

    The package itself is not imported: it configures logging for the whole process and brings a
    client that can fetch models. Its two files are all that is needed.
    """
    package = find_spec(_PACKAGE)
    if package is None or package.origin is None:
        return None
    folder = Path(package.origin).parent
    try:
        return PackagedVectors(folder)
    except (ImportError, OSError):
        log.warning("Word vectors cannot be read; themes are suggested by shared words alone")
        return None
