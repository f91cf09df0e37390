/* Tests that simulated machines have interrupts, power, guards and KVM as the probes read them, and not too many. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_each_driver, place_setup, place_teardown),
		cmocka_unit_test(test_queues),
		cmocka_unit_test(test_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
