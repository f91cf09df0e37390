/* Tests which thread of a guest waits most for a CPU, and who is said to have that CPU. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "probes/cpuset.h"
#include "probes/placement.h"
#include "tests/lib/placing.h"

#define PROBED (&p.c.p)

/* The thread of that name, by its place in the guest. */
static const struct placement_thread *row(struct placing *p, unsigned guest, unsigned i)
{
	const struct placement *pl = snapshot_facts(p->c.p.snap, &probe_placement);
	const struct placement_guest *g = placement_guest(pl, placing_key(p, guest));

	assert_non_null(g);
	assert_true(i < g->thread.n);
	return (const struct placement_thread *)g->thread.row + i;
}

static void test_who_waits(void **state)
{
	struct placing p = placing_new(8);
	unsigned web = placing_guest(&p, "web3"), db = placing_guest(&p, "db1");
	struct thread *th;

	(void)state;
	placing_thread(&p, web, "vcpu 0", "4", 4);
	placing_thread(&p, web, "emulator", "0-7", 1)->wait_ms_per_s = value_f64(21, 0);
	th = placing_thread(&p, db, "vcpu 2", "4-5", 4);
	placing_tick(&p);
	probing_is(PROBED, "placement.waiting", 1);
	th->wait_ms_per_s = value_f64(38, 0);
	th->wait_us = value_f64(3200, 0);
	placing_tick(&p);
	probing_is(PROBED, "placement.waiting", 2);
	probing_near(PROBED, "placement.wait_ms_per_s", 38, 1e-9);
	probing_near(PROBED, "placement.wait_us", 3200, 1e-9);
	probing_says(PROBED, "placement.wait_guest", "uuid-0001");
	probing_says(PROBED, "placement.wait_thread", "vcpu 2");
	probing_is(PROBED, "placement.wait_cpu", 4);
	probing_says(PROBED, "placement.wait_with", "web3 vcpu 0");
	assert_string_equal(row(&p, db, 0)->wait_with.text, "web3 vcpu 0");
	assert_false(value_known(row(&p, web, 1)->wait_with)); /* nobody is there */
	assert_false(value_known(row(&p, web, 0)->wait_with)); /* it does not wait */
	probing_near(PROBED, "placement.guest[uuid-0000].wait_ms_per_s", 21, 1e-9);
	probing_says(PROBED, "placement.guest[uuid-0000].wait_thread", "emulator");
	/* long waits that are seldom count too */
	th->wait_ms_per_s = value_f64(1, 0);
	th->wait_us = value_f64(1000, 0);
	placing_tick(&p);
	probing_is(PROBED, "placement.waiting", 2);
	/* long ones each time are worse than many short ones: its guest and the host say so */
	th->wait_us = value_f64(4100, 0);
	placing_tick(&p);
	probing_says(PROBED, "placement.wait_thread", "vcpu 2");
	probing_near(PROBED, "placement.wait_us", 4100, 1e-9);
	th = placing_thread(&p, db, "vcpu 3", "4-5", 4);
	th->wait_ms_per_s = value_f64(99, 0);
	placing_tick(&p);
	probing_says(PROBED, "placement.guest[uuid-0001].wait_thread", "vcpu 2");
	th->wait_ms_per_s = value_f64(101, 0);
	placing_tick(&p);
	probing_says(PROBED, "placement.guest[uuid-0001].wait_thread", "vcpu 3");
	/* and what is not known is no wait of nothing */
	for (unsigned g = 0; g < 2; g++)
		for (unsigned i = 0; i < p.process[g].thread.n; i++)
			((struct thread *)(uintptr_t)p.process[g].thread.row + i)->wait_ms_per_s =
				value_error(-EINPROGRESS, 0);
	placing_tick(&p);
	probing_not(PROBED, "placement.waiting", KNOWN_NOT_YET);
	probing_not(PROBED, "placement.wait_ms_per_s", KNOWN_NOT_YET);
	probing_not(PROBED, "placement.wait_thread", KNOWN_NOT_YET);
	placing_end(&p);
}

/* Who has the CPU: who runs there, pinned or not, before who only could; threads of one emulator are one thing. */
static void test_who_is_waited_for(void **state)
{
	struct placing p = placing_new(8);
	unsigned web = placing_guest(&p, "web3"), db = placing_guest(&p, "db1");
	struct thread *floating;

	(void)state;
	placing_thread(&p, db, "emulator", "0-3", 1)->wait_ms_per_s = value_f64(43, 0);
	placing_thread(&p, db, "emulator", "0-3", 1)->busy = value_f64(50, 0);
	placing_tick(&p);
	assert_false(value_known(row(&p, db, 0)->wait_with));
	placing_thread(&p, web, "vcpu 0", "1", 1);
	placing_tick(&p);
	assert_string_equal(row(&p, db, 0)->wait_with.text, "web3 vcpu 0");
	/* of two that are as near as each other the other guest's */
	placing_thread(&p, db, "vcpu 0", "1", 1)->busy = value_f64(50, 0);
	placing_thread(&p, db, "vcpu 1", "2", 2)->wait_ms_per_s = value_f64(1, 0);
	((struct thread *)(uintptr_t)p.process[web].thread.row)->busy = value_f64(40, 0);
	placing_tick(&p);
	assert_string_equal(row(&p, db, 0)->wait_with.text, "web3 vcpu 0");
	((struct thread *)(uintptr_t)p.process[web].thread.row)->busy = value_f64(2, 0); /* it only could */
	placing_tick(&p);
	assert_string_equal(row(&p, db, 0)->wait_with.text, "db1 vcpu 0");
	((struct thread *)(uintptr_t)p.process[db].thread.row + 2)->busy = value_f64(0, 0);
	floating = placing_thread(&p, web, "vhost 77", "0-7", 1);
	floating->busy = value_f64(2, 0);
	placing_tick(&p);
	assert_string_equal(row(&p, db, 0)->wait_with.text, "web3 vcpu 0");
	floating->busy = value_f64(3, 0);
	placing_tick(&p);
	assert_string_equal(row(&p, db, 0)->wait_with.text, "web3 vhost 77");
	probing_says(PROBED, "placement.wait_with", "web3 vhost 77");
	placing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_waits),
		cmocka_unit_test(test_who_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
