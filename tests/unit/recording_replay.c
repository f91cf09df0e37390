/* Tests that a capture, played again, lets the probes report what they reported of the machine, to the last byte. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/host/simulate_host.h"
#include "probes/sampler.h"
#include "probes/util.h"
#include "tests/lib/clocked.h"
#include "tests/lib/hosts.h"
#include "tests/lib/recorded.h"
#include "tests/lib/sham.h"
#include "tests/lib/sham_qemu.h"
#include "tests/lib/simulated.h"
#include "tests/lib/tree.h"

static void pass(void *arg, unsigned n)
{
	struct sham *m = arg;

	sham_pass(m, n % 3 ? 1000 : 1234);
	sham_busy(m, n % 4, n * 7 % 100);
	if (n == 5)
		sham_online(m, 3, false);
	if (n == 9)
		sham_online(m, 3, true);
}

static void a_machine_in_memory(void **state)
{
	struct sham *m = sham_new();
	struct recorded r;

	(void)state;
	sham_machine(m, 4);
	recorded_plays(sham_host(m), 25, pass, m, &r);
	recorded_free(&r);
	sham_free(m);
}

/* Guests that rest, on a machine that runs: that they do nothing is known, other than of a copy of its files. */
static void guests_at_rest(void **state)
{
	struct sham *m = sham_new();
	struct recorded r;

	(void)state;
	sham_machine(m, 8);
	sham_process(m, 1, 0, "systemd", "/sbin/init");
	sham_guest(m, 4711, "web3", "00000001-aaaa-bbbb-cccc-0123456789ab", 2, 4);
	recorded_plays(sham_host(m), 4, pass, m, &r);
	assert_non_null(strstr(r.text, "/proc/4711/task/4712/schedstat"));
	recorded_free(&r);
	/* and who may not see the first process is not shown the others either */
	sham_remove(m, "/proc/1");
	recorded_plays(sham_host(m), 4, pass, m, &r);
	recorded_free(&r);
	sham_free(m);
}

/* A machine with guests whose threads, disks and CPUs move, on a clock of its own. */
static void a_simulated_machine(void **state)
{
	struct simulate_options o = small_machine();
	char why[200] = "", bad[200] = "";
	const struct simulate_life life = {.flips = 4, .working = 2, .why = why};
	struct host *h = NULL;
	struct recorded r;

	(void)state;
	o.guests = 5;
	if (simulate_host(&o, &life, &h, bad))
		fail_msg("%s", bad);
	recorded_plays(h, 25, NULL, NULL, &r);
	recorded_free(&r);
}

/* The same on the clock of this machine, so that answers, and what now() says, come when they come. */
static void a_tree_that_is_read_now(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = small_machine();
	struct recorded r;
	char path[300];

	o.guests = 3;
	make_machine(p, "tree", &o);
	recorded_plays(tree_host(place_path(p, "tree", path)), 4, NULL, NULL, &r);
	recorded_free(&r);
}

static void second_later(void *arg, unsigned n)
{
	(void)n;
	*(uint64_t *)arg += UINT64_C(1000000000);
}

static void each_machine_of_the_tests(void **state)
{
	char **names = host_names();

	(void)state;
	for (char **name = names; *name; name++) {
		uint64_t now_ns = UINT64_C(1234567890123456789);
		char *tree = tree_new();
		struct clocked clock;
		struct recorded r;

		host_unpack(tree, *name, "tree");
		print_message("%s\n", *name);
		recorded_plays(clocked(&clock, tree_host(tree), &now_ns), 3, second_later, &now_ns, &r);
		recorded_free(&r);
		tree_free(tree);
	}
	host_names_free(names);
}

/* A capture of a capture, most of them written by hand and with braces, says what that one says. */
static void each_capture_of_the_tests(void **state)
{
	char **names = host_names();

	(void)state;
	for (char **name = names; *name; name++) {
		struct host *h = host_capture(*name);
		struct recorded r;

		print_message("%s\n", *name);
		recorded_plays(h, sampler_ticks_of(h), NULL, NULL, &r);
		recorded_free(&r);
	}
	host_names_free(names);
}

/* Whatever this machine is, with guests whose answers come when libvirt has them. */
static void this_machine(void **state)
{
	const struct host_options o = {.connect = "test:///default"};
	char why[200] = "";
	struct host *h = NULL;
	struct recorded r;

	(void)state;
	if (host_open(&o, &h, why))
		fail_msg("%s", why);
	host_wait(h, 3000);
	recorded_plays(h, 5, NULL, NULL, &r);
	assert_non_null(strstr(r.text, "\n= @virt/guests") ? r.text : strstr(r.text, "\n=+"));
	recorded_free(&r);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_machine_in_memory),
		TEST(guests_at_rest),
		TEST(a_simulated_machine),
		TEST(a_tree_that_is_read_now),
		TEST(each_machine_of_the_tests),
		TEST(each_capture_of_the_tests),
		TEST(this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
