/* Tests each conflict of pins: when it is one, when it is none, in which words, and which is the worst. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "probes/placement.h"
#include "tests/lib/placing.h"

static const struct placement_thread *row(struct placing *p, unsigned guest, unsigned i)
{
	const struct placement_guest *g =
		placement_guest(snapshot_facts(p->c.p.snap, &probe_placement), placing_key(p, guest));

	assert_non_null(g);
	assert_true(i < g->thread.n);
	return (const struct placement_thread *)g->thread.row + i;
}

static void is(struct placing *p, unsigned guest, unsigned i, uint64_t severity, const char *text)
{
	const struct placement_thread *r = row(p, guest, i);

	if (!text) {
		if (value_known(r->conflict))
			fail_msg("%s %s", r->name.text, r->conflict.text);
		assert_false(value_known(r->severity));
		return;
	}
	if (!value_known(r->conflict))
		fail_msg("%s has no conflict, not: %s", r->name.text, text);
	assert_string_equal(r->conflict.text, text);
	assert_int_equal(r->severity.u, severity);
}

static void test_same_cpu(void **state)
{
	struct placing p = placing_new(16);
	unsigned web = placing_guest(&p, "web3"), db = placing_guest(&p, "db1");

	(void)state;
	placing_thread(&p, web, "vcpu 0", "12", 12);
	placing_thread(&p, web, "vcpu 1", "13", 13);
	placing_thread(&p, web, "vcpu 2", "12", 12);
	placing_thread(&p, db, "vcpu 0", "13", 13);
	placing_thread(&p, db, "vcpu 1", "12-13", 13); /* has a choice */
	placing_tick(&p);
	is(&p, web, 0, 3, "shares CPU 12 with vcpu 2");
	is(&p, web, 2, 3, "shares CPU 12 with vcpu 0");
	is(&p, web, 1, 3, "shares CPU 13 with db1 vcpu 0");
	is(&p, db, 0, 3, "shares CPU 13 with web3 vcpu 1");
	is(&p, db, 1, 0, NULL);
	probing_is(&p.c.p, "placement.conflicts", 4);
	probing_is(&p.c.p, "placement.guest[uuid-0000].conflicts", 3);
	probing_says(&p.c.p, "placement.guest[uuid-0000].conflict", "vcpu 0 shares CPU 12 with vcpu 2");
	placing_end(&p);
}

static void test_float_on_isolated(void **state)
{
	struct placing p = placing_new(16);
	unsigned web = placing_guest(&p, "web3");

	(void)state;
	placing_isolate(&p, "4-7");
	placing_thread(&p, web, "vcpu 0", "3-5", 4);
	placing_thread(&p, web, "vcpu 1", "6", 6);
	placing_thread(&p, web, "vcpu 2", "3-4", 4); /* one of them only */
	placing_thread(&p, web, "vcpu 3", "0-3,8-15", 1);
	placing_thread(&p, web, "vcpu 4", "0-15", 1); /* nobody pinned it */
	placing_thread(&p, web, "emulator", "4-7", 7);
	placing_tick(&p);
	is(&p, web, 0, 3, "floats over the isolated CPUs 4-5, which nothing balances");
	for (unsigned i = 1; i < 6; i++)
		is(&p, web, i, 0, NULL);
	placing_end(&p);
}

static void test_offline(void **state)
{
	static struct guest_pin pins[3];
	static struct guest_iothread iothread;
	struct placing p = placing_new(16);
	unsigned web = placing_guest(&p, "web3"), stray = placing_stray(&p, "x");

	(void)state;
	placing_offline(&p, 5);
	placing_offline(&p, 6);
	for (unsigned i = 0; i < 3; i++)
		pins[i] = (struct guest_pin){.vcpu = value_u64(i, 0), .cpus = value_error(-ENOENT, 0)};
	/* the kernel's mask says nothing of what the control group took away: the definition does */
	pins[0].cpus = value_set(placing_set(&p, "0-4,7-63"), 0);
	pins[1].cpus = value_set(placing_set(&p, "4-6"), 0);
	pins[2].cpus = value_set(placing_set(&p, "5"), 0);
	iothread = (struct guest_iothread){.id = value_u64(1, 0), .cpus = value_set(placing_set(&p, "6"), 0)};
	p.guest[0].pin = (struct rows){.row = pins, .n = 3, .known = KNOWN};
	p.guest[0].iothread = (struct rows){.row = &iothread, .n = 1, .known = KNOWN};
	p.guest[0].emulator_cpus = value_set(placing_set(&p, "0-5,16-63"), 0);
	placing_thread(&p, web, "vcpu 0", "0-4,7-15", 1);
	placing_thread(&p, web, "vcpu 1", "4", 4);
	placing_thread(&p, web, "vcpu 2", "0-4,7-15", 4);
	placing_thread(&p, web, "iothread 1", "0-4,7-15", 4);
	placing_thread(&p, web, "emulator", "0-4", 0);
	placing_thread(&p, stray, "vcpu 0", "5-6", 5);
	placing_thread(&p, stray, "vcpu 1", "0-15", 5); /* all there could be is no pin */
	placing_tick(&p);
	/* the list of all CPUs is how libvirt takes a pin away from a guest that runs */
	pins[0].cpus = value_set(placing_set(&p, "0-15"), 0);
	placing_tick(&p);
	is(&p, web, 0, 0, NULL);
	pins[0].cpus = value_set(placing_set(&p, "0-4,7-63"), 0);
	placing_tick(&p);
	is(&p, web, 0, 0, NULL); /* its list is longer than the host */
	is(&p, web, 1, 2, "is pinned to CPUs of which 5-6 are offline");
	is(&p, web, 2, 3, "is pinned to CPU 5, which is offline");
	is(&p, web, 3, 3, "is pinned to CPU 6, which is offline");
	is(&p, web, 4, 2, "is pinned to CPUs of which 5 is offline");
	is(&p, stray, 0, 3, "is pinned to CPUs 5-6, which are offline");
	is(&p, stray, 1, 0, NULL);
	placing_end(&p);
}

static void test_helpers_on_vcpus(void **state)
{
	struct placing p = placing_new(16);
	unsigned web = placing_guest(&p, "web3"), db = placing_guest(&p, "db1");
	struct thread *vcpu = placing_thread(&p, web, "vcpu 0", "4", 4), *floating;

	(void)state;
	placing_thread(&p, web, "emulator", "4", 4)->busy = value_f64(11, 0);
	placing_thread(&p, db, "emulator", "4", 4)->busy = value_f64(10, 0);
	placing_thread(&p, db, "iothread 1", "2-5", 4)->slices_per_s = value_f64(1, 0);
	placing_thread(&p, db, "iothread 2", "2-5", 4); /* it was long ago */
	placing_thread(&p, db, "iothread 3", "2-5", 3)->slices_per_s = value_f64(1, 0);
	floating = placing_thread(&p, db, "vhost 77", "0-15", 4);
	floating->slices_per_s = value_f64(1, 0);
	placing_tick(&p);
	is(&p, web, 0, 0, NULL);
	is(&p, web, 1, 3, "is pinned to CPU 4 of vcpu 0");
	is(&p, db, 0, 2, "is pinned to CPU 4 of web3 vcpu 0");
	is(&p, db, 1, 1, "ran on CPU 4 of web3 vcpu 0");
	is(&p, db, 2, 0, NULL);
	is(&p, db, 3, 0, NULL);
	is(&p, db, 4, 1, "ran on CPU 4 of web3 vcpu 0");
	probing_is(&p.c.p, "placement.conflicts", 2); /* who passed by is worth a note, until somebody feels it */
	probing_is(&p.c.p, "placement.guest[uuid-0001].conflicts", 1);
	probing_says(&p.c.p, "placement.guest[uuid-0001].conflict", "emulator is pinned to CPU 4 of web3 vcpu 0");
	floating->busy = value_f64(2.1, 0);
	placing_tick(&p);
	is(&p, db, 1, 1, "ran on CPU 4 of web3 vcpu 0");
	is(&p, db, 4, 2, "ran on CPU 4 of web3 vcpu 0");
	floating->busy = value_f64(0, 0);
	floating->wait_ms_per_s = value_f64(21, 0);
	placing_tick(&p);
	is(&p, db, 4, 2, "ran on CPU 4 of web3 vcpu 0");
	floating->wait_ms_per_s = value_f64(0, 0);
	vcpu->wait_ms_per_s = value_f64(21, 0);
	placing_tick(&p);
	is(&p, db, 1, 2, "ran on CPU 4 of web3 vcpu 0");
	is(&p, db, 4, 2, "ran on CPU 4 of web3 vcpu 0");
	vcpu->wait_ms_per_s = value_f64(0, 0);
	/* where two vCPUs have one CPU a third thread makes it no better, but who only passes by is the least of it */
	placing_thread(&p, db, "vcpu 0", "4", 4);
	placing_tick(&p);
	is(&p, db, 0, 2, "is pinned to CPU 4 of web3 vcpu 0");
	is(&p, db, 1, 0, NULL);
	placing_end(&p);
}

static void test_siblings(void **state)
{
	struct placing p = placing_new(16);
	unsigned web = placing_guest(&p, "web3"), db = placing_guest(&p, "db1");
	struct thread *one = placing_thread(&p, web, "vcpu 0", "4", 4), *two = placing_thread(&p, db, "vcpu 0", "5", 5);

	(void)state;
	placing_thread(&p, web, "vcpu 1", "6", 6); /* its sibling is its own guest's */
	placing_thread(&p, web, "vcpu 2", "7", 7);
	one->busy = value_f64(31, 0);
	two->busy = value_f64(30, 0);
	placing_tick(&p);
	is(&p, web, 0, 2, "shares its core with db1 vcpu 0 on CPU 5");
	is(&p, db, 0, 2, "shares its core with web3 vcpu 0 on CPU 4");
	is(&p, web, 1, 0, NULL);
	two->busy = value_f64(31, 0);
	placing_tick(&p);
	is(&p, web, 0, 3, "shares its core with db1 vcpu 0 on CPU 5");
	p.below[4].siblings = value_error(-EACCES, 0);
	placing_tick(&p);
	is(&p, web, 0, 0, NULL);
	placing_end(&p);
}

static void test_nodes(void **state)
{
	struct placing p = placing_new(16);
	unsigned web = placing_guest(&p, "web3"), stray = placing_stray(&p, "x");

	(void)state;
	placing_thread(&p, web, "vcpu 0", "9", 9);
	placing_thread(&p, web, "vcpu 1", "2", 2);
	placing_thread(&p, web, "vcpu 2", "11", 11);
	placing_thread(&p, web, "vcpu 3", "4-8", 4);
	placing_thread(&p, web, "vcpu 4", "0-15", 4);
	placing_thread(&p, stray, "vcpu 0", "12", 12); /* nobody says what it knows of nodes */
	placing_thread(&p, stray, "vcpu 1", "6", 6);
	placing_tick(&p);
	is(&p, web, 0, 0, NULL);
	is(&p, web, 1, 2, "is on node 0, most vCPUs of its guest on node 1");
	is(&p, web, 2, 0, NULL);
	is(&p, web, 3, 2, "may run on more than one node, and its guest knows of one");
	is(&p, web, 4, 0, NULL);
	is(&p, stray, 0, 0, NULL);
	is(&p, stray, 1, 0, NULL);
	probing_is(&p.c.p, "placement.spread", 1);
	p.guest[0].cell.n = 2; /* it has two itself */
	placing_tick(&p);
	is(&p, web, 1, 0, NULL);
	probing_is(&p.c.p, "placement.spread", 0);
	p.guest[0].cell = (struct rows){.known = KNOWN_NOT_YET, .err = -EINPROGRESS};
	placing_tick(&p);
	is(&p, web, 1, 0, NULL);
	placing_end(&p);
}

static void test_nothing_for_the_host(void **state)
{
	struct placing p = placing_new(4);
	unsigned web = placing_guest(&p, "web3");

	(void)state;
	p.guest[0].cell.n = 2;
	placing_thread(&p, web, "vcpu 0", "0", 0);
	placing_thread(&p, web, "vcpu 1", "1", 1);
	placing_thread(&p, web, "vcpu 2", "2", 2);
	placing_tick(&p);
	is(&p, web, 0, 0, NULL);
	placing_thread(&p, web, "vcpu 3", "3", 3);
	placing_tick(&p);
	is(&p, web, 0, 2, "leaves no CPU to the host: each one has a vCPU of its own");
	is(&p, web, 1, 0, NULL);
	placing_end(&p);
}

static void test_iothreads(void **state)
{
	struct placing p = placing_new(16);
	unsigned web = placing_guest(&p, "web3"), db = placing_guest(&p, "db1");

	(void)state;
	placing_thread(&p, web, "vcpu 0", "4", 4);
	placing_thread(&p, web, "iothread 1", "0-15", 0);
	placing_thread(&p, web, "iothread 2", "0-3", 0);
	placing_thread(&p, web, "iothread 3", "0-3", 0)->allowed = value_error(-EACCES, 0);
	placing_thread(&p, db, "vcpu 0", "0-15", 0);
	placing_thread(&p, db, "iothread 1", "0-15", 0);
	placing_tick(&p);
	is(&p, web, 1, 1, "is not pinned, and may run on CPUs that vCPUs should have alone");
	is(&p, web, 2, 0, NULL);
	is(&p, web, 3, 0, NULL);
	is(&p, db, 1, 0, NULL);
	/* isolated ones are out of its reach */
	placing_isolate(&p, "4");
	((struct thread *)(uintptr_t)p.process[web].thread.row)[1].allowed = value_set(placing_set(&p, "0-3,5-15"), 0);
	placing_tick(&p);
	is(&p, web, 1, 0, NULL);
	placing_end(&p);
}

/* A thread with several conflicts tells the worst one. */
static void test_the_worst_is_told(void **state)
{
	struct placing p = placing_new(16);
	unsigned web = placing_guest(&p, "web3"), db = placing_guest(&p, "db1");

	(void)state;
	placing_thread(&p, web, "vcpu 0", "4", 4);
	placing_thread(&p, web, "vcpu 1", "5", 5);
	placing_thread(&p, web, "vcpu 2", "12", 12); /* other node, and a sibling of db1, and both busy */
	placing_thread(&p, db, "vcpu 0", "13", 13)->busy = value_f64(50, 0);
	((struct thread *)(uintptr_t)p.process[web].thread.row)[2].busy = value_f64(50, 0);
	placing_tick(&p);
	is(&p, web, 2, 3, "shares its core with db1 vcpu 0 on CPU 13");
	probing_says(&p.c.p, "placement.guest[uuid-0000].conflict", "vcpu 2 shares its core with db1 vcpu 0 on CPU 13");
	placing_end(&p);
}

/* … and its guest lists all of them; threads of an emulator have one name and one pin, and are named once. */
static void test_all_are_listed(void **state)
{
	struct placing p = placing_new(16);
	unsigned web = placing_guest(&p, "web3"), db = placing_guest(&p, "db1");

	(void)state;
	placing_thread(&p, web, "vcpu 0", "4", 4);
	placing_thread(&p, web, "vcpu 1", "5", 5);
	placing_thread(&p, web, "vcpu 2", "12", 12);
	placing_thread(&p, web, "emulator", "5", 5);
	placing_thread(&p, web, "emulator", "5", 5)->busy = value_f64(20, 0);
	placing_thread(&p, db, "vcpu 0", "13", 13);
	placing_tick(&p);
	probing_says(&p.c.p, "placement.guest[uuid-0000].clash[nodes vcpu 2].says",
		"is on node 1, most vCPUs of its guest on node 0");
	probing_says(&p.c.p, "placement.guest[uuid-0000].clash[sibling vcpu 2].says",
		"shares its core with db1 vcpu 0 on CPU 13");
	probing_is(&p.c.p, "placement.guest[uuid-0000].clash[sibling vcpu 2].cpu", 13);
	probing_is(&p.c.p, "placement.guest[uuid-0000].clash[helper emulator].severity", 3);
	assert_int_equal(
		placement_guest(snapshot_facts(p.c.p.snap, &probe_placement), placing_key(&p, web))->clash.n, 3);
	placing_end(&p);
}

static void test_limited_by_the_group(void **state)
{
	static struct guest_pin pins[2];
	struct placing p = placing_new(16);
	unsigned web = placing_guest(&p, "web3");

	(void)state;
	for (unsigned i = 0; i < 2; i++)
		pins[i] = (struct guest_pin){.vcpu = value_u64(i, 0)};
	pins[0].cpus = value_set(placing_set(&p, "2-5"), 0);
	pins[1].cpus = value_set(placing_set(&p, "6"), 0);
	p.guest[0].pin = (struct rows){.row = pins, .n = 2, .known = KNOWN};
	p.process[web].slice_cpus = value_set(placing_set(&p, "0-3,8-15"), 0);
	placing_thread(&p, web, "vcpu 0", "2-3", 2);
	placing_thread(&p, web, "vcpu 1", "0-3,8-15", 8);
	placing_offline(&p, 5);
	placing_tick(&p);
	is(&p, web, 1, 3, "is pinned to CPU 6, which the control group of all guests does not have");
	/* what is offline is in no group, and is told as that */
	is(&p, web, 0, 2, "is pinned to CPUs of which 5 is offline");
	probing_says(&p.c.p, "placement.guest[uuid-0000].clash[limited vcpu 0].says",
		"is pinned to CPU 4, which the control group of all guests does not have");
	placing_end(&p);
}

static void test_far_memory(void **state)
{
	static struct threads_memory memory[2];
	struct placing p = placing_new(16);
	unsigned web = placing_guest(&p, "web3");

	(void)state;
	memory[0] = (struct threads_memory){.node = value_u64(0, 0), .kib = value_u64(3000, 0)};
	memory[1] = (struct threads_memory){.node = value_u64(1, 0), .kib = value_u64(1000, 0)};
	p.process[web].memory = (struct rows){.row = memory, .n = 2, .known = KNOWN};
	placing_thread(&p, web, "vcpu 0", "12", 12);
	placing_tick(&p);
	probing_near(&p.c.p, "placement.guest[uuid-0000].memory_far_percent", 75, 0.01);
	placing_thread(&p, web, "vcpu 1", "0-15", 0);
	placing_tick(&p);
	probing_near(&p.c.p, "placement.guest[uuid-0000].memory_far_percent", 0, 0.01);
	p.process[web].memory = (struct rows){.known = KNOWN_DENIED, .err = -EACCES};
	placing_tick(&p);
	probing_not(&p.c.p, "placement.guest[uuid-0000].memory_far_percent", KNOWN_DENIED);
	placing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_cpu),
		cmocka_unit_test(test_float_on_isolated),
		cmocka_unit_test(test_offline),
		cmocka_unit_test(test_helpers_on_vcpus),
		cmocka_unit_test(test_siblings),
		cmocka_unit_test(test_nodes),
		cmocka_unit_test(test_nothing_for_the_host),
		cmocka_unit_test(test_iothreads),
		cmocka_unit_test(test_the_worst_is_told),
		cmocka_unit_test(test_all_are_listed),
		cmocka_unit_test(test_limited_by_the_group),
		cmocka_unit_test(test_far_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
