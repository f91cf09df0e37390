# Finds by its own means what names a machine and its guests, and looks for it in what was masked.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# masked.py tree FOLDER FILE…        a machine whose guests have these definitions
# masked.py left FOLDER ANSWERS      each word of the machine in FOLDER that still stands in ANSWERS: KIND, WORD, a line with it
# masked.py same PLAIN MASKED        what differs between two reports in JSON but by names
# masked.py formed ANSWERS           which documents in ANSWERS are no XML
# masked.py extract ANSWERS FOLDER   its documents, as files
import collections
import ipaddress
import json
import os
import re
import sys
import xml.etree.ElementTree as tree

DEVICE = re.compile(r"/dev/(null|zero|kvm|u?random|hwrng|rtc|hpet|net/tun|pts/\d|vfio/|dri/(card|renderD)\d|input/(event|mouse)\d|sev|sgx"
                    r"|snd/|bus/usb|usb/|sg\d|st\d|nvme\d|[shv]d[a-z]\d*$|xvd[a-z]|dm-\d|md\d|loop\d|sr\d|fd\d|nbd\d|pmem\d|parport|tty"
                    r"|tpm\d|vhost|cdrom|ptmx|hvc\d|cpu)|/usr/share/.*\.(fd|bin|rom)$")
USUAL = re.compile(r"(eth|en|wl|br|bond|vnet|tap|tun|veth|virbr|vmbr|macvtap|team|docker|ovs|vlan|dummy|lan|nic)[0-9a-f.-]*"
                   r"(ex|int|tun)?$|en[opsx][0-9a-z]*$|ovirtmgmt$|lo$|$")
STAND_IN = re.compile(r"(guest|host|name|title|text|SERIAL|part|if)\d+(\.example)?$|/?images/\d+(\.\w+)?$")


def documents(folder):
    for path, _, names in os.walk(os.path.join(folder, "@virt")):
        for name in names:
            if name == "xml":
                with open(os.path.join(path, name), "rb") as file:
                    yield os.path.join(path, name), file.read()


def local(tag):
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


# Of an element and those around it: what it names
def of_element(at, around):
    name, parent, text = local(at.tag), around[-1] if around else "", (at.text or "").strip()
    disk = any(a in ("disk", "filesystem", "hostdev", "mirror") for a in around)
    if name == "name" and parent == "domain":
        yield "guest", text
    if name in ("uuid", "genid"):
        yield "uuid", text
    if name == "title" or (name == "name" and parent == "instance"):
        yield "title", text
    if name == "description":
        yield "description", text
    if name in ("serial", "wwn") and parent == "disk" or name == "entry" and "sysinfo" in around:
        yield "serial", text
    if name in ("nvram", "kernel", "initrd", "dtb", "init") and parent == "os":
        yield "path", text
    if name == "source" and disk:
        for key in ("file", "dev", "dir", "name", "volume", "path"):
            yield "path", at.get(key, "")
        yield "pool", at.get("pool", "")
    if name == "source":
        for key in ("file", "path", "socket"):
            yield "path", at.get(key, "")
        yield "host", at.get("host", "")
        if at.get("network") != "default":
            yield "network", at.get("network", "")
        yield "network", at.get("portgroup", "")
    if name == "host":
        yield "host", at.get("name", "")
        yield "path", at.get("socket", "")
    if name == "mac":
        yield "mac", at.get("address", "")
    if name == "graphics":
        yield "secret", at.get("passwd", "")
        yield "path", at.get("socket", "")
    if name == "auth":
        yield "user", at.get("username", "")
    if name == "alias" and at.get("name", "").startswith("ua-"):
        yield "alias", at.get("name")
    if name in ("lockspace", "key") and parent == "lease":
        yield "lease", text
    if name == "parameters":
        yield "profile", at.get("profileid", "")
    if name == "env" and parent == "commandline":
        yield "value", at.get("name", "")
        yield "value", at.get("value", "")
    if name in ("vendor", "product") and parent == "disk":
        yield "product", text
    if name == "filterref" and not re.match("(clean|no|allow|qemu)-", at.get("filter", "")):
        yield "filter", at.get("filter", "")
    if name in ("label", "baselabel", "imagelabel") and not re.match(r"system_u:\w+:svirt_|\+\d+:|libvirt-", text):
        yield "label", text
    if name in ("source", "target") and parent == "interface":
        for key in ("bridge", "dev"):
            if not USUAL.match(at.get(key, "")):
                yield "interface", at.get(key, "")


def of_tree(at, around=()):
    if not isinstance(at.tag, str):
        return
    yield from of_element(at, around)
    for child in at:
        yield from of_tree(child, around + (local(at.tag),))


# What has a shape, by other expressions than the program's scanner
def of_shape(text):
    for word in re.findall(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text):
        yield "uuid", word
    for word in re.findall(r"(?<![\w:])(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}(?![\w:])", text):
        yield "mac", word
    for word in re.findall(r"(?<![\w.])\d+\.\d+\.\d+\.\d+(?![\w.])", text):
        try:
            if not ipaddress.ip_address(word).is_loopback and not word.startswith("255.") and word != "0.0.0.0":
                yield "ip", word
        except ValueError:
            pass
    for word in re.findall(r"(?<![\w:.])[0-9a-fA-F:]*:[0-9a-fA-F:]+(?![\w:.])", text):
        try:
            if int(ipaddress.IPv6Address(word)) > 1:
                yield "ip", word
        except ValueError:
            pass


def of_command(args):
    for option, value in zip(args, args[1:]):
        if option == "-name":
            first = re.split(r"(?<!,),(?!,)", value)[0].replace(",,", ",")
            yield "guest", first[6:] if first.startswith("guest=") else first
            for part in value.split(","):
                if part.startswith("process="):
                    yield "process", part[8:][:15]
        for word in re.findall(r'(?:file|filename|path)"?[=:]"?([^",]+)', value):
            yield "path", word.replace("\\/", "/")
        for word in re.findall(r'serial"?[=:]"?([^",]+)', value):
            yield "serial", word


# What parameters name that start from elsewhere, part by part
def of_boot(text):
    for word in text.split():
        key, _, value = word.partition("=")
        if key in ("ip", "netroot", "nfsroot", "ds", "rd.luks.name", "rd.lvm.lv") or key.startswith("acme"):
            yield from (("boot", part) for part in re.split(r"[=:;,/]+", value) if re.search("[a-z]{4}", part) and part not in
                        ("none", "dhcp", "iscsi", "http", "https", "root", "swap", "auto", "nocloud-net"))
            yield from of_shape(value)


def unescape(name):
    return re.sub(rb"\\(\\|x[0-9a-fA-F]{2})", lambda m: b"\\" if m[1] == b"\\" else bytes([int(m[1][1:], 16)]), name)


def of_machine(folder):
    for path, data in documents(folder):
        text = data.decode("utf-8", "replace")
        try:
            yield from of_tree(tree.fromstring(data))
        except tree.ParseError:
            pass
        # comments and other programs' own elements do not pass at all
        yield from of_shape(text)
    for path, folders, names in os.walk(folder):
        if path.endswith("sys/class/net"):
            yield from (("interface", name) for name in folders if not USUAL.match(name))
        for name in names:
            full = os.path.join(path, name)
            if os.path.islink(full):
                continue
            if name == "guests" and path.endswith("@virt"):
                with open(full, "rb") as file:
                    for line in file.read().split(b"\n"):
                        part = line.split(b" ", 5)
                        if len(part) == 6:
                            yield "guest", unescape(part[5]).decode("utf-8", "surrogateescape")
                        yield from of_shape(line.decode("utf-8", "replace"))
            elif name == "cmdline" and path.endswith(tuple("0123456789")):
                with open(full, "rb") as file:
                    args = file.read().decode("utf-8", "replace").split("\0")
                yield from of_command(args)
                yield from of_shape("\n".join(args))
            elif name == "cmdline":
                with open(full) as file:
                    yield from of_boot(file.read())
            elif name == "active_profile":
                with open(full) as file:
                    profile = file.read().strip()
                if profile not in ("balanced", "powersave", "throughput-performance", "latency-performance", "virtual-host"):
                    yield "profile", profile
            elif name == "hostname":
                with open(full) as file:
                    yield "host", file.read().strip()
            elif re.search(r"serial$|wwid$|uuid$|asset_tag$", name):
                with open(full) as file:
                    yield "serial", file.read().strip()
            elif name in ("address", "boot_id", "connection") or "stats" in path:
                with open(full) as file:
                    yield from of_shape(file.read())


def forms(word):
    yield word
    yield re.sub("[&<>\"']", lambda m: {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}[m[0]], word)
    yield word.replace("-", "\\x2d")
    yield word.replace("\\", "\\\\")  # as captures write it
    yield word.replace("-", "\\\\x2d")
    yield word.replace("/", "\\/")


def is_name(kind, word):
    if len(word) < 2 or STAND_IN.match(word) or not word.strip() or word.isdigit() or word.startswith(("localhost", "127.")):
        return False
    if re.fullmatch(r"[0:-]+|[fF:]+", word):
        return False
    return not (kind in ("path", "interface") and (DEVICE.match(word) or word == "/"))


# A guest may be called "test", and a word of the format stays that: names of guests that are such words are not looked for.
def vocabulary(folder):
    words = set()
    for _, data in documents(folder):
        words.update(re.findall(rb"[\w.:-]+", re.sub(rb">[^<]*<", b"><", data.split(b"<devices>", 1)[0])))
        words.update(re.findall(rb"<([\w:]+)", data))
        words.update(re.findall(rb"\s(\w+)=", data))
        words.update(re.findall(rb"(?:type|model|bus|mode|driver|arch|machine|offset|name)=['\"]([\w.-]+)['\"]", data))
    words.update((b"state", b"guest", b"interface", b"block"))  # of texts that are no documents
    return {part for w in words for part in [w.decode(), *w.decode().split("-")]}


def left(folder, answers):
    with open(answers, encoding="utf-8", errors="surrogateescape") as file:
        text = file.read()
    common, seen = vocabulary(folder), collections.Counter()
    for kind, word in sorted(set(of_machine(folder))):
        if not is_name(kind, word) or word in common and kind != "mac":
            continue
        seen[kind] += 1
        for form in set(forms(word)):
            if form not in text:
                continue
            at = re.search(r"(?<!\w)" + re.escape(form) + r"(?!\w)", text)
            if at:
                line = text[text.rfind("\n", 0, at.start()) + 1:at.end() + 40].split("\n")[0]
                print(kind, repr(word), line[-160:].strip().encode("utf-8", "replace").decode(), sep="\t")
                break
    print("# looked for", ", ".join(f"{n} of {kind}" for kind, n in sorted(seen.items())), file=sys.stderr)


def formed(answers):
    with open(answers, "rb") as file:
        blocks = re.split(rb"(?m)^(?=[=>!] /)", file.read())
    for block in blocks:
        head, _, body = block.partition(b"\n")
        if head.endswith(b"/xml") and b"<!DOCTYPE" not in body:  # with one it is refused, whatever else it has
            try:
                tree.fromstring(body)
            except tree.ParseError as e:
                print(head.decode(), e)


# The documents as files below a folder, each under the place that it has among them
def extract(answers, folder):
    with open(answers, "rb") as file:
        blocks = re.split(rb"(?m)^(?=[=>!] /)", file.read())
    os.makedirs(folder)
    found = [(block.partition(b"\n")) for block in blocks]
    for i, (_, _, body) in enumerate(b for b in found if b[0].endswith(b"/xml")):
        with open(os.path.join(folder, f"{i:05}.xml"), "wb") as file:
            file.write(body)


def make(folder, files):
    os.makedirs(os.path.join(folder, "@virt"))
    os.makedirs(os.path.join(folder, "proc/sys/kernel"))
    with open(os.path.join(folder, "proc/sys/kernel/hostname"), "w") as file:
        file.write("corpus7\n")
    with open(os.path.join(folder, "@virt/connection"), "w") as file:
        file.write("uri=qemu:///system\nlink=connected\nhostname=corpus7.acme.test\nof_this_machine=1\ndriver=QEMU\n")
    lines = []
    for i, path in enumerate(files, 1):
        with open(path, "rb") as file:
            data = file.read()
        try:
            root = tree.fromstring(data)
        except tree.ParseError:
            continue
        if root.tag != "domain" or not (root.findtext("name") or "").strip():
            continue
        uuid = f"aaaaaaaa-0000-4000-9000-{i:012d}"
        os.makedirs(os.path.join(folder, "@virt", uuid, "config"))
        with open(os.path.join(folder, "@virt", uuid, "config/xml"), "wb") as file:
            file.write(data)
        name = root.findtext("name").strip().replace("\\", "\\\\")
        lines.append(f"{uuid} - shutoff 1 persistent {name}\n")
    with open(os.path.join(folder, "@virt/guests"), "w") as file:
        file.writelines(lines)


# Adds to a machine what administrators call after their guests, their host and themselves
def named(folder):
    def write(path, text):
        os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
        with open(os.path.join(folder, path), "w") as file:
            file.write(text)

    with open(os.path.join(folder, "proc/sys/kernel/hostname")) as file:
        host = file.read().strip().split(".")[0]
    with open(os.path.join(folder, "@virt/guests"), "a") as file:
        file.write("5b1e7d52-90c3-4f6a-8d21-5a6b7c8d9e0f - shutoff 1 persistent gitlab\n")
    write("etc/tuned/active_profile", f"acme-{host}-latency\n")
    write("proc/cmdline", f"root=UUID=6f3a1c5e-2b41-4d0f-9a77-0c1d2e3f4a5b ip=10.9.0.2::10.9.0.1:255.255.255.0:{host}.acme.com:eth0:none "
          f"netroot=iscsi:10.9.0.9::::iqn.2001-04.com.acme:{host} ds=nocloud-net;s=http://10.9.0.5/acme-gitlab/ isolcpus=2-3 "
          f"rd.luks.name=6f3a1c5e-2b41-4d0f-9a77-0c1d2e3f4a5c=acme_root nfsroot=10.9.0.1:/srv/{host} acme.site=acme-{host}\n")
    for name in ("gitlab-eth0", f"{host}-br0", "acmebr"):
        write(f"sys/class/net/{name}/uevent", f"INTERFACE={name}\n")
        write(f"sys/class/net/{name}/type", "1\n")
        write(f"sys/class/net/{name}/ifalias", "acme_alias\n")
    for pid, comm in ((30090, "drbd_w_gitlab"), (30091, "irq/55-gitlab"), (30092, "swtpm-gitlab"), (30093, f"{host}-agent"[:15])):
        stat = f"{pid} ({comm}) S 1" + " 0" * 48 + "\n"
        for at in (f"proc/{pid}", f"proc/{pid}/task/{pid}"):
            write(f"{at}/comm", comm + "\n")
            write(f"{at}/stat", stat)
            write(f"{at}/status", f"Name:\t{comm}\nPid:\t{pid}\n")
        write(f"proc/{pid}/cmdline", "")


# What names things in a report; all else may differ only by the names of guests within it
NAMES = {"title", "hostname", "boot_id", "source_name", "mac", "name", "uuid", "key", "guest", "label", "uri"}


def differ(a, b, at, words):
    if type(a) is not type(b):
        yield at, a, b
    elif isinstance(a, dict):
        if list(a) != list(b):
            yield at, list(a), list(b)
        for key in a.keys() & b.keys():
            yield from differ(a[key], b[key], f"{at}.{key}", words)
    elif isinstance(a, list):
        if len(a) != len(b):
            yield at, len(a), len(b)
        for i, (x, y) in enumerate(zip(a, b)):
            yield from differ(x, y, f"{at}[{i}]", words)
    elif a != b:
        leaf = at.rsplit(".", 1)[-1]
        if isinstance(a, str) and (leaf in NAMES or leaf.endswith("_name")):
            return
        if isinstance(a, str):
            # how JSON shows what systemd does to a dash
            a, b = a.replace("\\x5cx2d", "-"), b.replace("\\x5cx2d", "-")
            for word in sorted(words, key=len, reverse=True):
                a = re.sub(r"(?<!\w)" + re.escape(word) + r"(?!\w)", words[word], a)
        if a != b:
            yield at, a, b


def same(plain, masked):
    with open(plain) as a, open(masked) as b:
        a, b = json.load(a), json.load(b)
    words = {}
    for probe in ("guests", "threads"):
        for x, y in zip(a["facts"][probe]["guest"], b["facts"][probe]["guest"]):
            words.update({x[key]: y[key] for key in ("name", "uuid", "key") if x.get(key)})
            words.update({x["name"][:16]: y["name"]} if x["name"] else {})
    for at, x, y in differ(a, b, "", words):
        print(at, repr(x)[:100], repr(y)[:100])


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    if what == "tree":
        make(rest[0], rest[1:])
    elif what == "left":
        left(*rest)
    elif what == "same":
        same(*rest)
    elif what == "extract":
        extract(*rest)
    elif what == "named":
        named(*rest)
    elif what == "formed":
        formed(*rest)
