# SPDX-License-Identifier: Apache-2.0
"""What the programs printed → clean or not, and whether that was to be expected. Called by run."""
import re

NOT_OK = re.compile(r"^\s*not ok\b", re.M)
OK = re.compile(r"^\s*ok\b", re.M)
SKIP = re.compile(r"^\s*ok\b.*# SKIP\s*(.*)", re.M | re.I)


class Result:
    def __init__(self, name, code, tap, err, seconds):
        self.name, self.code, self.tap, self.err, self.seconds = name, code, tap, err, seconds
        self.ok = len(OK.findall(tap))
        self.not_ok = len(NOT_OK.findall(tap))
        self.skips = [reason.strip() for reason in SKIP.findall(tap)]
        self.clean = code == 0 and self.not_ok == 0

    def line(self):
        word = "ok" if self.clean else "not ok"
        text = f"{word} {self.name} # {self.ok} ok, {self.not_ok} not ok, exit {self.code}, {self.seconds:.1f} s"
        return text + "".join(f"\n  # skipped inside: {reason}" for reason in self.skips)

    def first_complaint(self):
        for line in self.tap.splitlines() + self.err.splitlines():
            if NOT_OK.match(line):
                return line.strip()
        lines = [line for line in self.err.splitlines() if line.strip()]
        return lines[-1].strip() if lines else "says nothing"


def read_expected(path, facts):
    """{program: reason} of the rows that hold on this host. A row: when (words of host.facts, comma = and),
    program, what is not ok, why (the specification's sentence or the host fact behind it)."""
    expected = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        columns = line.split("\t")
        if len(columns) != 4 or not all(columns):
            raise SystemExit(f"{path}:{number}: expected four columns: when, program, what, why")
        when, program, what, why = columns
        if set(when.split(",")) <= facts:
            expected.setdefault(program, f"{what}: {why}")
    return expected


def judge(results, expected, facts, runtime, compare):
    unclean = [result for result in results if not result.clean]
    clean = len(results) - len(unclean)
    print(f"\n{runtime} on a host with {', '.join(sorted(facts - {'always'}))}")
    print(f"{clean} of {len(results)} programs are clean\n")
    if not compare:
        for result in unclean:
            print(f"  {result.name}: {result.ok} ok, {result.not_ok} not ok, exit {result.code}: "
                  f"{result.first_complaint()}")
        return 0
    surprises = 0
    for result in unclean:
        if result.name in expected:
            print(f"  {result.name}: expected: {expected[result.name]}")
        else:
            surprises += 1
            print(f"  {result.name}: NOT EXPECTED: {result.ok} ok, {result.not_ok} not ok, exit {result.code}: "
                  f"{result.first_complaint()}")
    for result in results:
        if result.clean and result.name in expected:
            surprises += 1
            print(f"  {result.name}: CLEAN, although expected.tsv says: {expected[result.name]}")
    print(f"\nconformance: {clean} clean, {len(unclean)} not clean and explained, {surprises} surprises"
          if surprises == 0 else f"\nconformance: {surprises} surprises")
    return 1 if surprises else 0
