/* Tests that simulated machines have the shape that was asked for, never overwrite anything, and move in place. */
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

#include "probes/host/simulate.h"
#include "probes/host/simulate_out.h"
#include "probes/util.h"

/* A private folder; what is simulated goes below it. */
struct place {
	char dir[64];
	int fd;
};

static int setup(void **state)
{
	struct place *p = xcalloc(1, sizeof *p);
	const char *tmp = getenv("TMPDIR");

	snprintf(p->dir, sizeof p->dir, "%.40s/simulate-XXXXXX", tmp && strlen(tmp) < 40 ? tmp : "/tmp");
	if (!mkdtemp(p->dir))
		return -1;
	p->fd = open(p->dir, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	*state = p;
	return p->fd < 0 ? -1 : 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	int err = out_empty(p->fd);

	close(p->fd);
	err = rmdir(p->dir) < 0 ? -errno : err;
	free(p);
	return err;
}

static const char *below(const struct place *p, const char *name, char buf[300])
{
	snprintf(buf, 300, "%s/%s", p->dir, name);
	return buf;
}

static struct simulate_options small(void)
{
	struct simulate_options o;

	simulate_defaults(&o);
	o.packages = 2;
	o.cores = 4;
	o.states = 4;
	o.busy_percent = 25;
	return o;
}

/* The tree `name` as o says. */
static void make(const struct place *p, const char *name, const struct simulate_options *o)
{
	char dir[300], why[200] = "";
	int err = simulate_write(o, below(p, name, dir), why);

	if (err)
		fail_msg("simulate_write: %d %s", err, why);
}

/* The text of a file of the tree, NULL when it is not there. */
static char *slurp(const struct place *p, const char *tree, const char *path)
{
	char name[300], *text;
	struct stat st;
	ssize_t n;
	int fd;

	snprintf(name, sizeof name, "%s/%s", tree, path);
	fd = openat(p->fd, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	assert_int_equal(fstat(fd, &st), 0);
	text = xcalloc((size_t)st.st_size + 1, 1);
	n = read(fd, text, (size_t)st.st_size);
	assert_int_equal(n, st.st_size);
	close(fd);
	return text;
}

static void assert_file(const struct place *p, const char *tree, const char *path, const char *wanted)
{
	char *text = slurp(p, tree, path);

	if (!text)
		fail_msg("%s is missing", path);
	assert_string_equal(text, wanted);
	free(text);
}

static void assert_no_file(const struct place *p, const char *tree, const char *path)
{
	char *text = slurp(p, tree, path);

	assert_null(text);
}

#define CPU "sys/devices/system/cpu/"

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
	struct simulate_options o = small();
	char target[300] = "", dir[300];

	make(p, "t", &o);
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
	assert_int_equal(access(below(p, "t/" SIMULATE_MARK, dir), F_OK), 0);
}

static void test_one_of_each(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = small();

	o.packages = o.cores = o.threads = 1;
	o.states = 0;
	make(p, "t", &o);
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
	struct simulate_options o = small();

	o.packages = 1;
	make(p, "t", &o);
	assert_file(p, "t", "sys/devices/system/node/node0/cpulist", "0-7\n");
	assert_file(p, "t", CPU "cpu3/topology/package_cpus_list", "0-7\n");
}

/* Clocks of all policies between the two, and how many are above the minimum. */
static unsigned count_fast(const struct place *p, const char *tree, unsigned ncpus, unsigned min)
{
	unsigned fast = 0;

	for (unsigned cpu = 0; cpu < ncpus; cpu++) {
		char path[120], *text;
		unsigned long khz;

		snprintf(path, sizeof path, CPU "cpufreq/policy%u/scaling_cur_freq", cpu);
		text = slurp(p, tree, path);
		assert_non_null(text);
		assert_int_equal(strlen(text), 8);
		khz = strtoul(text, NULL, 10);
		assert_true(khz >= min && khz <= 3900000);
		fast += khz > min;
		free(text);
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
		struct simulate_options o = small();
		char tree[16], path[120], *text;

		snprintf(tree, sizeof tree, "t%zu", i);
		o.driver = cases[i].driver;
		o.governor = cases[i].governor;
		make(p, tree, &o);
		assert_int_equal(count_fast(p, tree, 16, cases[i].min), cases[i].fast);
		snprintf(path, sizeof path, CPU "cpufreq/policy9/%s", cases[i].has);
		text = slurp(p, tree, path);
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
	struct simulate_options o = small();
	char *a, *b;
	int fa, fb;

	make(p, "a", &o);
	make(p, "b", &o);
	fa = openat(p->fd, "a", O_DIRECTORY | O_RDONLY);
	fb = openat(p->fd, "b", O_DIRECTORY | O_RDONLY);
	assert_alike(fa, fb);
	assert_alike(fb, fa);
	close(fa);
	close(fb);
	o.seed = 2;
	make(p, "c", &o);
	a = slurp(p, "a", "proc/stat");
	b = slurp(p, "c", "proc/stat");
	assert_string_not_equal(a, b);
	free(a);
	free(b);
}

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

		assert_int_equal(simulate_write(&o, below(p, "no", dir), why), -EINVAL);
		if (!strstr(why, cases[i].says))
			fail_msg("case %zu says: %s", i, why);
		assert_int_equal(access(dir, F_OK), -1);
	}
}

static void test_refuses_folders(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = small();
	char dir[300], why[200];

	assert_int_equal(mkdirat(p->fd, "full", 0777), 0);
	close(openat(p->fd, "full/mine", O_CREAT | O_WRONLY, 0666));
	assert_int_equal(simulate_write(&o, below(p, "full", dir), why), -ENOTEMPTY);
	assert_non_null(strstr(why, "is not empty"));
	assert_int_equal(access(below(p, "full/mine", dir), F_OK), 0);
	assert_int_equal(access(below(p, "full/proc", dir), F_OK), -1);
	assert_int_equal(simulate_write(&o, below(p, "full/mine", dir), why), -ENOTDIR);
	assert_int_equal(simulate_write(&o, below(p, "no/such", dir), why), -ENOENT);
	assert_non_null(strstr(why, "No such file or directory"));
	make(p, "t", &o);
	assert_int_equal(simulate_write(&o, below(p, "t", dir), why), -ENOTEMPTY);
	/* An empty folder that is there is taken. */
	assert_int_equal(mkdirat(p->fd, "empty", 0777), 0);
	make(p, "empty", &o);
}

static bool stop_at(void *arg)
{
	unsigned *left = arg;

	return (*left)-- == 0;
}

static void test_stopped_leaves_nothing(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = small();
	unsigned left = 40;
	char dir[300], why[200];

	o.stop = stop_at;
	o.stop_arg = &left;
	assert_int_equal(simulate_write(&o, below(p, "new", dir), why), -EINTR);
	assert_int_equal(access(dir, F_OK), -1);
	/* A folder that was there before stays, as empty as it was. */
	assert_int_equal(mkdirat(p->fd, "old", 0777), 0);
	left = 40;
	assert_int_equal(simulate_write(&o, below(p, "old", dir), why), -EINTR);
	assert_int_equal(rmdir(dir), 0);
}

static void test_mark(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = small(), back;
	char dir[300], why[200];

	o.seed = UINT64_MAX;
	o.driver = "acpi-cpufreq";
	o.governor = "ondemand";
	make(p, "t", &o);
	assert_int_equal(simulate_read_mark(below(p, "t", dir), &back, why), 0);
	assert_true(simulate_same(&o, &back));
	back.cores++;
	assert_false(simulate_same(&o, &back));
	assert_int_equal(simulate_read_mark(below(p, "none", dir), &back, why), -ENOENT);
	assert_int_equal(simulate_read_mark(p->dir, &back, why), -ENOENT);
	for (const char *const *bad = (const char *const[]){"", "packages=1\n", "cores\n", "driver=x\n", NULL}; *bad;
		bad++) {
		int fd = openat(p->fd, "t/" SIMULATE_MARK, O_WRONLY | O_TRUNC);

		assert_int_equal(write(fd, *bad, strlen(*bad)), strlen(*bad));
		close(fd);
		if (strcmp(*bad, "packages=1\n") != 0)
			assert_int_equal(simulate_read_mark(below(p, "t", dir), &back, why), -EINVAL);
	}
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_defaults),
		TEST(test_shape),
		TEST(test_one_of_each),
		TEST(test_one_package_list),
		TEST(test_drivers),
		TEST(test_same_seed_same_bytes),
		TEST(test_refuses_numbers),
		TEST(test_refuses_folders),
		TEST(test_stopped_leaves_nothing),
		TEST(test_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
