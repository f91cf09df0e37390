/* Tests that simulate refuses what it cannot make, overwrites nothing, and leaves nothing half done. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/simulated.h"

static void test_refuses_numbers(void **state)
{
	static const struct {
		unsigned packages, cores, threads, states, busy;
		const char *driver, *governor, *says;
	} cases[] = {
		{0, 4, 2, 4, 12, "intel_pstate", "powersave", "--packages can be 1 to 64, not 0"},
		{65, 4, 2, 4, 12, "intel_pstate", "powersave", "--packages can be 1 to 64, not 65"},
		{1, 0, 2, 4, 12, "intel_pstate", "powersave", "--cores can be"},
		{1, 4294967295, 2, 4, 12, "intel_pstate", "powersave", "--cores can be"},
		{1, 4, 0, 4, 12, "intel_pstate", "powersave", "--threads can be"},
		{1, 4, 2, 11, 12, "intel_pstate", "powersave", "--states can be 0 to 10, not 11"},
		{1, 4, 2, 4, 101, "intel_pstate", "powersave", "--busy can be 0 to 100, not 101"},
		{64, 512, 8, 4, 12, "intel_pstate", "powersave", "262144 CPUs: Linux knows 8192"},
		{1, 4, 2, 4, 12, "nosuch", "powersave", "--driver can be intel_pstate, intel_cpufreq"},
		{1, 4, 2, 4, 12, "intel_pstate", "ondemand", "can be one of \"performance powersave\", not ondemand"},
		{1, 4, 2, 4, 12, "acpi-cpufreq", "save", "not save"},
		{1, 4, 2, 4, 12, "acpi-cpufreq", "", "--governor of acpi-cpufreq"},
	};
	const struct place *p = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct simulate_options o = {.packages = cases[i].packages,
			.cores = cases[i].cores,
			.threads = cases[i].threads,
			.states = cases[i].states,
			.busy_percent = cases[i].busy,
			.driver = cases[i].driver,
			.governor = cases[i].governor};
		char dir[300], why[200] = "";

		assert_int_equal(simulate_write(&o, place_path(p, "no", dir), why), -EINVAL);
		if (!strstr(why, cases[i].says))
			fail_msg("case %zu says: %s", i, why);
		assert_int_equal(access(dir, F_OK), -1);
	}
}

static void test_refuses_folders(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = small_machine();
	char dir[300], why[200];

	assert_int_equal(mkdirat(p->fd, "full", 0777), 0);
	close(openat(p->fd, "full/mine", O_CREAT | O_WRONLY, 0666));
	assert_int_equal(simulate_write(&o, place_path(p, "full", dir), why), -ENOTEMPTY);
	assert_non_null(strstr(why, "is not empty"));
	assert_int_equal(access(place_path(p, "full/mine", dir), F_OK), 0);
	assert_int_equal(access(place_path(p, "full/proc", dir), F_OK), -1);
	assert_int_equal(simulate_write(&o, place_path(p, "full/mine", dir), why), -ENOTDIR);
	assert_int_equal(simulate_write(&o, place_path(p, "no/such", dir), why), -ENOENT);
	assert_non_null(strstr(why, "No such file or directory"));
	make_machine(p, "t", &o);
	assert_int_equal(simulate_write(&o, place_path(p, "t", dir), why), -ENOTEMPTY);
	/* An empty folder that is there is taken. */
	assert_int_equal(mkdirat(p->fd, "empty", 0777), 0);
	make_machine(p, "empty", &o);
}

static bool stop_at(void *arg)
{
	unsigned *left = arg;

	return (*left)-- == 0;
}

static void test_stopped_leaves_nothing(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = small_machine();
	unsigned left = 40;
	char dir[300], why[200];

	o.stop = stop_at;
	o.stop_arg = &left;
	assert_int_equal(simulate_write(&o, place_path(p, "new", dir), why), -EINTR);
	assert_int_equal(access(dir, F_OK), -1);
	/* A folder that was there before stays, as empty as it was. */
	assert_int_equal(mkdirat(p->fd, "old", 0777), 0);
	left = 40;
	assert_int_equal(simulate_write(&o, place_path(p, "old", dir), why), -EINTR);
	assert_int_equal(rmdir(dir), 0);
}

static void test_mark(void **state)
{
	static const char *const bad[] = {"", "packages=1\n", "cores\n", "driver=x\n", "governor=x\n"};
	const struct place *p = *state;
	struct simulate_options o = small_machine(), back;
	char dir[300], why[200];

	o.seed = UINT64_MAX;
	o.driver = "acpi-cpufreq";
	o.governor = "ondemand";
	make_machine(p, "t", &o);
	assert_int_equal(simulate_read_mark(place_path(p, "t", dir), &back, why), 0);
	assert_true(simulate_same(&o, &back));
	back.cores++;
	assert_false(simulate_same(&o, &back));
	assert_int_equal(simulate_read_mark(place_path(p, "none", dir), &back, why), -ENOENT);
	assert_int_equal(simulate_read_mark(p->dir, &back, why), -ENOENT);
	overwrite(p, "t", SIMULATE_MARK, "driver=frob\n", 0);
	assert_int_equal(simulate_read_mark(place_path(p, "t", dir), &back, why), -EINVAL);
	assert_non_null(strstr(why, "write the tree anew"));
	for (size_t i = 0; i < COUNT(bad); i++) {
		overwrite(p, "t", SIMULATE_MARK, bad[i], O_TRUNC);
		assert_int_equal(simulate_read_mark(dir, &back, why), -EINVAL);
	}
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_refuses_numbers),
		TEST(test_refuses_folders),
		TEST(test_stopped_leaves_nothing),
		TEST(test_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
