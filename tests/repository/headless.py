# SPDX-License-Identifier: MIT
"""The service must run where no window system is: nothing of Gui, Qml or Quick is linked, not even indirectly."""
import os
import re
import subprocess
import sys

WINDOW_LIBRARY = re.compile(r"\blibQt6(?:Gui|Widgets|Qml|QmlModels|Quick\w*|OpenGL|Charts)\.so")


def violations(ldd_output):
    """The lines of ldd that name a window library, or tell that a library is missing."""
    return [line.strip() for line in ldd_output.splitlines()
            if WINDOW_LIBRARY.search(line) or "not found" in line]


def main():
    binary = sys.argv[1]
    if not os.path.exists(binary):
        print(f"SKIP: {binary} has not been built: its libraries are NOT checked")
        return 77
    output = subprocess.run(["ldd", binary], check=True, capture_output=True, text=True,
                            timeout=30).stdout
    if "libQt6Core.so" not in output:
        print(f"ldd names no libQt6Core, so this is not the service:\n{output}")
        return 1
    found = violations(output)
    print("\n".join(found) or f"{len(output.splitlines())} libraries, none of them for windows")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
