/* Tests the cards of simulated machines: what the probes find of them, and that their counters move in place. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/devices.h"
#include "probes/host/host.h"
#include "probes/sampler.h"
#include "probes/util.h"
#include "tests/lib/simulated.h"
#include "tests/lib/tree.h"

static struct snapshot *look(struct sampler *s)
{
	return sampler_step(s, &(struct want){.everything = true});
}

static struct sampler *sampler_of(const struct place *p, const char *tree)
{
	char dir[300];

	return sampler_new(tree_host(place_path(p, tree, dir)));
}

static const struct device *device_named(const struct devices *d, const char *name)
{
	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->row[i].name, name) == 0)
			return &d->row[i];
	fail_msg("there is no %s", name);
	return NULL;
}

static void test_what_the_probes_find(void **state)
{
	struct simulate_options o = small_machine();
	struct arena *a = arena_new(0);
	const struct device *d;
	struct snapshot *snap;
	struct sampler *s;
	struct devices all;

	make_machine(*state, "t", &o);
	s = sampler_of(*state, "t");
	snap = look(s);
	all = devices(a, snap);
	assert_int_equal(all.faults, 1);
	d = device_named(&all, "nvme1n1");
	assert_int_equal(d->fault, FAULT_LINK);
	assert_string_equal(device_fault_short(a, d), "x2 of x4");
	assert_int_equal(device_node(d), 1);
	d = device_named(&all, "nvme0n1");
	assert_int_equal(d->fault, FAULT_NONE);
	assert_string_equal(device_link(a, d), "x4 Gen3");
	d = device_named(&all, "ens2f0");
	assert_int_equal(device_node(d), 1);
	assert_string_equal(d->net->state.text, "up");
	assert_string_equal(d->net->master.text, "br0");
	assert_int_equal(d->net->speed_mbps.u, 10000);
	assert_int_equal(d->irqs, 4); /* a queue a core, of four */
	assert_int_equal(d->net->rx_queues.u, 4);
	assert_int_equal(d->pci->irqs.u, 4);
	assert_string_equal(device_named(&all, "ens1f1")->net->state.text, "down");
	assert_int_equal(device_named(&all, "sda")->disk->rotational.u, 1);
	assert_string_equal(device_named(&all, "sda")->disk->scheduler.text, "mq-deadline");
	snapshot_unref(snap);
	sampler_free(s);
	arena_free(a);
}

static uint64_t number(char *text, const char *line, int column)
{
	char *p = strstr(text, line);

	assert_non_null(p);
	p += strlen(line);
	for (int i = 0; i < column; i++)
		strtoull(p, &p, 10);
	return strtoull(p, NULL, 10);
}

static void test_counters_move_in_place(void **state)
{
	static const char *const files[] = {"proc/net/dev", "proc/diskstats"};
	static const struct {
		const char *line;
		int file, column;
	} moving[] = {{"ens1f0:", 0, 0}, {"ens1f0:", 0, 1}, {"ens1f0:", 0, 8}, {"ens2f0:", 0, 9}, {" sda ", 1, 0},
		{" sda ", 1, 3}, {" nvme0n1 ", 1, 2}, {" nvme1n1 ", 1, 6}, {" nvme1n1 ", 1, 9}, {" nvme0n1 ", 1, 15}};
	struct simulate_options o = small_machine();
	struct simulation *s;
	struct stat was[2], is[2];
	char *before[2], *after[2], why[200], dir[300];

	make_machine(*state, "t", &o);
	if (simulate_open(place_path(*state, "t", dir), &s, why))
		fail_msg("%s", why);
	for (int i = 0; i < 2; i++)
		before[i] = slurp(*state, "t", files[i], &was[i]);
	for (int i = 0; i < 20; i++)
		assert_int_equal(simulate_move(s, 333, 1, why), 0);
	for (int i = 0; i < 2; i++) {
		after[i] = slurp(*state, "t", files[i], &is[i]);
		assert_true(was[i].st_ino == is[i].st_ino);
		assert_int_equal(was[i].st_size, is[i].st_size);
	}
	for (size_t i = 0; i < COUNT(moving); i++)
		if (number(after[moving[i].file], moving[i].line, moving[i].column) <=
			number(before[moving[i].file], moving[i].line, moving[i].column))
			fail_msg("%s column %d stands still", moving[i].line, moving[i].column);
	assert_int_equal(number(after[0], "ens1f1:", 0), 0);
	for (int i = 0; i < 2; i++) {
		free(before[i]);
		free(after[i]);
	}
	simulate_close(s);
}

/* A second of a link of 10 Gbit/s is no more than 1.25 GB, and a disk is never busier than all of the time. */
static void test_rates_are_possible(void **state)
{
	struct simulate_options o = small_machine();
	struct simulation *m;
	char why[200], dir[300], *was, *is;

	o.busy_percent = 100;
	make_machine(*state, "t", &o);
	if (simulate_open(place_path(*state, "t", dir), &m, why))
		fail_msg("%s", why);
	for (int i = 0; i < 10; i++) {
		was = slurp(*state, "t", "proc/net/dev", NULL);
		assert_int_equal(simulate_move(m, 1000, 1, why), 0);
		is = slurp(*state, "t", "proc/net/dev", NULL);
		assert_in_range(number(is, "ens1f0:", 0) - number(was, "ens1f0:", 0), 1, 1250000000);
		free(was);
		free(is);
		was = slurp(*state, "t", "proc/diskstats", NULL);
		assert_int_equal(simulate_move(m, 1000, 1, why), 0);
		is = slurp(*state, "t", "proc/diskstats", NULL);
		assert_in_range(number(is, " nvme0n1 ", 9) - number(was, " nvme0n1 ", 9), 1, 1000);
		free(was);
		free(is);
	}
	simulate_close(m);
}

static void test_many_packages(void **state)
{
	struct simulate_options o = small_machine();
	struct snapshot *snap;
	struct sampler *s;

	o.packages = 16;
	o.cores = 1;
	make_machine(*state, "t", &o);
	s = sampler_of(*state, "t");
	snap = look(s);
	/* a card of two functions and a disk each, with their ports; and the RAID card with its own */
	assert_int_equal(((const struct pci *)snapshot_facts(snap, &probe_pci))->device.n, 16 * 5 + 2);
	assert_int_equal(((const struct net *)snapshot_facts(snap, &probe_net))->physical.u, 32);
	snapshot_unref(snap);
	sampler_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_the_probes_find, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(test_counters_move_in_place, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(test_rates_are_possible, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(test_many_packages, place_setup, place_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
