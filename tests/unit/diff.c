/* Tests the diff: what is put together, in which order, and that nothing unknown is called the same. */
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
#include "probes/snapshot.h"
#include "tests/lib/sham_idle.h"
#include "tests/lib/twins.h"

#define CPUS "/sys/devices/system/cpu"

static void test_twins_are_alike(void **state)
{
	struct twins t = twins_new(4);

	(void)state;
	twins_compare(&t, false);
	twins_silent(&t, "");
	assert_int_equal(t.all.n, 0);
	assert_true(t.all.compared > 100);
	assert_true(t.all.unknown < t.all.compared);
	twins_end(&t);
}

static void test_all_cpus_are_one_line(void **state)
{
	struct twins t = twins_new(96);
	const struct difference *d;
	struct found at;

	(void)state;
	sham_policies(t.b.m, "scaling_governor", "performance");
	twins_compare(&t, false);
	twins_line(&t, "frequency.governor", "powersave", "performance");
	d = twins_line(&t, "frequency.policy[0-95].governor", "powersave", "performance");
	assert_int_equal(d->rows, 96);
	assert_int_equal(t.all.n, 2);
	assert_string_equal(d->first, "frequency.policy[0].governor");
	assert_int_equal(address_find(t.a.snap, d->first, &at), 0);
	assert_ptr_equal(at.field, d->field);
	assert_ptr_equal(at.value, d->va);
	assert_false(d->moves);
	twins_end(&t);
}

static void test_some_cpus(void **state)
{
	struct twins t = twins_new(12);

	(void)state;
	for (unsigned i = 0; i < 12; i++) {
		char path[100];

		snprintf(path, sizeof(path), CPUS "/cpufreq/policy%u/scaling_max_freq", i);
		if (i != 3 && i != 10)
			sham_put(t.b.m, path, "%u\n", i < 6 ? 1500000 : 1800000);
	}
	twins_compare(&t, false);
	twins_line(&t, "frequency.policy[0-2,4-5].max_khz", "2700000 kHz", "1500000 kHz");
	twins_line(&t, "frequency.policy[6-9,11].max_khz", "2700000 kHz", "1800000 kHz");
	twins_end(&t);
}

static void test_states_within_cpus(void **state)
{
	struct twins t = twins_new(8);
	const struct difference *d;

	(void)state;
	for (unsigned cpu = 0; cpu < 8; cpu++) {
		sham_state(t.b.m, cpu, SHAM_C6, "disable", "1\n");
		if (cpu >= 4)
			sham_state(t.b.m, cpu, SHAM_C1E, "disable", "1\n");
	}
	twins_compare(&t, false);
	d = twins_line(&t, "idle.cpu[0-3].state[3].disabled", "no", "yes");
	assert_int_equal(d->rows, 4);
	d = twins_line(&t, "idle.cpu[4-7].state[2-3].disabled", "no", "yes");
	assert_int_equal(d->rows, 8);
	assert_string_equal(d->first, "idle.cpu[4].state[2].disabled");
	assert_string_equal(d->full, d->address);
	twins_end(&t);
}

static void test_rows_of_one_side(void **state)
{
	struct twins t = twins_new(4);
	const struct difference *d;

	(void)state;
	sham_remove(t.a.m, CPUS "/cpu0/cpuidle/state3");
	sham_remove(t.a.m, CPUS "/cpu1/cpuidle/state3");
	sham_remove(t.b.m, CPUS "/cpufreq/policy2");
	sham_remove(t.b.m, CPUS "/cpufreq/policy3");
	twins_compare(&t, false);
	d = twins_only(&t, "idle.cpu[0-1].state[3]", DIFFERENCE_ONLY_B);
	assert_int_equal(d->rows, 2);
	assert_null(d->a);
	assert_null(d->field);
	twins_only(&t, "frequency.policy[2-3]", DIFFERENCE_ONLY_A);
	twins_end(&t);
}

static void test_not_known_is_never_the_same(void **state)
{
	struct twins t = twins_new(4);
	size_t compared, unknown;

	(void)state;
	twins_compare(&t, false);
	compared = t.all.compared;
	unknown = t.all.unknown;
	sham_error(t.b.m, CPUS "/cpufreq/policy1/scaling_max_freq", -EACCES);
	sham_error(t.a.m, CPUS "/cpufreq/policy2/scaling_max_freq", -EACCES);
	sham_error(t.b.m, CPUS "/cpufreq/policy2/scaling_max_freq", -EIO);
	sham_remove(t.b.m, CPUS "/cpufreq/policy3/scaling_max_freq");
	twins_compare(&t, false);
	twins_line(&t, "frequency.policy[1].max_khz", "2700000 kHz", "denied");
	assert_int_equal(twins_line(&t, "frequency.policy[1].max_khz", NULL, NULL)->part, PART_UNREAD);
	assert_int_equal(t.all.unread, 1);
	twins_line(&t, "frequency.policy[3].max_khz", "2700000 kHz", "-");
	twins_silent(&t, "frequency.policy[2]");
	assert_int_equal(t.all.compared, compared);
	assert_int_equal(t.all.unknown, unknown + 2);
	twins_end(&t);
}

/* What was not looked at, or is not in a capture, is unknown: it is counted, and no line. */
static void test_not_read_is_no_difference(void **state)
{
	static const enum known silent[] = {KNOWN_NOT_YET, KNOWN_NOT_RECORDED, KNOWN_SKIPPED};
	static const struct field f = {.name = "x", .type = TYPE_U64};
	struct value v = value_u64(1, 0), absent = value_error(-ENOENT, 0), denied = value_error(-EACCES, 0);
	struct twins t = twins_new(4);
	size_t unknown;

	(void)state;
	for (size_t i = 0; i < COUNT(silent); i++) {
		struct value other = {.known = (uint8_t)silent[i]};

		assert_int_equal(diff_values(&f, &v, &other), DIFF_UNKNOWN);
		assert_int_equal(diff_values(&f, &other, &absent), DIFF_UNKNOWN);
		assert_int_equal(diff_values(&f, &other, &denied), DIFF_UNKNOWN);
	}
	assert_int_equal(diff_values(&f, &v, &denied), DIFF_UNREAD);
	assert_int_equal(diff_values(&f, &denied, &absent), DIFF_UNREAD);
	assert_int_equal(diff_values(&f, &denied, &denied), DIFF_UNKNOWN);
	assert_int_equal(diff_values(&f, &v, &absent), DIFF_OTHER);
	twins_compare(&t, false);
	unknown = t.all.unknown;
	sham_error(t.b.m, CPUS "/cpufreq/policy1/scaling_max_freq", -ENODATA);
	twins_compare(&t, false);
	twins_silent(&t, "");
	assert_int_equal(t.all.unknown, unknown + 1);
	assert_false(diff_at(t.a.snap, t.b.snap, "frequency.policy[1].max_khz", false));
	twins_end(&t);
}

static void test_words(void **state)
{
	struct twins t = twins_new(2);

	(void)state;
	sham_put(t.a.m, "/proc/cmdline", "root=/dev/vda1 ro mitigations=off quiet\n");
	sham_put(t.b.m, "/proc/cmdline", "ro quiet isolcpus=2-3 root=/dev/vda1 nosmt\n");
	twins_compare(&t, false);
	twins_line(&t, "kernel.cmdline", "-mitigations=off", "+isolcpus=2-3 +nosmt");
	sham_put(t.b.m, "/proc/cmdline", "ro root=/dev/vda1 mitigations=off\n");
	twins_compare(&t, false);
	twins_line(&t, "kernel.cmdline", "-quiet", "nothing else");
	/* The last of two that contradict each other counts: the order is told. */
	sham_put(t.b.m, "/proc/cmdline", "ro root=/dev/vda1 mitigations=off quiet\n");
	twins_compare(&t, false);
	twins_line(&t, "kernel.cmdline", "root=/dev/vda1 ro mitigations=off quiet",
		"ro root=/dev/vda1 mitigations=off quiet");
	sham_put(t.a.m, "/proc/cmdline", "ro root=/dev/vda1 mitigations=off quiet\n");
	sham_policies(t.b.m, "scaling_available_governors", "schedutil performance powersave");
	sham_policies(t.a.m, "scaling_available_governors", "performance powersave schedutil");
	twins_compare(&t, false);
	twins_silent(&t, "");
	twins_end(&t);
}

static void test_many_words_are_cut(void **state)
{
	struct twins t = twins_new(2);
	const struct difference *d;

	(void)state;
	sham_put(t.a.m, "/proc/cmdline", "ro\n");
	sham_put(t.b.m, "/proc/cmdline", "ro a b c d e f g h i j k l m n o p q r s\n");
	twins_compare(&t, false);
	d = twins_line(&t, "kernel.cmdline", "nothing else", NULL);
	assert_non_null(strstr(d->b, "+p and 3 more"));
	twins_end(&t);
}

static void test_what_moves_only_when_asked(void **state)
{
	struct twins t = twins_new(4);
	const struct difference *d;

	(void)state;
	sham_put(t.b.m, "/proc/uptime", "9000.00 1.00\n");
	sham_put(t.a.m, "/proc/uptime", "100.00 1.00\n");
	sham_sleep(t.a.m, 1, SHAM_C6, 500, 1000);
	sham_sleep(t.b.m, 2, SHAM_C6, 3000, 1000);
	sham_policies(t.b.m, "scaling_governor", "performance");
	twins_compare(&t, false);
	assert_int_equal(t.all.n, 2);
	twins_compare(&t, true);
	d = twins_line(&t, "kernel.uptime_s", "100.0 s", "9000.0 s");
	assert_true(d->moves);
	d = twins_line(&t, "idle.cpu[1-2].state[3].usage", "1250 (1000 to 1500)", "2500 (1000 to 4000)");
	assert_true(d->moves && d->range);
	assert_int_equal(d->rows, 2);
	assert_true(d->range[1].high == 4000);
	/* configuration first */
	assert_false(t.all.row[0].moves);
	assert_false(t.all.row[1].moves);
	for (size_t i = 2; i < t.all.n; i++)
		assert_true(t.all.row[i].moves);
	twins_end(&t);
}

static void test_who_it_is_comes_last(void **state)
{
	struct twins t = twins_new(2);

	(void)state;
	sham_put(t.a.m, "/proc/sys/kernel/hostname", "kvm07\n");
	sham_put(t.b.m, "/proc/sys/kernel/hostname", "kvm08\n");
	sham_put(t.b.m, "/sys/class/dmi/id/bios_version", "2.0\n");
	sham_put(t.b.m, "/proc/uptime", "9000.00 1.00\n");
	twins_compare(&t, false);
	assert_string_equal(t.all.row[0].address, "firmware.bios_version");
	assert_string_equal(t.all.row[t.all.n - 1].address, "kernel.hostname");
	twins_compare(&t, true);
	assert_string_equal(t.all.row[1].address, "kernel.hostname");
	assert_true(t.all.row[2].moves);
	twins_end(&t);
}

static void test_every_probe_has_its_place(void **state)
{
	(void)state;
	assert_int_equal(ndiff_probes, nprobes);
	for (size_t i = 0; i < nprobes; i++) {
		size_t n = 0;

		for (size_t k = 0; k < ndiff_probes; k++)
			n += strcmp(diff_probes[k].name, probes[i]->name) == 0;
		if (n != 1)
			fail_msg("probe %s stands %zu times in the order of the diff", probes[i]->name, n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_twins_are_alike),
		cmocka_unit_test(test_all_cpus_are_one_line),
		cmocka_unit_test(test_some_cpus),
		cmocka_unit_test(test_states_within_cpus),
		cmocka_unit_test(test_rows_of_one_side),
		cmocka_unit_test(test_not_known_is_never_the_same),
		cmocka_unit_test(test_not_read_is_no_difference),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_many_words_are_cut),
		cmocka_unit_test(test_what_moves_only_when_asked),
		cmocka_unit_test(test_who_it_is_comes_last),
		cmocka_unit_test(test_every_probe_has_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
