# SPDX-License-Identifier: MIT
"""Runs qmllint on every page and control: qmllint.py <qmllint> <import path>... -- <file>...

qmllint 6.4 cannot be told that a component sees the ids of the file around it, so it calls each such use
"unqualified". These are let through when the word is an id of the same file; everything else fails.
"""
import json
import re
import subprocess
import sys

# A hint about speed, and not true of an id that only its own delegate uses.
HARMLESS = re.compile(r'Cannot defer property assignment to "(contentItem|background|indicator)"')
ID = re.compile(r"^\s*id:\s*(\w+)", re.MULTILINE)


def known(warning, text, ids):
    if HARMLESS.match(warning["message"]):
        return True
    if warning["message"] != "Unqualified access":
        return False
    start = warning["charOffset"]
    return text[start:start + warning["length"]] in ids


def main():
    split = sys.argv.index("--")
    tool, imports, files = sys.argv[1], sys.argv[2:split], sys.argv[split + 1:]
    command = [tool, "--json", "-"]
    for path in imports:
        command += ["-I", path]
    answer = subprocess.run(command + files, stdout=subprocess.PIPE, timeout=240, check=False)
    report = json.loads(answer.stdout)
    if len(report["files"]) != len(files):
        sys.exit(f"qmllint looked at {len(report['files'])} of {len(files)} files")
    count = 0
    for entry in report["files"]:
        with open(entry["filename"], encoding="utf-8") as stream:
            text = stream.read()
        ids = set(ID.findall(text))
        for warning in entry["warnings"]:
            if warning["type"] == "info" or known(warning, text, ids):
                continue
            count += 1
            print(f"{entry['filename']}:{warning.get('line', 0)}: {warning['message']}")
    print(f"{len(files)} files, {count} warning(s)")
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()
