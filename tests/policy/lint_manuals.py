#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The manual pages in the eyes of mandoc(1): no warning and no error. As a control a page with a mistake must be
complained about.

usage: lint_manuals.py PAGE...

Exit: 0 all clean, 1 one is not, 77 cannot tell (the reason is printed)."""

import pathlib
import shutil
import subprocess
import sys
import tempfile


def complaints(page):
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page], capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr if done.returncode else ""


def main(pages):
    if shutil.which("mandoc") is None:
        print("skipped: mandoc is not installed (package mandoc)")
        return 77
    if len(pages) < 5:
        print("hardly any page is given")
        return 1
    bad = [text for text in map(complaints, pages) if text]
    print("".join(bad), end="")
    with tempfile.TemporaryDirectory() as folder:
        control = pathlib.Path(folder) / "control.8"
        control.write_text(pathlib.Path(pages[0]).read_text().replace(".Sh DESCRIPTION", ".Sh DESCRIPTION\n.Unknown x", 1))
        if not complaints(control):
            print("a page with an unknown macro is not complained about")
            return 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
