/* Tests that simulated machines have interrupts, power, guards and KVM as the probes read them, and not too many. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/host/simulate_irq.h"
#include "probes/interrupts.h"
#include "probes/kvm.h"
#include "probes/mitigations.h"
#include "probes/power.h"
#include "probes/sampler.h"
#include "probes/util.h"
#include "tests/lib/simulated.h"

/* All that the program reads of that tree, once. */
static struct snapshot *look_at(const struct place *p, const char *tree)
{
	char dir[300], why[200];
	struct host_options o = {.root = place_path(p, tree, dir)};
	struct want want = {.everything = true};
	struct sampler *s;
	struct snapshot *snap;
	struct host *h;

	assert_int_equal(host_open(&o, &h, why), 0);
	s = sampler_new(h);
	snap = sampler_step(s, &want);
	sampler_free(s);
	return snap;
}

static const struct interrupt *line_of(const struct interrupts *in, const char *name)
{
	const struct interrupt *rows = in->irq.row;

	for (uint32_t i = 0; i < in->irq.n; i++)
		if (strcmp(rows[i].name.text, name) == 0)
			return &rows[i];
	return NULL;
}

static void check_lines(const struct interrupts *in, unsigned cpus)
{
	const struct interrupt *row = line_of(in, "24");

	assert_int_equal(in->cpu.n, cpus);
	assert_true(in->irq.n > 20 && in->irq.n <= 64);
	assert_non_null(row);
	assert_string_equal(row->device.text, "0000:18:00.0");
	assert_true(value_known(row->affinity) && value_known(row->effective));
	assert_int_equal(row->node.i, 0);
	for (uint32_t i = 0; i < in->irq.n; i++) {
		row = (const struct interrupt *)in->irq.row + i;
		if (strcmp(row->kind.text, "device") == 0 && value_known(row->device))
			assert_true(row->count.u >= 1000000000 && value_known(row->action));
	}
}

static void test_each_driver(void **state)
{
	static const struct {
		const char *driver, *timer, *module;
		bool rapl, uncore, sensor;
	} rows[] = {
		{"intel_pstate", "LOC", "kvm_intel", true, true, false},
		{"amd-pstate", "LOC", "kvm_amd", true, false, true},
		{"cppc_cpufreq", "11", "kvm", false, false, false},
	};
	const struct place *p = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct simulate_options o = small_machine();
		struct snapshot *s;
		const struct interrupts *in;
		const struct power *w;
		const struct kvm *k;

		o.driver = rows[i].driver;
		o.governor = "performance";
		make_machine(p, rows[i].driver, &o);
		s = look_at(p, rows[i].driver);
		in = snapshot_facts(s, &probe_interrupts);
		check_lines(in, 16);
		assert_string_equal(line_of(in, rows[i].timer)->kind.text, "timer");
		w = snapshot_facts(s, &probe_power);
		assert_int_equal(w->zone.n, rows[i].rapl ? 2 : 0);
		assert_int_equal(w->uncore.n, rows[i].uncore ? 2 : 0);
		assert_int_equal(w->sensor.n, rows[i].sensor ? 2 : 0);
		k = snapshot_facts(s, &probe_kvm);
		assert_string_equal(k->module.text, rows[i].module);
		assert_int_equal(k->present.u, 1);
		assert_int_equal(k->halt_poll_ns.u, 200000);
		assert_true(((const struct mitigations *)snapshot_facts(s, &probe_mitigations))->affected.u > 0);
		snapshot_unref(s);
	}
}

/* The table of the largest machine stays small, and its queues lie on CPUs that there are. */
static void test_queues(void **state)
{
	static const unsigned shapes[][3] = {
		{1, 1, 1}, {1, 3, 2}, {2, 8, 2}, {4, 64, 2}, {64, 1, 1}, {64, 64, 2}, {1, 512, 8}, {3, 7, 1}};

	(void)state;
	for (size_t i = 0; i < COUNT(shapes); i++) {
		struct simulate_options o;
		struct model m;

		simulate_defaults(&o);
		o.packages = shapes[i][0], o.cores = shapes[i][1], o.threads = shapes[i][2];
		model_init(&m, &o);
		assert_true(simulate_queues(&m) > 0 && simulate_queues(&m) <= 42);
		for (unsigned k = 0; k < simulate_queues(&m); k++) {
			struct simulate_queue q = simulate_queue(&m, k);

			assert_true(q.cpu < m.ncpus);
			assert_int_equal(model_package(&m, q.cpu), q.package);
			assert_true(simulate_queue_rate(&m, k) > 0 && simulate_queue_rate(&m, k) < 10000);
		}
		model_free(&m);
	}
}

static void test_addresses(void **state)
{
	char a[24], b[24];

	(void)state;
	for (unsigned i = 0; i < 64 * NDEVICES; i++)
		for (unsigned k = 0; k < i; k++) {
			model_pci(i / NDEVICES, (enum simulate_device)(i % NDEVICES), a, sizeof a);
			model_pci(k / NDEVICES, (enum simulate_device)(k % NDEVICES), b, sizeof b);
			assert_int_equal(strlen(a), 12);
			assert_string_not_equal(a, b);
		}
}

/* The count of a line and a column of ten digits, all as they stand. */
static uint64_t count_of(const struct place *p, const char *file, const char *line, unsigned column)
{
	char *text = slurp(p, "t", file, NULL), *at = text ? strstr(text, line) : NULL;
	uint64_t n;

	assert_non_null(at);
	at += strlen(line);
	n = strtoull(at + column * 11, NULL, 10);
	free(text);
	return n;
}

static struct simulation *living(const struct place *p, struct simulate_options *o)
{
	struct simulation *s;
	char dir[300], why[200];

	make_machine(p, "t", o);
	if (simulate_open(place_path(p, "t", dir), &s, why))
		fail_msg("%s", why);
	return s;
}

#define ENERGY "sys/devices/virtual/powercap/intel-rapl/intel-rapl:0/energy_uj"

static void test_moving(void **state)
{
	static const char *const files[] = {"proc/interrupts", "proc/softirqs", ENERGY};
	const struct place *p = *state;
	struct simulate_options o = small_machine();
	struct stat before[COUNT(files)], after;
	struct simulation *s;
	uint64_t queue, timer, net, energy, sleeper;
	struct model m;
	char why[200];

	o.states = 0; /* none sleeps through a second */
	s = living(p, &o);
	model_init(&m, &o);
	for (size_t i = 0; i < COUNT(files); i++)
		free(slurp(p, "t", files[i], &before[i]));
	queue = count_of(p, files[0], "  24:", 0);
	timer = count_of(p, files[0], " LOC:", 15);
	net = count_of(p, files[1], "NET_RX:", 0);
	energy = count_of(p, ENERGY, "", 0);
	sleeper = count_of(p, files[0], "  24:", 1);
	assert_int_equal(simulate_move(s, 2000, 0, why), 0);
	assert_int_equal(count_of(p, files[0], "  24:", 0) - queue, 2 * simulate_queue_rate(&m, 0));
	assert_int_equal(count_of(p, files[0], "  24:", 1), sleeper); /* it lands on one CPU */
	assert_int_equal(count_of(p, files[0], " LOC:", 15) - timer, 2 * simulate_timer_rate(&m, 15));
	assert_true(count_of(p, files[1], "NET_RX:", 0) > net);
	energy = count_of(p, ENERGY, "", 0) - energy;
	assert_true(energy >= 2 * 60000000 && energy <= 2 * (uint64_t)SIMULATE_WATTS_MOST * 1000000);
	for (size_t i = 0; i < COUNT(files); i++) {
		free(slurp(p, "t", files[i], &after));
		assert_int_equal(before[i].st_ino, after.st_ino);
		assert_int_equal(before[i].st_size, after.st_size);
	}
	model_free(&m);
	simulate_close(s);
}

/* The energy begins anew as the kernel's does, and keeps its twelve digits. */
static void test_energy_begins_anew(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = small_machine();
	struct simulation *s = living(p, &o);
	struct stat st;
	char dir[300], why[200];

	simulate_close(s);
	overwrite(p, "t", ENERGY, "262143328849\n", 0);
	assert_int_equal(simulate_open(place_path(p, "t", dir), &s, why), 0);
	assert_int_equal(simulate_move(s, 1000, 0, why), 0);
	assert_true(count_of(p, ENERGY, "", 0) < 200000000);
	free(slurp(p, "t", ENERGY, &st));
	assert_int_equal(st.st_size, 13);
	simulate_close(s);
}

static void test_damaged(void **state)
{
	static const struct {
		const char *path, *text;
	} cases[] = {{"proc/interrupts", "   CPU0\n LOC: 5\n"}, {"proc/softirqs", "NET_RX: 1\n"}, {ENERGY, "7\n"},
		{"proc/interrupts", ""}};
	const struct place *p = *state;
	char dir[300], why[200], name[16];

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct simulate_options o = small_machine();
		struct simulation *s = NULL;

		snprintf(name, sizeof name, "t%zu", i);
		make_machine(p, name, &o);
		overwrite(p, name, cases[i].path, cases[i].text, O_TRUNC);
		assert_int_equal(simulate_open(place_path(p, name, dir), &s, why), -EINVAL);
		assert_non_null(strstr(why, "write the tree anew"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_each_driver, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(test_moving, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(test_energy_begins_anew, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(test_damaged, place_setup, place_teardown),
		cmocka_unit_test(test_queues),
		cmocka_unit_test(test_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
