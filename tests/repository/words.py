# SPDX-License-Identifier: MIT
"""Keeps out what belongs to one machine, and asks every source for its licence line."""
import os
import re

import tree

# Written so that no pattern matches itself.
FORBIDDEN = [
    (re.compile(r"(?<![\w.\-$}])/(?:home|Users|root|work|workspace|builds)/[\w.]"),
     "path of one machine"),
    (re.compile(r"\b[A-Z]:\\\\?Users\\"), "path of one machine"),
    (re.compile(r"\bregistry\.[a-z0-9-]+\.[a-z]", re.IGNORECASE), "host of a package registry"),
    (re.compile(r"\b(?:artifactory|verdaccio|nexus|jfrog)[.:][a-z0-9]", re.IGNORECASE),
     "host of a package registry"),
    (re.compile(r'"resolved"\s*:\s*"'), "lock file bound to one registry"),
]
LICENSE_LINE = re.compile(r"SPDX-License-Identifier: MIT\b")
LICENSE_WITHIN = 3  # lines; a #! or a doctype may come first
NAMED_SOURCES = {"CMakeLists.txt", "dev", "run"}


def is_source(path):
    return path.endswith(tree.SOURCES) or os.path.basename(path) in NAMED_SOURCES


def check(root):
    violations = []
    for path in tree.files(root):
        content = tree.text(root, path)
        if content is None:
            continue
        for pattern, what in FORBIDDEN:
            for match in pattern.finditer(content):
                line = content.count("\n", 0, match.start()) + 1
                violations.append(f"{path}:{line}: {what}: {match.group(0)}")
        head = "\n".join(content.split("\n", LICENSE_WITHIN)[:LICENSE_WITHIN])
        if is_source(path) and not LICENSE_LINE.search(head):
            violations.append(f"{path}:1: no SPDX-License-Identifier within {LICENSE_WITHIN} lines")
    return violations


if __name__ == "__main__":
    tree.run(check)
