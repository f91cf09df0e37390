/* Tests the diff as text and as JSON: what stands where, what a terminal may not obey, and types. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/journal.h"
#include "probes/json.h"
#include "probes/text.h"
#include "tests/lib/hosts.h"
#include "tests/lib/twins.h"

#define CPUS "/sys/devices/system/cpu"

static char *text_of(struct twins *t, unsigned columns)
{
	return diff_text(t->a.snap, t->b.snap, &t->all, columns, false);
}

static void has(const char *text, const char *expected)
{
	if (!strstr(text, expected))
		fail_msg("\"%s\" is not in\n%s", expected, text);
}

static void has_not(const char *text, const char *unexpected)
{
	if (strstr(text, unexpected))
		fail_msg("\"%s\" is in\n%s", unexpected, text);
}

static void test_whole_text(void **state)
{
	struct twins t = twins_new(4);
	char *text, expected[800], when[2][32];

	(void)state;
	sham_policies(t.b.m, "scaling_governor", "performance");
	sham_put(t.b.m, "/sys/class/dmi/id/bios_version", "2.0\n");
	sham_remove(t.b.m, CPUS "/cpufreq/policy3");
	twins_compare(&t, false);
	journal_time(t.a.snap->wall_ns, when[0]);
	journal_time(t.b.snap->wall_ns, when[1]);
	snprintf(expected, sizeof(expected),
		"hvscope diff\n"
		"  A  sham  THIS MACHINE  %s\n"
		"  B  sham  THIS MACHINE  %s\n"
		"\n"
		"                                  A          B\n"
		"\n"
		"Frequency\n"
		"  frequency.governor              powersave  performance\n"
		"  frequency.policies              4          3\n"
		"  only in A: frequency.policy[3] (1)\n"
		"  frequency.policy[0-2].governor  powersave  performance\n"
		"  frequency.cpu[3].policy         3          -\n"
		"\n"
		"Firmware\n"
		"  firmware.bios_version           -          2.0\n"
		"\n"
		"6 differences; %zu values compared, %zu of them not known on one or both sides\n",
		when[0], when[1], t.all.compared, t.all.unknown);
	text = text_of(&t, 0);
	if (strcmp(text, expected) != 0)
		fail_msg("not as expected:\n%s", text);
	free(text);
	twins_end(&t);
}

static void test_nothing_differs(void **state)
{
	struct twins t = twins_new(2);
	char *text;

	(void)state;
	twins_compare(&t, false);
	text = text_of(&t, 80);
	has(text, "\nno difference; ");
	has_not(text, "Frequency");
	free(text);
	twins_end(&t);
}

static void test_what_does_not_fit_stands_below(void **state)
{
	static const char a[] = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.99-1 (2026-07-15) and many words more",
			  b[] = "#2 SMP PREEMPT_DYNAMIC Debian 6.1.99-2 (2026-08-15)";
	struct twins t = twins_new(2);
	char *text;

	(void)state;
	sham_put(t.a.m, "/proc/version", "%s\n", a);
	sham_put(t.b.m, "/proc/version", "%s\n", b);
	sham_policies(t.b.m, "scaling_governor", "performance");
	twins_compare(&t, false);
	text = text_of(&t, 80);
	has(text, "\n  kernel.version\n      A  #1 SMP");
	has(text, "\n      B  #2 SMP");
	has(text, "governor  powersave  performance\n");
	free(text);
	text = text_of(&t, 0);
	has(text, "more  #2 SMP");
	free(text);
	twins_end(&t);
}

static void test_a_terminal_obeys_nobody(void **state)
{
	struct twins t = twins_new(2);
	char *text;

	(void)state;
	sham_put(t.a.m, "/proc/cmdline", "ro evil=\033[2J\n");
	sham_put(t.b.m, "/proc/cmdline", "ro \033]0;x\007\n");
	sham_put(t.b.m, "/sys/class/dmi/id/bios_version", "2.0\033[31m\n");
	twins_compare(&t, false);
	text = text_of(&t, 0);
	has(text, "-evil=?[2J");
	has(text, "+?]0;x?");
	has(text, "2.0?[31m");
	assert_null(strchr(text, '\033'));
	free(text);
	twins_end(&t);
}

static void test_many_lines_of_one_field_are_counted(void **state)
{
	struct twins t = twins_new(32);
	char *text, path[100];

	(void)state;
	for (unsigned i = 0; i < 32; i++) {
		snprintf(path, sizeof(path), CPUS "/cpufreq/policy%u/scaling_max_freq", i);
		sham_put(t.b.m, path, "%u\n", 1300000 + i);
	}
	twins_compare(&t, false);
	text = text_of(&t, 0);
	has(text, "frequency.policy[5].max_khz ");
	has_not(text, "frequency.policy[6].max_khz ");
	has(text, "and 26 more lines of max_khz; --all shows them\n");
	has(text, "\n32 differences; ");
	free(text);
	text = diff_text(t.a.snap, t.b.snap, &t.all, 80, true);
	has(text, "frequency.policy[31].max_khz ");
	has_not(text, " more ");
	free(text);
	twins_end(&t);
}

static struct js *json_of(struct twins *t)
{
	char *text = diff_json(t->a.snap, t->b.snap, &t->all), why[200] = "";
	struct js *top = js_parse(text, strlen(text), why);

	if (!top)
		fail_msg("%s: %s", why, text);
	free(text);
	return top;
}

static struct js *line_of(struct js *top, const char *address)
{
	struct js *all = js_get(top, "differences");
	struct arena *a = arena_new(0);
	struct js *found = NULL;

	for (size_t i = 0; i < js_count(all); i++)
		if (strcmp(js_get_text(js_at(all, i), "address", a), address) == 0)
			found = js_at(all, i);
	arena_free(a);
	if (!found)
		fail_msg("no line %s", address);
	return found;
}

static void says(struct js *o, const char *key, const char *expected)
{
	struct arena *a = arena_new(0);
	const char *text = js_get_text(o, key, a);

	if (!text || strcmp(text, expected) != 0)
		fail_msg("%s is %s, not %s", key, text ? text : "(nothing)", expected);
	arena_free(a);
}

static void test_json(void **state)
{
	struct twins t = twins_new(4);
	struct js *top, *line;
	char when[32];
	uint64_t number;
	bool yes;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		char path[100];

		snprintf(path, sizeof(path), CPUS "/cpufreq/policy%u/scaling_max_freq", i);
		if (i < 3)
			sham_put(t.b.m, path, "1500000\n");
		else
			sham_error(t.b.m, path, -EACCES);
	}
	sham_put(t.a.m, "/proc/uptime", "100.00 1.00\n");
	sham_policies(t.b.m, "scaling_available_governors", "powersave performance");
	twins_compare(&t, true);
	top = json_of(&t);
	says(top, "schema", "hvscope-diff/1");
	says(js_get(top, "a"), "kind", "live");
	says(js_get(top, "b"), "hostname", "sham");
	says(js_get(top, "b"), "label", "THIS MACHINE");
	says(js_get(top, "b"), "where", "");
	journal_time(t.b.snap->wall_ns, when);
	says(js_get(top, "b"), "time", when);
	assert_true(js_is_null(js_get(js_get(top, "b"), "tick")));
	line = line_of(top, "frequency.policy[0-2].max_khz");
	says(line, "kind", "value");
	assert_true(js_get_u64(line, "a", &number) && number == 2700000);
	assert_true(js_get_u64(line, "b", &number) && number == 1500000);
	assert_true(js_get_u64(line, "rows", &number) && number == 3);
	assert_true(js_get_bool(line, "moves", &yes) && !yes);
	line = line_of(top, "frequency.policy[3].max_khz");
	assert_true(js_is_null(js_get(line, "b")));
	says(line, "b_why", "denied: EACCES");
	assert_null(js_get(line, "a_why"));
	line = line_of(top, "frequency.policy[0-3].governors");
	assert_int_equal(js_count(js_get(line, "a")), 6);
	assert_int_equal(js_count(js_get(line, "b")), 2);
	assert_true(js_get_bool(line_of(top, "kernel.uptime_s"), "moves", &yes) && yes);
	assert_true(js_get_u64(top, "compared", &number) && number == t.all.compared);
	assert_true(js_get_u64(top, "unknown", &number) && number == t.all.unknown && number > 0);
	js_free(top);
	twins_end(&t);
}

static void test_json_of_rows(void **state)
{
	struct twins t = twins_new(4);
	struct js *top, *line;

	(void)state;
	sham_remove(t.a.m, CPUS "/cpufreq/policy2");
	sham_remove(t.a.m, CPUS "/cpufreq/policy3");
	twins_compare(&t, false);
	top = json_of(&t);
	line = line_of(top, "frequency.policy[2-3]");
	says(line, "kind", "only_b");
	assert_true(js_is_null(js_get(line, "a")) && js_is_null(js_get(line, "b")));
	js_free(top);
	twins_end(&t);
}

static struct probing of_machine(const char *name)
{
	struct probing p = {.s = sampler_new(host_capture(name)), .want = {.everything = true}};

	probing_tick(&p);
	return p;
}

static void of_machine_end(struct probing *p)
{
	snapshot_unref(p->snap);
	sampler_free(p->s);
}

/* Two whole machines: the clock first, and the line that names the cause. */
static void test_a_slow_machine_and_a_fine_one(void **state)
{
	struct twins t = {.a = of_machine("founding"), .b = of_machine("fine"), .arena = arena_new(0)};
	char *text;

	(void)state;
	t.all = diff_snapshots(t.arena, t.a.snap, t.b.snap, false);
	assert_string_equal(t.all.row[0].address, "frequency.driver");
	twins_line(&t, "frequency.governor", "powersave", "performance");
	twins_line(&t, "frequency.policy[0-7].governor", "powersave", "performance");
	twins_only(&t, "topology.cpu[8-23]", DIFFERENCE_ONLY_A);
	text = text_of(&t, 80);
	has(text, "\n  kernel.hostname");
	for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		*end = '\0';
		if (text_columns(line) > 80)
			fail_msg("wider than 80: %s", line);
	}
	free(text);
	of_machine_end(&t.a);
	of_machine_end(&t.b);
	arena_free(t.arena);
}

/* What is said of all in the end breaks as other lines do, whatever is in it. */
static void test_the_sum_is_no_wider(void **state)
{
	char **names = host_names();
	struct probing first = of_machine("fine");

	(void)state;
	for (char **name = names; *name; name++) {
		struct twins t = {.a = first, .b = of_machine(*name), .arena = arena_new(0)};
		char *text, *sum;

		t.all = diff_snapshots(t.arena, t.a.snap, t.b.snap, false);
		text = text_of(&t, 60);
		for (sum = text; strstr(sum, "\n\n"); sum = strstr(sum, "\n\n") + 2)
			;
		has(sum, "compared");
		for (char *end; (end = strchr(sum, '\n')) != NULL; sum = end + 1) {
			*end = '\0';
			if (text_columns(sum) > 60)
				fail_msg("%s: wider than 60: %s", *name, sum);
		}
		free(text);
		of_machine_end(&t.b);
		arena_free(t.arena);
	}
	of_machine_end(&first);
	host_names_free(names);
}

/* No machine differs from itself, and what a diff says of two is there when one fact is asked for. */
static void test_every_machine(void **state)
{
	char **names = host_names();
	struct probing first = of_machine(names[0]);

	(void)state;
	for (char **name = names; *name; name++) {
		struct twins t = {.a = of_machine(*name), .b = of_machine(*name), .arena = arena_new(0)};

		t.all = diff_snapshots(t.arena, t.a.snap, t.b.snap, true);
		if (t.all.n)
			fail_msg("%s differs from itself in %s", *name, t.all.row[0].address);
		t.all = diff_snapshots(t.arena, first.snap, t.b.snap, true);
		for (size_t i = 0; i < t.all.n; i++) {
			const struct difference *d = &t.all.row[i];
			struct found at;

			if (!d->field)
				continue;
			if (!diff_at(first.snap, t.b.snap, d->first, true))
				fail_msg("%s: %s is not marked at its address", *name, d->first);
			if (diff_at(first.snap, t.b.snap, d->first, false) == d->moves)
				fail_msg("%s: %s is not marked as it moves", *name, d->first);
			if (diff_other(first.snap, t.b.snap, d->first, &at) || at.value != d->vb)
				fail_msg("%s: %s is not found there", *name, d->first);
		}
		of_machine_end(&t.a);
		of_machine_end(&t.b);
		arena_free(t.arena);
	}
	of_machine_end(&first);
	host_names_free(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_text),
		cmocka_unit_test(test_nothing_differs),
		cmocka_unit_test(test_what_does_not_fit_stands_below),
		cmocka_unit_test(test_a_terminal_obeys_nobody),
		cmocka_unit_test(test_many_lines_of_one_field_are_counted),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_of_rows),
		cmocka_unit_test(test_a_slow_machine_and_a_fine_one),
		cmocka_unit_test(test_the_sum_is_no_wider),
		cmocka_unit_test(test_every_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
