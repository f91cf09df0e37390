/* How each answer is masked, by its path: names are replaced where they are names, and numbers stay what they are. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/host/masked_impl.h"
#include "probes/util.h"

/* A version may look like an address. */
static void no_address(struct masks *m, struct text *t, struct slice s)
{
	mask_shapes(m, t, s, false);
}

/* The text without the blanks around it is one word of that kind. */
static void whole(struct masks *m, struct text *t, struct slice s, enum mask_kind kind)
{
	struct slice word = slice_trim(s);

	mask_put(t, s.p, (size_t)(word.p - s.p));
	if (word.len)
		mask_put_slice(t, slice_of(mask_of(m, kind, word)));
	mask_put(t, word.p + word.len, s.len - (size_t)(word.p - s.p) - word.len);
}

static void serial(struct masks *m, struct text *t, struct slice s)
{
	size_t before = t->len;

	mask_shapes(m, t, s, false);
	if (t->len - before != s.len || memcmp(t->bytes + before, s.p, s.len) != 0)
		return;
	t->len = before;
	whole(m, t, s, MASK_SERIAL);
}

static void name(struct masks *m, struct text *t, struct slice s)
{
	whole(m, t, s, MASK_NAME);
}

/* The first line that says something; /etc/hostname may hold comments, and who reads them knows no other. */
static void hostname(struct masks *m, struct text *t, struct slice s)
{
	struct slice line;

	while (slice_line(&s, &line)) {
		bool comment = line.len && line.p[0] == '#';

		if (!comment)
			mask_host(m, t, line);
		mask_put(t, "\n", s.len || (!comment && line.p[line.len] == '\n'));
	}
}

static void cgroups(struct masks *m, struct text *t, struct slice s)
{
	struct slice rest = s, line;

	while (slice_line(&rest, &line)) {
		mask_path(m, t, line);
		mask_put(t, "\n", line.p + line.len < s.p + s.len);
	}
}

/* What an administrator may have named: a list of those that are the same everywhere, by their beginnings. */
static bool is_everywhere(struct slice s, const char *const *begins, size_t n, const char *behind)
{
	for (size_t i = 0; i < n; i++) {
		size_t at = strlen(begins[i]);

		if (!slice_starts(s, begins[i]))
			continue;
		while (at < s.len && (strchr("0123456789", s.p[at]) || strchr(behind, s.p[at])))
			at++;
		if (at == s.len)
			return true;
	}
	return false;
}

void mask_setting(struct masks *m, struct text *t, struct slice word)
{
	const char *equals = memrchr(word.p, '=', word.len);
	size_t n = equals ? (size_t)(equals - word.p) + 1 : 0, quote = word.len && strchr("\"'", word.p[word.len - 1]);

	if (!memchr(word.p, '/', word.len)) {
		mask_put_slice(t, word);
		return;
	}
	mask_put(t, word.p, n);
	mask_put_slice(t, slice_of(mask_of(m, MASK_NAME, (struct slice){word.p + n, word.len - n - quote})));
	mask_put(t, word.p + word.len - quote, quote);
}

/* Numbers and lists stay; comments say anything, and scripts have names of their own. */
static void irqbalance(struct masks *m, struct text *t, struct slice s)
{
	struct slice rest = s, line;

	while (slice_line(&rest, &line)) {
		bool comment = line.len && line.p[0] == '#';
		struct slice words = {line.p, comment ? 0 : line.len}, word;
		const char *at = line.p;

		mask_put(t, "#", comment);
		while (slice_word(&words, &word)) {
			mask_put(t, at, (size_t)(word.p - at));
			mask_setting(m, t, word);
			at = word.p + word.len;
		}
		if (!comment)
			mask_put(t, at, (size_t)(line.p + line.len - at));
		mask_put(t, "\n", line.p + line.len < s.p + s.len);
	}
}

/* Chips have the names of their drivers, but a name of any kind can be given to one. */
static void chip(struct masks *m, struct text *t, struct slice s)
{
	static const char *const known[] = {"coretemp", "k8temp", "k10temp", "zenpower", "fam15h_power", "acpitz", "acpi_fan", "acpi_power",
		"nvme", "power_meter", "drivetemp", "pch_", "iwlwifi_", "amdgpu", "radeon", "nouveau", "i915", "xe", "jc", "spd", "nct",
		"it", "f", "w", "lm", "adt", "adm", "max", "tmp", "ina", "pmbus", "ltc", "emc", "sch", "smsc", "via", "asus", "asus_wmi_sensors",
		"asus_ec", "asusec", "dell_smm", "dell_ddv", "thinkpad", "hp", "applesmc", "ucsi_source_psy_", "BAT", "AC", "ADP", "hidpp_battery_",
		"i5k_amb", "i5500_temp", "ibmaem", "ibmpex", "ipmi", "scpi_sensors", "scmi_sensors", "cpu_thermal", "soc_thermal",
		"gpu_thermal", "mlx", "mlxsw", "bnxt_en", "tg", "igb", "ixgbe", "i350bb", "cxgb", "r8169_", "liquidio", "ena",
		"intel_pch_thermal", "x86_pkg_temp", "peci_cputemp", "peci_dimmtemp", "occ", "xgene", "nfp", "be2net", "qlcnic"};
	struct slice word = slice_trim(s);

	if (is_everywhere(word, known, COUNT(known), "_-:abcdef"))
		mask_put_slice(t, s);
	else
		name(m, t, s);
}

/* All others: shapes, and names where they stand out. */
static void last_resort(struct masks *m, struct text *t, struct slice s)
{
	struct text shaped = text_begin();

	mask_shapes(m, &shaped, s, true);
	mask_words(m, t, (struct slice){shaped.bytes, shaped.len});
	text_end(&shaped, NULL);
}

/* Who is announced: interfaces are by their name, partitions by the label that they were given. */
static void uevent(struct masks *m, struct text *t, struct slice s)
{
	struct slice rest = s, line;

	while (slice_line(&rest, &line)) {
		const char *equals = memchr(line.p, '=', line.len);
		size_t n = equals ? (size_t)(equals - line.p) + 1 : 0;
		struct slice value = {line.p + n, line.len - n};

		mask_put(t, line.p, n);
		if (slice_starts(line, "INTERFACE="))
			mask_interface(m, t, value);
		else if (slice_starts(line, "PARTNAME="))
			whole(m, t, value, MASK_NAME);
		else
			mask_shapes(m, t, value, false);
		mask_put(t, "\n", line.p + line.len < s.p + s.len);
	}
}

/* "web3-eth0 eth1" */
static void ports(struct masks *m, struct text *t, struct slice s)
{
	for (size_t i = 0, n; i < s.len; i += n ? n : 1) {
		for (n = 0; i + n < s.len && !strchr(" \n", s.p[i + n]); n++)
			;
		mask_interface(m, t, (struct slice){s.p + i, n ? n : 1});
	}
}

static void text(struct masks *m, struct text *t, struct slice s)
{
	whole(m, t, s, MASK_TEXT);
}

/* Lines of a machine's own kind, and the host's names in them: "LPAR Name:  web". */
static void sysinfo(struct masks *m, struct text *t, struct slice s)
{
	struct slice line, key, value;

	while (slice_line(&s, &line)) {
		bool pair = slice_pair(line, ':', &key, &value) && value.len;

		if (pair && memmem(key.p, key.len, "Name", 4)) {
			mask_put(t, line.p, (size_t)(value.p - line.p));
			mask_host(m, t, value);
		} else if (pair && memmem(key.p, key.len, "Sequence", 8)) {
			mask_put(t, line.p, (size_t)(value.p - line.p));
			whole(m, t, value, MASK_SERIAL);
		} else {
			mask_shapes(m, t, line, true);
		}
		mask_put(t, "\n", 1);
	}
}

/* "  web3-eth0: 1 2 3": what stands before the colon. */
static void interfaces(struct masks *m, struct text *t, struct slice s)
{
	struct slice rest = s, line;

	while (slice_line(&rest, &line)) {
		const char *colon = memchr(line.p, ':', line.len);
		size_t n = colon ? (size_t)(colon - line.p) : 0;

		mask_interface(m, t, (struct slice){line.p, n});
		mask_put(t, line.p + n, line.len - n);
		mask_put(t, "\n", line.p + line.len < s.p + s.len);
	}
}

struct form {
	const char *begin, *end; /* of the path */
	mask_form *how; /* NULL: as it is */
};

static const struct form forms[] = {
	{"@virt/guests", "", mask_guests},
	{"@virt/connection", "", mask_connection},
	{"@virt/", "/xml", mask_xml},
	{"@virt/", "", mask_stats},
	{"@cpuid/", "", NULL},
	{"@pci/", "", NULL},
	{"@perf/", "", NULL},
	{"@tsc", "", NULL},
	{"@ethtool/", "", NULL},
	{"@qos/", "", NULL},
	{"@msr/", "", NULL},
	{"@capture/", "", NULL},
	{"@kmsg", "", mask_log},
	{"@", "", mask_sentence},
	{"/proc/cmdline", "", mask_boot},
	{"/proc/version", "", mask_version},
	{"/proc/sysinfo", "", sysinfo},
	{"/proc/sys/kernel/hostname", "", hostname},
	{"/proc/sys/kernel/domainname", "", hostname},
	{"/proc/sys/kernel/osrelease", "", NULL},
	{"/etc/hostname", "", hostname},
	{"/etc/default/irqbalance", "", irqbalance},
	{"/etc/sysconfig/irqbalance", "", irqbalance},
	{"/etc/tuned/active_profile", "", mask_profiles},
	{"/etc/tuned/profile_mode", "", NULL},
	{"/etc/tuned/", "/tuned.conf", mask_profile_file},
	{"/usr/lib/tuned/", "/tuned.conf", mask_profile_file},
	{"/etc/default/cpupower", "", mask_cpupower},
	{"/etc/sysconfig/cpupower", "", mask_cpupower},
	{"/proc/", "/cmdline", mask_command},
	{"/proc/", "/cgroup", cgroups},
	{"/proc/interrupts", "", mask_interrupts},
	{"/proc/net/dev", "", interfaces},
	{"/proc/net/softnet_stat", "", NULL},
	{"/proc/sys/net/", "", NULL},
	{"/proc/cpuinfo", "", NULL},
	{"/proc/stat", "", NULL},
	{"/proc/softirqs", "", NULL},
	{"/proc/vmstat", "", NULL},
	{"/proc/zoneinfo", "", NULL},
	{"/proc/meminfo", "", NULL},
	{"/proc/diskstats", "", NULL},
	{"/proc/irq/", "", NULL},
	{"/proc/pressure/", "", NULL},
	{"/proc/uptime", "", NULL},
	{"/proc/sys/vm/", "", NULL},
	{"/proc/", "/schedstat", NULL},
	{"/sys/devices/system/", "", NULL},
	{"/sys/fs/cgroup/", "", NULL},
	{"/sys/module/", "", NULL},
	{"/sys/class/hwmon/", "/name", chip},
	{"/sys/", "/uevent", uevent},
	{"/sys/", "/ifalias", text},
	{"/sys/", "/bonding/slaves", ports},
	{"/sys/", "/bonding/active_slave", ports},
	{"/sys/", "/bonding/primary", ports},
	{"/sys/", "/bonding_masters", ports},
	{"/sys/", "/dm/name", name},
	{"/sys/", "/dm/uuid", serial},
	{"/sys/", "serial", serial},
	{"/sys/", "serial_number", serial},
	{"/sys/", "asset_tag", serial},
	{"/sys/", "_uuid", serial},
	{"/sys/", "/uuid", serial},
	{"/sys/", "/wwid", serial},
	{"/sys/", "/wwn", serial},
	{"/sys/", "/nguid", serial},
	{"/sys/", "/eui", serial},
	{"/sys/", "/subsysnqn", serial},
	{"/sys/", "/hostnqn", serial},
	{"/sys/", "/hostid", serial},
	{"/sys/", "/unique_id", serial},
	{"/sys/", "/sas_address", serial},
	{"/sys/", "/port_name", serial},
	{"/sys/", "/node_name", serial},
	{"/sys/", "/phys_switch_id", serial},
	{"/sys/", "/phys_port_id", serial},
	{"/sys/", "/vpd_pg80", serial},
	{"/sys/", "/vpd_pg83", serial},
	{"/sys/", "/targetname", name},
	{"/sys/", "/initiatorname", name},
	{"/sys/class/dmi/", "", NULL},
	{"/sys/devices/virtual/dmi/", "", NULL},
	{"/sys/", "version", NULL},
	{"/sys/", "fw_ver", NULL},
	{"/sys/", "rev", NULL},
	{"/sys/bus/pci/", "", no_address},
	{"/sys/block/", "", no_address},
	{"", "", last_resort},
};

mask_form *mask_form_of(const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0;; i++) {
		const struct form *f = &forms[i];
		size_t begin = strlen(f->begin), end = strlen(f->end);

		if (len >= begin + end && !memcmp(path, f->begin, begin) && !memcmp(path + len - end, f->end, end))
			return f->how;
	}
}
