/* Tests the reports of checks: choosing by name, counting, chains, and that strangers cannot break a monitor's line. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/checks_report.h"
#include "probes/util.h"
#include "tests/lib/findings.h"
#include "tests/lib/screen.h"

static const struct finding_part evil_part = {SEVERITY_CRIT, "x", "silicon.busy", NULL, NULL};
static const struct found_by_hand found[] = {
	{"F02", VERDICT_FIRE, SEVERITY_CRIT, "Governor of \x1b[31ma|b\nc.", .part = &evil_part, .nparts = 1},
	{"F01", VERDICT_FIRE, SEVERITY_CRIT, "Busy CPUs are slow.", .cause = "F02", .part = &evil_part, .nparts = 1},
	{"C01", VERDICT_FIRE, SEVERITY_WARN, "CPUs sleep.", .part = &evil_part, .nparts = 1},
	{"F03", VERDICT_UNKNOWN, SEVERITY_NONE, "Refused.", .err = -EACCES, .unread = "silicon.busy", .remedy = "Be root."},
	{"F11", VERDICT_UNKNOWN, SEVERITY_NONE, "Not measured yet.", .err = 0},
	{"S02", VERDICT_FIRE, SEVERITY_WARN, "Too many vCPUs.", .part = &evil_part, .nparts = 1},
	{"S01", VERDICT_FIRE, SEVERITY_CRIT, "web3 waits.", .cause = "S02", .part = &evil_part, .nparts = 1},
	{"F05", VERDICT_UNKNOWN, SEVERITY_NONE, "Nobody tells \x1b.", .never = true},
	{"F04", VERDICT_PASS, SEVERITY_NONE, "Fine.", .err = 0},
};

struct judged {
	struct screen *s;
	struct check_choice c;
};

static struct judged judge(const char *only, const char *required, bool crit)
{
	struct judged j = {.s = screen_open("founding", false), .c = {.crit = crit}};
	char bad[64];

	findings_put(j.s->app->snap, found, COUNT(found));
	j.c.required = xcalloc(nchecks, sizeof(*j.c.required));
	if (required)
		assert_int_equal(checks_choose(required, false, j.c.required, bad), 0);
	if (only) {
		j.c.only = xcalloc(nchecks, sizeof(*j.c.only));
		assert_int_equal(checks_choose(only, true, j.c.only, bad), 0);
	}
	return j;
}

static void end(struct judged *j)
{
	free(j->c.only);
	free(j->c.required);
	screen_close(j->s);
}

static void choosing(void **state)
{
	static const struct {
		const char *names, *bad;
		bool families;
		int err;
		size_t n; /* 0: whatever it is */
	} row[] = {{"F02", "", true, 0, 1}, {"f02,CPUFREQ-governor", "", true, 0, 1}, {"F01, F02", "", true, 0, 2},
		{"frequency", "", true, 0, 0}, {"frequency", "frequency", false, -ENOENT, 0}, {"F", "F", true, -ENOENT, 0},
		{"F02,nix,F01", "nix", true, -ENOENT, 0}, {"", "", true, -ENOENT, 0}, {",, ,", "", true, -ENOENT, 0}};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		bool *chosen = xcalloc(nchecks, sizeof(*chosen));
		char bad[64];
		size_t n = 0;

		assert_int_equal(checks_choose(row[i].names, row[i].families, chosen, bad), row[i].err);
		assert_string_equal(bad, row[i].bad);
		for (size_t k = 0; k < nchecks; k++)
			n += chosen[k];
		if (row[i].n)
			assert_int_equal(n, row[i].n);
		free(chosen);
	}
}

static void ends_as(const char *only, const char *required, bool crit, enum check_end expected)
{
	struct judged j = judge(only, required, crit);
	struct check_sum sum = checks_sum(j.s->app->snap->findings, &j.c);

	if (checks_end(&sum, &j.c) != expected)
		fail_msg("%s, required %s: ends as %d", only ? only : "all", required ? required : "none",
			checks_end(&sum, &j.c));
	end(&j);
}

static void how_it_ends(void **state)
{
	(void)state;
	ends_as(NULL, NULL, false, CHECKS_FIRE);
	ends_as(NULL, "F11", false, CHECKS_FIRE);
	ends_as("C01", NULL, false, CHECKS_FIRE);
	ends_as("C01", NULL, true, CHECKS_FINE);
	ends_as("F02", NULL, true, CHECKS_FIRE);
	ends_as("F01", NULL, true, CHECKS_FIRE); /* without its cause it is a problem itself */
	ends_as("F04,F11", NULL, false, CHECKS_FINE);
	ends_as("F04,F11", "F11", false, CHECKS_UNKNOWN);
	ends_as("F11,F03", NULL, false, CHECKS_UNKNOWN);
	ends_as("F11,P01", NULL, false, CHECKS_UNKNOWN); /* what does not apply is no answer to what is not known */
	ends_as("P01", NULL, false, CHECKS_FINE);
	ends_as("S02", NULL, true, CHECKS_FINE);
	ends_as("S02,S01", NULL, true, CHECKS_FIRE); /* one problem, as bad as the worst in it */
	ends_as("F04", "F11", false, CHECKS_UNKNOWN); /* required though it is not shown */
}

static void counting(void **state)
{
	struct judged j = judge(NULL, "F11,F03", false);
	struct check_sum sum = checks_sum(j.s->app->snap->findings, &j.c);

	(void)state;
	assert_int_equal(sum.crit, 2);
	assert_int_equal(sum.warn, 1);
	assert_int_equal(sum.effects, 2);
	assert_int_equal(j.s->app->snap->findings->crit, 2);
	assert_int_equal(sum.unknown, 3);
	assert_int_equal(sum.crit + sum.warn + sum.info + sum.effects + sum.passed + sum.unknown + sum.inapplicable, nchecks);
	assert_string_equal(sum.required->check->id, "F03");
	end(&j);
}

static void for_people(void **state)
{
	struct judged j = judge(NULL, NULL, false);
	char *text = checks_text(j.s->app->snap, &j.c, 0);

	(void)state;
	assert_non_null(strstr(text, "\n▲ crit  F02 cpufreq-governor\n        Governor of ?[31ma|b c.\n"));
	assert_non_null(strstr(text, "\n  ▲ crit  F01 freq-busy-below-base\n          Busy CPUs are slow.\n"));
	assert_non_null(strstr(text, "1 check could not be read: refused: F03. Be root.\n"));
	assert_non_null(strstr(text, "1 check not measured yet: F11.\n"));
	assert_non_null(strstr(text, "1 check cannot be known here: F05. F05: Nobody tells ?.\n"));
	assert_non_null(strstr(text, "\n2 critical, 1 warning, 0 notes, and 2 more findings that these explain; 1 passes, "));
	free(text);
	end(&j);
}

static void for_a_monitor(void **state)
{
	struct judged j = judge(NULL, NULL, false);
	int status;
	char *text = checks_nagios(j.s->app->snap, &j.c, &status);

	(void)state;
	assert_int_equal(status, 2);
	assert_string_equal(
		text, "HVSCOPE CRITICAL - cpufreq-governor: Governor of ?[31ma/b c. | crit=2 warn=1 info=0 unknown=3\n");
	free(text);
	end(&j);
}

static void monitor_says(const char *only, int expected, const char *line)
{
	struct judged j = judge(only, NULL, false);
	int status;
	char *text = checks_nagios(j.s->app->snap, &j.c, &status);

	assert_int_equal(status, expected);
	assert_string_equal(text, line);
	free(text);
	end(&j);
}

/* Neither a lesser cause hides what is critical, nor is it fine that nothing could be said. */
static void for_a_monitor_of_few(void **state)
{
	struct judged j = judge("P01", NULL, false);
	char *text = checks_text(j.s->app->snap, &j.c, 0);

	(void)state;
	assert_null(strstr(text, "✓"));
	assert_non_null(strstr(text, "Nothing that was asked for applies here.\n"));
	free(text);
	end(&j);
	monitor_says("S01,S02", 2,
		"HVSCOPE CRITICAL - vcpu-steal: web3 waits. Its cause is cpu-overcommit. | crit=1 warn=0 info=0 "
		"unknown=0\n");
	monitor_says("F11,P01", 3,
		"HVSCOPE UNKNOWN - None of the checks that were asked for could be judged. | crit=0 warn=0 info=0 "
		"unknown=1\n");
	monitor_says("P01", 0, "HVSCOPE OK - Nothing that was asked for applies here. | crit=0 warn=0 info=0 unknown=0\n");
}

static void named(void **state)
{
	bool *all = xcalloc(nchecks, sizeof(*all));
	size_t n = 0;

	(void)state;
	checks_named("V03,frequency, vcpu-steal", all);
	for (size_t i = 0; i < nchecks; i++)
		n += all[i];
	assert_int_equal(n, 2);
	assert_true(all[check_index(check_find("V03"))] && all[check_index(check_find("S01"))]);
	free(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(choosing),
		cmocka_unit_test(how_it_ends),
		cmocka_unit_test(counting),
		cmocka_unit_test(for_people),
		cmocka_unit_test(for_a_monitor),
		cmocka_unit_test(for_a_monitor_of_few),
		cmocka_unit_test(named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
