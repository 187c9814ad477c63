#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Called by ./check at the end: reads ctest's JUnit files, GoogleTest's own (from the guest) and the list of
other steps (steps.tsv: name, passed|failed|skipped, text), names what failed and what was skipped and why, and closes with
"N passed, N failed, N skipped". Exit code 0 only when nothing failed and something passed."""
import pathlib
import re
import sys
import xml.etree.ElementTree as ET

GTEST_SKIP = re.compile(r": Skipped\n(.*?)\n(?:\n|\[)", re.S)
GTEST_SKIPPED = re.compile(r"^\[  SKIPPED \] (\S+) \(", re.M)


def last_lines(output):
    """The end of what a failed test said: where only the end of a run is kept, there is no other copy of it."""
    lines = [line.rstrip()[:300] for line in output.splitlines() if line.strip()][-12:]
    return "".join(f"\n      | {line}" for line in lines)


def reason_of(output, message):
    """Why a test was skipped: gtest's message, or the last line of a test that exited with 77."""
    found = [" ".join(text.split()) for text in GTEST_SKIP.findall(output)]
    if found:
        return found[0]
    if "SKIP_RETURN_CODE" in message:
        lines = [line.strip() for line in output.splitlines() if line.strip()]
        if lines:
            return re.sub(r"^(SKIP(PED)?|skip(ped)?):?\s*", "", lines[-1])
    if message and "SKIP_" not in message:
        return message
    return ""


def read_gtest(root, label):
    for case in root.iter("testcase"):
        name = f"{label}.{case.get('classname')}.{case.get('name')}"
        skipped = case.find("skipped")
        if case.find("failure") is not None:
            yield label, name, "failed", last_lines(case.find("failure").get("message") or "")
        elif skipped is not None or case.get("result") in ("skipped", "suppressed"):
            # "file:line" on the first line, then the text of GTEST_SKIP().
            text = (skipped.get("message") or "") if skipped is not None else "disabled in the source"
            yield label, name, "skipped", " ".join(re.sub(r"^\S+:\d+\n", "", text).split())
        else:
            yield label, name, "passed", ""


def read_junit(path, label):
    root = ET.parse(path).getroot()
    if root.tag == "testsuites":
        yield from read_gtest(root, label)
        return
    for case in root.iter("testcase"):
        output = case.findtext("system-out") or ""
        name = case.get("name")
        skipped = case.find("skipped")
        status = case.get("status")
        if case.find("failure") is not None or case.find("error") is not None or status == "fail":
            yield label, name, "failed", last_lines(output)
        elif skipped is not None and "SKIP_" in (skipped.get("message") or ""):
            yield label, name, "skipped", reason_of(output, skipped.get("message") or "")
        elif status == "disabled":
            yield label, name, "skipped", "disabled in CMake"
        elif skipped is not None or status != "run":
            # Not run at all: the program is missing or a fixture failed. That is no skip.
            text = (skipped.get("message") if skipped is not None else "") or "did not run"
            yield label, name, "failed", text
        else:
            yield label, name, "passed", ""
            for inner in GTEST_SKIPPED.findall(output):
                yield label, f"{name}: {inner}", "skipped", reason_of(output, "")


def main(folder, rerun):
    rows = []
    for path in sorted(folder.glob("*.xml")):
        rows += read_junit(path, path.stem)
    steps = folder / "steps.tsv"
    if steps.exists():
        for line in steps.read_text().splitlines():
            name, status, text = line.split("\t", 2)
            log = folder / f"{name}.log"
            if status == "failed" and log.exists():
                text += last_lines(log.read_text(errors="replace"))
            rows.append(("", name, status, text))

    # A skip that says nothing is a hole that nobody sees.
    rows = [row if row[2] != "skipped" or row[3] else (*row[:2], "failed", "skipped without saying why")
            for row in rows]
    by = {status: [row for row in rows if row[2] == status] for status in ("passed", "failed", "skipped")}

    if by["skipped"]:
        print("\nskipped, and why:")
        groups = {}
        for label, name, _, text in by["skipped"]:
            groups.setdefault(text, []).append(name)
        for text, names in groups.items():
            print(f"  {text}")
            for name in names[:8]:
                print(f"      {name}")
            if len(names) > 8:
                print(f"      … and {len(names) - 8} more")
    if by["failed"]:
        print("\nFAILED:")
        for label, name, _, text in by["failed"]:
            print(f"  {name}" + (f": {text}" if text else ""))
            if label:
                build = "build-asan" if label.startswith("sanitize") else "build"
                print(f"      log:   {folder / (label + '.log')}")
                if label.startswith("vm-"):
                    hybrid = "--hybrid " if label.startswith("vm-hybrid-") else ""
                    print(f"      rerun: tests/vm/run {hybrid}-- tests/vm/run_suites {label.removeprefix('vm-')}")
                    continue
                print(f"      rerun: {rerun} --test-dir {build} -R '^{re.escape(name)}$' --output-on-failure")
    print("\n{} passed, {} failed, {} skipped".format(*(len(by[s]) for s in ("passed", "failed", "skipped"))))
    return 0 if by["passed"] and not by["failed"] else 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), "ctest"))
