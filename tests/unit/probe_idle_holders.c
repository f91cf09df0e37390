/* Tests who holds the latency limits of all CPUs: found, not shown, among many processes, and among many files. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "probes/idle.h"
#include "tests/lib/probing.h"
#include "tests/lib/sham_idle.h"

#define QOS "@qos/global"

static struct probing idle_new(void)
{
	struct probing p = probing_new(4);

	sham_idle(p.m, 4);
	p.want.everything = true;
	return p;
}

static void process(struct probing *p, unsigned pid, const char *comm, unsigned fd, const char *target)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%u/comm", pid);
	sham_put(p->m, path, "%s\n", comm);
	snprintf(path, sizeof(path), "/proc/%u/fd/%u", pid, fd);
	sham_link(p->m, path, target);
}

static void test_who_holds_it(void **state)
{
	struct probing p = idle_new();

	(void)state;
	p.want.everything = false;
	process(&p, 100, "bash", 0, "/dev/pts/0");
	process(&p, 812, "tuned", 3, "/var/log/tuned.log");
	process(&p, 812, "tuned", 17, "/dev/cpu_dma_latency");
	process(&p, 999, "cyclictest", 4, "/dev/cpu_dma_latency");
	sham_put(p.m, QOS, "limit_us=2000000000\n");
	probing_tick(&p);
	probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "/fd"), 0); /* there is no limit: nobody is looked for */
	sham_put(p.m, QOS, "limit_us=3\n");
	probing_pass(&p, 1000);
	probing_says(&p, "idle.holder[812].comm", "tuned");
	probing_says(&p, "idle.holder[999].comm", "cyclictest");
	assert_int_equal(((const struct idle *)snapshot_facts(p.snap, &probe_idle))->holder.n, 2);
	sham_forget(p.m);
	for (int i = 0; i < 29; i++)
		probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "/fd"), 0); /* every 30 s and no more */
	sham_remove(p.m, "/proc/999");
	for (int i = 0; i < 2; i++)
		probing_pass(&p, 1000);
	assert_int_equal(((const struct idle *)snapshot_facts(p.snap, &probe_idle))->holder.n, 1);
	sham_put(p.m, QOS, "limit_us=2000000000\n");
	probing_pass(&p, 1000);
	assert_int_equal(((const struct idle *)snapshot_facts(p.snap, &probe_idle))->holder.n, 0);
	probing_end(&p);
}

static void test_holders_that_are_not_shown(void **state)
{
	struct probing p = idle_new();
	const struct idle *i;

	(void)state;
	sham_put(p.m, QOS, "limit_us=3\n");
	process(&p, 812, "tuned", 17, "/dev/cpu_dma_latency");
	sham_remove(p.m, "/proc/812/fd/17");
	sham_error(p.m, "/proc/812/fd", -EACCES);
	probing_pass(&p, 1000);
	i = snapshot_facts(p.snap, &probe_idle);
	assert_int_equal(i->holder.known, KNOWN_DENIED);
	process(&p, 813, "other", 17, "/dev/cpu_dma_latency");
	probing_pass(&p, 1000);
	i = snapshot_facts(p.snap, &probe_idle);
	assert_int_equal(i->holder.n, 1);
	sham_error(p.m, "/proc", -EIO);
	probing_pass(&p, 1000);
	i = snapshot_facts(p.snap, &probe_idle);
	assert_int_equal(i->holder.known, KNOWN_BROKEN);
	probing_end(&p);
}

/* The two limits have devices of their own, and a process may have both open. */
static void test_which_limit_they_hold(void **state)
{
	struct probing p = idle_new();

	(void)state;
	sham_put(p.m, QOS, "limit_us=30\nwakeup_us=50\n");
	process(&p, 812, "tuned", 17, "/dev/cpu_dma_latency");
	process(&p, 813, "waker", 4, "/dev/cpu_wakeup_latency");
	process(&p, 814, "both", 3, "/dev/cpu_wakeup_latency");
	process(&p, 814, "both", 9, "/dev/cpu_dma_latency");
	probing_pass(&p, 1000);
	assert_int_equal(((const struct idle *)snapshot_facts(p.snap, &probe_idle))->holder.n, 3);
	probing_is(&p, "idle.holder[812].latency", true);
	probing_is(&p, "idle.holder[812].wakeup", false);
	probing_is(&p, "idle.holder[813].latency", false);
	probing_is(&p, "idle.holder[813].wakeup", true);
	probing_is(&p, "idle.holder[814].latency", true);
	probing_is(&p, "idle.holder[814].wakeup", true);
	probing_end(&p);
}

/* Thousands of processes are looked through in several ticks. */
static void test_many_processes(void **state)
{
	struct probing p = idle_new();

	(void)state;
	p.want.everything = false;
	sham_put(p.m, QOS, "limit_us=3\n");
	for (unsigned pid = 1000; pid < 3500; pid++)
		process(&p, pid, "qemu", 5, pid == 3400 ? "/dev/cpu_dma_latency" : "/dev/kvm");
	probing_tick(&p);
	probing_pass(&p, 1000);
	assert_in_range(sham_reads(p.m, "/fd"), 500, 1500);
	assert_int_equal(((const struct idle *)snapshot_facts(p.snap, &probe_idle))->holder.known, KNOWN_NOT_YET);
	for (int i = 0; i < 3; i++)
		probing_pass(&p, 1000);
	probing_says(&p, "idle.holder[3400].comm", "qemu");
	probing_end(&p);
}

/* So is one process that has many files open. */
static void test_many_files(void **state)
{
	struct probing p = idle_new();
	const struct idle *i;

	(void)state;
	p.want.everything = false;
	sham_put(p.m, QOS, "limit_us=3\n");
	for (unsigned fd = 10000; fd < 17000; fd++)
		process(&p, 812, "proxy", fd, fd == 16900 ? "/dev/cpu_dma_latency" : "socket:[1]");
	process(&p, 900, "tuned", 17, "/dev/cpu_dma_latency");
	probing_tick(&p);
	for (int k = 0; k < 3; k++) {
		sham_forget(p.m);
		probing_pass(&p, 1000);
		assert_in_range(sham_reads(p.m, ""), 2000, 3000); /* and the rest of a tick */
		assert_int_equal(sham_reads(p.m, "/812/fd"), !k); /* they are listed once */
		i = snapshot_facts(p.snap, &probe_idle);
		assert_int_equal(i->holder.known, KNOWN_NOT_YET);
	}
	probing_pass(&p, 1000);
	probing_says(&p, "idle.holder[812].comm", "proxy");
	probing_says(&p, "idle.holder[900].comm", "tuned");
	sham_put(p.m, QOS, "limit_us=2000000000\n");
	probing_pass(&p, 1000);
	sham_put(p.m, QOS, "limit_us=3\n");
	probing_pass(&p, 1000);
	sham_put(p.m, QOS, "limit_us=2000000000\n"); /* a scan that was broken off is forgotten */
	probing_pass(&p, 1000);
	sham_remove(p.m, "/proc/812");
	sham_put(p.m, QOS, "limit_us=3\n");
	probing_pass(&p, 1000);
	i = snapshot_facts(p.snap, &probe_idle);
	assert_int_equal(i->holder.n, 1);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_holds_it),
		cmocka_unit_test(test_holders_that_are_not_shown),
		cmocka_unit_test(test_which_limit_they_hold),
		cmocka_unit_test(test_many_processes),
		cmocka_unit_test(test_many_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
