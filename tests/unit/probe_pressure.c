/* Tests pressure: averages and time lost, kernels that do not count it, and those that were told not to. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "probes/pressure.h"
#include "tests/lib/probing.h"
#include "tests/lib/sham_memory.h"

static const struct pressure *pressure_facts(struct probing *p)
{
	return snapshot_facts(p->snap, &probe_pressure);
}

static struct probing machine(void)
{
	struct probing p = probing_new(2);

	sham_put(p.m, "/proc/pressure/cpu", "some avg10=12.34 avg60=1.00 avg300=0.00 total=100\n"); /* 5.2: no full */
	sham_pressure(p.m, "memory", 1000);
	sham_pressure(p.m, "io", 1000);
	return p;
}

static void test_averages(void **state)
{
	struct probing p = machine();

	(void)state;
	probing_tick(&p);
	assert_int_equal(pressure_facts(&p)->resource.n, 3);
	probing_near(&p, "pressure.resource[cpu].some_avg10", 12.34, 1e-9);
	probing_not(&p, "pressure.resource[cpu].full_avg10", KNOWN_ABSENT);
	probing_not(&p, "pressure.resource[cpu].full_us_per_s", KNOWN_ABSENT);
	probing_near(&p, "pressure.resource[memory].some_avg10", 1.25, 1e-9);
	probing_near(&p, "pressure.resource[memory].some_avg60", 0.5, 1e-9);
	probing_near(&p, "pressure.resource[memory].some_avg300", 0.06, 1e-9);
	probing_near(&p, "pressure.resource[memory].full_avg10", 0.75, 1e-9);
	probing_near(&p, "pressure.resource[memory].full_avg60", 0, 0);
	probing_near(&p, "pressure.resource[memory].full_avg300", 0.01, 1e-9);
	probing_not(&p, "pressure.resource[memory].some_us_per_s", KNOWN_NOT_YET);
	assert_ptr_equal(pressure_of(pressure_facts(&p), "io"),
		(const struct pressure_resource *)pressure_facts(&p)->resource.row + 2);
	assert_null(pressure_of(pressure_facts(&p), "irq"));
	assert_null(pressure_of(NULL, "io"));
	probing_end(&p);
}

static void test_time_lost(void **state)
{
	struct probing p = machine();

	(void)state;
	probing_tick(&p);
	sham_pressure(p.m, "memory", 41000);
	probing_pass(&p, 2000);
	probing_near(&p, "pressure.resource[memory].some_us_per_s", 20000, 1e-6);
	probing_near(&p, "pressure.resource[memory].full_us_per_s", 10000, 1e-6);
	probing_near(&p, "pressure.resource[io].some_us_per_s", 0, 0);
	sham_pressure(p.m, "memory", 5);
	probing_pass(&p, 2000);
	probing_not(&p, "pressure.resource[memory].some_us_per_s", KNOWN_NOT_YET);
	probing_end(&p);

	p = machine();
	sham_kind(p.m, HOST_DIRECTORY);
	probing_tick(&p);
	sham_forward(p.m, 1000000000);
	probing_tick(&p);
	probing_not(&p, "pressure.resource[memory].some_us_per_s", KNOWN_NOT_RECORDED);
	probing_near(&p, "pressure.resource[memory].some_avg10", 1.25, 1e-9); /* an average stays what it was */
	probing_end(&p);
}

/* No such folder before 4.20; a folder whose files cannot be opened with psi=0. */
static void test_none(void **state)
{
	static const char *const paths[] = {
		"/proc/pressure/cpu", "/proc/pressure/memory", "/proc/pressure/io", "/proc/pressure/irq"};
	struct probing p = probing_new(2);

	(void)state;
	probing_tick(&p);
	assert_int_equal(pressure_facts(&p)->resource.known, KNOWN_ABSENT);
	assert_int_equal(pressure_facts(&p)->resource.err, -ENOENT);
	for (size_t i = 0; i < COUNT(paths); i++) {
		sham_put(p.m, paths[i], "\n");
		sham_error(p.m, paths[i], -EOPNOTSUPP);
	}
	probing_pass(&p, 1000);
	assert_int_equal(pressure_facts(&p)->resource.known, KNOWN_ABSENT);
	assert_int_equal(pressure_facts(&p)->resource.err, -EOPNOTSUPP);
	probing_end(&p);
}

static void test_failures(void **state)
{
	struct probing p = machine();

	(void)state;
	sham_error(p.m, "/proc/pressure/memory", -EACCES);
	sham_put(p.m, "/proc/pressure/io",
		"some avg10=1,25 avg60=.5 avg300=0.066 total=-3\nfull avg10=x.25 avg60 total=\n\n");
	sham_put(p.m, "/proc/pressure/irq", "full avg10=0.50 avg60=0.00 avg300=0.00 total=7\n");
	probing_tick(&p);
	probing_not(&p, "pressure.resource[memory].some_avg10", KNOWN_DENIED);
	probing_not(&p, "pressure.resource[memory].some_us_per_s", KNOWN_DENIED);
	probing_not(&p, "pressure.resource[io].some_avg10", KNOWN_BROKEN);
	probing_not(&p, "pressure.resource[io].some_avg60", KNOWN_BROKEN);
	probing_not(&p, "pressure.resource[io].some_avg300", KNOWN_BROKEN);
	probing_not(&p, "pressure.resource[io].full_avg10", KNOWN_BROKEN);
	probing_not(&p, "pressure.resource[io].full_us_per_s", KNOWN_BROKEN);
	probing_not(&p, "pressure.resource[irq].some_avg10", KNOWN_ABSENT);
	probing_near(&p, "pressure.resource[irq].full_avg10", 0.5, 1e-9);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_averages),
		cmocka_unit_test(test_time_lost),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
