# SPDX-License-Identifier: Apache-2.0
"""The one bundle of the measurements: busybox, the namespaces, mounts, devices, masks and the size of
seccomp filter that Podman gives a container, no terminal. tests/bench/floor.cpp does the same by hand."""
import json
import os
import pathlib
import shutil

HERE = pathlib.Path(__file__).resolve().parent
CAPABILITIES = ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_NET_BIND_SERVICE",
                "CAP_SETFCAP", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_CHROOT"]
MASKED = ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
          "/proc/sched_debug", "/proc/scsi", "/sys/firmware", "/sys/fs/selinux", "/sys/dev/block"]
READONLY = ["/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]


def mounts(files):
    def mount(destination, kind, source, *options):
        return {"destination": destination, "type": kind, "source": source, "options": list(options)}
    safe = ["nosuid", "noexec", "nodev"]
    return [
        mount("/proc", "proc", "proc", *safe),
        mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
        mount("/sys", "sysfs", "sysfs", *safe, "ro"),
        mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
        mount("/dev/mqueue", "mqueue", "mqueue", *safe),
        mount("/dev/shm", "tmpfs", "shm", *safe, "mode=1777", "size=64000k"),
        mount("/sys/fs/cgroup", "cgroup", "cgroup", "rprivate", *safe, "relatime", "ro"),
    ] + [mount("/etc/" + name, "bind", str(files / name), "bind", "rprivate") for name in
         ("hosts", "resolv.conf", "hostname")]


def config(args, files, cgroup):
    caps = {kind: CAPABILITIES for kind in ("bounding", "effective", "permitted")}
    return {
        "ociVersion": "1.0.2",
        "process": {
            "terminal": False, "user": {"uid": 0, "gid": 0}, "args": args, "cwd": "/",
            "env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm", "container=oci"],
            "capabilities": caps, "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 1024, "soft": 1024}],
        },
        "root": {"path": "../rootfs", "readonly": False},
        "hostname": "bench",
        "mounts": mounts(files),
        "linux": {
            "cgroupsPath": cgroup,
            "resources": {"devices": [{"allow": False, "access": "rwm"}], "pids": {"limit": 2048}},
            "namespaces": [{"type": kind} for kind in ("pid", "network", "ipc", "uts", "mount", "cgroup")],
            "maskedPaths": MASKED, "readonlyPaths": READONLY,
            "seccomp": json.loads((HERE / "seccomp.json").read_text()),
        },
    }


def find_busybox():
    for path in ("/bin/busybox", "/usr/bin/busybox"):
        if os.access(path, os.X_OK):
            return path
    raise FileNotFoundError("no busybox: apt-get install busybox-static")


def make_rootfs(top):
    """Below the directory `top`: rootfs/, and files/ with what is bind-mounted into it."""
    root, files = pathlib.Path(top) / "rootfs", pathlib.Path(top) / "files"
    for folder in ("bin", "proc", "dev", "sys", "etc", "tmp", "run"):
        (root / folder).mkdir(parents=True)
    shutil.copy(find_busybox(), root / "bin/busybox")
    for name in ("true", "sleep", "sh"):
        (root / "bin" / name).symlink_to("busybox")
    files.mkdir()
    for name in ("hosts", "resolv.conf", "hostname"):
        (files / name).write_text("bench\n")
        (root / "etc" / name).touch()


def make(top, name, args, cgroup):
    """The bundle directory `top`/`name`, whose container runs `args` in the cgroup `cgroup`/`name`."""
    folder = pathlib.Path(top) / name
    folder.mkdir()
    text = json.dumps(config(args, pathlib.Path(top) / "files", f"{cgroup}/{name}"), indent=1)
    (folder / "config.json").write_text(text)
    return str(folder)


def seccomp_lines():
    """The profile for floor: one line per rule, `action errno name [index op value value2]…`."""
    profile = json.loads((HERE / "seccomp.json").read_text())
    for rule in profile["syscalls"]:
        for name in rule["names"]:
            words = ["allow" if rule["action"] == "SCMP_ACT_ALLOW" else "errno", str(rule.get("errnoRet", 1)), name]
            for arg in rule.get("args", []):
                words += [str(arg["index"]), arg["op"], str(arg["value"]), str(arg.get("valueTwo", 0))]
            yield " ".join(words)
