/* Tests that simulated machines have the shape that was asked for, and the same bytes for the same seed. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
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

static void test_defaults(void **state)
{
	struct simulate_options o;
	char why[200];

	(void)state;
	simulate_defaults(&o);
	assert_int_equal(o.packages * o.cores * o.threads, 512);
	assert_int_equal(o.packages, 4);
	assert_int_equal(o.threads, 2);
	assert_int_equal(o.states, 8);
	assert_int_equal(o.seed, 1);
	assert_string_equal(o.driver, "intel_pstate");
	assert_string_equal(o.governor, "powersave");
	assert_int_equal(simulate_check(&o, why), 0);
}

static void test_shape(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = small_machine();
	char target[300] = "", dir[300];

	make_machine(p, "t", &o);
	assert_file(p, "t", CPU "online", "0-15\n");
	assert_file(p, "t", CPU "offline", "\n");
	assert_file(p, "t", CPU "cpu0/topology/thread_siblings_list", "0,8\n");
	assert_file(p, "t", CPU "cpu13/topology/thread_siblings_list", "5,13\n");
	assert_file(p, "t", CPU "cpu13/topology/physical_package_id", "1\n");
	assert_file(p, "t", CPU "cpu13/topology/core_id", "1\n");
	assert_file(p, "t", CPU "cpu13/topology/package_cpus_list", "4-7,12-15\n");
	assert_file(p, "t", CPU "cpu13/topology/package_cpus", "0000f0f0\n");
	assert_file(p, "t", CPU "cpu13/cache/index3/shared_cpu_list", "4-7,12-15\n");
	assert_file(p, "t", CPU "cpu13/cache/index0/shared_cpu_list", "5,13\n");
	assert_file(p, "t", "sys/devices/system/node/online", "0-1\n");
	assert_file(p, "t", "sys/devices/system/node/node1/cpulist", "4-7,12-15\n");
	assert_file(p, "t", "sys/devices/system/node/node1/distance", "21 10\n");
	assert_file(p, "t", "sys/devices/system/node/node1/cpu13/topology/core_id", "1\n");
	assert_file(p, "t", CPU "cpu13/node1/cpulist", "4-7,12-15\n");
	assert_file(p, "t", CPU "cpu13/cpufreq/scaling_governor", "powersave\n");
	assert_file(p, "t", CPU "cpu3/cpuidle/state3/name", "C6\n");
	assert_no_file(p, "t", CPU "cpu3/cpuidle/state4/name");
	assert_no_file(p, "t", CPU "cpu0/online");
	assert_file(p, "t", CPU "cpu1/online", "1\n");
	assert_file(p, "t", "sys/class/dmi/id/sys_vendor", "Dell Inc.\n");
	assert_file(p, "t", "proc/1044/comm", "tuned\n");
	assert_file(p, "t", "proc/cmdline",
		"BOOT_IMAGE=/boot/vmlinuz-6.12.57+deb13-amd64 root=/dev/mapper/vg0-root ro quiet\n");
	assert_true(readlinkat(p->fd, "t/" CPU "cpu7/cpufreq", target, sizeof target - 1) > 0);
	assert_string_equal(target, "../cpufreq/policy7");
	assert_int_equal(access(place_path(p, "t/" SIMULATE_MARK, dir), F_OK), 0);
}

static void test_one_of_each(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = small_machine();

	o.packages = o.cores = o.threads = 1;
	o.states = 0;
	make_machine(p, "t", &o);
	assert_file(p, "t", CPU "online", "0\n");
	assert_file(p, "t", CPU "cpu0/topology/core_cpus_list", "0\n");
	assert_file(p, "t", CPU "cpuidle/current_driver", "none\n");
	assert_file(p, "t", CPU "smt/control", "notsupported\n");
	assert_file(p, "t", "sys/devices/system/node/online", "0\n");
	assert_no_file(p, "t", CPU "cpu0/cpuidle/state0/name");
}

static void test_one_package_list(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = small_machine();

	o.packages = 1;
	make_machine(p, "t", &o);
	assert_file(p, "t", "sys/devices/system/node/node0/cpulist", "0-7\n");
	assert_file(p, "t", CPU "cpu3/topology/package_cpus_list", "0-7\n");
}

/* How many of the clocks are above the minimum, and none below it. */
static unsigned count_fast(const struct place *p, const char *tree, unsigned ncpus, unsigned min)
{
	unsigned fast = 0;

	for (unsigned cpu = 0; cpu < ncpus; cpu++) {
		unsigned long khz = khz_of(p, tree, cpu);

		assert_true(khz >= min && khz <= 3900000);
		fast += khz > min;
	}
	return fast;
}

static void test_drivers(void **state)
{
	/* How many of the 4 busy and 12 idle CPUs read more than the minimum. */
	static const struct {
		const char *driver, *governor;
		unsigned min, fast;
		const char *has, *has_not;
	} cases[] = {
		{"intel_pstate", "powersave", 1000000, 4, "base_frequency", "scaling_available_frequencies"},
		{"intel_pstate", "performance", 1000000, 4, "energy_performance_preference", "bios_limit"},
		{"intel_cpufreq", "powersave", 1000000, 0, "scaling_setspeed", "energy_performance_preference"},
		{"acpi-cpufreq", "powersave", 1000000, 0, "scaling_available_frequencies", "base_frequency"},
		{"acpi-cpufreq", "schedutil", 1000000, 4, "bios_limit", "base_frequency"},
		{"acpi-cpufreq", "performance", 1000000, 16, "freqdomain_cpus", "base_frequency"},
		{"amd-pstate-epp", "powersave", 1500000, 4, "energy_performance_preference", "base_frequency"},
		{"amd-pstate", "schedutil", 1500000, 4, "amd_pstate_max_freq", "base_frequency"},
		{"cppc_cpufreq", "userspace", 1000000, 16, "scaling_setspeed", "base_frequency"},
	};
	const struct place *p = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct simulate_options o = small_machine();
		char tree[16], path[120], *text;

		snprintf(tree, sizeof tree, "t%zu", i);
		o.driver = cases[i].driver;
		o.governor = cases[i].governor;
		make_machine(p, tree, &o);
		assert_int_equal(count_fast(p, tree, 16, cases[i].min), cases[i].fast);
		snprintf(path, sizeof path, CPU "cpufreq/policy9/%s", cases[i].has);
		text = slurp(p, tree, path, NULL);
		assert_non_null(text);
		free(text);
		snprintf(path, sizeof path, CPU "cpufreq/policy9/%s", cases[i].has_not);
		assert_no_file(p, tree, path);
		snprintf(path, sizeof path, "%s\n", cases[i].governor);
		assert_file(p, tree, CPU "cpufreq/policy15/scaling_governor", path);
	}
}

/* Walks two folders that must be alike, names, texts and links. */
static void assert_alike(int a, int b)
{
	DIR *d = fdopendir(openat(a, ".", O_DIRECTORY | O_RDONLY));
	const struct dirent *e;

	assert_non_null(d);
	while ((e = readdir(d))) {
		struct stat sa, sb;
		char ta[70000], tb[70000];
		int fa, fb;

		if (e->d_name[0] == '.' && strcmp(e->d_name, SIMULATE_MARK) != 0)
			continue;
		assert_int_equal(fstatat(a, e->d_name, &sa, AT_SYMLINK_NOFOLLOW), 0);
		assert_int_equal(fstatat(b, e->d_name, &sb, AT_SYMLINK_NOFOLLOW), 0);
		assert_int_equal(sa.st_mode, sb.st_mode);
		if (S_ISLNK(sa.st_mode)) {
			ssize_t n = readlinkat(a, e->d_name, ta, sizeof ta);

			assert_int_equal(readlinkat(b, e->d_name, tb, sizeof tb), n);
			assert_memory_equal(ta, tb, (size_t)n);
			continue;
		}
		fa = openat(a, e->d_name, O_RDONLY);
		fb = openat(b, e->d_name, O_RDONLY);
		assert_true(fa >= 0 && fb >= 0);
		if (S_ISDIR(sa.st_mode)) {
			assert_int_equal(sa.st_nlink, sb.st_nlink);
			assert_alike(fa, fb);
		} else {
			ssize_t n = read(fa, ta, sizeof ta);

			assert_true(n >= 0 && n < (ssize_t)sizeof ta);
			assert_int_equal(read(fb, tb, sizeof tb), n);
			assert_memory_equal(ta, tb, (size_t)n);
		}
		close(fa);
		close(fb);
	}
	closedir(d);
}

static void test_same_seed_same_bytes(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = small_machine();
	char *a, *b;
	int fa, fb;

	make_machine(p, "a", &o);
	make_machine(p, "b", &o);
	fa = openat(p->fd, "a", O_DIRECTORY | O_RDONLY);
	fb = openat(p->fd, "b", O_DIRECTORY | O_RDONLY);
	assert_alike(fa, fb);
	assert_alike(fb, fa);
	close(fa);
	close(fb);
	o.seed = 2;
	make_machine(p, "c", &o);
	a = slurp(p, "a", "proc/stat", NULL);
	b = slurp(p, "c", "proc/stat", NULL);
	assert_string_not_equal(a, b);
	free(a);
	free(b);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_defaults),
		TEST(test_shape),
		TEST(test_one_of_each),
		TEST(test_one_package_list),
		TEST(test_drivers),
		TEST(test_same_seed_same_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
