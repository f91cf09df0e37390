/* Tests that the guests of a simulated machine have what KVM and their control groups tell, and that it is sound. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probes/guests.h"
#include "probes/host/simulate_host.h"
#include "probes/kvm_stats.h"
#include "probes/threads.h"
#include "tests/lib/probing.h"
#include "tests/lib/simulated.h"

static struct probing machine(char why[200])
{
	const struct simulate_life life = {.flips = 2, .working = 1000, .why = why};
	struct simulate_options o = small_machine();
	struct host *h = NULL;
	char bad[200] = "";

	o.guests = 24;
	if (simulate_host(&o, &life, &h, bad))
		fail_msg("simulate_host: %s", bad);
	return (struct probing){.s = sampler_new(h), .want = {.everything = true}};
}

static bool runs(const struct probing *p, const char *key)
{
	const struct guest *g = guests_find(snapshot_facts(p->snap, &probe_guests), key);

	return g && strcmp(g->state.text, "running") == 0;
}

static bool is_emulated(const struct probing *p, const char *key)
{
	const struct guest *g = guests_find(snapshot_facts(p->snap, &probe_guests), key);

	return g && value_known(g->slow_devices);
}

/* Exits of devices that QEMU acts out stand out; all else is what a guest of middling work has. */
static void test_exits(void **state)
{
	char why[200] = "", bad[64];
	struct probing p = machine(why);
	const struct kvm_stats *k;
	unsigned emulated = 0, others = 0;

	(void)state;
	assert_int_equal(sampler_only(p.s, "kvm_stats", bad), 0);
	for (unsigned i = 0; i < 4; i++)
		probing_tick(&p);
	assert_string_equal(why, "");
	k = snapshot_facts(p.snap, &probe_kvm_stats);
	for (uint32_t i = 0; i < k->guest.n; i++) {
		const struct kvm_stats_guest *g = &((const struct kvm_stats_guest *)k->guest.row)[i];

		if (!runs(&p, g->key.text))
			continue;
		assert_true(value_known(g->exits_per_s) && value_known(g->user_exits_per_s));
		assert_true(value_known(g->worst_vcpu) && value_known(g->remote_tlb_flush_per_s));
		assert_true(g->exits_per_s.f > 0 && g->exits_per_s.f / (double)g->vcpus.u < 2000);
		assert_true(g->huge_mapped_share.f > 90);
		assert_true(g->halt_successful_poll_per_s.f > 0.5 * g->halt_attempted_poll_per_s.f);
		if (is_emulated(&p, g->key.text))
			assert_true(g->user_exits_per_s.f > 100 * (double)g->vcpus.u);
		else
			assert_true(g->user_exits_per_s.f < 20 * (double)g->vcpus.u);
		emulated += is_emulated(&p, g->key.text);
		others += !is_emulated(&p, g->key.text);
	}
	assert_in_range(emulated, 1, 24);
	assert_in_range(others, 10, 24);
	probing_end(&p);
}

/* What is shown of an answer about all guests is the part about this one. */
static void test_explained(void **state)
{
	char why[200] = "", bad[64], address[120], begin[60];
	struct probing p = machine(why);
	const struct kvm_stats *k;
	const char *key;

	(void)state;
	assert_int_equal(sampler_only(p.s, "kvm_stats", bad), 0);
	probing_tick(&p);
	k = snapshot_facts(p.snap, &probe_kvm_stats);
	key = ((const struct kvm_stats_guest *)k->guest.row)[1].key.text;
	snprintf(address, sizeof(address), "kvm_stats.guest[%s].exits_per_s", key);
	snprintf(begin, sizeof(begin), "guest %s\n", key);
	p.want.explain = address;
	probing_tick(&p);
	assert_string_equal(p.snap->explained->path, "@virt/stats/vcpu,cpu-total");
	assert_memory_equal(p.snap->explained->raw, begin, strlen(begin));
	assert_non_null(strstr(p.snap->explained->raw, "vcpu.0.exits.sum="));
	assert_null(strstr(p.snap->explained->raw + 1, "guest "));
	probing_end(&p);
}

static void test_groups(void **state)
{
	char why[200] = "", bad[64];
	struct probing p = machine(why);
	const struct threads *th;

	(void)state;
	assert_int_equal(sampler_only(p.s, "threads", bad), 0);
	probing_tick(&p);
	probing_tick(&p);
	th = snapshot_facts(p.snap, &probe_threads);
	assert_in_range(th->guest.n, 15, 24);
	for (uint32_t i = 0; i < th->guest.n; i++) {
		const struct threads_guest *g = &((const struct threads_guest *)th->guest.row)[i];

		assert_true(value_known(g->huge_share) && g->huge_share.f > 90);
		assert_true(value_known(g->swap_kib) && g->swap_kib.u == 0);
		assert_true(value_known(g->resident_kib) && g->resident_kib.u >= g->anon_kib.u);
		assert_true(value_known(g->memory_oom) && g->memory_oom.u == 0);
		assert_true(value_known(g->cpu_some_avg10) && g->cpu_some_avg10.f < 1);
		assert_true(value_known(g->io_full_avg10) && g->hugetlb_kib.u == 0);
	}
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exits),
		cmocka_unit_test(test_explained),
		cmocka_unit_test(test_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
