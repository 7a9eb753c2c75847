# SPDX-License-Identifier: MIT
"""Every text of the window has a finished German translation with the same placeholders."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

PLACEHOLDER = re.compile(r"%(?:\d|L\d|n)")


def messages(path):
    """(context, source) -> (translation texts, state)"""
    found = {}
    for context in ElementTree.parse(path).getroot().findall("context"):
        for message in context.findall("message"):
            translation = message.find("translation")
            forms = [form.text or "" for form in translation.findall("numerusform")]
            found[context.findtext("name"), message.findtext("source")] = (
                forms or [translation.text or ""], translation.get("type", "finished"))
    return found


def problems_of(translated, wanted):
    problems = []
    for key in sorted(wanted.keys() - translated.keys()):
        problems.append(f"{key[0]}: not in the file: {key[1]!r} (build the target `translations`)")
    for key, (texts, state) in sorted(translated.items()):
        context, source = key
        if key not in wanted or state in ("vanished", "obsolete"):
            problems.append(f"{context}: no longer used: {source!r}")
        elif state != "finished" or not all(texts):
            problems.append(f"{context}: unfinished: {source!r}")
        else:
            there = sorted(PLACEHOLDER.findall(source))
            for text in texts:
                if sorted(PLACEHOLDER.findall(text)) != there:
                    problems.append(f"{context}: other placeholders than {source!r}: {text!r}")
    return problems


def main():
    root, lupdate = sys.argv[1:3]
    file = os.path.join(root, "resources", "i18n", "meridian_de.ts")
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copy(file, folder)
        subprocess.run([lupdate, "-silent", "-I", root, os.path.join(root, "ui"),
                        os.path.join(root, "qml"), "-no-obsolete", "-locations", "none",
                        "-source-language", "en", "-target-language", "de_DE", "-ts", copy],
                       check=True, timeout=240)
        wanted = messages(copy)
    translated = messages(file)
    problems = problems_of(translated, wanted)
    for problem in problems:
        print(problem)
    print(f"{len(translated)} texts, {len(problems)} problem(s)")
    if len(wanted) < 100:
        print("that few texts: were the folders read at all?")
        return 1
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
