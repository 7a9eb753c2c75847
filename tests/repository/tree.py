# SPDX-License-Identifier: MIT
"""Walks the files of the repository for the checks beside it, and runs a check as a program."""
import os
import sys

SKIPPED_FOLDERS = {".git", ".cache", "build", "node_modules", "__pycache__"}
CPP = (".h", ".cpp")
SCRIPTS = (".py", ".sh", ".mjs", ".js", ".css", ".qml", ".cmake")
SOURCES = CPP + SCRIPTS
LARGEST_TEXT = 1 << 20  # what is longer is data


def files(root, suffixes=None):
    """Paths relative to root, sorted; with suffixes, only names that end in one of them."""
    found = []
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = sorted(d for d in subfolders if d not in SKIPPED_FOLDERS)
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                if suffixes is None or name.endswith(suffixes):
                    found.append(os.path.relpath(path, root))
    return sorted(found)


def text(root, path):
    """The file's text, or None if it is not text."""
    full = os.path.join(root, path)
    if os.path.getsize(full) > LARGEST_TEXT:
        return None
    with open(full, "rb") as stream:
        data = stream.read()
    if b"\0" in data:
        return None
    return data.decode("utf-8", errors="replace")


def run(check):
    """main() of a check: check(root) returns the violations; the exit code tells whether there are any."""
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "..", "..")
    if not files(root, CPP):
        sys.exit(f"no C++ file under {root}: nothing was checked")
    violations = check(root)
    for line in violations:
        print(line)
    print(f"{len(violations)} violation(s)")
    sys.exit(1 if violations else 0)
