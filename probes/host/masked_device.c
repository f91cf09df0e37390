/* Masks names of interfaces, of the interrupts and processes called after them: what is not called as usual goes whole. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <string.h>

#include "probes/host/masked_impl.h"
#include "probes/util.h"

enum { LONGEST = 64, HEX_LEAST = 6 };

static bool one_of(struct slice s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_is(s, words[i]))
			return true;
	return false;
}

static bool is_separator(char c)
{
	return c && strchr("-._:@", c);
}

/* Numbers, each behind at most two letters of those that say of what: "3s0f1np0", ".100", "0v12". */
static bool is_place(struct slice s)
{
	for (size_t i = 0; i < s.len;) {
		size_t letters = 0;

		i += is_separator(s.p[i]);
		while (i < s.len && letters < 2 && strchr("opPsSfndvijucbarx", s.p[i]))
			i++, letters++;
		if (i == s.len || !isdigit((unsigned char)s.p[i]))
			return false;
		while (i < s.len && isdigit((unsigned char)s.p[i]))
			i++;
	}
	return true;
}

/* As programs make them up of an identifier. */
static bool is_made_up(struct slice s)
{
	static const char *const begins[] = {"enx", "wlx", "tap", "qvo", "qvb", "qbr", "qr-", "qg-", "veth", "br-", "cali", "lxc"};
	size_t at = 0, i;

	for (i = 0; i < COUNT(begins) && !at; i++)
		at = slice_starts(s, begins[i]) ? strlen(begins[i]) : 0;
	for (i = at; i < s.len && (isxdigit((unsigned char)s.p[i]) || s.p[i] == '-'); i++)
		;
	return at && i == s.len && s.len >= at + HEX_LEAST;
}

/* "eth0", "br0", "vnet3": as the kernel, udev, libvirt and the like call them, whoever else is called that. */
static bool is_usual(struct slice s)
{
	static const char *const whole[] = {"lo", "bonding_masters", "ovs-system", "ovs-netdev", "docker_gwbridge", "ovirtmgmt",
		"br-ex", "br-int", "br-tun", "br-vlan", "br-lan", "cilium_host", "cilium_net", "cilium_vxlan", "nodelocaldns",
		"kube-bridge"},
			  *const begins[] = {"eth", "en", "wl", "ww", "ib", "br", "bond", "vnet", "tap", "tun", "tunl", "veth", "virbr",
				  "vmbr", "fwbr", "fwpr", "fwln", "macvtap", "macvlan", "ipvlan", "team", "docker", "ovs", "ovsbr", "vlan", "ifb",
				  "dummy", "vxlan", "wg", "nic", "gre", "gretap", "erspan", "ip6tnl", "ip6gre", "sit", "ip_vti", "ip6_vti",
				  "lxcbr", "lxdbr", "cni", "flannel", "usb", "ppp", "net", "lan", "em", "p", "xenbr", "vif", "vxlan_sys_",
				  "genev_sys_", "kube-ipvs", "rx", "tx", "br-", "if"};

	if (one_of(s, whole, COUNT(whole)) || is_made_up(s))
		return true;
	for (size_t i = 0; i < COUNT(begins); i++) {
		size_t n = strlen(begins[i]);

		if (!slice_starts(s, begins[i]))
			continue;
		if (slice_is(s, begins[i]) || is_place((struct slice){s.p + n, s.len - n}))
			return true;
	}
	return slice_starts(s, "virbr") && s.len > 4 && !memcmp(s.p + s.len - 4, "-nic", 4) &&
	       is_place((struct slice){s.p + 5, s.len - 9});
}

/* A name that is a word of the kernel's where it names devices, or a number, is none here. */
static bool is_word(struct slice s)
{
	static const char *const words[] = {"net", "cpu", "kvm", "irq", "msi", "msix", "pci", "edge", "level", "input", "output",
		"config", "timer", "virtio", "vfio", "rx", "tx", "TxRx", "block", "device", "driver", "queues", "system", "node", "class",
		"virtual", "devices", "bus", "memory", "qemu", "nvme", "usb", "events", "vhost", "control"};
	size_t digits = 0;

	while (digits < s.len && isdigit((unsigned char)s.p[digits]))
		digits++;
	return digits == s.len || is_usual(s) || one_of(s, words, COUNT(words));
}

/* The longest name of a guest or host at the beginning of s, that ends where a word ends. */
static size_t name_at(const struct masks *m, struct slice s, bool any, const char **ret)
{
	size_t found = 0;

	for (size_t n = any ? 2 : 3; n <= s.len && n <= LONGEST; n++) {
		struct slice name = {s.p, n};
		const char *masked;

		if ((n < s.len && isalnum((unsigned char)s.p[n])) || is_word(name) || (!any && !mask_stands_out(name)))
			continue;
		masked = mask_known(m, MASK_GUEST, name);
		masked = masked ? masked : mask_known(m, MASK_HOST, name);
		if (masked) {
			*ret = masked;
			found = n;
		}
	}
	return found;
}

static bool begins(struct slice s, size_t i)
{
	return (!i || !isalnum((unsigned char)s.p[i - 1])) && (isalnum((unsigned char)s.p[i]) || (s.p[i] & 0x80));
}

static void within(struct masks *m, struct text *t, struct slice s, bool any)
{
	for (size_t i = 0; i < s.len;) {
		const char *masked = NULL;
		size_t n = begins(s, i) ? name_at(m, (struct slice){s.p + i, s.len - i}, any, &masked) : 0;

		mask_put_slice(t, n ? slice_of(masked) : (struct slice){s.p + i, 1});
		i += n ? n : 1;
	}
}

void mask_within(struct masks *m, struct text *t, struct slice s)
{
	within(m, t, s, false);
}

void mask_names(struct masks *m, struct text *t, struct slice s)
{
	within(m, t, s, true);
}

/* What stands between the names that are masked is usual: separators, numbers, "eth0". */
static bool rest_is_usual(const struct masks *m, struct slice s)
{
	const char *masked;

	for (size_t i = 0; i < s.len;) {
		size_t n = 0;

		if (is_separator(s.p[i])) {
			i++;
			continue;
		}
		n = begins(s, i) ? name_at(m, (struct slice){s.p + i, s.len - i}, true, &masked) : 0;
		if (n) {
			i += n;
			continue;
		}
		while (i + n < s.len && !is_separator(s.p[i + n]))
			n++;
		if (!is_usual((struct slice){s.p + i, n}) && !is_place((struct slice){s.p + i, n}))
			return false;
		i += n;
	}
	return true;
}

void mask_interface(struct masks *m, struct text *t, struct slice s)
{
	struct slice name = slice_trim(s);
	const char *known = mask_known(m, MASK_PART, name);
	struct text shaped = text_begin(), masked = text_begin();

	mask_put(t, s.p, (size_t)(name.p - s.p));
	if (!known && name.len) {
		mask_shapes(m, &shaped, name, false);
		if (is_usual((struct slice){shaped.bytes, shaped.len}))
			mask_put(&masked, shaped.bytes, shaped.len);
		else if (rest_is_usual(m, (struct slice){shaped.bytes, shaped.len}))
			mask_names(m, &masked, (struct slice){shaped.bytes, shaped.len});
		else
			mask_put_slice(&masked, slice_of(mask_of(m, MASK_INTERFACE, name)));
		if (!slice_is(name, masked.bytes))
			known = mask_pair(m, MASK_PART, name, masked.bytes);
	}
	mask_put_slice(t, known ? slice_of(known) : name);
	mask_put(t, name.p + name.len, s.len - (size_t)(name.p - s.p) - name.len);
	text_end(&shaped, NULL);
	text_end(&masked, NULL);
}

/* The longest name of an interface at the beginning of s: one that was masked. */
static size_t interface_at(const struct masks *m, struct slice s, const char **ret)
{
	size_t found = 0;

	for (size_t n = 1; n <= s.len && n < INTERFACE_MOST; n++) {
		const char *masked = n == s.len || !isalnum((unsigned char)s.p[n]) ? mask_known(m, MASK_PART, (struct slice){s.p, n}) : NULL;

		if (masked) {
			*ret = masked;
			found = n;
		}
	}
	return found;
}

void mask_device(struct masks *m, struct text *t, struct slice s)
{
	for (size_t i = 0; i < s.len;) {
		struct slice rest = {s.p + i, s.len - i};
		const char *masked = NULL;
		size_t n = begins(s, i) ? interface_at(m, rest, &masked) : 0;

		n = n || !begins(s, i) ? n : name_at(m, rest, true, &masked);
		mask_put_slice(t, n ? slice_of(masked) : (struct slice){rest.p, 1});
		i += n ? n : 1;
	}
}

/* " 30: 1 2 PCI-MSI 1-edge web3-eth0-rx-0": what stands behind the counts. */
void mask_interrupts(struct masks *m, struct text *t, struct slice s)
{
	struct slice rest = s, line;
	struct text shaped = text_begin();

	while (slice_line(&rest, &line)) {
		const char *colon = memchr(line.p, ':', line.len);
		size_t n = colon ? (size_t)(colon - line.p) + 1 : line.len;

		while (n < line.len && (line.p[n] == ' ' || isdigit((unsigned char)line.p[n])))
			n++;
		mask_put(t, line.p, n);
		shaped.len = 0;
		mask_interfaces(m, &shaped, (struct slice){line.p + n, line.len - n});
		mask_device(m, t, (struct slice){shaped.bytes, shaped.len});
		mask_put(t, "\n", line.p + line.len < s.p + s.len);
	}
	text_end(&shaped, NULL);
}
