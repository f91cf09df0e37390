/* Seats in the Topology panel: which CPUs guests are pinned to, as signs, as facts and in the first sentence. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/bench_seats.h"

static void goldens(void **state)
{
	struct bench *b = *state;

	screen_golden(b->s, "seats-topology", true);
	screen_command(b->s, "by guests");
	screen_golden(b->s, "seats-topology-guests", false);
	b->s->ascii = true;
	screen_golden(b->s, "ascii-topology-guests", true);
}

static void each_cell_says_who_sits_there(void **state)
{
	struct bench *b = *state;

	screen_command(b->s, "by guests");
	must_show(b->s, " node 0   e1111·\n          ·e○·gg\n");
	must_show(b->s, " node 1   ··21··\n          ···1○○\n");
	b->seats.guest[0].thread[4].cpus = "1"; /* db1's emulator moves to its vCPU 0 */
	again(b);
	must_show(b->s, " node 0   ○E111·\n");
	must_show(b->s, "E shared with an emulator");
	b->seats.guest[1].name = NULL; /* mail stops */
	again(b);
	must_show(b->s, "          ·e····\n");
	must_not_show(b->s, "group of vCPUs");
}

static void the_sentence_says_what_matters(void **state)
{
	struct bench *b = *state;

	b->s->w = 160;
	screen_command(b->s, "by guests");
	must_show(b->s, " CPU 8 carries 2 dedicated vCPUs: web3/0 web3/2 web3/e.");
	b->seats.guest[0].thread[4].cpus = "1";
	again(b);
	must_show(b->s, "web3/e; 1 more CPU is shared too.");
	b->seats.guest[3].name = NULL;
	again(b);
	must_show(b->s, " CPU 1 carries a dedicated vCPU and more: db1/0 db1/e.");
	b->seats.guest[0].thread[4].cpus = "0";
	again(b);
	must_show(b->s, " 3 guests: 5 CPUs carry one vCPU each, alone, 2 CPUs carry vCPUs that may move, 2 CPUs only "
			"emulators, iothreads or vhost.");
	b->seats.guest[0].name = b->seats.guest[1].name = NULL;
	again(b);
	must_show(b->s, " 1 guest: 1 CPU carries one vCPU alone.");
	b->seats.guest[4].thread[0].cpus = "0-23";
	again(b);
	must_show(b->s, " 1 guest, and nobody is pinned: their vCPUs may run on all CPUs.");
	b->seats.guest[4].name = NULL;
	again(b);
	must_show(b->s, " No guest runs here.");
	screen_command(b->s, "by load");
	must_show(b->s, " 2 packages of 6 cores");
}

static void the_facts_name_them(void **state)
{
	struct bench *b = *state;

	screen_keys(b->s, "Home Down Down");
	must_show(b->s, "CPU 1  online   90 % busy   pinned here: db1/0");
	screen_keys(b->s, "Tab Tab Tab Tab ?");
	must_show(b->s, "placement.cpu[1].who");
	screen_keys(b->s, "Esc End");
	seats_put(&b->seats, b->s);
	must_show(b->s, "ran here last: web3/3");
	b->s->w = 160;
	must_show(b->s, "6 slow, db1, mail");
	must_show(b->s, "1 crowded, 6 slow, web3, proxmox");
}

/* Names are chosen by strangers. */
static void names_stay_harmless(void **state)
{
	struct bench *b = *state;

	b->seats.guest[3].name = "a\033[2J\001\342\200\256b\xff and a name that does not end before the line does, "
				 "whatever is done about it";
	again(b);
	screen_command(b->s, "by guests");
	assert_null(strpbrk(screen_text(b->s), "\033\001"));
	assert_null(strstr(screen_text(b->s), "\342\200\256"));
	screen_sane(b->s, 80, 24);
}

static void every_size(void **state)
{
	struct bench *b = *state;

	screen_command(b->s, "by guests");
	for (int h = 0; h <= 50; h++)
		for (int w = 0; w <= 130; w += 1 + (h & 1))
			screen_sane(b->s, w, h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(goldens, set_up, tear_down),
		cmocka_unit_test_setup_teardown(each_cell_says_who_sits_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_sentence_says_what_matters, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_facts_name_them, set_up, tear_down),
		cmocka_unit_test_setup_teardown(names_stay_harmless, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_size, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
