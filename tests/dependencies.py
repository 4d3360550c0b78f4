"""What the program is made of: a list of its packages (CycloneDX), and what is known against them.

`python -m tests.dependencies --write` writes the list anew; a test compares it with the lock.
`python -m tests.dependencies` asks the package index for published weaknesses of each version. An
index that does not answer such questions is named as such: that nothing was found is not said then.
"""

import json
import re
import sys
import urllib.error
import urllib.request
from importlib import metadata
from pathlib import Path

LOCK = Path("requirements.txt")
LIST = Path("docs/packages.cdx.json")
INDEX = "https://pypi.org/pypi/{name}/{version}/json"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def pinned(lock: str) -> dict[tuple[str, str], list[str]]:
    """Return each package and version of a lock with the digests of its files, sorted.

    A package stands there twice where a later Python takes a later version.
    """
    found = list(_PINNED.finditer(lock))
    ends = [one.start() for one in found[1:]] + [len(lock)]
    return {
        (one[1].lower(), one[2]): sorted(_HASH.findall(lock[one.end() : end]))
        for one, end in zip(found, ends, strict=True)
    }


def licence_of(name: str) -> str:
    """Return the licence an installed package names; *not installed here* where it is not."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return "not installed here"
    classified = [
        one.removeprefix("License :: ").removeprefix("OSI Approved :: ")
        for one in about.get_all("Classifier") or []
        if one.startswith("License ::")
    ]
    named = (about.get("License-Expression") or "").strip()
    # Some packages put the whole text into the short field.
    short = (about.get("License") or "").strip().split("\n")[0][:80]
    return named or ", ".join(sorted(classified)) or short or "not named by the package"


def listing(lock: str) -> dict:
    """Return the CycloneDX document of a lock."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "casereview"}},
        "components": [
            {
                "type": "library",
                "name": name,
                "version": version,
                "purl": f"pkg:pypi/{name}@{version}",
                "licenses": [{"license": {"name": licence_of(name)}}],
                "hashes": [{"alg": "SHA-256", "content": digest} for digest in digests],
            }
            for (name, version), digests in sorted(pinned(lock).items())
        ],
    }


def weaknesses(name: str, version: str) -> list[str] | None:
    """Return the published weaknesses of one version; None where the index does not tell."""
    try:
        address = INDEX.format(name=name, version=version)
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - https, above
            told = json.load(answer)
    except (urllib.error.URLError, TimeoutError, ValueError):
        return None
    return [one["id"] for one in told.get("vulnerabilities", []) if not one.get("withdrawn")]


def main(arguments: list[str]) -> int:
    """Write the list, or ask for weaknesses; 1 when one is known."""
    lock = LOCK.read_text()
    if arguments == ["--write"]:
        LIST.write_text(json.dumps(listing(lock), indent=1) + "\n")
        return 0
    packages = pinned(lock)
    known = {}
    for name, version in packages:
        found = weaknesses(name, version)
        if found is None:
            print(f"NOT ASKED: the package index does not tell of weaknesses ({name} {version})")
            return 0
        known[name, version] = found
    for (name, version), found in known.items():
        if found:
            print(f"{name} {version}: {', '.join(found)}")
    print(f"{len(known)} packages asked, {sum(bool(found) for found in known.values())} with some")
    return 1 if any(known.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
