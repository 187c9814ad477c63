# SPDX-License-Identifier: Apache-2.0
"""cri_image.py ROOT NAME: the root as an image archive (docker-archive) on stdout, for `ctr images import -`."""
import hashlib
import io
import json
import platform
import sys
import tarfile

MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


def main(root, name):
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as tar:
        tar.add(root, ".")
    digest = "sha256:" + hashlib.sha256(layer.getvalue()).hexdigest()
    config = {"architecture": MACHINES.get(platform.machine(), platform.machine()), "os": "linux",
              "config": {"Cmd": ["/probe", "wait"]}, "rootfs": {"type": "layers", "diff_ids": [digest]}}
    manifest = [{"Config": "config.json", "RepoTags": [name], "Layers": ["layer.tar"]}]
    with tarfile.open(fileobj=sys.stdout.buffer, mode="w|") as archive:
        for path, content in (("config.json", json.dumps(config).encode()), ("layer.tar", layer.getvalue()),
                              ("manifest.json", json.dumps(manifest).encode())):
            member = tarfile.TarInfo(path)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


main(*sys.argv[1:])
