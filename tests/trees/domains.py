# Reads XML of domains with another parser, and prints the same lines as tests/helper/domain.
# SPDX-License-Identifier: GPL-2.0-or-later
import sys
import xml.etree.ElementTree as tree

UNITS = {"b": 1, "byte": 1, "bytes": 1}
for i, letter in enumerate("kmgtpe", 1):
    UNITS.update({letter: 1024 ** i, letter + "ib": 1024 ** i, letter + "b": 1000 ** i})


def cpus(text):
    if text is None:
        return "-"
    ids = set()
    for piece in text.split(","):
        low, _, high = piece.strip().partition("-")
        if low.startswith("^"):
            ids.discard(int(low[1:]))
        else:
            ids.update(range(int(low), int(high or low) + 1))
    runs = []
    for n in sorted(ids):
        if runs and runs[-1][1] == n - 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def attribute(parent, path, name):
    found = parent.find(path)
    return None if found is None else found.get(name)


def flat(text):
    return (text or "").strip(" \t\r\n").replace("\t", " ").replace("\n", " ") or "-"


def bus(disk):
    target = disk.find("target")
    if target is None:
        return "-"
    if target.get("bus"):
        return target.get("bus")
    for prefix, name in {"hd": "ide", "sd": "scsi", "vd": "virtio", "xvd": "xen", "fd": "fdc", "ubd": "uml"}.items():
        if (target.get("dev") or "").startswith(prefix):
            return name
    return "-"


def domain(root):
    print("name", flat(root.findtext("name")), sep="\t")
    print("uuid", flat(root.findtext("uuid")), sep="\t")
    print("type", root.get("type") or "-", sep="\t")
    print("machine", attribute(root, "os/type", "machine") or "-", sep="\t")
    mode = attribute(root, "cpu", "mode") or ("custom" if flat(root.findtext("cpu/model")) != "-" else "-")
    print("mode", mode, sep="\t")
    most = int(flat(root.findtext("vcpu")).replace("-", "1"))
    print("vcpus", attribute(root, "vcpu", "current") or most, most, sep="\t")
    memory = root.find("memory")
    if memory is None or flat(memory.text) == "-":
        print("memory\t-")
    else:
        print("memory", -(-int(memory.text) * UNITS[(memory.get("unit") or "KiB").lower()] // 1024), sep="\t")
    for disk in root.findall("devices/disk"):
        print("disk", attribute(disk, "target", "dev") or "-", bus(disk), sep="\t")
    for interface in root.findall("devices/interface"):
        print("interface", attribute(interface, "model", "type") or "-", sep="\t")
    print("emulator", cpus(attribute(root, "cputune/emulatorpin", "cpuset")), sep="\t")
    if root.find("cputune/emulatorpin") is not None:
        print("without\temulator 0\tyes")
    for element, name, most in (("vcpupin", "vcpu", most), ("iothreadpin", "iothread", 1 << 20)):
        pins = {int(p.get(name)): cpus(p.get("cpuset")) for p in root.findall("cputune/" + element)}
        for number in sorted(n for n in pins if n < most):
            print(name, number, pins[number], sep="\t")
            print("without", f"{name} {number}", "yes", sep="\t")


for path in sys.argv[1:]:
    print("file", path, sep="\t")
    try:
        root = tree.parse(path).getroot()
    except tree.ParseError:
        root = None
    if root is None or root.tag != "domain":
        print("refused")
    else:
        domain(root)
