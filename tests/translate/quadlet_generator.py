#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Podman's systemd generator takes the golden units of wpar2oci --to quadlet, and the commands that it makes of
them are those of the golden scripts of --to podman: word by word, but for what a unit adds. As a control a unit with
an unknown key must be refused. The generator is Podman 4.4's or later, or $WPAR_QUADLET.

usage: quadlet_generator.py [GOLDEN/targets]

Exit: 0 all is well, 1 it is not, 77 cannot tell (the reason is printed)."""

import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

GENERATORS = ["/usr/lib/systemd/system-generators/podman-system-generator", "/usr/libexec/podman/quadlet"]
# What Quadlet adds to every run: systemd watches the container and removes it.
ADDED = {("--cidfile", "%t/%N.cid"), ("--rm", ""), ("--cgroups", "split"), ("--sdnotify", "conmon"), ("-d", ""),
         ("--ignore", "")}
FLAGS = {"--rm", "-d", "--replace", "--ignore", "--disable-dns", "--ipv6"}


def generate(generator, folder):
    """The services by name, each a list of its lines, and what was complained about."""
    done = subprocess.run([generator, "-dryrun"], capture_output=True, text=True, timeout=60,
                          env={"PATH": "/usr/bin:/bin", "QUADLET_UNIT_DIRS": str(folder)})
    services = {}
    for line in done.stdout.splitlines():
        if line.startswith("---"):
            services[line.strip("-")] = current = []
        elif services:
            current.append(line)
    wrong = [line for line in done.stderr.splitlines() if "Loading source unit" not in line]
    if done.returncode and not wrong:
        wrong = [f"exit code {done.returncode}"]
    return services, wrong


def unit_words(line):
    """systemd.service(5), "Command lines": quotes, escapes, $$ and %%."""
    words = []
    for quoted, plain in re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', line):
        word = re.sub(r"\\(x[0-9a-f]{2}|.)", lambda m: chr(int(m[1][1:], 16)) if m[1][0] == "x" and len(m[1]) == 3
                      else m[1], quoted) if quoted or not plain else plain
        words.append(word.replace("$$", "$").replace("%%", "%"))
    return words


def parts(words):
    """Of "podman [option]... run [option]... ROOT WORD...": the options as pairs, and what follows them."""
    options, i = [], 1
    while i < len(words):
        word = words[i]
        if word == "--rootfs":
            return options, words[i + 1:]
        if not word.startswith("-"):
            if word not in ("run", "network", "volume", "create"):
                return options, words[i:]
        elif word in FLAGS:
            options.append((word, ""))
        elif "=" in word:
            options.append(tuple(word.split("=", 1)))
        else:
            i += 1
            options.append((word, words[i]))
        i += 1
    return options, []


def normal(option):
    name, value = option
    return {"-v": "--volume"}.get(name, name), value.lower() if name == "--cap-add" else value


def compare(title, script, unit):
    script_options, script_rest = parts(script)
    unit_options, unit_rest = parts(unit)
    a, b = set(map(normal, script_options)), set(map(normal, unit_options))
    wrong = [f"{title}: the unit has no {o}" for o in sorted(a - b)]
    wrong += [f"{title}: only the unit has {o}" for o in sorted(b - a - ADDED)]
    if script_rest != unit_rest:
        wrong.append(f"{title}: {unit_rest} is not {script_rest}")
    return wrong


def commands(script):
    """The podman commands of a golden script: (the service that does the same, words). No word has a line end."""
    found = []
    for line in script.replace("\\\n", " ").replace(" || podman", "\npodman").splitlines():
        line = line.removesuffix(" || status=$?")
        words = shlex.split(line) if line.startswith(("podman ", "exec podman ")) else []
        words = words[1:] if words[:1] == ["exec"] else words
        if words and "exists" not in words:
            found.append((f"{words[-1]}-{words[1]}.service" if words[1] in ("network", "volume") else "", words))
    return found


def check(generator, name, targets):
    units = targets / "quadlet" / name
    with tempfile.TemporaryDirectory() as folder:
        for unit in units.iterdir():
            if unit.suffix != ".txt":
                (pathlib.Path(folder) / unit.name).write_text(unit.read_text())
        services, wrong = generate(generator, folder)
    if wrong:
        return wrong
    found = [f"{name}: {service} is not made" for unit in units.iterdir() if unit.suffix != ".txt"
             for service in [unit.stem + {".container": ""}.get(unit.suffix, "-" + unit.suffix[1:]) + ".service"]
             if service not in services]
    script = next((targets / "podman" / name).glob("*.sh.txt"))
    scripts = commands(script.read_text())
    if len(scripts) != len(services):
        found.append(f"{name}: {len(scripts)} commands, {len(services)} services")
    for service, words in scripts:
        service = service or script.name.replace(".sh.txt", ".service")
        start = [line.split("=", 1)[1] for line in services.get(service, []) if line.startswith("ExecStart=")]
        found += compare(service, words, unit_words(start[0])) if start else [f"{service} starts nothing"]
    return found


def main(arguments):
    targets = pathlib.Path(arguments[0] if arguments else "tests/translate/golden/targets")
    generator = os.environ.get("WPAR_QUADLET") or next(filter(os.path.exists, GENERATORS), None)
    if generator is None:
        print("skipped: no generator of Podman's (podman 4.4 or later, /usr/libexec/podman/quadlet)")
        return 77
    names = sorted(p.name for p in (targets / "quadlet").iterdir())
    wrong = [line for name in names for line in check(generator, name, targets)]
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "a.container").write_text("[Container]\nImage=a\nNoSuchKey=b\n")
        if not generate(generator, folder)[1]:
            wrong.append("a unit with an unknown key is not refused")
    print("\n".join(wrong) or f"{len(names)} WPARs")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
