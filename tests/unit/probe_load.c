/* Tests the load of CPUs: differences of /proc/stat, and all that makes a difference mean nothing. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "probes/load.h"
#include "tests/lib/probing.h"

static const struct load *load_of(struct probing *p)
{
	return snapshot_facts(p->snap, &probe_load);
}

static void test_first_tick_is_not_yet(void **state)
{
	struct probing p = probing_new(4);

	(void)state;
	probing_tick(&p);
	probing_not(&p, "load.busy", KNOWN_NOT_YET);
	probing_not(&p, "load.ctxt_per_s", KNOWN_NOT_YET);
	probing_not(&p, "load.cpu[3].busy", KNOWN_NOT_YET);
	probing_is(&p, "load.running", 2);
	assert_int_equal(load_of(&p)->cpu.n, 4);
	probing_end(&p);
}

static void test_shares(void **state)
{
	struct probing p = probing_new(4);

	(void)state;
	sham_busy(p.m, 1, 100);
	sham_busy(p.m, 2, 25);
	probing_tick(&p);
	probing_pass(&p, 200);
	probing_near(&p, "load.cpu[0].busy", 0, 0);
	probing_near(&p, "load.cpu[1].busy", 100, 0);
	probing_near(&p, "load.cpu[2].busy", 25, 0);
	probing_near(&p, "load.busy", 125.0 / 4, 1e-9);
	/* the sham machine counts 5 switches and 2 interrupts a millisecond */
	probing_near(&p, "load.ctxt_per_s", 5000, 1e-6);
	probing_near(&p, "load.intr_per_s", 2000, 1e-6);
	probing_end(&p);
}

static void stat_text(struct probing *p, const char *cpu0, const char *rest)
{
	sham_put(p->m, "/proc/stat", "cpu  %s\ncpu0 %s\n%s", cpu0, cpu0, rest);
	sham_forward(p->m, 1000000000);
	probing_tick(p);
}

/* user nice system idle iowait irq softirq steal guest guest_nice: guests are part of user, and not counted twice. */
static void test_guests_and_steal(void **state)
{
	struct probing p = probing_new(0);

	(void)state;
	stat_text(&p, "0 0 0 0 0 0 0 0 0 0", "");
	stat_text(&p, "40 10 5 20 10 3 2 10 30 10", "");
	probing_near(&p, "load.cpu[0].busy", 60, 1e-9);
	probing_near(&p, "load.cpu[0].user", 50, 1e-9);
	probing_near(&p, "load.cpu[0].guest", 40, 1e-9);
	probing_near(&p, "load.cpu[0].system", 10, 1e-9);
	probing_near(&p, "load.cpu[0].iowait", 10, 1e-9);
	probing_near(&p, "load.cpu[0].steal", 10, 1e-9);
	probing_end(&p);
}

static void test_counter_that_goes_back(void **state)
{
	struct probing p = probing_new(0);

	(void)state;
	stat_text(&p, "100 0 0 1000 50 0 0 0 0 0", "ctxt 900\nintr 500 1\n");
	stat_text(&p, "150 0 0 1050 20 0 0 0 0 0", "ctxt 800\nintr 700 1\n");
	probing_near(&p, "load.cpu[0].busy", 50, 1e-9);
	probing_near(&p, "load.cpu[0].iowait", 0, 0);
	probing_not(&p, "load.ctxt_per_s", KNOWN_NOT_YET);
	probing_near(&p, "load.intr_per_s", 200, 1e-9);
	/* all went back: nothing is known of that interval, least of all that the CPU was idle */
	stat_text(&p, "1 0 0 1 0 0 0 0 0 0", "");
	probing_not(&p, "load.cpu[0].busy", KNOWN_NOT_RECORDED);
	probing_not(&p, "load.busy", KNOWN_NOT_RECORDED);
	probing_end(&p);
}

static void test_standing_still_is_not_idle(void **state)
{
	struct probing p = probing_new(2);

	(void)state;
	probing_tick(&p);
	sham_forward(p.m, 100000000);
	probing_tick(&p);
	probing_not(&p, "load.cpu[1].busy", KNOWN_NOT_RECORDED);
	probing_not(&p, "load.busy", KNOWN_NOT_RECORDED);
	probing_end(&p);
}

/* A key asked for a tick right behind another: three jiffies say nothing, and nothing is lost of them. */
static void test_a_tick_too_soon_changes_nothing(void **state)
{
	struct probing p = probing_new(2);

	(void)state;
	probing_tick(&p);
	sham_busy(p.m, 1, 50);
	probing_pass(&p, 1000);
	probing_near(&p, "load.cpu[1].busy", 50, 1);
	probing_tick(&p);
	probing_near(&p, "load.cpu[1].busy", 50, 1);
	sham_busy(p.m, 1, 100);
	probing_pass(&p, 4);
	probing_near(&p, "load.cpu[1].busy", 50, 1);
	probing_pass(&p, 996);
	probing_near(&p, "load.cpu[1].busy", 100, 1);
	probing_end(&p);
}

/* A kernel, a capture or a truncated read without a counter: its rate is not 0 and not all since boot. */
static void test_missing_counters_have_no_rate(void **state)
{
	struct probing p = probing_new(0);

	(void)state;
	stat_text(&p, "100 0 0 1000 0 0 0 0 0 0", "");
	stat_text(&p, "150 0 0 1050 0 0 0 0 0 0", "");
	assert_false(value_known(probing_value(&p, "load.ctxt_per_s")));
	assert_false(value_known(probing_value(&p, "load.intr_per_s")));
	assert_false(value_known(probing_value(&p, "load.running")));
	stat_text(&p, "200 0 0 1100 0 0 0 0 0 0", "ctxt 1000000\nintr 1000000 5\n");
	assert_false(value_known(probing_value(&p, "load.ctxt_per_s")));
	assert_false(value_known(probing_value(&p, "load.intr_per_s")));
	stat_text(&p, "250 0 0 1150 0 0 0 0 0 0", "ctxt 1000100\nintr 1000200 5\n");
	probing_near(&p, "load.ctxt_per_s", 100, 1e-9);
	probing_near(&p, "load.intr_per_s", 200, 1e-9);
	probing_end(&p);
}

static void test_cpu_leaves_and_comes_back(void **state)
{
	struct probing p = probing_new(4);

	(void)state;
	sham_busy(p.m, 2, 50);
	probing_tick(&p);
	probing_pass(&p, 1000);
	probing_near(&p, "load.cpu[2].busy", 50, 1e-9);
	sham_online(p.m, 2, false);
	probing_pass(&p, 1000);
	assert_null(load_cpu(load_of(&p), 2, NULL));
	assert_non_null(load_cpu(load_of(&p), 3, NULL));
	sham_online(p.m, 2, true);
	probing_pass(&p, 1000);
	probing_not(&p, "load.cpu[2].busy", KNOWN_NOT_YET);
	probing_near(&p, "load.cpu[3].busy", 0, 0);
	probing_pass(&p, 1000);
	probing_near(&p, "load.cpu[2].busy", 50, 1e-9);
	probing_end(&p);
}

static void test_more_than_512_cpus(void **state)
{
	struct probing p = probing_new(0);
	char bad[64];
	uint32_t hint = 0;

	(void)state;
	assert_int_equal(sampler_only(p.s, "load", bad), 0);
	sham_machine(p.m, 600);
	sham_busy(p.m, 599, 30);
	probing_tick(&p);
	probing_pass(&p, 100);
	assert_int_equal(load_of(&p)->cpu.n, 600);
	for (unsigned i = 0; i < 600; i++) {
		const struct load_cpu *row = load_cpu(load_of(&p), i, &hint);

		assert_non_null(row);
		assert_int_equal(row->id.u, i);
		assert_true(row->busy.f == (i == 599 ? 30 : 0));
	}
	assert_null(load_cpu(load_of(&p), 600, &hint));
	assert_null(load_cpu(NULL, 0, NULL));
	probing_end(&p);
}

/* Kernels print them by rising id; what does not is sorted, and what is no number is no CPU. */
static void test_odd_lines(void **state)
{
	struct probing p = probing_new(0);
	const struct load *l;

	(void)state;
	sham_put(p.m, "/proc/stat", "cpu  1 0 0 1\ncpu9 1 0 0 1\ncpu1 1 0 0 1\ncpufreq 7 7\ncpu3\ncpu4 x\nctxt");
	probing_tick(&p);
	l = load_of(&p);
	assert_int_equal(l->cpu.n, 4);
	assert_non_null(load_cpu(l, 1, NULL));
	assert_non_null(load_cpu(l, 9, NULL));
	assert_null(load_cpu(l, 0, NULL));
	sham_put(p.m, "/proc/stat", "cpu  3 0 0 1\ncpu9 1 0 0 3\ncpu1 3 0 0 1\ncpu3\ncpu4 x\n");
	sham_forward(p.m, 100000000);
	probing_tick(&p);
	probing_near(&p, "load.cpu[1].busy", 100, 0);
	probing_near(&p, "load.cpu[9].busy", 0, 0);
	probing_not(&p, "load.cpu[3].busy", KNOWN_NOT_RECORDED);
	probing_end(&p);
}

static void test_refused_and_back(void **state)
{
	struct probing p = probing_new(2);

	(void)state;
	sham_error(p.m, "/proc/stat", -EACCES);
	probing_tick(&p);
	assert_null(load_of(&p));
	assert_int_equal(snapshot_block(p.snap, &probe_load)->err, -EACCES);
	sham_error(p.m, "/proc/stat", 0);
	probing_pass(&p, 100);
	probing_not(&p, "load.busy", KNOWN_NOT_YET);
	probing_pass(&p, 100);
	probing_near(&p, "load.busy", 0, 0);
	/* a read that fails makes the interval longer, not the rate higher */
	sham_error(p.m, "/proc/stat", -EIO);
	probing_pass(&p, 100);
	sham_error(p.m, "/proc/stat", 0);
	probing_pass(&p, 100);
	probing_near(&p, "load.ctxt_per_s", 5000, 1e-6);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_tick_is_not_yet),
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_guests_and_steal),
		cmocka_unit_test(test_counter_that_goes_back),
		cmocka_unit_test(test_standing_still_is_not_idle),
		cmocka_unit_test(test_a_tick_too_soon_changes_nothing),
		cmocka_unit_test(test_missing_counters_have_no_rate),
		cmocka_unit_test(test_cpu_leaves_and_comes_back),
		cmocka_unit_test(test_more_than_512_cpus),
		cmocka_unit_test(test_odd_lines),
		cmocka_unit_test(test_refused_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
