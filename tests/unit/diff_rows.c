/* Tests which row of one machine the diff takes for which of the other, and single facts for marks on the screen. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probes/address.h"
#include "probes/diff_impl.h"
#include "probes/parse.h"
#include "probes/snapshot.h"
#include "tests/lib/sham_guests.h"
#include "tests/lib/sham_idle.h"
#include "tests/lib/sham_qemu.h"
#include "tests/lib/twins.h"

#define WEB "00000001-aaaa-bbbb-cccc-0123456789ab"

static bool leads_to_field(const struct row_set *set, const char *names)
{
	struct slice rest = slice_of(names), name;
	struct arena *a = arena_new(0);
	bool all = true;

	while (slice_word(&rest, &name))
		all = all && field_find(set->fields, set->nfields, slice_text(a, name));
	arena_free(a);
	return all;
}

static const struct row_set *set_at(const char *path)
{
	const struct row_set *sets, *set = NULL;
	struct address_part part;
	const struct probe *p;
	size_t n;

	assert_int_equal(address_part(&path, &part), 0);
	p = probe_find(part.name);
	assert_non_null(p);
	sets = p->sets;
	n = p->nsets;
	while (address_part(&path, &part) == 0) {
		set = NULL;
		for (size_t i = 0; i < n; i++)
			if (strcmp(sets[i].name, part.name) == 0)
				set = &sets[i];
		assert_non_null(set);
		sets = set->sets;
		n = set->nsets;
	}
	return set;
}

static void test_the_table_names_what_there_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < ndiff_rows; i++) {
		const struct diff_rows *r = &diff_rows[i];
		const struct row_set *set = set_at(r->path);

		if (!leads_to_field(set, r->same ? r->same : "") || !leads_to_field(set, r->label ? r->label : "") ||
			!leads_to_field(set, r->then ? r->then : "") ||
			!leads_to_field(set, r->skip ? r->skip : ""))
			fail_msg("%s: a field of its row is not there", r->path);
	}
}

/* The numbers of its processes and threads are others over there. */
static void test_threads_of_a_guest(void **state)
{
	struct twins t = twins_new(8);
	const struct difference *d;
	struct found at;

	(void)state;
	sham_guest(t.a.m, 1000, "web3", WEB, 2, 0);
	sham_guest(t.b.m, 2000, "web3", WEB, 3, 4);
	twins_compare(&t, false);
	twins_line(&t, "threads.guest[web3].thread[vcpu 1].allowed", "1", "5");
	d = twins_line(&t, "threads.guest[web3].thread[vcpu 0].allowed", "0", "4");
	assert_string_equal(d->first, "threads.guest[pid1000].thread[1001].allowed");
	twins_only(&t, "threads.guest[web3].thread[vcpu 2]", DIFFERENCE_ONLY_B);
	twins_silent(&t, "threads.guest[web3].thread[vhost");
	twins_silent(&t, "threads.guest[web3].thread[emulator");
	assert_true(diff_at(t.a.snap, t.b.snap, d->first, false));
	assert_true(diff_at(t.a.snap, t.b.snap, "threads.guest[pid2000].thread[2001].allowed", false));
	assert_false(diff_at(t.a.snap, t.b.snap, "threads.guest[pid1000].thread[1001].role", false));
	assert_int_equal(diff_other(t.a.snap, t.b.snap, d->first, &at), 0);
	assert_ptr_equal(at.value, d->vb);
	assert_int_equal(diff_other(t.a.snap, t.b.snap, "threads.guest[pid2000].thread[2003].allowed", &at), 0);
	assert_ptr_equal(at.block, snapshot_block(t.b.snap, at.probe)); /* which only b has */
	assert_false(diff_at(t.a.snap, t.b.snap, "threads.guest[pid1000].thread[1000].allowed", false));
	assert_true(diff_at(t.a.snap, t.b.snap, "threads.guest[pid2000].thread[2003].allowed", false));
	twins_end(&t);
}

static void test_guests_go_by_names(void **state)
{
	static const char xml[] = "<domain type='kvm' id='7'><name>%s</name><memory>1048576</memory><vcpu>2</vcpu>"
				  "<cputune><vcpupin vcpu='0' cpuset='%s'/></cputune></domain>";
	struct twins t = twins_new(4);
	const struct difference *d;
	char text[400];

	(void)state;
	sham_libvirt(t.a.m, "connected", "0-3");
	sham_libvirt(t.b.m, "connected", "0-3");
	sham_guests(t.a.m, GUEST_UUID(1) " 7 running 1 persistent web3\n" GUEST_UUID(2) " - shutoff 1 persistent db1\n" GUEST_UUID(
					 3) " - shutoff 1 persistent db2\n");
	sham_guests(t.b.m, GUEST_UUID(1) " 9 running 4 persistent web3\n");
	snprintf(text, sizeof(text), xml, "web3", "1");
	sham_xml(t.a.m, GUEST_UUID(1), "live", text);
	snprintf(text, sizeof(text), xml, "web3", "2-3");
	sham_xml(t.b.m, GUEST_UUID(1), "live", text);
	twins_compare(&t, false);
	d = twins_line(&t, "guests.guest[web3].pin[0].cpus", "1", "2-3");
	assert_string_equal(d->full, "guests.guest[" GUEST_UUID(1) "].pin[0].cpus");
	d = twins_only(&t, "guests.guest[db1,db2]", DIFFERENCE_ONLY_A);
	assert_string_equal(d->full, "guests.guest[" GUEST_UUID(2) "," GUEST_UUID(3) "]");
	twins_silent(&t, "guests.guest[web3].id");
	twins_silent(&t, "guests.guest[web3].generation");
	twins_end(&t);
}

/* The same guest was defined anew over there: its name says which it is, and its UUID that it is another. */
static void test_guests_with_other_uuids(void **state)
{
	struct twins t = twins_new(4);
	const struct difference *d;

	(void)state;
	sham_libvirt(t.a.m, "connected", "0-3");
	sham_libvirt(t.b.m, "connected", "0-3");
	sham_guests(t.a.m, GUEST_UUID(1) " - shutoff 1 persistent web3\n" GUEST_UUID(2) " - shutoff 1 persistent db1\n");
	sham_guests(t.b.m, GUEST_UUID(3) " - shutoff 0 persistent db1\n" GUEST_UUID(1) " - shutoff 1 persistent web3\n");
	sham_guest(t.a.m, 1000, "db1", GUEST_UUID(2), 2, 0);
	sham_guest(t.b.m, 2000, "db1", GUEST_UUID(3), 2, 2);
	twins_compare(&t, false);
	d = twins_line(&t, "guests.guest[db1].uuid", GUEST_UUID(2), GUEST_UUID(3));
	assert_int_equal(d->part, PART_WHO);
	assert_true(diff_at(t.a.snap, t.b.snap, d->first, false));
	twins_line(&t, "threads.guest[db1].thread[vcpu 0].allowed", "0", "2");
	twins_silent(&t, "threads.guest[db1].uuid");
	for (size_t i = 0; i < t.all.n; i++)
		assert_int_equal(t.all.row[i].kind, DIFFERENCE_VALUE);
	/* Which of two is it? Both names are told apart. */
	sham_guests(t.b.m, GUEST_UUID(3) " - shutoff 0 persistent db1\n" GUEST_UUID(1) " - shutoff 1 persistent web3\n" GUEST_UUID(
				   4) " - shutoff 1 persistent db1\n");
	twins_compare(&t, false);
	twins_only(&t, "guests.guest[db1 (" GUEST_UUID(2) ")]", DIFFERENCE_ONLY_A);
	d = twins_only(&t, "guests.guest[db1 (" GUEST_UUID(3) ") and 1 more]", DIFFERENCE_ONLY_B);
	assert_string_equal(d->names, "guests.guest[db1 (" GUEST_UUID(3) "),db1 (" GUEST_UUID(4) ")]");
	twins_end(&t);
}

static void put_irq(struct probing *p, unsigned number, const char *may)
{
	char path[80];

	sham_put(p->m, "/proc/interrupts",
		"           CPU0       CPU1\n %u: 5 5  IR-PCI-MSIX-0000:3b:00.0   0-edge      nvme0q1\nNMI: 0 0 Non-maskable interrupts\n",
		number);
	snprintf(path, sizeof(path), "/proc/irq/%u/smp_affinity_list", number);
	sham_put(p->m, path, "%s\n", may);
}

static void test_interrupts_have_other_numbers(void **state)
{
	struct twins t = twins_new(2);

	(void)state;
	put_irq(&t.a, 70, "0-1");
	put_irq(&t.b, 131, "0-1");
	twins_compare(&t, false);
	twins_silent(&t, "interrupts");
	put_irq(&t.b, 131, "1");
	probing_pass(&t.b, 60000);
	twins_compare(&t, false);
	twins_line(&t, "interrupts.irq[nvme0q1].affinity", "0-1", "1");
	twins_end(&t);
}

static void put_two(struct probing *p, const char *first, const char *second, const char *may)
{
	sham_put(p->m, "/proc/interrupts",
		"           CPU0       CPU1\n 45: 1 0  PCI-MSI 524288-edge %s\n 50: 1 0  PCI-MSI 524289-edge %s\n", first,
		second);
	sham_put(p->m, "/proc/irq/45/smp_affinity_list", "%c\n", may[0]);
	sham_put(p->m, "/proc/irq/50/smp_affinity_list", "%c\n", may[1]);
}

/* What stands there for a fact is the fact of the same row, whatever has this row's key there. */
static void test_the_other_of_a_row_with_another_key(void **state)
{
	struct twins t = twins_new(2);
	struct found at, there;

	(void)state;
	put_two(&t.a, "nvme0q1", "eth0", "01");
	put_two(&t.b, "eth0", "nvme0q1", "10");
	twins_compare(&t, false);
	twins_silent(&t, "");
	assert_int_equal(diff_other(t.a.snap, t.b.snap, "interrupts.irq[45].affinity", &at), 0);
	assert_int_equal(address_find(t.b.snap, "interrupts.irq[50].affinity", &there), 0);
	assert_ptr_equal(at.value, there.value);
	assert_int_equal(at.index[0], there.index[0]);
	assert_false(diff_at(t.a.snap, t.b.snap, "interrupts.irq[45].affinity", false));
	assert_false(diff_at(t.a.snap, t.b.snap, "interrupts.irq[45].name", false));
	assert_false(diff_at(t.a.snap, t.b.snap, "interrupts.irq[45]", false));
	put_two(&t.b, "eth1", "nvme0q1", "10");
	probing_pass(&t.b, 60000);
	twins_compare(&t, false);
	assert_int_equal(diff_other(t.a.snap, t.b.snap, "interrupts.irq[50].affinity", &at), -ESRCH);
	assert_true(diff_at(t.a.snap, t.b.snap, "interrupts.irq[50].affinity", false));
	assert_int_equal(diff_other(t.a.snap, t.b.snap, "frequency.policy[1].governor", &at), 0);
	assert_ptr_equal(at.probe, probe_find("frequency"));
	assert_int_equal(diff_other(t.a.snap, t.b.snap, "no.such", &at), -ENOENT);
	twins_end(&t);
}

/* Where irqbalance moves interrupts all the time, that is no configuration. */
static void test_what_a_daemon_moves(void **state)
{
	struct twins t = twins_new(2);

	(void)state;
	put_irq(&t.a, 70, "0-1");
	put_irq(&t.b, 131, "1");
	sham_put(t.a.m, "/proc/600/comm", "irqbalance\n");
	sham_put(t.b.m, "/proc/700/comm", "irqbalance\n");
	twins_compare(&t, false);
	twins_silent(&t, "");
	twins_compare(&t, true);
	assert_true(twins_line(&t, "interrupts.irq[nvme0q1].affinity", "0-1", "1")->moves);
	assert_false(diff_at(t.a.snap, t.b.snap, "interrupts.irq[70].affinity", false));
	assert_true(diff_at(t.a.snap, t.b.snap, "interrupts.irq[70].affinity", true));
	assert_false(diff_at(t.a.snap, t.b.snap, "interrupts.irq[70]", false));
	assert_true(diff_at(t.a.snap, t.b.snap, "interrupts.irq[70]", true));
	twins_end(&t);
}

static void put_sensor(struct probing *p, const char *hwmon, const char *max)
{
	char path[80];

	snprintf(path, sizeof(path), "/sys/class/hwmon/%s/name", hwmon);
	sham_put(p->m, path, "k10temp\n");
	for (int i = 1; i <= 2; i++) {
		snprintf(path, sizeof(path), "/sys/class/hwmon/%s/temp%d_input", hwmon, i);
		sham_put(p->m, path, "51000\n");
		snprintf(path, sizeof(path), "/sys/class/hwmon/%s/temp%d_max", hwmon, i);
		sham_put(p->m, path, "%s\n", i == 1 ? "80000" : max);
	}
}

/* Two that are called the same are told apart by their order. */
static void test_rows_of_one_name(void **state)
{
	struct twins t = twins_new(2);

	(void)state;
	put_sensor(&t.a, "hwmon1", "80000");
	put_sensor(&t.b, "hwmon4", "90000");
	twins_compare(&t, false);
	twins_line(&t, "power.sensor[k10temp #2].max_c", "80.0 °C", "90.0 °C");
	assert_int_equal(t.all.n, 1);
	twins_end(&t);
}

static void test_lists_and_probes_that_do_not_answer(void **state)
{
	struct twins t = twins_new(2);
	const struct difference *d;

	(void)state;
	put_irq(&t.a, 70, "0-1");
	put_irq(&t.b, 70, "0-1");
	sham_error(t.b.m, "/proc/interrupts", -EACCES);
	sham_guest(t.a.m, 1000, "web3", WEB, 2, 0);
	sham_error(t.b.m, "/proc", -EACCES);
	twins_compare(&t, false);
	d = twins_only(&t, "interrupts", DIFFERENCE_ONLY_A);
	assert_string_equal(d->a, "answers");
	assert_string_equal(d->b, "denied");
	assert_true(diff_at(t.a.snap, t.b.snap, "interrupts.errors", false));
	d = twins_line(&t, "threads.guest", "1", "denied");
	assert_null(d->field);
	assert_null(d->va);
	twins_end(&t);
}

static void test_single_facts(void **state)
{
	struct twins t = twins_new(4);

	(void)state;
	sham_put(t.b.m, "/sys/devices/system/cpu/cpufreq/policy2/scaling_governor", "performance\n");
	sham_error(t.b.m, "/sys/devices/system/cpu/cpufreq/policy1/scaling_max_freq", -EACCES);
	sham_remove(t.b.m, "/sys/devices/system/cpu/cpufreq/policy3");
	twins_compare(&t, false);
	assert_true(diff_at(t.a.snap, t.b.snap, "frequency.policy[2].governor", false));
	assert_true(diff_at(t.b.snap, t.a.snap, "frequency.policy[2].governor", false));
	assert_false(diff_at(t.a.snap, t.b.snap, "frequency.policy[0].governor", false));
	assert_true(diff_at(t.a.snap, t.b.snap, "frequency.policy[1].max_khz", false));
	assert_true(diff_at(t.a.snap, t.b.snap, "frequency.policy[3].governor", false));
	assert_true(diff_at(t.b.snap, t.a.snap, "frequency.policy[3].governor", false));
	assert_true(diff_at(t.a.snap, t.b.snap, "frequency.policy[2]", false)); /* something in the row */
	assert_false(diff_at(t.a.snap, t.b.snap, "frequency.policy[0]", false));
	assert_true(diff_at(t.a.snap, t.b.snap, "silicon.cpu[2].governor", false));
	assert_false(diff_at(t.a.snap, t.b.snap, "frequency.policy[9].governor", false));
	assert_false(diff_at(t.a.snap, t.b.snap, "no.such[thing", false));
	assert_false(diff_at(t.a.snap, NULL, "frequency.policy[2].governor", false));
	twins_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_table_names_what_there_is),
		cmocka_unit_test(test_threads_of_a_guest),
		cmocka_unit_test(test_guests_go_by_names),
		cmocka_unit_test(test_guests_with_other_uuids),
		cmocka_unit_test(test_interrupts_have_other_numbers),
		cmocka_unit_test(test_the_other_of_a_row_with_another_key),
		cmocka_unit_test(test_what_a_daemon_moves),
		cmocka_unit_test(test_rows_of_one_name),
		cmocka_unit_test(test_lists_and_probes_that_do_not_answer),
		cmocka_unit_test(test_single_facts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
