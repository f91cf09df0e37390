/* Masks values of QEMU's options by their keys: what is not known to name nothing is taken for a name. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/masked_qemu.h"
#include "probes/util.h"

enum how { HOW_NAME, HOW_KEEP, HOW_ID, HOW_PATH, HOW_HOST, HOW_SERIAL, HOW_WWN, HOW_TEXT, HOW_GUEST, HOW_INTERFACE };

/* Of keys with dots the last part counts; sorted by what they hold. */
static const struct {
	const char *key;
	enum how how;
} keys[] = {{"driver", HOW_KEEP}, {"qom-type", HOW_KEEP}, {"type", HOW_KEEP}, {"backend", HOW_KEEP}, {"format", HOW_KEEP},
	{"if", HOW_KEEP}, {"media", HOW_KEEP}, {"cache", HOW_KEEP}, {"aio", HOW_KEEP}, {"discard", HOW_KEEP},
	{"detect-zeroes", HOW_KEEP}, {"mode", HOW_KEEP}, {"model", HOW_KEEP}, {"policy", HOW_KEEP}, {"script", HOW_PATH},
	{"downscript", HOW_PATH}, {"ifname", HOW_INTERFACE}, {"br", HOW_INTERFACE}, {"werror", HOW_KEEP}, {"rerror", HOW_KEEP},
	{"addr", HOW_HOST}, {"bootindex", HOW_KEEP}, {"driftfix", HOW_KEEP}, {"base", HOW_KEEP}, {"clock", HOW_KEEP},
	{"queues", HOW_KEEP}, {"vhostfds", HOW_KEEP}, {"fds", HOW_KEEP}, {"fd", HOW_KEEP}, {"vhostfd", HOW_KEEP},
	{"cpus", HOW_KEEP}, {"host-nodes", HOW_KEEP}, {"version", HOW_NAME},
	{"prealloc-context", HOW_ID}, {"dynamic", HOW_KEEP}, {"sandbox", HOW_KEEP}, {"spawn", HOW_KEEP},
	{"transport", HOW_KEEP}, {"id", HOW_ID}, {"node-name", HOW_ID}, {"drive", HOW_ID}, {"netdev", HOW_ID},
	{"chardev", HOW_ID}, {"mon", HOW_ID}, {"backing", HOW_ID}, {"iothread", HOW_ID}, {"memdev", HOW_ID},
	{"audiodev", HOW_ID}, {"tpmdev", HOW_ID}, {"rng", HOW_ID}, {"fsdev", HOW_ID}, {"bus", HOW_ID},
	{"key-secret", HOW_ID}, {"password-secret", HOW_ID}, {"keyid", HOW_ID}, {"tls-creds", HOW_ID}, {"file", HOW_PATH},
	{"filename", HOW_PATH}, {"path", HOW_PATH}, {"image", HOW_PATH}, {"pool", HOW_NAME}, {"volume", HOW_NAME},
	{"export", HOW_PATH}, {"url", HOW_PATH}, {"target", HOW_PATH}, {"mem-path", HOW_PATH}, {"sysfsdev", HOW_PATH},
	{"logfile", HOW_PATH}, {"dir", HOW_PATH}, {"romfile", HOW_PATH}, {"rendernode", HOW_PATH}, {"x509-dir", HOW_PATH},
	{"host", HOW_HOST}, {"hostname", HOW_HOST}, {"portal", HOW_HOST}, {"serial", HOW_SERIAL}, {"asset", HOW_SERIAL},
	{"wwn", HOW_WWN}, {"port_wwn", HOW_WWN}, {"data", HOW_TEXT}, {"password", HOW_TEXT}, {"iv", HOW_TEXT},
	{"string", HOW_TEXT}, {"guest", HOW_GUEST}};

static enum how how_of(struct slice key)
{
	for (size_t i = 0; i < COUNT(keys); i++)
		if (slice_is(key, keys[i].key))
			return keys[i].how;
	return HOW_NAME;
}

static bool matches(struct slice s, const char *const *patterns, size_t n)
{
	char text[64];

	if (s.len >= sizeof(text))
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)s.len, s.p);
	for (size_t i = 0; i < n; i++)
		if (!fnmatch(patterns[i], text, 0))
			return true;
	return false;
}

/* Numbers, sizes, switches, lists of numbers. */
static bool says_how_much(struct slice s)
{
	static const char *const words[] = {"on", "off", "yes", "no", "true", "false", "null", "none", "auto", "unmap",
		"ignore", "native", "threads", "stdio", "pty", "vc", "host", "user", "default", "control", "readline"};
	size_t i = slice_starts(s, "0x") ? 2 : 0, from = i;

	for (size_t k = 0; k < COUNT(words); k++)
		if (slice_is(s, words[k]))
			return true;
	while (i < s.len && (from ? isxdigit((unsigned char)s.p[i]) != 0 : isdigit((unsigned char)s.p[i]) || strchr("-:.", s.p[i])))
		i++;
	return !s.len || (i > from && i == s.len) || (i && i + 1 == s.len && strchr("kKmMgGtTbB", s.p[i]));
}

/* As libvirt calls the parts that it makes; what people called them refers to theirs. */
static bool is_made_up(struct slice s)
{
	static const char *const patterns[] = {"libvirt-[0-9]*-storage", "libvirt-[0-9]*-format", "libvirt-[0-9]*-filter",
		"libvirt-pflash[01]-*", "libvirt-nvram-*", "drive-*[0-9]", "pci.[0-9]*", "pcie.[0-9]*", "[a-z]*[0-9]",
		"[a-z]*[0-9].0", "scsi[0-9]*-[0-9]*", "virtio-*[0-9]", "masterKey0", "charmonitor", "monitor", "mon_iothread",
		"ram-node[0-9]*", "pc.ram", "dimm[0-9]*", "isa-debugcon", "libvirt-[0-9]*-*-secret0", "ide.[0-9]*", "usb.[0-9]*",
		"balloon0", "host[a-z]*[0-9]"},
			  *const begins[] = {"net", "hostnet", "char", "scsi", "virtio", "ide", "sata", "usb", "pci", "pcie",
				  "video", "audio", "sound", "rng", "objrng", "iothread", "serial", "channel", "watchdog",
				  "tpm", "fs", "vsock", "redir", "hostdev", "input", "balloon", "drive", "libvirt", "mon",
				  "ram-node", "memory", "vnc", "shmem", "panic", "ua", "objlicious", "controller", "tray"};
	size_t letters = 0;

	if (!matches(s, patterns, COUNT(patterns)))
		return false;
	while (letters < s.len && (islower((unsigned char)s.p[letters])))
		letters++;
	for (size_t i = 0; i < COUNT(begins); i++)
		if (slice_is((struct slice){s.p, letters}, begins[i]))
			return true;
	return slice_starts(s, "masterKey") || slice_starts(s, "charmonitor") || slice_starts(s, "charserial") ||
	       slice_starts(s, "charchannel") || slice_starts(s, "charnet") || slice_starts(s, "isa-") ||
	       slice_starts(s, "dimm") || slice_starts(s, "pc.");
}

static void put_id(struct masks *m, struct text *t, struct slice s)
{
	if (is_made_up(s) || slice_is(s, "pci.0") || slice_is(s, "pcie.0"))
		mask_shapes(m, t, s, false);
	else
		mask_put_slice(t, slice_of(mask_of(m, MASK_NAME, s)));
}

static bool is_pci(struct slice s)
{
	static const char *const patterns[] = {"[0-9a-f][0-9a-f][0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f].[0-7]",
		"[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f].[0-7]", "0x[0-9a-f]*", "[0-9a-f]", "[0-9a-f].[0-7]", "[01][0-9a-f]",
		"[01][0-9a-f].[0-7]"};

	return matches(s, patterns, COUNT(patterns));
}

static struct slice last_part(struct slice key)
{
	const char *dot = memrchr(key.p, '.', key.len);

	return dot ? (struct slice){dot + 1, key.len - (size_t)(dot + 1 - key.p)} : key;
}

static void put_keyed(struct masks *m, struct text *t, struct slice key, struct slice s)
{
	size_t before = t->len;
	enum how how = how_of(last_part(key));

	if (says_how_much(s) && how != HOW_SERIAL && how != HOW_WWN && how != HOW_HOST && how != HOW_TEXT) {
		mask_put_slice(t, s);
		return;
	}
	if (how == HOW_PATH || (how == HOW_NAME && s.p[0] == '/')) {
		/* nodes of the block layer refer to each other by the same keys as files */
		if (is_made_up(s))
			mask_put_slice(t, s);
		else if (slice_starts(s, "/sys/"))
			mask_path(m, t, s);
		else
			mask_image(m, t, s);
		return;
	}
	if (how == HOW_HOST && !is_pci(s)) {
		mask_host(m, t, s);
		return;
	}
	if (how == HOW_INTERFACE) {
		mask_interface(m, t, s);
		return;
	}
	mask_shapes(m, t, s, true);
	if (t->len - before != s.len || memcmp(t->bytes + before, s.p, s.len) != 0)
		return;
	if (how == HOW_KEEP || how == HOW_HOST || !s.len)
		return;
	t->len = before;
	if (how == HOW_ID)
		put_id(m, t, s);
	else if (how == HOW_GUEST)
		mask_put_slice(t, slice_of(mask_guest(m, s)));
	else
		mask_put_slice(t, slice_of(mask_of(m, how == HOW_SERIAL ? MASK_SERIAL : how == HOW_WWN ? MASK_HEX : how == HOW_TEXT ? MASK_TEXT : MASK_NAME, s)));
}

/* "unix:/run/x.sock", "tcp:node7:5900", "10.0.0.1:0", "fd:23": where something listens. */
static bool put_place(struct masks *m, struct text *t, struct slice s)
{
	static const char *const kinds[] = {"unix:", "tcp:", "telnet:", "udp:", "file:", "pipe:", "fd:", "vc:", "exec:", "mon:",
		"chardev:", "user", "stdio", "pty", "none", "null", "vnc:", "spice:"};
	struct slice rest = {NULL, 0};
	const char *colon;

	for (size_t i = 0; i < COUNT(kinds) && !rest.p; i++)
		if (slice_starts(s, kinds[i]))
			rest = (struct slice){s.p + strlen(kinds[i]), s.len - strlen(kinds[i])};
	if (rest.p && says_how_much(rest)) {
		mask_put_slice(t, s);
		return true;
	}
	rest = rest.p ? rest : s;
	mask_put(t, s.p, (size_t)(rest.p - s.p));
	colon = memrchr(rest.p, ':', rest.len);
	if (rest.len && rest.p[0] == '/') {
		mask_file(m, t, rest);
	} else if (colon && says_how_much((struct slice){colon + 1, rest.len - (size_t)(colon + 1 - rest.p)})) {
		mask_host(m, t, (struct slice){rest.p, (size_t)(colon - rest.p)});
		mask_put(t, colon, rest.len - (size_t)(colon - rest.p));
	} else {
		t->len -= (size_t)(rest.p - s.p);
		return false;
	}
	return true;
}

/* A part without a key: the kind of a device, a file, a place. */
static void put_bare(struct masks *m, struct text *t, struct slice s, bool build)
{
	static const char *const kinds[] = {"virtio-*", "vhost-*", "vfio-*", "usb-*", "pcie-*", "pci-*", "scsi-*", "ide-*", "isa-*",
		"ich9-*", "e1000*", "rtl8139", "qxl*", "VGA", "cirrus-vga", "bochs-display", "ramfb", "intel-*", "hda-*", "nvme", "tap",
		"bridge", "socket", "memory-backend-*", "secret", "iothread", "rng-*", "throttle-group", "tls-creds-*", "pvpanic*",
		"piix*", "qemu-xhci", "nec-usb-xhci", "lsi*", "mega*", "ahci", "i6300esb", "ib700", "ioh3420", "pc-dimm", "nvdimm",
		"emulator", "passthrough", "spicevmc", "spiceport", "ringbuf", "local", "proxy", "tpm-*", "kvm*", "vmcoreinfo",
		"amd-iommu", "sev-*", "edu", "vmxnet3", "ccid*", "input-linux", "dbus*", "pa", "alsa", "i82801b11-bridge", "port",
		"loader", "x3130-*", "xio3130-*", "sb16", "AC97", "ivshmem*", "virtserialport", "virtconsole", "floppy", "q35", "pc*"};

	if (build || says_how_much(s) || matches(s, kinds, COUNT(kinds)))
		mask_shapes(m, t, s, true);
	else if (!put_place(m, t, s))
		mask_put_slice(t, slice_of(mask_of(m, s.p[0] == '/' ? MASK_PATH : MASK_NAME, s)));
}

void masked_qemu_parts(struct masks *m, struct text *t, struct slice s, bool build)
{
	struct text part = text_begin();
	bool first = true;

	for (; masked_qemu_part(&s, &part); first = false) {
		struct slice all = {part.bytes, part.len}, key, value;
		const char *equals = memchr(part.bytes, '=', part.len);

		mask_put(t, ",", !first);
		key = (struct slice){all.p, equals ? (size_t)(equals - all.p) : 0};
		value = (struct slice){all.p + key.len + 1, all.len - key.len - 1};
		if (!equals) {
			put_bare(m, t, all, build);
		} else {
			mask_put(t, key.p, key.len + 1);
			if (build && !(value.len && value.p[0] == '/'))
				mask_shapes(m, t, value, true);
			else
				put_keyed(m, t, key, value);
		}
	}
	text_end(&part, NULL);
}

/* A string behind its opening quote, decoded; its bytes with the closing quote, or what is left of s. */
static size_t string_at(struct slice s, struct text *ret)
{
	size_t i = 0;

	ret->len = 0;
	for (; i < s.len && s.p[i] != '"'; i++) {
		char c = s.p[i];

		if (c == '\\' && i + 1 < s.len) {
			c = s.p[++i];
			c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
		}
		mask_put(ret, &c, 1);
	}
	return i + (i < s.len);
}

static void put_string(struct text *t, struct slice s)
{
	mask_put(t, "\"", 1);
	for (size_t i = 0; i < s.len; i++) {
		mask_put(t, "\\", s.p[i] == '"' || s.p[i] == '\\');
		mask_put(t, s.p + i, 1);
	}
	mask_put(t, "\"", 1);
}

void masked_qemu_json(struct masks *m, struct text *t, struct slice s)
{
	struct text string = text_begin(), key = text_begin(), masked = text_begin();

	for (size_t i = 0; i < s.len;) {
		size_t n;

		if (s.p[i] != '"') {
			/* a world-wide name may be written as the number that it is */
			if (!isdigit((unsigned char)s.p[i]) || how_of(last_part((struct slice){key.bytes, key.len})) != HOW_WWN)
				mask_put(t, s.p + i, 1);
			else if (!isdigit((unsigned char)s.p[i - 1]))
				mask_put(t, "0", 1);
			i++;
			continue;
		}
		n = 1 + string_at((struct slice){s.p + i + 1, s.len - i - 1}, &string);
		if (i + n < s.len && s.p[i + n] == ':') {
			mask_put(t, s.p + i, n);
			key.len = 0;
			mask_put(&key, string.bytes, string.len);
		} else {
			masked.len = 0;
			put_keyed(m, &masked, (struct slice){key.bytes, key.len}, (struct slice){string.bytes, string.len});
			put_string(t, (struct slice){masked.bytes, masked.len});
		}
		i += n;
	}
	text_end(&string, NULL);
	text_end(&key, NULL);
	text_end(&masked, NULL);
}
