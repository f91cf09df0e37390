/* Tests what tuned's active profile sets, by its includes, what cpupower sets, and which daemons are found. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "probes/daemons.h"
#include "probes/util.h"
#include "tests/lib/probing.h"

static struct probing begin(const char *profile)
{
	struct probing p = probing_new(0);
	char bad[64];

	assert_int_equal(sampler_only(p.s, "daemons", bad), 0);
	sham_put(p.m, "/proc/1/comm", "systemd\n");
	if (profile)
		sham_put(p.m, "/etc/tuned/active_profile", "%s\n", profile);
	return p;
}

#define VIRTUAL_HOST \
	"#\n# tuned configuration\n#\n\n[main]\nsummary=Optimize for running KVM guests\n" \
	"include=throughput-performance\n\n[vm]\ndirty_background_ratio = 5\ngovernor=never\n\n[cpu]\n" \
	"# Setting C3 state sleep mode/power savings\nforce_latency=cstate.id_no_zero:3|70\n"
#define THROUGHPUT \
	"[main]\nsummary=Broadly applicable\n\n[cpu]\ngovernor=performance\nenergy_perf_bias=performance\n" \
	"energy_performance_preference = performance\n;force_latency=1\nmin_perf_pct=100\n"

/* C10: the limit that the profile holds, and what it takes from the one below it. */
static void test_virtual_host(void **state)
{
	struct probing p = begin("virtual-host");

	(void)state;
	sham_put(p.m, "/etc/tuned/profile_mode", "manual\n");
	sham_put(p.m, "/usr/lib/tuned/virtual-host/tuned.conf", VIRTUAL_HOST);
	sham_put(p.m, "/usr/lib/tuned/throughput-performance/tuned.conf", THROUGHPUT);
	probing_tick(&p);
	probing_says(&p, "daemons.tuned_mode", "manual");
	probing_says(&p, "daemons.tuned_file", "/usr/lib/tuned/virtual-host/tuned.conf");
	probing_says(&p, "daemons.tuned_force_latency", "cstate.id_no_zero:3|70");
	probing_says(&p, "daemons.tuned_governor", "performance");
	probing_says(&p, "daemons.tuned_epp", "performance");
	probing_end(&p);
}

/* A child of one's own, in the folder of newer versions, and before that of the package. */
static void test_children(void **state)
{
	struct probing p = begin("kvm-low");

	(void)state;
	sham_put(p.m, "/usr/lib/tuned/profiles/virtual-host/tuned.conf", VIRTUAL_HOST);
	sham_put(p.m, "/usr/lib/tuned/profiles/throughput-performance/tuned.conf", THROUGHPUT);
	sham_put(p.m, "/etc/tuned/profiles/kvm-low/tuned.conf",
		"[main]\ninclude=virtual-host, missing-not\n[cpu]\nforce_latency=cstate.name:C1E|10\n");
	sham_put(p.m, "/etc/tuned/missing-not/tuned.conf", "[cpu]\ngovernor=ondemand|powersave\n");
	probing_tick(&p);
	probing_says(&p, "daemons.tuned_file", "/etc/tuned/profiles/kvm-low/tuned.conf");
	probing_says(&p, "daemons.tuned_force_latency", "cstate.name:C1E|10");
	probing_says(&p, "daemons.tuned_governor", "ondemand|powersave");
	/* one of the same name shadows that of the package */
	sham_put(p.m, "/etc/tuned/virtual-host/tuned.conf", "[main]\n[cpu]\nenergy_performance_preference=power\n");
	probing_pass(&p, 10000);
	probing_says(&p, "daemons.tuned_epp", "power");
	/* two at once: the later one wins */
	sham_put(p.m, "/etc/tuned/active_profile", "kvm-low throughput-performance\n");
	probing_pass(&p, 10000);
	probing_says(&p, "daemons.tuned_governor", "performance");
	probing_says(&p, "daemons.tuned_force_latency", "cstate.name:C1E|10");
	probing_end(&p);
}

static void test_nothing_set(void **state)
{
	struct probing p = begin("virtual-host");

	(void)state;
	sham_put(p.m, "/usr/lib/tuned/virtual-host/tuned.conf", "[main]\nsummary=x\n[sysctl]\ngovernor=performance\n");
	probing_tick(&p);
	probing_not(&p, "daemons.tuned_force_latency", KNOWN_ABSENT);
	probing_not(&p, "daemons.tuned_governor", KNOWN_ABSENT);
	probing_not(&p, "daemons.tuned_mode", KNOWN_ABSENT);
	probing_end(&p);
}

/* What a profile sets is not known when a part of it cannot be read: absent would be a lie. */
static void test_what_cannot_be_read(void **state)
{
	struct probing p = begin("virtual-host");

	(void)state;
	sham_put(p.m, "/usr/lib/tuned/virtual-host/tuned.conf", VIRTUAL_HOST);
	probing_tick(&p);
	probing_says(&p, "daemons.tuned_file", "/usr/lib/tuned/virtual-host/tuned.conf");
	probing_not(&p, "daemons.tuned_force_latency", KNOWN_BROKEN);
	probing_not(&p, "daemons.tuned_governor", KNOWN_BROKEN);
	sham_put(p.m, "/etc/tuned/throughput-performance/tuned.conf", THROUGHPUT);
	sham_error(p.m, "/etc/tuned/throughput-performance/tuned.conf", -EACCES);
	probing_pass(&p, 10000);
	probing_not(&p, "daemons.tuned_force_latency", KNOWN_DENIED);
	/* it includes itself */
	sham_put(p.m, "/etc/tuned/virtual-host/tuned.conf", "[main]\ninclude=virtual-host\n[cpu]\nforce_latency=1\n");
	probing_pass(&p, 10000);
	probing_words(&p, "daemons.tuned_force_latency", "broken: ELOOP");
	/* names that lead elsewhere */
	sham_put(p.m, "/etc/tuned/active_profile", "../../root\n");
	probing_pass(&p, 10000);
	probing_not(&p, "daemons.tuned_force_latency", KNOWN_BROKEN);
	sham_error(p.m, "/etc/tuned/active_profile", -EACCES);
	probing_pass(&p, 10000);
	probing_not(&p, "daemons.tuned_profile", KNOWN_DENIED);
	probing_not(&p, "daemons.tuned_force_latency", KNOWN_DENIED);
	probing_not(&p, "daemons.tuned_file", KNOWN_DENIED);
	probing_end(&p);

	p = begin(NULL);
	probing_tick(&p);
	probing_not(&p, "daemons.tuned_profile", KNOWN_ABSENT);
	probing_not(&p, "daemons.tuned_governor", KNOWN_ABSENT);
	probing_end(&p);
}

/* A capture has the profile's name, and of its file only that it was not asked for. */
static void test_not_recorded(void **state)
{
	struct probing p = probing_capture("guests");

	(void)state;
	probing_tick(&p);
	probing_says(&p, "daemons.tuned_profile", "balanced");
	probing_not(&p, "daemons.tuned_force_latency", KNOWN_NOT_RECORDED);
	probing_end(&p);
	p = probing_capture("founding");
	probing_tick(&p);
	probing_not(&p, "daemons.tuned_force_latency", KNOWN_ABSENT);
	probing_says(&p, "daemons.tuned_epp", "balance_performance");
	probing_end(&p);
}

static void test_five_deep(void **state)
{
	struct probing p = begin("p0");
	char path[64];

	(void)state;
	for (int i = 0; i < 7; i++) {
		snprintf(path, sizeof(path), "/etc/tuned/p%d/tuned.conf", i);
		if (i == 5)
			sham_put(p.m, path, "[cpu]\ngovernor=powersave\n");
		else
			sham_put(p.m, path, "[main]\ninclude=p%d\n", i + 1);
	}
	probing_tick(&p);
	probing_says(&p, "daemons.tuned_governor", "powersave");
	sham_put(p.m, "/etc/tuned/p5/tuned.conf", "[main]\ninclude=p6\n");
	probing_pass(&p, 10000);
	probing_words(&p, "daemons.tuned_governor", "broken: ELOOP");
	probing_end(&p);
}

static void test_cpupower(void **state)
{
	static const struct {
		const char *path, *text, *governor;
	} rows[] = {
		{"/etc/default/cpupower", "# Define CPUs governor\n#governor='ondemand'\n", NULL},
		{"/etc/default/cpupower", "governor='performance'\nmin_freq=\"2GHz\"\n", "performance"},
		{"/etc/default/cpupower", "governor=powersave\n", "powersave"},
		{"/etc/sysconfig/cpupower",
			"CPUPOWER_START_OPTS=\"frequency-set -g performance\"\nCPUPOWER_STOP_OPTS=\"frequency-set -g ondemand\"\n",
			"performance"},
		{"/etc/sysconfig/cpupower", "CPUPOWER_START_OPTS=\"frequency-set -g\"\n", NULL},
		{"/etc/sysconfig/cpupower", "\n", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct probing p = begin(NULL);

		sham_put(p.m, rows[i].path, "%s", rows[i].text);
		probing_tick(&p);
		if (rows[i].governor)
			probing_says(&p, "daemons.cpupower_governor", rows[i].governor);
		else
			probing_not(&p, "daemons.cpupower_governor", KNOWN_ABSENT);
		sham_error(p.m, rows[i].path, -EACCES);
		probing_pass(&p, 10000);
		probing_not(&p, "daemons.cpupower_governor", KNOWN_DENIED);
		probing_end(&p);
	}
}

/* All that CHECKS D01 names, as the kernel cuts their names. */
static void test_daemons(void **state)
{
	static const char *const comms[][2] = {{"tuned", "tuned"}, {"power-profiles-", "power-profiles-daemon"}, {"tlp", "tlp"},
		{"tlp-pd", "tlp-pd"}, {"tuned-ppd", "tuned-ppd"}, {"auto-cpufreq", "auto-cpufreq"}, {"cpufreqd", "cpufreqd"},
		{"thermald", "thermald"}, {"irqbalance", "irqbalance"}, {"ksmtuned", "ksmtuned"}, {"ksmtune", "ksmtune"},
		{"numad", "numad"}, {"system76-power", "system76-power"}};
	char path[64], address[80];

	(void)state;
	for (size_t i = 0; i < COUNT(comms); i++) {
		struct probing p = begin(NULL);

		snprintf(path, sizeof(path), "/proc/%zu/comm", 700 + i);
		sham_put(p.m, path, "%s\n", comms[i][0]);
		probing_tick(&p);
		for (size_t k = 0; k < COUNT(comms); k++) {
			snprintf(address, sizeof(address), "daemons.daemon[%s].running", comms[k][1]);
			probing_is(&p, address, i == k);
		}
		probing_end(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_virtual_host),
		cmocka_unit_test(test_children),
		cmocka_unit_test(test_nothing_set),
		cmocka_unit_test(test_what_cannot_be_read),
		cmocka_unit_test(test_not_recorded),
		cmocka_unit_test(test_five_deep),
		cmocka_unit_test(test_cpupower),
		cmocka_unit_test(test_daemons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
