#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the system calls of each command (strace -f -c: the runtime, init and /bin/true of busybox)
on the bundle of the benchmark, and fails when one is over its line in the budget file. A count is the
same on every machine of a kind; a time is not. Exit code 77 when this machine cannot trace."""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
import bundle  # noqa: E402
import cgroups  # noqa: E402

SKIP = 77
NAME = "syscall-budget"


class Counter:
    def __init__(self, runtime, top, cgroup):
        self.top = pathlib.Path(top)
        self.runtime = [runtime, "--root", str(self.top / "state")]
        self.folders = {name: bundle.make(top, name, args, cgroup) for name, args in
                        (("true", ["/bin/true"]), ("sleep", ["/bin/sleep", "1000"]))}
        self.counts = {}

    def begin(self, command, *words):
        """Starts a traced command; finish() reads its table."""
        strace = ["strace", "-f", "-qq", "-c", "-o", str(self.top / f"{command}.calls"), *self.runtime, *words]
        return command, subprocess.Popen(strace, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                         stderr=open(self.top / f"{command}.errors", "w"))

    def finish(self, traced):
        command, process = traced
        status = process.wait(timeout=60)
        if status != 0:
            raise RuntimeError(f"{command}: exit status {status}: " + (self.top / f"{command}.errors").read_text())
        rows = [line.split() for line in (self.top / f"{command}.calls").read_text().splitlines()]
        # "% time, seconds, usecs/call, calls, [errors], syscall"
        calls = {row[-1]: int(row[3]) for row in rows if len(row) >= 5 and row[3].isdigit()}
        self.counts[command] = (calls.pop("total"), sorted(calls.items(), key=lambda item: -item[1])[:8])

    def plain(self, *words):
        return subprocess.run([*self.runtime, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              timeout=60)

    def wait_for(self, status):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if f'"{status}"' in self.plain("state", NAME).stdout:
                return
            time.sleep(0.02)
        raise RuntimeError(f"the container was not {status} after 20 s")

    def stand_up(self):
        # The container keeps what it inherits: a file, for on a pipe we would wait for its end.
        errors = self.top / "errors"
        with open(errors, "w") as out:
            made = subprocess.run([*self.runtime, "run", "--detach", "--bundle", self.folders["sleep"], NAME],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=out, timeout=60)
        if made.returncode != 0:
            raise RuntimeError("run --detach: " + errors.read_text())

    def count_all(self):
        self.finish(self.begin("--version", "--version"))
        self.finish(self.begin("run", "run", "--bundle", self.folders["true"], NAME))
        # strace follows init, which waits at the start gate: create is read after the container has ended.
        create = self.begin("create", "create", "--bundle", self.folders["true"], NAME)
        self.wait_for("created")
        self.finish(self.begin("start", "start", NAME))
        self.finish(create)
        self.wait_for("stopped")
        self.finish(self.begin("delete", "delete", NAME))
        self.stand_up()
        self.finish(self.begin("state", "state", NAME))
        self.finish(self.begin("exec", "exec", NAME, "/bin/true"))


def read_budget(path):
    budget = {}
    for line in pathlib.Path(path).read_text().splitlines():
        words = line.split("#")[0].split()
        if words:
            budget[words[0]] = int(words[1])
    return budget


def judge(counts, budget):
    status = 0
    print(f"{'command':<12}{'calls':>8}{'budget':>8}")
    for command, allowed in budget.items():
        total, most = counts[command]
        print(f"{command:<12}{total:>8}{allowed:>8}" + ("" if total <= allowed else "   OVER"))
        if total > allowed:
            status = 1
            print("    most frequent: " + ", ".join(f"{name} {count}" for name, count in most))
    if status:
        print("A command makes more system calls than it may. If each new one is needed, raise its line in\n"
              "syscall_budget.txt in the same commit and say why.")
    return status


def why_not():
    if os.geteuid() != 0:
        return "needs root"
    if not shutil.which("strace"):
        return "needs strace"
    probe = subprocess.run(["strace", "-f", "-qq", "-c", "-o", "/dev/null", "true"], capture_output=True, text=True)
    return f"strace cannot trace here: {probe.stderr.strip()}" if probe.returncode != 0 else None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runtime", required=True)
    parser.add_argument("--budget", required=True)
    options = parser.parse_args()
    reason = why_not()
    if reason:
        print(f"SKIP: {reason}")
        return SKIP
    cgroup = f"/wpar-budget-{os.getpid()}"
    top = tempfile.mkdtemp(prefix="wpar-budget-")
    counter = None
    try:
        bundle.make_rootfs(top)
        counter = Counter(shutil.which(options.runtime) or options.runtime, top, cgroup)
        counter.count_all()
        return judge(counter.counts, read_budget(options.budget))
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        print(f"syscall_budget: {error}")
        return 1
    finally:
        if counter:
            counter.plain("delete", "--force", NAME)
        for problem in cgroups.remove(cgroup):
            print(f"left behind: {problem}")
        shutil.rmtree(top, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
