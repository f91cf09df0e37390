/* The kernel: its release, how it was booted, and which host name it has. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/get.h"
#include "probes/host/host.h"
#include "probes/kernel_impl.h"
#include "probes/parse.h"

#define RELEASE SOURCES("/proc/sys/kernel/osrelease", "/proc/version")
#define CMDLINE SOURCES("/proc/cmdline")
#define CPUS(member, label, meaning) FIELD(struct kernel, member, label, TYPE_CPUS, UNIT_NONE, 0, CMDLINE, meaning)

static const struct field fields[] = {
	FIELD(struct kernel, release, "Kernel", TYPE_TEXT, UNIT_NONE, 0, RELEASE, "Release of the running kernel."),
	FIELD(struct kernel, major, "Major", TYPE_U64, UNIT_NONE, 0, RELEASE,
		"First number of the release: what a clock value means depends on it."),
	FIELD(struct kernel, minor, "Minor", TYPE_U64, UNIT_NONE, 0, RELEASE, "Second number of the release."),
	FIELD(struct kernel, version, "Version", TYPE_TEXT, UNIT_NONE, 0, SOURCES("/proc/version"),
		"The kernel's own line about itself, its compiler and its build."),
	FIELD(struct kernel, cmdline, "Command line", TYPE_TEXT, UNIT_NONE, 0, CMDLINE,
		"What the kernel was booted with."),
	FIELD(struct kernel, cmdline_governor, "Default governor", TYPE_TEXT, UNIT_NONE, 0, CMDLINE,
		"The governor that the command line asks for, cpufreq.default_governor."),
	FIELD(struct kernel, cmdline_pstate, "P-state option", TYPE_TEXT, UNIT_NONE, 0, CMDLINE,
		"What the command line says to the frequency driver, intel_pstate or amd_pstate."),
	CPUS(cmdline_isolcpus, "Isolated at boot", "The CPUs that isolcpus= takes from the scheduler."),
	FIELD(struct kernel, cmdline_isolcpus_flags, "Isolation flags", TYPE_WORDS, UNIT_NONE, 0, CMDLINE,
		"What isolcpus= keeps away from those CPUs; without a word it is domain."),
	CPUS(cmdline_nohz_full, "Without ticks at boot", "The CPUs that nohz_full= runs without timer ticks."),
	CPUS(cmdline_rcu_nocbs, "Without RCU callbacks", "The CPUs whose RCU callbacks rcu_nocbs= hands to threads."),
	CPUS(cmdline_irqaffinity, "Interrupts at boot", "The CPUs that irqaffinity= gives interrupts to."),
	FIELD(struct kernel, cmdline_iommu, "IOMMU options", TYPE_WORDS, UNIT_NONE, 0, CMDLINE,
		"What the command line says of the IOMMU."),
	FIELD(struct kernel, cmdline_aspm, "ASPM option", TYPE_TEXT, UNIT_NONE, 0, CMDLINE,
		"What pcie_aspm= says of the power saving of PCIe links."),
	FIELD(struct kernel, cmdline_split_lock, "Split lock option", TYPE_TEXT, UNIT_NONE, 0, CMDLINE,
		"What split_lock_detect= says is done with split locks."),
	FIELD(struct kernel, boot_id, "Boot id", TYPE_TEXT, UNIT_NONE, FIELD_MOVES,
		SOURCES("/proc/sys/kernel/random/boot_id"),
		"Differs from boot to boot: values of another boot are lost."),
	FIELD(struct kernel, hostname, "Host name", TYPE_TEXT, UNIT_NONE, FIELD_WHO,
		SOURCES("/proc/sys/kernel/hostname", "/etc/hostname"), "What this host calls itself."),
	FIELD(struct kernel, uptime_s, "Uptime", TYPE_F64, UNIT_S, FIELD_MOVES, SOURCES("/proc/uptime"),
		"Seconds since the kernel was booted."),
};

/* "Linux version 6.1.0-56-amd64 (…)" where osrelease is not there. */
static struct value release(const struct tick *t, struct value version)
{
	struct value v = get_text(t, 0, "/proc/sys/kernel/osrelease");
	struct slice rest, word;

	if (value_known(v) || !value_known(version))
		return v;
	rest = slice_of(version.text);
	for (int i = 0; i < 3; i++)
		if (!slice_word(&rest, &word))
			return v;
	return value_text(slice_text(t->a, word), 1);
}

static struct value uptime(const struct tick *t)
{
	struct value v = get_text(t, 0, "/proc/uptime");
	char *end;
	double s;

	if (!value_known(v))
		return v;
	s = strtod(v.text, &end);
	return end == v.text ? value_error(-EINVAL, 0) : value_f64(s, 0);
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct kernel *k = facts;
	unsigned major, minor;

	(void)state;
	k->version = get_text(t, 0, "/proc/version");
	k->release = release(t, k->version);
	k->major = k->minor = value_error(k->release.err ? k->release.err : -EINVAL, k->release.src);
	if (value_known(k->release) && parse_release(k->release.text, &major, &minor)) {
		k->major = value_u64(major, k->release.src);
		k->minor = value_u64(minor, k->release.src);
	}
	k->cmdline = get_text(t, 0, "/proc/cmdline");
	kernel_boot(t, k);
	k->boot_id = get_text(t, 0, "/proc/sys/kernel/random/boot_id");
	k->hostname = get_text(t, 0, "/proc/sys/kernel/hostname");
	if (!value_known(k->hostname))
		k->hostname = get_text(t, 1, "/etc/hostname");
	k->uptime_s = uptime(t);
	return 0;
}

bool kernel_at_least(const struct kernel *k, unsigned major, unsigned minor)
{
	if (!k || !value_known(k->major) || !value_known(k->minor))
		return false;
	return k->major.u > major || (k->major.u == major && k->minor.u >= minor);
}

const struct probe probe_kernel = {
	.name = "kernel",
	.title = "Kernel",
	.size = sizeof(struct kernel),
	.period_ms = 60000,
	.fields = fields,
	.nfields = COUNT(fields),
	.sample = sample,
};
