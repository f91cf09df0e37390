/* Tests placement: the join from each vCPU down to the silicon, who waits, roles of CPUs, and guests that are not here. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

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

static void test_down_to_the_silicon(void **state)
{
	struct placing p = placing_new(8);
	unsigned web = placing_guest(&p, "web3");
	const struct placement_thread *r;

	(void)state;
	placing_thread(&p, web, "vcpu 0", "5", 5)->busy = value_f64(40, 0);
	placing_thread(&p, web, "vcpu 1", "0-7", 2)->busy = value_f64(2, 0);
	placing_thread(&p, web, "emulator", "0-7", 1);
	placing_tick(&p);
	r = row(&p, web, 0);
	assert_int_equal(r->pinned.u, 1);
	assert_int_equal(r->now.u, 5);
	assert_int_equal(r->node.i, 1);
	assert_int_equal(r->l3.i, 1);
	assert_int_equal(r->exit_us.u, 133);
	assert_int_equal(r->khz.u, 1200000);
	assert_int_equal(r->base_khz.u, 2400000);
	assert_int_equal(r->fresh.u, FRESH_MEASURED);
	assert_string_equal(r->governor.text, "powersave");
	assert_string_equal(r->idle_state.text, "C6");
	assert_int_equal(cpuset_count(r->siblings.set), 1);
	assert_true(cpuset_has(r->siblings.set, 4));
	assert_int_equal(r->others.known, KNOWN_ABSENT);
	assert_int_equal(row(&p, web, 1)->pinned.u, 0);
	probing_is(PROBED, "placement.running", 1);
	probing_is(PROBED, "placement.unmanaged", 0);
	probing_is(PROBED, "placement.conflicts", 0);
	probing_is(PROBED, "placement.guest[uuid-0000].joined", 1);
	probing_is(PROBED, "placement.guest[uuid-0000].pinned", 1);
	probing_says(PROBED, "placement.guest[uuid-0000].cpus", "0-7");
	probing_says(PROBED, "placement.guest[uuid-0000].nodes", "0-1");
	probing_near(PROBED, "placement.guest[uuid-0000].busy", 42, 1e-6);
	probing_is(PROBED, "placement.spread", 1);
	assert_ptr_equal(placement_thread(placement_guest(snapshot_facts(p.c.p.snap, &probe_placement), "uuid-0000"),
				 "vcpu", 0),
		r);
	placing_end(&p);
}

/* A CPU that is off, or gone, has no clock and no idle state. */
static void test_ran_on_an_offline_cpu(void **state)
{
	struct placing p = placing_new(8);
	unsigned web = placing_guest(&p, "web3");

	(void)state;
	placing_thread(&p, web, "vcpu 0", "0-7", 3);
	placing_thread(&p, web, "vcpu 1", "0-7", 99);
	placing_thread(&p, web, "vcpu 2", "0-7", 1)->last_cpu = value_error(-EACCES, 0);
	placing_offline(&p, 3);
	placing_tick(&p);
	assert_int_equal(row(&p, web, 0)->khz.known, KNOWN_ABSENT);
	assert_int_equal(row(&p, web, 0)->now.u, 3);
	assert_int_equal(row(&p, web, 1)->governor.known, KNOWN_ABSENT);
	assert_int_equal(row(&p, web, 2)->node.known, KNOWN_DENIED);
	assert_int_equal(row(&p, web, 0)->pinned.u, 0);
	probing_says(PROBED, "placement.cpu[3].role", "offline");
	placing_end(&p);
}

/* All that guests may have is no pin: a slice without some CPUs, or a kernel that keeps isolated ones apart. */
static void test_what_is_a_pin(void **state)
{
	struct placing p = placing_new(8);
	unsigned web = placing_guest(&p, "web3");

	(void)state;
	placing_isolate(&p, "6-7");
	p.process[web].slice_cpus = value_set(placing_set(&p, "2-7"), 0);
	placing_thread(&p, web, "vcpu 0", "2-5", 2);
	placing_thread(&p, web, "vcpu 1", "2-7", 2);
	placing_thread(&p, web, "vcpu 2", "2-4", 2);
	placing_thread(&p, web, "vcpu 3", "2-4", 2)->allowed = value_error(-EACCES, 0);
	placing_tick(&p);
	assert_int_equal(row(&p, web, 0)->pinned.u, 0);
	assert_int_equal(row(&p, web, 1)->pinned.u, 0);
	assert_int_equal(row(&p, web, 2)->pinned.u, 1);
	assert_int_equal(row(&p, web, 3)->pinned.known, KNOWN_DENIED);
	probing_not(PROBED, "placement.guest[uuid-0000].pinned", KNOWN_DENIED);
	probing_not(PROBED, "placement.guest[uuid-0000].cpus", KNOWN_DENIED);
	placing_end(&p);
	p = placing_new(1); /* one CPU is all there is */
	web = placing_guest(&p, "web3");
	placing_thread(&p, web, "vcpu 0", "0", 0);
	placing_tick(&p);
	assert_int_equal(row(&p, web, 0)->pinned.u, 0);
	placing_end(&p);
}

static void test_roles_of_cpus(void **state)
{
	struct placing p = placing_new(16);
	unsigned web = placing_guest(&p, "web3"), db = placing_guest(&p, "db 1");

	(void)state;
	placing_isolate(&p, "12");
	placing_offline(&p, 13);
	placing_thread(&p, web, "vcpu 0", "4", 4);
	placing_thread(&p, web, "vcpu 1", "5", 5);
	placing_thread(&p, db, "vcpu 0", "5", 5);
	placing_thread(&p, db, "vcpu 1", "6-7", 6);
	placing_thread(&p, db, "vcpu 2", "7", 7); /* that one may come by at any time */
	placing_thread(&p, web, "emulator", "2,4", 2);
	placing_thread(&p, web, "iothread 1", "8", 8);
	placing_thread(&p, web, "vhost 4711", "9", 9);
	placing_tick(&p);
	probing_says(PROBED, "placement.cpu[0].role", "housekeeping");
	probing_says(PROBED, "placement.cpu[2].role", "emulator");
	probing_says(PROBED, "placement.cpu[4].role", "vcpu-dedicated");
	probing_says(PROBED, "placement.cpu[5].role", "vcpu-shared");
	probing_says(PROBED, "placement.cpu[6].role", "vcpu-shared");
	probing_says(PROBED, "placement.cpu[7].role", "vcpu-shared");
	probing_says(PROBED, "placement.cpu[8].role", "iothread");
	probing_says(PROBED, "placement.cpu[9].role", "vhost");
	probing_says(PROBED, "placement.cpu[12].role", "isolated");
	probing_says(PROBED, "placement.cpu[13].role", "offline");
	probing_says(PROBED, "placement.cpu[4].who", "web3/0 web3/e");
	probing_says(PROBED, "placement.cpu[5].who", "web3/1 db_1/0");
	probing_says(PROBED, "placement.cpu[8].who", "web3/i1");
	probing_says(PROBED, "placement.cpu[9].runs", "web3/v");
	probing_not(PROBED, "placement.cpu[0].who", KNOWN_ABSENT);
	probing_is(PROBED, "placement.cpu[4].vcpus", 1);
	probing_is(PROBED, "placement.cpu[4].threads", 2);
	probing_is(PROBED, "placement.cpu[0].threads", 0);
	assert_string_equal(row(&p, web, 0)->others.text, "web3 emulator");
	assert_string_equal(row(&p, web, 1)->others.text, "db 1 vcpu 0");
	assert_null(placement_cpu(snapshot_facts(p.c.p.snap, &probe_placement), 16));
	placing_end(&p);
}

/* Guests that are off, elsewhere, or not found, and processes that nobody lists. */
static void test_who_is_here(void **state)
{
	struct placing p = placing_new(8);
	unsigned web = placing_guest(&p, "web3"), stray = placing_stray(&p, NULL);
	struct guest *off = &p.guest[p.guests->guest.n++], *lost = &p.guest[p.guests->guest.n++];

	(void)state;
	off->uuid = value_text("uuid-off", 0);
	off->state = value_text("shutoff", 0);
	lost->uuid = value_text("uuid-lost", 0);
	lost->state = value_text("running", 0);
	placing_thread(&p, web, "vcpu 0", "4", 4);
	placing_thread(&p, stray, "vcpu 0", "4", 4);
	placing_tick(&p);
	probing_is(PROBED, "placement.running", 3);
	probing_is(PROBED, "placement.unmanaged", 1);
	probing_is(PROBED, "placement.guest[uuid-off].joined", 0);
	probing_not(PROBED, "placement.guest[uuid-off].pid", KNOWN_ABSENT);
	probing_not(PROBED, "placement.guest[uuid-lost].pid", KNOWN_NOT_YET);
	probing_is(PROBED, "placement.guest[pid4100].managed", 0);
	probing_is(PROBED, "placement.guest[pid4100].vcpus", 1);
	probing_says(PROBED, "placement.guest[pid4100].state", "running");
	assert_string_equal(row(&p, web, 0)->conflict.text, "shares CPU 4 with pid4100 vcpu 0");
	/* libvirt of another host can have the same UUIDs: nothing of here belongs to them */
	p.guests->of_this_machine = value_bool(false, 0);
	placing_tick(&p);
	probing_is(PROBED, "placement.guest[uuid-0000].joined", 0);
	p.process[web].key = value_text("pid4000", 0);
	placing_tick(&p);
	probing_is(PROBED, "placement.guest[uuid-0000].joined", 0);
	probing_not(PROBED, "placement.guest[uuid-0000].nodes", KNOWN_SKIPPED);
	probing_is(PROBED, "placement.guest[pid4000].joined", 1);
	probing_is(PROBED, "placement.running", 2);
	p.process[web].managed = value_error(-EACCES, 0);
	placing_tick(&p);
	probing_not(PROBED, "placement.unmanaged", KNOWN_DENIED);
	/* and where processes are hidden nobody is said not to be there */
	p.guests->of_this_machine = value_bool(true, 0);
	p.threads->guest = (struct rows){.known = KNOWN_DENIED, .err = -EACCES};
	placing_tick(&p);
	probing_not(PROBED, "placement.running", KNOWN_DENIED);
	probing_not(PROBED, "placement.waiting", KNOWN_DENIED);
	probing_not(PROBED, "placement.conflicts", KNOWN_DENIED);
	probing_not(PROBED, "placement.guest[uuid-0000].pid", KNOWN_DENIED);
	probing_not(PROBED, "placement.cpu[4].role", KNOWN_DENIED);
	placing_end(&p);
}

/* A host without guests, and one of which nothing is known yet. */
static void test_nobody(void **state)
{
	struct placing p = placing_new(4);
	static const struct probe *const all[] = {&probe_topology, &probe_silicon, &probe_guests, &probe_threads};

	(void)state;
	placing_tick(&p);
	probing_is(PROBED, "placement.running", 0);
	probing_is(PROBED, "placement.waiting", 0);
	probing_not(PROBED, "placement.wait_ms_per_s", KNOWN_ABSENT);
	probing_says(PROBED, "placement.cpu[0].role", "housekeeping");
	for (size_t i = 0; i < COUNT(all); i++)
		crafted_none(&p.c, all[i]);
	placing_tick(&p);
	probing_not(PROBED, "placement.running", KNOWN_NOT_YET);
	probing_not(PROBED, "placement.wait_ms_per_s", KNOWN_NOT_YET);
	assert_null(placement_guest(snapshot_facts(p.c.p.snap, &probe_placement), "x"));
	assert_null(placement_guest(NULL, "x"));
	assert_null(placement_thread(NULL, "vcpu", 0));
	assert_null(placement_cpu(NULL, 0));
	placing_end(&p);
}

static void test_memory(void **state)
{
	static struct threads_memory memory[3];
	struct placing p = placing_new(4);
	unsigned web = placing_guest(&p, "web3");

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		memory[i] = (struct threads_memory){value_u64(i, 0), value_u64(i == 1 ? 960 : 20, 0)};
	p.process[web].memory = (struct rows){.row = memory, .n = 3, .known = KNOWN};
	placing_tick(&p);
	assert_int_equal(probing_value(PROBED, "placement.guest[uuid-0000].memory_node").i, 1);
	probing_near(PROBED, "placement.guest[uuid-0000].memory_percent", 96, 1e-9);
	p.process[web].memory = (struct rows){.known = KNOWN_ABSENT, .err = -ENOENT};
	placing_tick(&p);
	probing_not(PROBED, "placement.guest[uuid-0000].memory_node", KNOWN_ABSENT);
	placing_end(&p);
}

/* Names of strangers are printable and short where they are put into texts, and as they are in their own field. */
static void test_hostile_names(void **state)
{
	struct placing p = placing_new(4);
	unsigned evil = placing_guest(&p, "\033[2Ja\xe2\x80\xae" "b\xff/ xyz\xc2\x9b 0123456789012345678901234567890123456789"),
		 web = placing_guest(&p, "web3");

	(void)state;
	placing_thread(&p, evil, "vcpu 0", "1", 1);
	placing_thread(&p, web, "vcpu 0", "1", 1);
	placing_tick(&p);
	assert_string_equal(row(&p, web, 0)->others.text, "?[2Ja?b?/ xyz? 01234567890123456789012345678901 vcpu 0");
	probing_says(PROBED, "placement.cpu[1].who", "?[2Ja?b?__xyz?_0/0 web3/0");
	placing_end(&p);
}

/* 200 guests of 20 threads over 96 CPUs: more meet than can be named. */
static void test_many(void **state)
{
	static const char *const lists[] = {NULL, "0-47", "48-95", "0-95"};
	struct placing p = placing_new(96);
	char name[32], one[16];

	(void)state;
	for (unsigned g = 0; g < 200; g++) {
		unsigned guest;

		snprintf(name, sizeof(name), "guest%u", g);
		guest = placing_guest(&p, arena_strdup(p.a, name));
		for (unsigned i = 0; i < 20; i++) {
			snprintf(name, sizeof(name), i < 16 ? "vcpu %u" : i == 16 ? "emulator" : "iothread %u",
				i < 16 ? i : i - 16);
			snprintf(one, sizeof(one), "%u", (g * 20 + i) % 96);
			placing_thread(&p, guest, name, lists[g % 4] ? lists[g % 4] : one, (g + i) % 96);
		}
	}
	placing_tick(&p);
	assert_non_null(strstr(row(&p, 1, 0)->others.text, "and more"));
	placing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_down_to_the_silicon),
		cmocka_unit_test(test_ran_on_an_offline_cpu),
		cmocka_unit_test(test_what_is_a_pin),
		cmocka_unit_test(test_roles_of_cpus),
		cmocka_unit_test(test_who_is_here),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
