/* Tests what the overview says of power, uncore, clock source and KVM: only what is wrong, and that in words. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/probing.h"
#include "tui/panels/lines.h"

#define ZONE "/sys/class/powercap/intel-rapl:0/"
#define UNCORE "/sys/devices/system/cpu/intel_uncore_frequency/package_00_die_00/"
#define CLOCK "/sys/devices/system/clocksource/clocksource0/current_clocksource"

/* Whether that line has a part of these words, and in which role. */
static bool says(struct probing *p, const char *label, const char *words, enum role role)
{
	struct arena *a = arena_new(0);
	struct overview_line lines[OVERVIEW_LINES];
	size_t n = overview_lines(a, p->snap, lines);
	bool found = false;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; strcmp(lines[i].label, label) == 0 && k < lines[i].nparts; k++)
			found = found || (strcmp(lines[i].part[k].text, words) == 0 && lines[i].part[k].role == role);
	arena_free(a);
	return found;
}

static void put_power(struct probing *p, unsigned limit, unsigned uncore)
{
	sham_put(p->m, ZONE "name", "package-0\n");
	sham_put(p->m, ZONE "enabled", "1\n");
	sham_put(p->m, ZONE "constraint_0_name", "long_term\n");
	sham_put(p->m, ZONE "constraint_0_power_limit_uw", "%u\n", limit * 1000000);
	sham_put(p->m, ZONE "constraint_0_max_power_uw", "165000000\n");
	sham_put(p->m, ZONE "energy_uj", "5000000\n");
	sham_put(p->m, UNCORE "max_freq_khz", "%u\n", uncore);
	sham_put(p->m, UNCORE "initial_max_freq_khz", "2400000\n");
	p->want.deep = true;
	probing_tick(p);
	sham_put(p->m, ZONE "energy_uj", "285000000\n"); /* 140 W for two seconds */
	probing_pass(p, 2000);
}

static void test_power(void **state)
{
	struct probing p = probing_new(4);

	(void)state;
	put_power(&p, 165, 2400000);
	assert_false(says(&p, "LIMITS", "1 package at its power limit", ROLE_warn));
	assert_false(says(&p, "LIMITS", "power of 1 package capped", ROLE_warn));
	assert_false(says(&p, "LIMITS", "uncore capped", ROLE_warn));
	probing_end(&p);
	p = probing_new(4);
	put_power(&p, 140, 1800000);
	assert_true(says(&p, "LIMITS", "1 package at its power limit", ROLE_warn));
	assert_true(says(&p, "LIMITS", "power of 1 package capped", ROLE_warn));
	assert_true(says(&p, "LIMITS", "uncore capped", ROLE_warn));
	probing_end(&p);
}

static void test_clock_source(void **state)
{
	struct probing p = probing_new(4);

	(void)state;
	sham_put(p.m, CLOCK, "tsc\n");
	probing_tick(&p);
	assert_false(says(&p, "HOST", "clock source tsc is fast", ROLE_crit));
	sham_put(p.m, CLOCK, "hpet\n");
	probing_pass(&p, 10000);
	assert_true(says(&p, "HOST", "clock source hpet is slow", ROLE_crit));
	sham_put(p.m, CLOCK, "refined-jiffies\n");
	probing_pass(&p, 10000);
	assert_true(says(&p, "HOST", "clock source refined-jiffies is coarse", ROLE_crit));
	sham_put(p.m, CLOCK, "unheard-of\n");
	probing_pass(&p, 10000);
	assert_false(says(&p, "HOST", "clock source unheard-of is slow", ROLE_crit));
	probing_end(&p);
}

static void test_kvm(void **state)
{
	struct probing p = probing_new(4);

	(void)state;
	sham_put(p.m, "/sys/class/dmi/id/sys_vendor", "Dell Inc.\n");
	probing_tick(&p);
	assert_true(says(&p, "HOST", "KVM is not loaded", ROLE_warn));
	sham_put(p.m, "/sys/devices/virtual/misc/kvm/dev", "10:232\n");
	probing_pass(&p, 10000);
	assert_false(says(&p, "HOST", "KVM is not loaded", ROLE_warn));
	probing_end(&p);
	/* guests need none, and a copy may have left it out */
	p = probing_new(4);
	sham_put(p.m, "/sys/class/dmi/id/sys_vendor", "QEMU\n");
	probing_tick(&p);
	assert_false(says(&p, "HOST", "KVM is not loaded", ROLE_warn));
	probing_end(&p);
	p = probing_new(4);
	sham_kind(p.m, HOST_DIRECTORY);
	sham_put(p.m, "/sys/class/dmi/id/sys_vendor", "Dell Inc.\n");
	probing_tick(&p);
	assert_false(says(&p, "HOST", "KVM is not loaded", ROLE_warn));
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_power),
		cmocka_unit_test(test_clock_source),
		cmocka_unit_test(test_kvm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
