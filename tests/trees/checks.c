/* All checks on all real machines: none fires from a missing file, what is expected is found, and how often each says
 * what. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/checks.h"
#include "probes/cpu.h"
#include "probes/frequency.h"
#include "probes/host/host.h"
#include "probes/sampler.h"
#include "probes/util.h"
#include "tests/lib/dated.h"
#include "tests/lib/golden.h"
#include "tests/lib/tally.h"

/* One captured machine, judged as it is and where nothing is absent but all of it denied. */
struct judged {
	char *name; /* <source>/<tree> */
	struct snapshot *plain, *denied;
};
struct judged_all {
	struct judged *at;
	size_t n;
};

static struct snapshot *judge(const char *folder, bool deny)
{
	struct host *h;
	struct sampler *s;
	struct snapshot *snap;
	char why[200];

	if (host_open(&(struct host_options){.root = folder}, &h, why))
		fail_msg("%s: %s", folder, why);
	s = sampler_new(dated_open(h, deny));
	snapshot_unref(sampler_step(s, &(struct want){.everything = true}));
	snap = sampler_step(s, &(struct want){.everything = true});
	sampler_free(s);
	assert_non_null(snap->findings);
	return snap;
}

static void judge_all(struct judged_all *all, const char *trees)
{
	char *path = xasprintf("%s/LIST", trees), name[300];
	FILE *list = fopen(path, "re");

	free(path);
	assert_non_null(list);
	while (fgets(name, sizeof(name), list)) {
		name[strcspn(name, "\n")] = '\0';
		path = xasprintf("%s/%s", trees, name);
		all->at = xrealloc(all->at, all->n + 1, sizeof(*all->at));
		all->at[all->n++] = (struct judged){xstrdup(name), judge(path, false), judge(path, true)};
		free(path);
	}
	fclose(list);
	assert_true(all->n > 0);
}

/* Each case asks for it first: where there are no machines all of them are skipped. */
static struct judged_all *needed(void **state)
{
	struct judged_all *all = *state;
	const char *trees = getenv("HVSCOPE_TREES");

	if (!trees || !*trees)
		skip();
	if (!all->n)
		judge_all(all, trees);
	return all;
}

static int let_go(void **state)
{
	struct judged_all *all = *state;

	for (size_t i = 0; i < all->n; i++) {
		free(all->at[i].name);
		snapshot_unref(all->at[i].plain);
		snapshot_unref(all->at[i].denied);
	}
	free(all->at);
	return 0;
}

static const struct finding *of(const struct snapshot *s, const char *id)
{
	const struct check *c = check_find(id);

	assert_non_null(c);
	return findings_of(s->findings, c);
}

static const struct finding *on(const struct judged_all *all, const char *name, const char *id)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->at[i].name, name) == 0)
			return of(all->at[i].plain, id);
	fail_msg("there is no %s", name);
	return NULL;
}

static void what_fires_has_a_known_fact(void **state)
{
	struct judged_all *all = needed(state);
	size_t bad = 0;

	for (size_t i = 0; i < all->n; i++)
		bad += tally_unfounded(all->at[i].plain, all->at[i].name) +
		       tally_unfounded(all->at[i].denied, all->at[i].name);
	if (bad)
		fail_msg("%zu parts have none", bad);
}

/*
 * Were a missing file a reason to fire, its refusal would take the reason away. Of F05 it may: the bias counts where
 * the processor has no energy preference, and that file is missing on those without HWP. Denied it must be UNKNOWN.
 */
static bool absence_decides(const struct judged *j, const struct check *c)
{
	const struct cpu *cpu = snapshot_facts(j->plain, &probe_cpu);

	return strcmp(c->id, "F05") == 0 && cpu && value_known(cpu->flags) && !cpu_has_flag(cpu, "hwp") &&
	       of(j->denied, c->id)->verdict == VERDICT_UNKNOWN;
}

static void nothing_fires_from_a_missing_file(void **state)
{
	struct judged_all *all = needed(state);
	size_t bad = 0;

	for (size_t i = 0; i < all->n; i++)
		for (size_t k = 0; k < nchecks; k++) {
			const struct finding *plain = &all->at[i].plain->findings->finding[k],
					     *denied = &all->at[i].denied->findings->finding[k];

			if (plain->verdict != VERDICT_FIRE || absence_decides(&all->at[i], checks[k]) ||
				(denied->verdict == VERDICT_FIRE && denied->severity == plain->severity))
				continue;
			print_message("# %s: %s: %s\n#     denied: %s\n", all->at[i].name, checks[k]->id, plain->line,
				denied->line);
			bad++;
		}
	if (bad)
		fail_msg("%zu findings go when what is missing is denied", bad);
}

static void nothing_passes_that_was_denied(void **state)
{
	struct judged_all *all = needed(state);
	size_t bad = 0;

	for (size_t i = 0; i < all->n; i++)
		for (size_t k = 0; k < nchecks; k++) {
			const struct finding *plain = &all->at[i].plain->findings->finding[k],
					     *denied = &all->at[i].denied->findings->finding[k];

			if (denied->verdict != VERDICT_PASS || plain->verdict == VERDICT_PASS)
				continue;
			print_message("# %s: %s: %s\n#     denied: %s\n", all->at[i].name, checks[k]->id, plain->line,
				denied->line);
			bad++;
		}
	if (bad)
		fail_msg("%zu checks pass where more is denied", bad);
}

/* "?" is how the texts say that a fact is not known. */
static void what_passes_is_known(void **state)
{
	struct judged_all *all = needed(state);

	for (size_t i = 0; i < all->n; i++)
		for (size_t k = 0; k < nchecks; k++) {
			const struct finding *f = &all->at[i].plain->findings->finding[k];

			if (f->verdict == VERDICT_PASS && strchr(f->line, '?'))
				fail_msg("%s: %s passes: %s", all->at[i].name, checks[k]->id, f->line);
		}
}

static bool is_guest(const struct judged *j)
{
	return checks_banner(j->plain->findings) != NULL;
}

static bool listed(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = words; (p = strstr(p, word)); p += n)
		if ((p == words || p[-1] == ' ') && (p[n] == ' ' || !p[n]))
			return true;
	return false;
}

/* Machines (no guests) all of whose policies have one of these drivers and governors: F02 warns, and no idle clock is
 * F01. */
static void adaptive(void **state, const char *drivers, const char *governors, size_t least)
{
	struct judged_all *all = needed(state);
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct judged *j = &all->at[i];
		const struct frequency *f = snapshot_facts(j->plain, &probe_frequency);
		const struct finding *governor = of(j->plain, "F02");

		if (is_guest(j) || !f || !value_known(f->driver) || !value_known(f->governor) ||
			!listed(drivers, f->driver.text) || !listed(governors, f->governor.text))
			continue;
		n++;
		if (governor->verdict != VERDICT_FIRE || governor->severity != SEVERITY_WARN)
			fail_msg("%s: F02 is %s %s: %s", j->name, verdict_word(governor->verdict),
				severity_word(governor->severity), governor->line);
		if (of(j->plain, "F01")->verdict == VERDICT_FIRE)
			fail_msg("%s: %s", j->name, of(j->plain, "F01")->line);
	}
	print_message("# %zu machines\n", n);
	assert_true(n >= least);
}

static void powersave_of_intel_pstate(void **state)
{
	adaptive(state, "intel_pstate", "powersave", 14);
}

static void steps_of_other_drivers(void **state)
{
	adaptive(state, "acpi-cpufreq intel_cpufreq", "ondemand schedutil", 14);
}

static void guests_are_judged_one_level_up(void **state)
{
	static const char *const names[] = {"hotsos/openstack", "util-linux/s390-kvm", "util-linux/vbox-win"};
	struct judged_all *all = needed(state);

	for (size_t i = 0; i < COUNT(names); i++)
		for (size_t k = 0; k < nchecks; k++) {
			const struct finding *f = on(all, names[i], checks[k]->id);

			if (checks[k]->host && f->verdict != VERDICT_NOT_APPLICABLE)
				fail_msg(
					"%s: %s is %s: %s", names[i], checks[k]->id, verdict_word(f->verdict), f->line);
			if (strchr("FC", checks[k]->id[0]) && f->verdict != VERDICT_NOT_APPLICABLE)
				fail_msg("%s: %s of clock and sleep is %s: %s", names[i], checks[k]->id,
					verdict_word(f->verdict), f->line);
		}
	for (size_t i = 0; i < all->n; i++)
		assert_int_equal(is_guest(&all->at[i]), of(all->at[i].plain, "K06")->verdict == VERDICT_FIRE);
}

/* Of what a policy decides nothing passes where there is none. */
static void without_cpufreq(void **state)
{
	static const char *const ids[] = {"F01", "F02", "F03", "F04", "F06", "F07", "F08", "F09", "F16"};
	struct judged_all *all = needed(state);
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct frequency *f = snapshot_facts(all->at[i].plain, &probe_frequency);

		if (f && f->policy.known == KNOWN && f->policy.n)
			continue;
		n++;
		for (size_t k = 0; k < COUNT(ids); k++) {
			const struct finding *one = of(all->at[i].plain, ids[k]);

			if (one->verdict != VERDICT_UNKNOWN && one->verdict != VERDICT_NOT_APPLICABLE)
				fail_msg("%s: %s is %s: %s", all->at[i].name, ids[k], verdict_word(one->verdict),
					one->line);
			if (!*one->line)
				fail_msg("%s: %s gives no reason", all->at[i].name, ids[k]);
		}
	}
	print_message("# %zu machines\n", n);
	assert_true(n >= 50);
}

static void deep_sleep_without_guests(void **state)
{
	static const char *const names[] = {"pepc/clx4s0", "pepc/cpx0", "pepc/icx2s3", "pepc/emr9"};
	struct judged_all *all = needed(state);

	for (size_t i = 0; i < COUNT(names); i++)
		if (on(all, names[i], "cstate-deep-enabled")->verdict == VERDICT_FIRE)
			fail_msg("%s: %s", names[i], on(all, names[i], "cstate-deep-enabled")->line);
}

static void counts(void **state)
{
	struct judged_all *all = needed(state);
	struct tally *t = tally_new();
	char *text;
	bool same;

	for (size_t i = 0; i < all->n; i++)
		tally_add(t, all->at[i].plain->findings, NULL, all->at[i].name);
	text = tally_text(t);
	print_message("# %zu machines\n", all->n);
	same = golden_same("checks", "trees.txt", text);
	free(text);
	tally_free(t);
	assert_true(same);
}

int main(void)
{
	struct judged_all all = {.n = 0};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(what_fires_has_a_known_fact, &all),
		cmocka_unit_test_prestate(nothing_fires_from_a_missing_file, &all),
		cmocka_unit_test_prestate(nothing_passes_that_was_denied, &all),
		cmocka_unit_test_prestate(what_passes_is_known, &all),
		cmocka_unit_test_prestate(powersave_of_intel_pstate, &all),
		cmocka_unit_test_prestate(steps_of_other_drivers, &all),
		cmocka_unit_test_prestate(guests_are_judged_one_level_up, &all),
		cmocka_unit_test_prestate(without_cpufreq, &all),
		cmocka_unit_test_prestate(deep_sleep_without_guests, &all),
		cmocka_unit_test_prestate(counts, &all),
	};
	void *state = &all;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	let_go(&state);
	return failed;
}
