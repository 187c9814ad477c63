# SPDX-License-Identifier: Apache-2.0
"""What the suite needs of the host, for the duration of a run, and what the host cannot give. Called by run,
in a mount namespace of its own."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

CGROUPS = pathlib.Path("/sys/fs/cgroup")
# Controllers that the suite looks for in a v1 hierarchy of their own.
WANTED_V1 = ("hugetlb", "net_cls", "net_prio", "perf_event")
STATE_ROOTS = "/run"  # every runtime keeps its containers below it
SCRATCH = pathlib.Path("/run/conformance")
APPARMOR = pathlib.Path("/sys/kernel/security/apparmor")
PROFILE = "acme_secure_profile"  # that linux_process_apparmor_profile asks for


def mount(*words):
    subprocess.run(["mount", *map(str, words)], check=True)


def cgroup_mounts():
    """{mount point: (type, options of the superblock)}"""
    found = {}
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        front, back = line.split(" - ", 1)
        kind, _, options = back.split(" ", 2)
        if kind in ("cgroup", "cgroup2"):
            found[front.split(" ")[4]] = (kind, options.split(","))
    return found


def is_v1():
    return any(kind == "cgroup" for kind, _ in cgroup_mounts().values())


def prepare():
    """A /run of our own, with the bundles in it, and the v1 controllers that the host has but does not mount."""
    mount("-t", "tmpfs", "-o", "mode=0755", "tmpfs", STATE_ROOTS)
    SCRATCH.mkdir()
    os.environ["TMPDIR"] = str(SCRATCH)
    if is_v1():
        complete_v1()


def change_profile(how):
    """Loads (-a) or removes (-R) the profile; False where that cannot be done."""
    parser = shutil.which("apparmor_parser")
    if not APPARMOR.exists() or not parser:
        return False
    text = (f"profile {PROFILE} flags=(attach_disconnected) {{\n"
            "  file,\n  capability,\n  network,\n  mount,\n  umount,\n  signal,\n  ptrace,\n  unix,\n}\n")
    return subprocess.run([parser, how, "-K"], input=text, text=True, check=False, capture_output=True).returncode == 0


def complete_v1():
    mounted = {name for kind, options in cgroup_mounts().values() if kind == "cgroup" for name in options}
    offered = {line.split()[0] for line in pathlib.Path("/proc/cgroups").read_text().splitlines()
               if not line.startswith("#")}
    missing = [name for name in WANTED_V1 if name in offered and name not in mounted]
    if not missing:
        return
    # On a tmpfs of our own, so that no directory for them stays on the host's.
    old = SCRATCH / "cgroup"
    old.mkdir()
    mount("--rbind", CGROUPS, old)
    mount("-t", "tmpfs", "-o", "mode=0755", "cgroup", CGROUPS)
    for entry in sorted(old.iterdir()):
        place = CGROUPS / entry.name
        if entry.is_symlink():
            place.symlink_to(os.readlink(entry))
        elif entry.is_dir():
            place.mkdir()
            mount("--bind", entry, place)
    subprocess.run(["umount", "-l", old], check=True)
    for name in missing:
        place = CGROUPS / name
        place.mkdir()
        if not mount_controller(name, place):
            place.rmdir()  # facts() says that it is missing


def mount_controller(name, place):
    """False for a controller that a v2 hierarchy holds for somebody. What it only has switched on for nobody's
    cgroups is switched off first."""
    for point, (kind, _) in cgroup_mounts().items():
        if kind == "cgroup2":
            try:
                (pathlib.Path(point) / "cgroup.subtree_control").write_text(f"-{name}")
            except OSError:
                pass  # not there, or in use
    for _ in range(20):
        if subprocess.run(["mount", "-t", "cgroup", "-o", name, "cgroup", place], check=False,
                          capture_output=True).returncode == 0:
            return True
        time.sleep(0.1)
    return False


def cgroup_directories():
    found = set()
    for point in cgroup_mounts():
        for top, _, _ in os.walk(point):
            found.add(top)
    return found


def kill_members(directory):
    for word in (pathlib.Path(directory) / "cgroup.procs").read_text().split():
        if int(word) > 0:
            os.kill(int(word), signal.SIGKILL)


def remove_cgroups(directories):
    """With the containers that programs which failed have left in them. A v1 hierarchy that keeps one directory
    stays on the host for ever. Returns what could not be removed."""
    left = sorted(directories, key=len, reverse=True)
    for _ in range(50):
        for directory in left:
            try:
                kill_members(directory)
                os.rmdir(directory)
            except OSError:
                pass  # its processes are dying, or it is gone
        left = [directory for directory in left if os.path.isdir(directory)]
        if not left:
            break
        time.sleep(0.1)
    return left


def has_capability(number):
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapBnd:"):
            return int(line.split()[1], 16) >> number & 1 == 1
    return False


def has_profile():
    profiles = APPARMOR / "profiles"
    return profiles.exists() and f"{PROFILE} (" in profiles.read_text()


def facts():
    """Words that the column `when` of expected.tsv may use."""
    found = {"always"}
    found.add("v1" if is_v1() else "v2")
    if not has_profile():
        found.add("no-apparmor")
    if tuple(int(word) for word in re.findall(r"\d+", os.uname().release)[:2]) < (6, 15):
        found.add("no-detached-trees")
    if not has_capability(24):
        found.add("no-sys-resource")
    if is_v1():
        points = {name: pathlib.Path(point) for point, (kind, options) in cgroup_mounts().items()
                  if kind == "cgroup" for name in options}
        if not (points.get("blkio", CGROUPS) / "blkio.weight").exists():
            found.add("no-blkio-weight")
        for name in ("net_cls", "net_prio", "hugetlb"):
            if name not in points:
                found.add(f"no-{name}")
    return found


def wait_for_hierarchies(before):
    """The kernel takes a v1 hierarchy apart at its last unmount, unless directories of it are still dying then: it
    stays, mounted nowhere, and its controllers are missing in version 2, until it is mounted and unmounted once more."""
    for _ in range(100):
        left = hierarchies() - before
        if not left:
            return
        time.sleep(0.1)
        with tempfile.TemporaryDirectory() as place:
            for controllers in left:
                if subprocess.run(["mount", "-t", "cgroup", "-o", controllers, "cgroup", place], check=False,
                                  stderr=subprocess.DEVNULL).returncode == 0:
                    subprocess.run(["umount", place], check=True)


def hierarchies():
    return {line.split(":")[1] for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines()}
