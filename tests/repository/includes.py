# SPDX-License-Identifier: MIT
"""Holds every #include to the directions of docs/architecture.md: bytes <- data plane <- control <- service."""
import os
import re

import tree

BYTES = {"base", "event", "net", "http", "json"}
DATA_PLANE = {"filter", "routing", "upstream", "provider", "proxy", "state", "observe"}
CONTROL = {"config", "secrets", "credentials", "health", "discovery", "ledger", "audit", "admin", "export"}
ENGINE = BYTES | {"model"} | DATA_PLANE
CORE = ENGINE | CONTROL

# folder of core -> the folders of core it may include
ALLOWED = {folder: BYTES for folder in BYTES}
ALLOWED |= {folder: ENGINE for folder in DATA_PLANE}
ALLOWED |= {folder: CORE | {""} for folder in CONTROL}
ALLOWED |= {"": CORE | {""}}  # gateway.h, the composition root
ALLOWED |= {"base": {"base"}, "model": {"base", "model"}, "json": {"base", "json"}}

# top folder -> the top folders it may include
TOP = {
    "core": {"core"},
    "service": {"core", "service"},
    "ui": {"core", "service", "ui"},
    "qml": {"core", "service", "ui", "qml"},
    "tests": {"core", "service", "ui", "qml", "tests"},
}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
MODEL_NAME = re.compile(r"\bmodel::")
WINDOW_QT = re.compile(r"^(Qt(Gui|Widgets|Qml|Quick|Charts|HttpServer|Keychain)/|qt6?keychain/"
                       r"|Q(Gui|Qml|Quick|Widget|Http|Chart)[A-Z])")
HTTP_SERVER = re.compile(r"^(QtHttpServer/|QHttp[A-Z])")
SLOW_QT = re.compile(r"^(QtNetwork/)?(Q(Tcp|Ssl)S\w+|QNetwork(Access|Request|Reply)\w*)$"
                     r"|^(QtCore/)?QJson\w+$")


def folder_in_core(path):
    parts = path.split("/")
    return parts[1] if len(parts) > 2 else ""


def check_quoted(path, top, target):
    if target.startswith(".") or "/../" in target:
        return "relative path; include from the repository root"
    if "/" not in target:
        return None if target.endswith(".moc") else "no path; include from the repository root"
    target_top = target.split("/")[0]
    if target_top not in TOP:
        return None  # a third party's header in quotes
    if target_top not in TOP[top]:
        return f"{top} may not know {target_top}"
    if top == target_top == "core":
        folder, target_folder = folder_in_core(path), folder_in_core(target)
        if folder not in ALLOWED:
            return f"core/{folder} has no place in tests/repository/includes.py"
        if target_folder not in ALLOWED[folder]:
            return f"core/{folder} may not know core/{target_folder}"
    return None


def check_angled(path, top, target):
    if top == "service":
        is_window = WINDOW_QT.match(target) and not HTTP_SERVER.match(target)
        return "the service links no windows: they belong to ui" if is_window else None
    if WINDOW_QT.match(target):
        return "core links neither windows nor QHttpServer"
    if folder_in_core(path) in BYTES | DATA_PLANE and SLOW_QT.match(target):
        return "too slow for the data plane"
    return None


def check(root):
    violations = []
    for path in tree.files(root, tree.CPP):
        top = path.split(os.sep)[0]
        if top not in TOP:
            violations.append(f"{path}:1: C++ outside of {sorted(TOP)}")
            continue
        content = tree.text(root, path) or ""
        for match in INCLUDE.finditer(content):
            quoted, target = match.group(1) == '"', match.group(2)
            problem = check_quoted(path, top, target) if quoted else None
            if not quoted and top in ("core", "service"):
                problem = check_angled(path, top, target)
            if problem:
                line = content.count("\n", 0, match.start()) + 1
                violations.append(f"{path}:{line}: {target}: {problem}")
        if top == "core" and folder_in_core(path) in BYTES and MODEL_NAME.search(content):
            violations.append(f"{path}: bytes never say `model::`")
    return violations


if __name__ == "__main__":
    tree.run(check)
