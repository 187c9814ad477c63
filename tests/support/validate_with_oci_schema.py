#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Validates documents against the OCI runtime specification's own JSON schema.

usage: validate_with_oci_schema.py [--schema NAME] FILE...

NAME is config-schema.json (default), state-schema.json or features-schema.json. The schema comes from
the Go module github.com/opencontainers/runtime-spec, taken from Go's module cache or its proxy; set
OCI_SCHEMA_DIR to use a folder instead. Exit: 0 all valid, 1 a document is not, 77 cannot tell (the
reason is printed).
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys

MODULE = "github.com/opencontainers/runtime-spec@v1.3.0"
SKIP = 77


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIP)


def go_program():
    found = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin:/usr/lib/go/bin")
    return found or skip("the go program is not installed")


def schema_directory():
    if "OCI_SCHEMA_DIR" in os.environ:
        return pathlib.Path(os.environ["OCI_SCHEMA_DIR"])
    environment = dict(os.environ, GO111MODULE="on", GOFLAGS="-mod=mod")
    environment.setdefault("HOME", "/tmp")
    try:
        # Away from any go.mod, which would have a say in the version.
        done = subprocess.run([go_program(), "mod", "download", "-json", MODULE], cwd="/",
                              env=environment, capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        skip(f"{MODULE} did not arrive within 120 seconds")
    try:
        answer = json.loads(done.stdout)
    except json.JSONDecodeError:
        answer = {}
    if done.returncode != 0 or "Dir" not in answer:
        skip(f"cannot get {MODULE}: {answer.get('Error') or done.stderr.strip()}")
    return pathlib.Path(answer["Dir"]) / "schema"


def make_validator(name):
    try:
        import jsonschema
    except ImportError:
        skip("the Python module jsonschema is not installed (python3-jsonschema)")
    directory = schema_directory()
    store = {}
    for path in sorted(directory.glob("*.json")):
        store[path.as_uri()] = json.loads(path.read_text(encoding="utf-8"))
    uri = (directory / name).as_uri()
    if uri not in store:
        skip(f"{directory} has no {name}")
    # References are relative ("defs.json#/definitions/…"), so the schema's own place is the base;
    # all files are in the store, nothing is fetched.
    resolver = jsonschema.RefResolver(uri, store[uri], store=store)
    return jsonschema.Draft4Validator(store[uri], resolver=resolver)


def complaints(validator, path):
    try:
        document = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        return [str(error)]
    errors = sorted(validator.iter_errors(document), key=lambda e: [str(p) for p in e.absolute_path])
    return ["/" + "/".join(map(str, e.absolute_path)) + ": " + e.message[:300] for e in errors]


def main():
    parser = argparse.ArgumentParser(description="validate documents with the OCI schema")
    parser.add_argument("--schema", default="config-schema.json")
    parser.add_argument("files", nargs="+", metavar="FILE")
    options = parser.parse_args()
    validator = make_validator(options.schema)
    failed = False
    for path in options.files:
        found = complaints(validator, path)
        failed = failed or bool(found)
        print(f"{path}: {'valid' if not found else 'NOT valid'}")
        for text in found:
            print(f"  {text}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
