/* Tests the simulated machine that lives by its ticks: its clock, the same answers each time, and that nothing is left. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "probes/host/simulate_host.h"
#include "probes/host/simulate_house.h"
#include "probes/util.h"
#include "tests/lib/simulated.h"

enum { KEPT_MOST = 12000 };

/* The folder of the test is where private ones are made. */
static int setup(void **state)
{
	int err = place_setup(state);
	const struct place *p = *state;

	return err ? err : setenv("HVSCOPE_TEST_TMPDIR", getenv("TMPDIR") ? getenv("TMPDIR") : "", 1) ||
				   setenv("TMPDIR", p->dir, 1);
}

static int teardown(void **state)
{
	const char *before = getenv("HVSCOPE_TEST_TMPDIR");

	if (before && *before)
		setenv("TMPDIR", before, 1);
	else
		unsetenv("TMPDIR");
	return place_teardown(state);
}

static unsigned folders(const struct place *p)
{
	DIR *d = opendir(p->dir);
	unsigned n = 0;

	assert_non_null(d);
	for (const struct dirent *e = readdir(d); e; e = readdir(d))
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static struct host *open_it(const struct simulate_options *o, char why[200])
{
	const struct simulate_life life = {.flips = 2, .working = 1000, .why = why};
	struct host *h = NULL;
	char bad[200] = "";

	if (simulate_host(o, &life, &h, bad))
		fail_msg("simulate_host: %s", bad);
	return h;
}

static struct simulate_options with_guests(void)
{
	struct simulate_options o = small_machine();

	o.guests = 3;
	return o;
}

static void test_clock_is_its_own(void **state)
{
	struct simulate_options o = with_guests();
	char why[200];
	struct host *h = open_it(&o, why);
	struct answer a;
	uint64_t now;
	int64_t wall;

	assert_int_equal(folders(*state), 1);
	assert_int_equal(host_tick(h, 1), 0);
	now = host_now(h);
	wall = host_wall(h);
	assert_int_equal(host_read(h, "/proc/uptime", &a), 0);
	assert_int_equal(a.t_ns, now);
	assert_int_equal(host_read(h, "/nowhere", &a), -ENOENT);
	assert_int_equal(a.t_ns, now);
	assert_int_equal(host_now(h), now);
	assert_int_equal(host_tick(h, 1), 0);
	assert_int_equal(host_now(h), now + 1000000000);
	assert_int_equal(host_wall(h), wall + 1000000000);
	assert_int_equal(host_read(h, "@virt/connection", &a), 0);
	assert_non_null(strstr(a.text, "answered_ns="));
	assert_int_equal(strtoull(strstr(a.text, "answered_ns=") + 12, NULL, 10), host_now(h));
	assert_int_equal(host_tick(h, -1), -ERANGE);
	assert_string_equal(why, "");
	host_close(h);
	assert_int_equal(folders(*state), 0);
}

struct listed {
	char text[2000];
};

static int add_name(const char *name, void *arg)
{
	struct listed *l = arg;

	strncat(l->text, name, sizeof l->text - strlen(l->text) - 2);
	strcat(l->text, " ");
	return strcmp(name, "cpu12") == 0 ? 12 : 0;
}

/* Also what the file system has in another order, and a descriptor for each. */
static void test_same_answers(void **state)
{
	static const char *const path[] = {"/proc/stat", "/proc/interrupts", "@virt/stats/state,interface",
		"/sys/devices/system/cpu/cpufreq/policy3/scaling_cur_freq", "/proc/loadavg"};
	struct simulate_options o = with_guests();
	char why[2][200];
	struct host *h[2] = {open_it(&o, why[0]), open_it(&o, why[1])};
	struct listed l = {.text = ""};
	char first[100] = "";

	(void)state;
	for (unsigned tick = 0; tick < 3; tick++) {
		for (int i = 0; i < 2; i++)
			assert_int_equal(host_tick(h[i], 1), 0);
		for (size_t i = 0; i < COUNT(path); i++) {
			struct answer a, b;

			assert_int_equal(host_read(h[0], path[i], &a), host_read(h[1], path[i], &b));
			assert_string_equal(a.text, b.text);
			if (i == 0 && tick == 0)
				snprintf(first, sizeof first, "%s", a.text);
			else if (i == 0)
				assert_memory_not_equal(first, a.text, strlen(first));
		}
	}
	assert_int_equal(host_list(h[0], "/sys/devices/system/cpu", add_name, &l), 12);
	assert_non_null(strstr(l.text, "cpu1 cpu2 cpu3 cpu4 cpu5 cpu6 cpu7 cpu8 cpu9 cpu10 cpu11 cpu12 "));
	assert_int_equal(host_list(h[0], "/nowhere", add_name, &l), -ENOENT);
	host_close(h[0]);
	host_close(h[1]);
}

/* What is kept is counted like descriptors, but holds none. */
static void test_kept(void **state)
{
	struct simulate_options o = with_guests();
	int *kept = xcalloc(KEPT_MOST, sizeof *kept), again;
	char why[200];
	struct host *h = open_it(&o, why);
	struct answer a;

	(void)state;
	assert_int_equal(host_tick(h, 1), 0);
	assert_int_equal(host_keep(h, "/proc/none"), -ENOENT);
	assert_int_equal(host_keep(h, "/proc"), -EISDIR);
	for (int i = 0; i < KEPT_MOST; i++) {
		kept[i] = host_keep(h, i % 2 ? "/proc/stat" : "/proc/uptime");
		assert_int_equal(kept[i], i);
	}
	assert_int_equal(host_keep(h, "/proc/stat"), -EMFILE);
	assert_int_equal(host_read_kept(h, kept[7], &a), 0);
	assert_memory_equal(a.text, "cpu ", 4);
	host_drop(h, kept[8]);
	host_drop(h, kept[4]);
	again = host_keep(h, "/proc/stat");
	assert_int_equal(again, kept[4]);
	assert_int_equal(host_read_kept(h, again, &a), 0);
	assert_memory_equal(a.text, "cpu ", 4);
	assert_int_equal(host_cost(h).kept_limit, KEPT_MOST);
	host_close(h);
	free(kept);
}

static bool stop_soon(void *arg)
{
	unsigned *left = arg;

	return (*left)-- == 0;
}

/* Half way, at once, and where no folder can be made. */
static void test_leaves_nothing(void **state)
{
	struct simulate_options o = with_guests();
	const struct place *p = *state;
	char why[200] = "", none[300];
	const struct simulate_life life = {.why = (char[200]){""}};
	unsigned left;
	struct host *h;

	o.stop = stop_soon;
	o.stop_arg = &left;
	for (unsigned i = 0; i < 60; i += 20) {
		left = i;
		assert_int_equal(simulate_host(&o, &life, &h, why), -EINTR);
		assert_string_equal(why, "stopped before the tree was whole");
		assert_int_equal(folders(p), 0);
	}
	setenv("TMPDIR", place_path(p, "none", none), 1);
	assert_int_equal(simulate_host(&o, &life, &h, why), -ENOENT);
	assert_non_null(strstr(why, "/none/hvscope-simulate-"));
	setenv("TMPDIR", p->dir, 1);
}

/* What is removed soon is in memory where it fits, unless somebody says where. */
static void test_house(void **state)
{
	const struct place *p = *state;
	struct simulate_options o;

	simulate_defaults(&o);
	assert_string_equal(simulate_house(&o), p->dir);
	unsetenv("TMPDIR");
	o.packages = 100000;
	o.cores = 100000;
	assert_string_equal(simulate_house(&o), "/tmp");
	simulate_defaults(&o);
	o.packages = o.cores = 1;
	const char *small = simulate_house(&o);
	assert_true(strcmp(small, "/dev/shm") == 0 || strcmp(small, "/tmp") == 0);
	setenv("TMPDIR", p->dir, 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_clock_is_its_own),
		TEST(test_same_answers),
		TEST(test_kept),
		TEST(test_leaves_nothing),
		TEST(test_house),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
