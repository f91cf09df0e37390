/* Tests the sampler: who is due, what is seen while a first tick goes on, explaining, and a thread that hangs. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/cpuset.h"
#include "tests/lib/probing.h"

#define CPUS "/sys/devices/system/cpu"
#define SECONDS(n) ((n)*UINT64_C(1000000000))

static void test_periods(void **state)
{
	struct probing p = probing_new(2);

	(void)state;
	probing_tick(&p);
	assert_int_equal(sham_reads(p.m, "/proc/uptime"), 1);
	probing_pass(&p, 59000);
	assert_int_equal(sham_reads(p.m, "/proc/uptime"), 1); /* once a minute */
	probing_pass(&p, 960); /* a tick that comes a little early is on time */
	assert_int_equal(sham_reads(p.m, "/proc/uptime"), 2);
	probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "/proc/uptime"), 2);
	assert_int_equal(sham_reads(p.m, "/proc/stat"), 4); /* each tick */
	p.want.everything = true;
	probing_pass(&p, 1);
	assert_int_equal(sham_reads(p.m, "/proc/uptime"), 3);
	assert_int_equal(sampler_ticks(p.s), 5);
	probing_end(&p);
}

static void test_snapshots_are_independent(void **state)
{
	struct probing p = probing_new(2);
	struct snapshot *first;

	(void)state;
	probing_tick(&p);
	first = snapshot_ref(p.snap);
	probing_pass(&p, 1000);
	assert_true(p.snap->id > first->id);
	assert_int_equal(p.snap->t_ns - first->t_ns, SECONDS(1));
	assert_true(p.snap->whole);
	assert_true(p.snap->cost_calls > 0 && p.snap->cost_bytes > 0);
	for (size_t i = 0; i < first->n; i++)
		assert_true(p.snap->block[i] == first->block[i] || p.snap->block[i]->id > first->block[i]->id);
	assert_ptr_equal(snapshot_block(p.snap, probe_find("kernel")), snapshot_block(first, probe_find("kernel")));
	probing_end(&p);
	/* it outlives the sampler and its host */
	assert_int_equal(first->block[0]->probe->fields[0].type, TYPE_TEXT);
	assert_string_equal(
		field_value(&first->block[0]->probe->fields[0], first->block[0]->facts)->text, "6.1.0-56-amd64");
	snapshot_unref(first);
}

static void test_only(void **state)
{
	struct probing p = probing_new(2);
	char bad[64] = "";

	(void)state;
	assert_int_equal(sampler_only(p.s, "load,nonsense", bad), -ENOENT);
	assert_string_equal(bad, "nonsense");
	assert_int_equal(sampler_only(p.s, ",", bad), -ENOENT);
	assert_int_equal(
		sampler_only(p.s, "averylongnamethatnoprobehas_averylongnamethatnoprobehas_andmore", bad), -ENOENT);
	assert_int_equal(strlen(bad), 63);
	probing_tick(&p); /* what was refused changed nothing */
	assert_non_null(snapshot_block(p.snap, probe_find("daemons")));
	probing_end(&p);

	p = probing_new(2);
	assert_int_equal(sampler_only(p.s, "silicon", bad), 0);
	probing_tick(&p);
	assert_non_null(snapshot_block(p.snap, probe_find("silicon")));
	assert_non_null(snapshot_block(p.snap, probe_find("frequency"))); /* it needs them */
	assert_non_null(snapshot_block(p.snap, probe_find("kernel")));
	assert_null(snapshot_block(p.snap, probe_find("daemons")));
	assert_int_equal(sham_reads(p.m, "/comm"), 0);
	assert_true(p.snap->whole);
	probing_end(&p);

	p = probing_new(2);
	assert_int_equal(sampler_only(p.s, "kernel,load,", bad), 0);
	probing_tick(&p);
	assert_non_null(snapshot_block(p.snap, probe_find("load")));
	assert_null(snapshot_block(p.snap, probe_find("topology")));
	probing_end(&p);
}

static const struct explained *explain(struct probing *p, const char *address)
{
	p->want.explain = address;
	probing_pass(p, 1000);
	assert_non_null(p->snap->explained);
	assert_string_equal(p->snap->explained->address, address);
	return p->snap->explained;
}

static void test_explain(void **state)
{
	struct probing p = probing_new(2);
	const struct explained *e;

	(void)state;
	probing_tick(&p);
	assert_null(p.snap->explained);
	e = explain(&p, "frequency.policy[1].min_khz");
	assert_string_equal(e->path, CPUS "/cpufreq/policy1/scaling_min_freq");
	assert_string_equal(e->raw, "1200000\n");
	assert_int_equal(e->err, 0);
	assert_true(e->t_ns >= p.snap->t_ns);
	sham_error(p.m, CPUS "/cpufreq/policy1/scaling_min_freq", -EACCES);
	e = explain(&p, "frequency.policy[1].min_khz");
	assert_int_equal(e->err, -EACCES);
	assert_null(e->raw);
	assert_non_null(strstr(e->why, "Permission denied"));
	e = explain(&p, "silicon.cpu[1].governor"); /* computed: there is no file */
	assert_null(e->raw);
	assert_int_equal(e->err, 0);
	e = explain(&p, "load.cpu[7].busy");
	assert_int_equal(e->err, -ESRCH);
	assert_non_null(e->why);
	assert_null(e->path);
	e = explain(&p, "not an address");
	assert_int_equal(e->err, -ENOENT);
	e = explain(&p, "load.cpu[0]"); /* a row, no value */
	assert_int_equal(e->err, 0);
	assert_null(e->path);
	probing_end(&p);
}

static void test_explain_cuts_long_texts(void **state)
{
	struct probing p = probing_new(2);
	char *stat = xcalloc(20001, 1);
	const struct explained *e;

	(void)state;
	memset(stat, ' ', 20000);
	memcpy(stat, "cpu  1 0 0 1\n", 13);
	sham_put(p.m, "/proc/stat", "%s", stat);
	p.want.explain = "load.running";
	probing_tick(&p);
	e = p.snap->explained;
	assert_int_equal(strlen(e->raw), 4096);
	probing_end(&p);
	free(stat);
}

/* To explain a value must not do what the probe would not. */
static void test_explain_interrupts_nobody(void **state)
{
	static const char *const addresses[] = {"frequency.policy[1].cur_khz", "silicon.cpu[1].khz",
		"frequency.policy[1].base_khz", "cpu.model", "topology.cpu[1].package"};
	struct probing p = probing_new(2);
	const struct explained *e;

	(void)state;
	sham_kernel(p.m, "5.10.0-8-amd64");
	/* the base clock is known by the model's name, which came from CPUID here */
	sham_policies(p.m, "base_frequency", "0");
	sham_put(p.m, "@cpuid/identity", "brand=Intel(R) Xeon(R) CPU @ 2.40GHz\nvendor=GenuineIntel\n");
	probing_tick(&p);
	probing_is(&p, "frequency.policy[1].base_khz", 2400000);
	for (size_t i = 0; i < COUNT(addresses); i++) {
		e = explain(&p, addresses[i]);
		assert_int_equal(sham_reads(p.m, "/proc/cpuinfo"), 0);
		assert_int_equal(sham_reads(p.m, "/scaling_cur_freq"), 0);
		assert_non_null(e->path);
	}
	e = explain(&p, addresses[0]);
	assert_null(e->raw);
	assert_string_equal(e->why, "would interrupt");
	probing_end(&p);
}

static void wait_for_ticks(struct probing *p, int fd, uint64_t ticks)
{
	while (sampler_ticks(p->s) < ticks)
		probing_news(fd);
}

static void latest(struct probing *p)
{
	snapshot_unref(p->snap);
	p->snap = sampler_latest(p->s);
}

static void test_first_tick_shows_what_is_there(void **state)
{
	struct probing p = probing_new(2);
	int fd = eventfd(0, EFD_CLOEXEC);
	size_t n;

	(void)state;
	assert_null(sampler_latest(p.s));
	sham_hang(p.m, "/proc/1/comm");
	assert_int_equal(sampler_start(p.s, SECONDS(1000), fd), 0);
	sham_hanging(p.m);
	probing_news(fd);
	latest(&p);
	assert_false(p.snap->whole);
	assert_int_equal(sampler_ticks(p.s), 0);
	for (n = 0; n < nprobes && p.snap->block[n]; n++)
		;
	assert_ptr_equal(probes[n], probe_find("daemons")); /* in the order of the table, up to the one that hangs */
	for (; n < nprobes; n++)
		assert_null(p.snap->block[n]);
	/* leaving does not wait for it */
	assert_false(sampler_stop(p.s, 20000000));
	sham_let_go(p.m);
	assert_true(sampler_stop(p.s, SECONDS(20)));
	latest(&p);
	assert_true(p.snap->whole);
	assert_non_null(snapshot_block(p.snap, probe_find("daemons")));
	probing_end(&p);
	close(fd);
}

static void test_wants_are_copied_and_soon(void **state)
{
	struct probing p = probing_new(2);
	int fd = eventfd(0, EFD_CLOEXEC);
	struct arena *a = arena_new(0);
	struct cpuset *cpus = cpuset_new(a, 64);
	const char *guests[] = {"one", "two"};
	struct want want = {.explain = arena_strdup(a, "kernel.release"), .cpus = cpus, .guests = guests, .nguests = 2};

	(void)state;
	assert_int_equal(sampler_start(p.s, SECONDS(1000), fd), 0);
	wait_for_ticks(&p, fd, 2); /* at once, and after 200 ms */
	sampler_want(p.s, &want, true);
	arena_free(a);
	wait_for_ticks(&p, fd, 3);
	latest(&p);
	assert_string_equal(p.snap->explained->address, "kernel.release");
	assert_string_equal(p.snap->explained->raw, "6.1.0-56-amd64\n");
	/* while it pauses only what is asked for soon is sampled */
	sampler_pause(p.s, true);
	sampler_want(p.s, &(struct want){.explain = NULL}, true);
	wait_for_ticks(&p, fd, 4);
	latest(&p);
	assert_null(p.snap->explained);
	sampler_pause(p.s, false);
	assert_true(sampler_stop(p.s, SECONDS(20)));
	assert_true(sampler_stop(p.s, 0)); /* again: it is over */
	probing_end(&p);
	close(fd);
}

/* Asked once for everything, the thread reads what is read seldom once, not in each tick from then on. */
static void test_everything_counts_once(void **state)
{
	struct probing p = probing_new(2);
	int fd = eventfd(0, EFD_CLOEXEC);
	uint64_t id;

	(void)state;
	assert_int_equal(sampler_start(p.s, SECONDS(1000), fd), 0);
	wait_for_ticks(&p, fd, 2);
	latest(&p);
	id = snapshot_block(p.snap, probe_find("daemons"))->id;
	sampler_want(p.s, &(struct want){.everything = true}, false);
	sampler_want(p.s, &(struct want){.everything = false}, true); /* another wish does not take it back */
	wait_for_ticks(&p, fd, 3);
	latest(&p);
	assert_true(snapshot_block(p.snap, probe_find("daemons"))->id > id);
	id = snapshot_block(p.snap, probe_find("daemons"))->id;
	sampler_want(p.s, &(struct want){.everything = false}, true);
	wait_for_ticks(&p, fd, 4);
	latest(&p);
	assert_int_equal(snapshot_block(p.snap, probe_find("daemons"))->id, id);
	assert_true(sampler_stop(p.s, SECONDS(20)));
	probing_end(&p);
	close(fd);
}

static void test_interval(void **state)
{
	struct probing p = probing_new(2);
	int fd = eventfd(0, EFD_CLOEXEC);

	(void)state;
	assert_true(sampler_stop(p.s, 0)); /* never started */
	assert_int_equal(sampler_start(p.s, 1000000, fd), 0);
	wait_for_ticks(&p, fd, 6);
	assert_true(sampler_stop(p.s, SECONDS(20)));
	assert_non_null(sampler_history(p.s));
	probing_end(&p);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_periods),
		cmocka_unit_test(test_snapshots_are_independent),
		cmocka_unit_test(test_only),
		cmocka_unit_test(test_explain),
		cmocka_unit_test(test_explain_cuts_long_texts),
		cmocka_unit_test(test_explain_interrupts_nobody),
		cmocka_unit_test(test_first_tick_shows_what_is_there),
		cmocka_unit_test(test_wants_are_copied_and_soon),
		cmocka_unit_test(test_everything_counts_once),
		cmocka_unit_test(test_interval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
