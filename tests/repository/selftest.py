# SPDX-License-Identifier: MIT
"""Shows that each check beside it can fail: plants one violation at a time in a good tree of its own."""
import os
import subprocess
import sys
import tempfile
import unittest

import headless
import includes
import sizes
import tree
import words

HERE = os.path.dirname(os.path.abspath(__file__))
SPDX = "// SPDX-License-Identifier: MIT\n"
GOOD = {
    "core/base/result.h": SPDX + "#pragma once\n#include <string>\n",
    "core/model/settings.h": SPDX + '#include "core/base/result.h"\n',
    "core/http/codec.h": SPDX + '#include "core/net/socket.h"\n#include <QByteArray>\n',
    "core/proxy/exchange.cpp": SPDX + '#include "core/model/settings.h"\n',
    "core/config/store.cpp": SPDX + '#include "core/model/settings.h"\n#include <QJsonDocument>\n',
    "core/gateway.cpp": SPDX + '#include "core/admin/service.h"\n#include "core/gateway.h"\n',
    "service/main.cpp": SPDX + '#include "core/gateway.h"\n#include <QHttpServer>\n',
    "tests/http/tst_codec.cpp": SPDX + '#include "core/http/codec.h"\n#include "tst_codec.moc"\n',
    "README.md": "see /etc/meridian and https://example.com/home/page\n",
}
SLASH = "/"  # the planted machine paths are put together here, or this file would not pass

PLANTED = [
    (includes, "core/http/a.h", '#include "core/routing/table.h"\n'),
    (includes, "core/http/a.h", '#include "core/model/settings.h"\n'),
    (includes, "core/base/a.h", '#include "core/http/codec.h"\n'),
    (includes, "core/json/a.h", '#include "core/model/settings.h"\n'),
    (includes, "core/json/a.h", "int f(model::Settings &);\n"),
    (includes, "core/upstream/a.cpp", '#include "core/config/store.h"\n'),
    (includes, "core/observe/a.cpp", '#include "core/admin/service.h"\n'),
    (includes, "core/proxy/a.cpp", '#include "core/gateway.h"\n'),
    (includes, "core/proxy/a.cpp", "#  include <QJsonDocument>\n"),
    (includes, "core/net/a.cpp", "#include <QtNetwork/QTcpSocket>\n"),
    (includes, "core/admin/a.cpp", "#include <QHttpServer>\n"),
    (includes, "core/admin/a.cpp", "#include <QtGui/QImage>\n"),
    (includes, "core/admin/a.cpp", '#include "service/adminapi.h"\n'),
    (includes, "core/admin/a.cpp", '#include "../gateway.h"\n'),
    (includes, "core/admin/a.cpp", '#include "gateway.h"\n'),
    (includes, "core/novelty/a.cpp", '#include "core/base/result.h"\n'),
    (includes, "service/a.cpp", '#include "ui/window.h"\n'),
    (includes, "service/a.cpp", "#include <QQuickWindow>\n"),
    (includes, "service/a.cpp", "#include <QtGui/QImage>\n"),
    (includes, "ui/a.cpp", '#include "qml/Meridian/Dashboard/glyph.h"\n'),
    (sizes, "qml/Meridian/a.qml", "\n" * 601),
    (words, "ui/a.h", "// see " + SLASH + "home/someone/notes\n"),
    (includes, "elsewhere/a.cpp", ""),
    (sizes, "core/http/a.h", "\n" * 151),
    (sizes, "core/http/a.cpp", "\n" * 601),
    (sizes, "tests/bench/a.py", "\n" * 601),
    (words, "core/http/a.h", "// see " + SLASH + "home/someone/notes\n"),
    (words, "docs/a.md", "cd " + SLASH + "root/meridian\n"),
    (words, "package-lock.json", '{ "resol' + 'ved": "https://example.com/a.tgz" }\n'),
    (words, ".npmrc", "https://registry" + ".example.com\n"),
]


def write(root, path, content):
    full = os.path.join(root, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w", encoding="utf-8") as stream:
        stream.write(content)


class SelfTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        for path, content in GOOD.items():
            write(self.root, path, content)

    def test_a_good_tree_passes(self):
        for check in (includes, sizes, words):
            self.assertEqual(check.check(self.root), [], check.__name__)

    def test_each_planted_violation_is_found_alone(self):
        for check, path, content in PLANTED:
            with self.subTest(check=check.__name__, path=path, content=content[:60]):
                write(self.root, path, SPDX + content)
                found = check.check(self.root)
                os.remove(os.path.join(self.root, path))
                self.assertEqual(len(found), 1, found)
                self.assertTrue(found[0].startswith(path), found)

    def test_a_source_without_licence_line_is_found(self):
        for path in ("core/http/a.cpp", "tests/bench/a.py", "core/http/CMakeLists.txt", "dev"):
            with self.subTest(path=path):
                write(self.root, path, "\n\n\n" + SPDX)
                self.assertEqual(len(words.check(self.root)), 1)
                os.remove(os.path.join(self.root, path))

    def test_long_files_on_the_whole_are_found(self):
        for number in range(len(GOOD) * 2):
            write(self.root, f"core/http/a{number}.cpp", SPDX + "\n" * 101)
        self.assertEqual(len(sizes.check(self.root)), 1)

    def test_build_folders_are_not_read(self):
        write(self.root, "build/dev/a.cpp", "\n" * 700)
        self.assertEqual(tree.files(self.root), sorted(GOOD))

    def test_the_exit_code_tells(self):
        script = os.path.join(HERE, "includes.py")

        def code():
            return subprocess.run([sys.executable, "-B", script, self.root], timeout=60, check=False,
                                  capture_output=True).returncode

        self.assertEqual(code(), 0)
        write(self.root, "core/http/a.h", '#include "core/admin/service.h"\n')
        self.assertEqual(code(), 1)
        with tempfile.TemporaryDirectory() as empty:
            self.root = empty
            self.assertEqual(code(), 1)

    def test_window_libraries_are_found(self):
        core = "\tlibQt6Core.so.6 => /usr/lib/libQt6Core.so.6 (0x00007f)\n"
        self.assertEqual(headless.violations(core), [])
        for name in ("Gui", "Qml", "Quick", "QuickControls2", "Widgets"):
            bad = core + f"\tlibQt6{name}.so.6 => /usr/lib/libQt6{name}.so.6 (0x00007f)\n"
            self.assertEqual(len(headless.violations(bad)), 1, name)
        self.assertEqual(len(headless.violations("\tlibx.so => not found\n")), 1)


if __name__ == "__main__":
    unittest.main()
