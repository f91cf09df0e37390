/* Tests the clock source: each that Linux has, whether this host is a guest, and what it gives its own guests. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/probing.h"

#define FOLDER "/sys/devices/system/clocksource/clocksource0"

static struct probing begin(const char *cpuinfo, const char *current, const char *available)
{
	struct probing p = probing_new(0);
	char bad[64];

	assert_int_equal(sampler_only(p.s, "clock", bad), 0);
	sham_put(p.m, "/proc/sys/kernel/osrelease", "6.12.57\n");
	if (cpuinfo)
		sham_put(p.m, "/proc/cpuinfo", "%s", cpuinfo);
	if (current)
		sham_put(p.m, FOLDER "/current_clocksource", "%s\n", current);
	if (available)
		sham_put(p.m, FOLDER "/available_clocksource", "%s\n", available);
	return p;
}

#define X86 \
	"processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Xeon\nflags\t\t: fpu vmx constant_tsc nonstop_tsc\n"
#define ARM "processor\t: 0\nBogoMIPS\t: 50.00\nCPU implementer\t: 0x41\n"

static void test_each_clock(void **state)
{
	static const struct {
		const char *cpuinfo, *current, *cost;
		unsigned ns;
		const char *guest_of;
		int guests_fast; /* -1: absent */
	} rows[] = {
		{X86, "tsc", "fast", 25, NULL, 1},
		{X86, "hpet", "slow", 1200, NULL, 0},
		{X86, "acpi_pm", "slow", 2600, NULL, 0},
		{X86, "jiffies", "coarse", 0, NULL, 0},
		{X86, "kvm-clock", "fast", 0, "KVM", 0},
		{X86, "hyperv_clocksource_tsc_page", "fast", 0, "Hyper-V", 1},
		{X86, "xen", "fast", 0, "Xen", 0},
		{X86, "something-new", NULL, 0, NULL, 0},
		{ARM, "arch_sys_counter", "fast", 0, NULL, -1},
		{NULL, "tod", "fast", 0, NULL, -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct probing p = begin(rows[i].cpuinfo, rows[i].current, rows[i].current);

		probing_tick(&p);
		probing_says(&p, "clock.current", rows[i].current);
		if (rows[i].cost)
			probing_says(&p, "clock.cost", rows[i].cost);
		else
			probing_not(&p, "clock.cost", KNOWN_ABSENT);
		if (rows[i].ns)
			probing_is(&p, "clock.cost_ns", rows[i].ns);
		else
			probing_not(&p, "clock.cost_ns", KNOWN_ABSENT);
		if (rows[i].guest_of)
			probing_says(&p, "clock.paravirtual", rows[i].guest_of);
		else
			probing_not(&p, "clock.paravirtual", KNOWN_ABSENT);
		if (rows[i].guests_fast >= 0)
			probing_is(&p, "clock.guests_fast", (uint64_t)rows[i].guests_fast);
		else
			probing_not(&p, "clock.guests_fast", KNOWN_ABSENT);
		probing_end(&p);
	}
}

/* The watchdog took tsc away; the processor itself would have a good one. */
static void test_tsc_that_was_taken_off_the_list(void **state)
{
	struct probing p = begin(X86, "hpet", "hpet acpi_pm ");

	(void)state;
	sham_put(p.m, "/proc/cmdline", "ro clocksource=hpet quiet tsc=unstable notsc=x\n");
	probing_tick(&p);
	probing_is(&p, "clock.tsc_offered", 0);
	probing_says(&p, "clock.tsc_flags", "constant_tsc nonstop_tsc");
	probing_says(&p, "clock.available", "hpet acpi_pm");
	probing_says(&p, "clock.boot", "clocksource=hpet tsc=unstable");
	probing_end(&p);
}

/* A folder without /proc/cpuinfo: the list itself shows that it is an x86. */
static void test_x86_by_its_list(void **state)
{
	struct probing p = begin(NULL, "kvm-clock", "kvm-clock tsc acpi_pm ");

	(void)state;
	probing_tick(&p);
	probing_is(&p, "clock.tsc_offered", 1);
	assert_false(value_known(probing_value(&p, "clock.tsc_flags")));
	probing_says(&p, "clock.paravirtual", "KVM");
	assert_false(value_known(probing_value(&p, "clock.boot")));
	probing_end(&p);
}

static void test_nothing_and_refusals(void **state)
{
	struct probing p = begin(X86, NULL, NULL);

	(void)state;
	probing_tick(&p);
	probing_not(&p, "clock.current", KNOWN_ABSENT);
	probing_not(&p, "clock.cost_ns", KNOWN_ABSENT);
	probing_not(&p, "clock.tsc_offered", KNOWN_ABSENT);
	sham_put(p.m, FOLDER "/current_clocksource", "tsc\n");
	sham_error(p.m, FOLDER "/current_clocksource", -EACCES);
	sham_error(p.m, FOLDER "/available_clocksource", -EIO);
	probing_pass(&p, 10000);
	probing_not(&p, "clock.current", KNOWN_DENIED);
	probing_not(&p, "clock.cost", KNOWN_DENIED);
	probing_not(&p, "clock.guests_fast", KNOWN_DENIED);
	probing_not(&p, "clock.tsc_offered", KNOWN_BROKEN);
	sham_error(p.m, FOLDER "/current_clocksource", 0);
	probing_pass(&p, 10000);
	probing_says(&p, "clock.current", "tsc");
	/* the kernel changes it by itself */
	sham_put(p.m, FOLDER "/current_clocksource", "hpet\n");
	probing_pass(&p, 10000);
	probing_is(&p, "clock.cost_ns", 1200);
	sham_put(p.m, FOLDER "/current_clocksource", "\n");
	probing_pass(&p, 10000);
	probing_not(&p, "clock.current", KNOWN_ABSENT);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_clock),
		cmocka_unit_test(test_tsc_that_was_taken_off_the_list),
		cmocka_unit_test(test_x86_by_its_list),
		cmocka_unit_test(test_nothing_and_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
