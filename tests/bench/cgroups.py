# SPDX-License-Identifier: Apache-2.0
"""The parent cgroup of the containers that tests/bench makes: removed again, whatever runtime made it."""
import os
import pathlib


def remove(name):
    """Removes every empty cgroup below any hierarchy's `name`, deepest first; returns what would not go."""
    top = pathlib.Path("/sys/fs/cgroup")
    left = []
    for hierarchy in [top] + [entry for entry in top.iterdir() if entry.is_dir() and not entry.is_symlink()]:
        folder = hierarchy / name.lstrip("/")
        if not folder.is_dir():
            continue
        for path, _, _ in os.walk(folder, topdown=False):
            try:
                os.rmdir(path)
            except OSError as error:
                left.append(f"{path}: {error.strerror}")
    return left
