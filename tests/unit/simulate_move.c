/* Tests that a simulated machine lives in place: counters grow, CPUs flip, no file changes its inode or length. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
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

enum { NCPUS = 16, NFIELDS = 10, USER = 0, SYSTEM = 2, IDLE = 3, GUEST = 8 };
#define CPU "sys/devices/system/cpu/"

struct place {
	char dir[64];
	struct simulation *s;
};

struct counters {
	uint64_t v[NCPUS + 1][NFIELDS]; /* the total is the first */
};

static int setup_with(void **state, const char *driver, const char *governor)
{
	struct place *p = xcalloc(1, sizeof *p);
	const char *tmp = getenv("TMPDIR");
	struct simulate_options o;
	char why[200] = "";

	simulate_defaults(&o);
	o.packages = 2;
	o.cores = 4;
	o.states = 0;
	o.busy_percent = 25;
	o.driver = driver;
	o.governor = governor;
	snprintf(p->dir, sizeof p->dir, "%.40s/simulate-XXXXXX", tmp && strlen(tmp) < 40 ? tmp : "/tmp");
	if (!mkdtemp(p->dir) || simulate_write(&o, p->dir, why) < 0 || simulate_open(p->dir, &p->s, why) < 0) {
		print_error("%s\n", why);
		return -1;
	}
	*state = p;
	return 0;
}

static int setup(void **state)
{
	return setup_with(state, "intel_pstate", "powersave");
}

static int setup_arm(void **state)
{
	return setup_with(state, "cppc_cpufreq", "schedutil");
}

static int setup_pinned(void **state)
{
	return setup_with(state, "acpi-cpufreq", "powersave");
}

static int teardown(void **state)
{
	struct place *p = *state;
	int fd = open(p->dir, O_DIRECTORY | O_RDONLY), err;

	simulate_close(p->s);
	err = out_empty(fd);
	close(fd);
	err = rmdir(p->dir) < 0 ? -errno : err;
	free(p);
	return err;
}

static void move(const struct place *p, unsigned ms, unsigned flips)
{
	char why[200] = "";
	int err = simulate_move(p->s, ms, flips, why);

	if (err)
		fail_msg("simulate_move: %d %s", err, why);
}

static char *slurp(const struct place *p, const char *path, struct stat *ret_st)
{
	char name[300], *text;
	int fd;

	snprintf(name, sizeof name, "%s/%s", p->dir, path);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, ret_st), 0);
	text = xcalloc((size_t)ret_st->st_size + 1, 1);
	assert_int_equal(read(fd, text, (size_t)ret_st->st_size), ret_st->st_size);
	close(fd);
	return text;
}

static struct counters read_counters(const struct place *p)
{
	struct counters c = {0};
	struct stat st;
	char *text = slurp(p, "proc/stat", &st), *at = text;

	for (int i = 0; i <= NCPUS; i++) {
		assert_memory_equal(at, "cpu", 3);
		at += strcspn(at, " ");
		for (int k = 0; k < NFIELDS; k++)
			c.v[i][k] = strtoull(at, &at, 10);
		assert_int_equal(*at, '\n');
		at++;
	}
	free(text);
	return c;
}

/* Percent busy of each CPU while ms pass. */
static void watch(const struct place *p, unsigned ms, unsigned flips, double ret[NCPUS])
{
	struct counters before = read_counters(p), after;

	move(p, ms, flips);
	after = read_counters(p);
	for (int i = 0; i <= NCPUS; i++) {
		uint64_t spent = 0, idle = after.v[i][IDLE] - before.v[i][IDLE];

		for (int k = 0; k < NFIELDS; k++) {
			assert_true(after.v[i][k] >= before.v[i][k]);
			/* guest is counted in user as well. */
			spent += k == GUEST ? 0 : after.v[i][k] - before.v[i][k];
		}
		assert_true(after.v[i][GUEST] - before.v[i][GUEST] <= after.v[i][USER] - before.v[i][USER]);
		assert_int_equal(spent, (uint64_t)ms / 10 * (i ? 1 : NCPUS));
		if (i)
			ret[i - 1] = 100.0 * (double)(spent - idle) / (double)spent;
	}
}

static void test_counters_grow(void **state)
{
	double busy[NCPUS];
	unsigned above = 0;

	watch(*state, 1000, 0, busy);
	for (int i = 0; i < NCPUS; i++)
		above += busy[i] > 50;
	assert_int_equal(above, 4);
	/* Loads waver by three points and no more, when nobody flips. */
	for (int round = 0; round < 20; round++) {
		double next[NCPUS];
		bool moved = false;

		watch(*state, 1000, 0, next);
		for (int i = 0; i < NCPUS; i++) {
			assert_true(next[i] - busy[i] <= 8 && busy[i] - next[i] <= 8);
			moved = moved || next[i] < busy[i] || next[i] > busy[i];
		}
		assert_true(moved);
	}
}

static void test_small_steps_add_up(void **state)
{
	struct counters before = read_counters(*state), after;

	for (int i = 0; i < 200; i++)
		move(*state, 7, 0);
	after = read_counters(*state);
	for (int i = 1; i <= NCPUS; i++) {
		uint64_t spent = after.v[i][USER] - before.v[i][USER] + after.v[i][SYSTEM] - before.v[i][SYSTEM] +
				 after.v[i][IDLE] - before.v[i][IDLE];

		assert_int_equal(spent, 140);
	}
}

static void test_so_many_flip(void **state)
{
	static const unsigned flips[] = {0, 1, 2, 2, 2, 3, 5, 16, 99, 0};
	double before[NCPUS], after[NCPUS];

	watch(*state, 1000, 0, before);
	for (size_t i = 0; i < COUNT(flips); i++) {
		unsigned changed = 0;

		watch(*state, 1000, flips[i], after);
		for (int cpu = 0; cpu < NCPUS; cpu++)
			changed += (before[cpu] > 50) != (after[cpu] > 50);
		assert_int_equal(changed, flips[i] > NCPUS ? NCPUS : flips[i]);
		memcpy(before, after, sizeof before);
	}
}

static void test_share_stays(void **state)
{
	double busy[NCPUS];
	unsigned above = 0;

	for (int i = 0; i < 50; i++)
		watch(*state, 1000, 2, busy);
	for (int i = 0; i < NCPUS; i++)
		above += busy[i] > 50;
	assert_int_equal(above, 4);
}

/* Inode and length of every file that moves, and of one that does not. */
static void identity(const struct place *p, struct stat st[NCPUS + 4])
{
	static const char *const paths[] = {"proc/stat", "proc/cpuinfo", "proc/uptime", CPU "online"};

	for (size_t i = 0; i < NCPUS + COUNT(paths); i++) {
		char path[100];

		snprintf(path, sizeof path, CPU "cpufreq/policy%zu/scaling_cur_freq", i - COUNT(paths));
		free(slurp(p, i < COUNT(paths) ? paths[i] : path, &st[i]));
	}
}

static void test_in_place(void **state)
{
	struct stat before[NCPUS + 4], after[NCPUS + 4];

	identity(*state, before);
	for (int i = 0; i < 30; i++)
		move(*state, 1000, 3);
	identity(*state, after);
	for (int i = 0; i < NCPUS + 4; i++) {
		assert_int_equal(before[i].st_ino, after[i].st_ino);
		assert_int_equal(before[i].st_size, after[i].st_size);
	}
}

static unsigned long khz_of(const struct place *p, unsigned cpu)
{
	char path[100], *text;
	unsigned long khz;
	struct stat st;

	snprintf(path, sizeof path, CPU "cpufreq/policy%u/scaling_cur_freq", cpu);
	text = slurp(p, path, &st);
	assert_int_equal(st.st_size, 8);
	khz = strtoul(text, NULL, 10);
	free(text);
	return khz;
}

static void test_clocks_waver(void **state)
{
	const struct place *p = *state;
	unsigned long start[NCPUS];
	unsigned moved = 0;

	for (unsigned cpu = 0; cpu < NCPUS; cpu++)
		start[cpu] = khz_of(p, cpu);
	for (int i = 0; i < 20; i++) {
		move(p, 1000, 0);
		for (unsigned cpu = 0; cpu < NCPUS; cpu++) {
			unsigned long khz = khz_of(p, cpu);

			assert_true(khz >= 1000000 && khz <= 3900000);
			assert_true(khz * 100 >= start[cpu] * 99 && khz * 100 <= start[cpu] * 101);
			moved += khz != start[cpu];
		}
	}
	assert_true(moved > 20 * NCPUS / 4);
}

static void test_cpuinfo_agrees(void **state)
{
	const struct place *p = *state;
	struct stat st;
	char *text, *at;

	for (int i = 0; i < 3; i++)
		move(p, 1000, 4);
	at = text = slurp(p, "proc/cpuinfo", &st);
	for (unsigned cpu = 0; cpu < NCPUS; cpu++) {
		unsigned long mhz;

		at = strstr(at, "\ncpu MHz\t\t: ");
		assert_non_null(at);
		at += strlen("\ncpu MHz\t\t: ");
		mhz = strtoul(at, &at, 10);
		assert_int_equal(*at, '.');
		assert_int_equal(mhz * 1000 + strtoul(at + 1, &at, 10), khz_of(p, cpu));
		assert_int_equal(*at, '\n');
	}
	free(text);
}

/* The founding story: however busy, the clock stays at the minimum. */
static void test_pinned(void **state)
{
	for (int i = 0; i < 10; i++) {
		move(*state, 1000, 4);
		for (unsigned cpu = 0; cpu < NCPUS; cpu++)
			assert_in_range(khz_of(*state, cpu), 1000000, 1010000);
	}
}

static void test_goes_on(void **state)
{
	struct place *p = *state;
	struct counters before, after;
	char why[200];

	move(p, 2500, 2);
	before = read_counters(p);
	simulate_close(p->s);
	p->s = NULL;
	assert_int_equal(simulate_open(p->dir, &p->s, why), 0);
	move(p, 100, 2);
	after = read_counters(p);
	for (int i = 0; i <= NCPUS; i++) {
		for (int k = 0; k < NFIELDS; k++)
			assert_true(after.v[i][k] >= before.v[i][k]);
	}
}

static void overwrite(const struct place *p, const char *path, const char *text, int flags)
{
	char name[300];
	int fd;

	snprintf(name, sizeof name, "%s/%s", p->dir, path);
	fd = open(name, O_WRONLY | flags);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void test_full_counter(void **state)
{
	struct place *p = *state;
	char why[200] = "";

	simulate_close(p->s);
	p->s = NULL;
	overwrite(p, "proc/uptime", "99999999.99 99999999999.99\n", O_TRUNC);
	assert_int_equal(simulate_open(p->dir, &p->s, why), 0);
	assert_int_equal(simulate_move(p->s, 1000, 0, why), -ERANGE);
	assert_non_null(strstr(why, "one more digit"));
}

static void test_damaged(void **state)
{
	static const struct {
		const char *path, *text;
	} cases[] = {
		{"proc/uptime", "1"},
		{"proc/stat", ""},
		{"proc/stat", "cpu  1 2 3\n"},
		{"proc/cpuinfo", "processor\t: 0\n"},
		{SIMULATE_MARK, "packages=4\n"},
	};
	struct place *p = *state;
	struct simulation *s = NULL;
	char why[200], name[300];

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct stat st;
		char *was = slurp(p, cases[i].path, &st);

		overwrite(p, cases[i].path, cases[i].text, O_TRUNC);
		assert_int_equal(simulate_open(p->dir, &s, why), -EINVAL);
		assert_null(s);
		overwrite(p, cases[i].path, was, O_TRUNC);
		free(was);
	}
	snprintf(name, sizeof name, "%s/" CPU "cpufreq/policy3/scaling_cur_freq", p->dir);
	assert_int_equal(unlink(name), 0);
	assert_int_equal(simulate_move(p->s, 1000, 0, why), -ENOENT);
	assert_non_null(strstr(why, "policy3"));
	assert_int_equal(access(name, F_OK), -1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_counters_grow),
		TEST(test_small_steps_add_up),
		TEST(test_so_many_flip),
		TEST(test_share_stays),
		TEST(test_in_place),
		TEST(test_clocks_waver),
		TEST(test_cpuinfo_agrees),
		TEST(test_goes_on),
		TEST(test_full_counter),
		TEST(test_damaged),
		cmocka_unit_test_setup_teardown(test_pinned, setup_pinned, teardown),
		cmocka_unit_test_setup_teardown(test_in_place, setup_arm, teardown),
		cmocka_unit_test_setup_teardown(test_counters_grow, setup_arm, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
