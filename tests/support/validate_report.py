#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Validates reports of wpar2oci --report json against docs/wpar2oci-report.schema.json, and what no
schema can say: the summary counts the lines, every line's file is one of the sources, and no place of
a text appears twice. As a control the last report is damaged in several ways, and each must be refused.

usage: validate_report.py SCHEMA REPORT...

Exit: 0 all valid, 1 one is not, 77 cannot tell (the reason is printed)."""

import collections
import copy
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: the Python module jsonschema is not installed (python3-jsonschema)")
    sys.exit(77)


def complaints(validator, report):
    found = [f"/{'/'.join(map(str, e.absolute_path))}: {e.message[:300]}" for e in validator.iter_errors(report)]
    if found:
        return found
    for wpar in report["wpars"]:
        counted = collections.Counter(line["fidelity"] for line in wpar["lines"])
        for fidelity, count in wpar["summary"].items():
            if counted[fidelity] != count:
                found.append(f"{wpar['name']}: the summary has {count} {fidelity}, the lines {counted[fidelity]}")
        places = collections.Counter(
            (line["file"], line["line"], line.get("column")) for line in wpar["lines"] if "line" in line)
        found += [f"{wpar['name']}: {place} appears {n} times" for place, n in places.items() if n > 1]
        found += [f"{wpar['name']}: {line['file']} is no source" for line in wpar["lines"]
                  if line.get("file", wpar["file"]) not in wpar["sources"]]
    return found


def damaged(report):
    """The report with one thing wrong, in several ways."""
    def change(action):
        wrong = copy.deepcopy(report)
        action(wrong)
        return wrong

    yield change(lambda r: r.update(version=2))
    yield change(lambda r: r["wpars"][0].pop("machine"))
    yield change(lambda r: r["wpars"][0].update(extra=1))
    yield change(lambda r: r["wpars"][0]["lines"][-1].update(fidelity="good"))
    yield change(lambda r: r["wpars"][0]["lines"][-1].pop("reason"))
    yield change(lambda r: r["wpars"][0]["lines"][-1].update(line=0))
    yield change(lambda r: r["wpars"][0]["lines"][-1].update(action=""))
    yield change(lambda r: r["wpars"][0]["lines"].append(r["wpars"][0]["lines"][-1]))


def main():
    schema = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    failed = len(sys.argv) < 3
    for path in sys.argv[2:]:
        report = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        found = complaints(validator, report)
        failed = failed or bool(found)
        print(f"{path}: {'valid' if not found else 'NOT valid'}")
        for text in found:
            print(f"  {text}")
    for number, wrong in enumerate(damaged(report)):
        if not complaints(validator, wrong):
            print(f"control {number}: a damaged report was taken for valid")
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
