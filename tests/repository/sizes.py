# SPDX-License-Identifier: MIT
"""Holds files to their length: none over 600 lines, headers up to 150, half of the C++ files up to 100."""
import statistics

import tree

LONGEST = 600
LONGEST_HEADER = 150
MEDIAN = 100


def check(root):
    lengths = {}
    for path in tree.files(root, tree.SOURCES + ("CMakeLists.txt",)):
        lengths[path] = (tree.text(root, path) or "").count("\n")
    violations = []
    for path, lines in lengths.items():
        limit = LONGEST_HEADER if path.endswith(".h") else LONGEST
        if lines > limit:
            violations.append(f"{path}:{lines}: longer than {limit} lines")
    cpp = [lines for path, lines in lengths.items() if path.endswith(tree.CPP)]
    median = statistics.median(cpp) if cpp else 0
    print(f"{len(cpp)} C++ files, median {median:g} lines; the longest of all:")
    for path, lines in sorted(lengths.items(), key=lambda item: -item[1])[:5]:
        print(f"  {lines:4} {path}")
    if median > MEDIAN:
        violations.append(f"the median of {median:g} lines is over {MEDIAN}: split by responsibility")
    return violations


if __name__ == "__main__":
    tree.run(check)
