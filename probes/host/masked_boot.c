/* Masks the kernel's command line: what no parameter of the kernel's own says how it runs is taken for a name. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "probes/host/masked_impl.h"
#include "probes/util.h"

enum { KEY_MOST = 64 };

static bool matches(struct slice key, const char *const *patterns, size_t n)
{
	char text[KEY_MOST];

	if (key.len >= sizeof(text))
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)key.len, key.p);
	for (size_t i = 0; i < n; i++)
		if (!fnmatch(patterns[i], text, 0))
			return true;
	return false;
}

/* Whose values are words of the kernel, systemd or dracut, or numbers, and can be nothing that somebody named. */
static bool is_harmless(struct slice key)
{
	static const char *const patterns[] = {"8250.*", "acpi*", "amd_*", "apic*", "apparmor", "arm-smmu*", "arm64.*", "audit*",
		"biosdevname", "cgroup*", "clocksource", "clk_ignore_unused", "console", "consoleblank", "coredump_filter", "cpu*",
		"crashkernel", "debug*", "default_hugepagesz", "delayacct", "dis_ucode_ldr", "dm_mod.*", "earlycon",
		"earlyprintk", "edac*", "efi", "elevator", "enforcing", "fips", "fbcon", "fsck.mode", "fsck.repair",
		"gather_data_sampling", "hardened_usercopy", "hpet*", "hugepages*", "hugetlb*", "i915.*", "idle", "ima_*",
		"init_on_*", "intel*", "io_delay", "iomem", "iommu*", "irqaffinity", "irqpoll", "isolcpus", "kaslr", "kernelcore",
		"kpti", "ksm*", "kthread_cpus", "kvm*", "l1d_flush", "l1tf", "lapic", "libata.*", "lockdown", "log_buf_len",
		"loglevel", "lsm", "managed_irq", "maxcpus", "mce*", "mds", "mem", "mem_encrypt", "mem_sleep_default", "memmap",
		"memtest", "mitigations", "mmio_stale_data", "modprobe.blacklist", "module_blacklist", "movable*", "msr.*",
		"net.ifnames", "nmi_watchdog", "no_timer_check", "nohz*", "nosmt", "nr_cpus", "numa*", "nvme*", "nvidia*", "oops",
		"page_*", "panic*", "pci", "pci-stub.ids", "pcie*", "possible_cpus", "preempt", "printk.*", "processor.*", "psi",
		"psmouse.*", "pti", "randomize*", "rcu*", "rcutree.*", "rcupdate.*", "rd.auto", "rd.blacklist", "rd.driver.*",
		"rd.locale.*", "rd.shell", "rd.vconsole.*", "reboot", "reg_file_data_sampling", "retbleed", "rootfstype",
		"rootwait", "rootdelay", "sched*", "scsi_mod.*", "security", "selinux", "skew_tick", "slab*", "slub*", "smt",
		"softlockup*", "spec_*", "spectre*", "split_lock_detect", "srbds", "ssbd", "swapaccount", "sysrq_always_enabled",
		"systemd.cpu_affinity", "systemd.legacy*", "systemd.log*", "systemd.show_status", "systemd.unified_cgroup_hierarchy",
		"thp_anon", "threadirqs", "tpm*", "transparent_hugepage*", "tsa", "tsc*", "tsx*", "tuned.non_isolcpus", "usbcore.*",
		"vconsole.*", "vfio*", "vga", "video", "vmalloc", "vsyscall", "watchdog*", "workqueue.*", "x2apic*", "x86*",
		"xen*", "zswap*", "LANG", "locale.LANG", "KEYTABLE"};

	return matches(key, patterns, COUNT(patterns));
}

/* Whose values name something, and which are known to themselves. */
static bool is_known(struct slice key)
{
	static const char *const patterns[] = {"archiso*", "bond", "boot", "bootif", "BOOTIF", "bridge", "cloud-config-url", "crypt*",
		"dhcp*", "domain", "ds", "dyndbg", "fetch", "fsck.*", "hostname", "ifname", "init", "initrd", "inst.*", "ip",
		"ipv6*", "iscsi*", "kgdb*", "ks", "log_buf", "luks", "md", "nameserver", "netconsole", "netroot", "nfs*", "ostree", "preseed/*",
		"raid", "rd.*", "rdinit", "real_root", "resume*", "root", "rootflags", "rw", "seedfrom", "systemd.*", "team", "url",
		"usr*", "mount.*", "vlan", "zfs"};

	return matches(key, patterns, COUNT(patterns));
}

/* A number, a list of them, a size, a switch: whatever it is of. */
static bool says_how_much(struct slice s)
{
	static const char *const words[] = {"on", "off", "yes", "no", "true", "false", "none", "auto", "y", "n", "force", "dhcp"};
	size_t i = slice_starts(s, "0x") ? 2 : 0, from = i;

	for (size_t k = 0; k < COUNT(words); k++)
		if (slice_is(s, words[k]))
			return true;
	while (i < s.len && (from ? isxdigit((unsigned char)s.p[i]) != 0 : isdigit((unsigned char)s.p[i]) || strchr("-,", s.p[i])))
		i++;
	return !s.len || (s.len < 40 && i > from && (i == s.len || (!from && i + 1 == s.len && strchr("kKmMgGtTs", s.p[i]))));
}

/* Nothing but one UUID or address: it stays one. */
static bool put_shape(struct masks *m, struct text *t, struct slice s)
{
	static const enum mask_kind kinds[] = {MASK_UUID, MASK_MAC, MASK_IP4, MASK_IP6};
	struct text shaped = text_begin();
	bool found = false;

	mask_shapes(m, &shaped, s, true);
	for (size_t i = 0; i < COUNT(kinds); i++)
		found = found || mask_real(m, kinds[i], (struct slice){shaped.bytes, shaped.len});
	/* the boot firmware's "01-" before the address of its card */
	found = found || (slice_starts(s, "01-") && s.len == 20 && memcmp(shaped.bytes, s.p, s.len) != 0);
	if (found)
		mask_put(t, shaped.bytes, shaped.len);
	text_end(&shaped, NULL);
	return found;
}

/* "UUID=…", "LABEL=…", "/dev/mapper/vg-root", "/dev/vda1" */
static void put_name(struct masks *m, struct text *t, struct slice s)
{
	static const char *const tags[] = {"UUID=", "PARTUUID=", "LABEL=", "PARTLABEL=", "ZFS="};

	for (size_t i = 0; i < COUNT(tags); i++)
		if (slice_starts(s, tags[i])) {
			mask_put(t, s.p, strlen(tags[i]));
			s.p += strlen(tags[i]);
			s.len -= strlen(tags[i]);
			break;
		}
	if (s.len && s.p[0] == '/')
		mask_file(m, t, s);
	else if (s.len && !put_shape(m, t, s))
		mask_put_slice(t, slice_of(mask_of(m, MASK_NAME, s)));
}

/* The kernel where distributions have it: "/boot/vmlinuz-6.1", "(hd0,gpt2)/vmlinuz-6.1". */
static void put_image(struct masks *m, struct text *t, struct slice s)
{
	static const char *const places[] = {"/boot/", "/", "boot/", ""}, *const names[] = {"vmlinuz", "vmlinux", "bzImage", "linux"};
	const char *disk = slice_starts(s, "(hd") ? memchr(s.p, ')', s.len) : NULL;
	struct slice rest = disk ? (struct slice){disk + 1, s.len - (size_t)(disk + 1 - s.p)} : s;

	for (size_t i = 0; i < COUNT(places); i++) {
		size_t n = strlen(places[i]);
		struct slice name;

		if (!slice_starts(rest, places[i]))
			continue;
		name = (struct slice){rest.p + n, rest.len - n};
		for (size_t k = 0; k < COUNT(names); k++)
			if (slice_starts(name, names[k]) && !memchr(name.p, '/', name.len)) {
				mask_put(t, s.p, (size_t)(name.p - s.p));
				mask_words(m, t, name);
				return;
			}
	}
	put_name(m, t, s);
}

static void put_words(struct masks *m, struct text *t, struct slice s)
{
	struct text shaped = text_begin();

	mask_shapes(m, &shaped, s, true);
	mask_within(m, t, (struct slice){shaped.bytes, shaped.len});
	text_end(&shaped, NULL);
}

static void put_parameter(struct masks *m, struct text *t, struct slice word)
{
	const char *equals = memchr(word.p, '=', word.len);
	struct slice key = {word.p, equals ? (size_t)(equals - word.p) : word.len}, value;

	value = (struct slice){equals ? equals + 1 : word.p + word.len, equals ? word.len - key.len - 1 : 0};
	/* of others the parameter may be somebody's as well as what it says */
	if (says_how_much(value) || slice_is(key, "BOOT_IMAGE") || is_harmless(key) || is_known(key))
		put_words(m, t, key);
	else
		mask_put_slice(t, slice_of(mask_of(m, MASK_NAME, key)));
	if (!equals)
		return;
	mask_put(t, "=", 1);
	if (slice_is(key, "BOOT_IMAGE"))
		put_image(m, t, value);
	else if (is_harmless(key))
		put_words(m, t, value);
	else if (says_how_much(value))
		mask_put_slice(t, value);
	else
		put_name(m, t, value);
}

void mask_boot(struct masks *m, struct text *t, struct slice s)
{
	for (size_t i = 0; i < s.len;) {
		struct slice word = {s.p + i, 0};
		bool quoted = false;

		if (isspace((unsigned char)s.p[i])) {
			mask_put(t, s.p + i++, 1);
			continue;
		}
		for (; i + word.len < s.len && (quoted || !isspace((unsigned char)word.p[word.len])); word.len++)
			quoted ^= word.p[word.len] == '"';
		put_parameter(m, t, word);
		i += word.len;
	}
}
