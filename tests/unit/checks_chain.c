/* Tests chains of findings: whose trouble explains whose, what a chain counts as, and its place in the order. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "probes/arena.h"
#include "probes/checks/run_impl.h"
#include "tests/lib/edited.h"
#include "tests/lib/hosts.h"
#include "tests/lib/probing.h"

struct made {
	struct probing p;
	struct findings f;
	struct finding *all;
};

static struct made made_on(const char *machine)
{
	struct made m = {.p = probing_capture(machine)};

	probing_tick(&m.p);
	m.f = (struct findings){.n = nchecks, .a = arena_new(0)};
	m.all = arena_array(m.f.a, nchecks, sizeof(*m.all));
	m.f.finding = m.all;
	for (size_t i = 0; i < nchecks; i++)
		m.all[i] = (struct finding){.check = checks[i], .cost_us = NAN, .per_s = NAN, .share = NAN};
	return m;
}

static void made_end(struct made *m)
{
	arena_free(m->f.a);
	probing_end(&m->p);
}

static struct finding *of(struct made *m, const char *id)
{
	return &m->all[check_index(check_find(id))];
}

/* One more part; they are added the worst first. */
static void fires(struct made *m, const char *id, enum severity severity, const char *evidence, const char *guest)
{
	struct finding *f = of(m, id);
	struct finding_part *part = arena_array(m->f.a, f->nparts + 1, sizeof(*part));

	if (f->nparts)
		memcpy(part, f->part, f->nparts * sizeof(*part));
	else
		f->severity = severity;
	part[f->nparts++] = (struct finding_part){.severity = severity, .evidence = evidence, .guest = guest};
	f->part = part;
	f->verdict = VERDICT_FIRE;
}

static void is_caused(struct made *m, const char *id, const char *by)
{
	const struct finding *f = of(m, id);

	checks_chain(&m->f, m->all, m->p.snap);
	m->f.norder = 0;
	if ((f->cause ? f->cause->check : NULL) != check_find(by))
		fail_msg("%s is caused by %s, not \"%s\"", id, f->cause ? f->cause->check->id : "nothing", by);
}

/* Another guest's emulator takes nothing from web3. */
static void of_the_same_guest(void **state)
{
	struct made m = made_on("founding");

	(void)state;
	fires(&m, "S01", SEVERITY_CRIT, "x", "web3");
	fires(&m, "S01", SEVERITY_WARN, "x", "db1");
	fires(&m, "P03", SEVERITY_WARN, "x", "db1");
	is_caused(&m, "S01", "");
	fires(&m, "P02", SEVERITY_WARN, "x", "web3");
	is_caused(&m, "S01", "P02");
	fires(&m, "S04", SEVERITY_WARN, "tasks.task[7].busy", NULL); /* of the host, and likelier */
	is_caused(&m, "S01", "S04");
	made_end(&m);
}

static void of_the_same_cpu(void **state)
{
	struct made m = made_on("founding");

	(void)state;
	fires(&m, "F01", SEVERITY_CRIT, "silicon.cpu[1].ratio", NULL);
	fires(&m, "F07", SEVERITY_CRIT, "frequency.policy[2].bios_limit_khz", NULL);
	is_caused(&m, "F01", "");
	fires(&m, "F02", SEVERITY_CRIT, "frequency.policy[1].governor", NULL);
	is_caused(&m, "F01", "F02");
	fires(&m, "F12", SEVERITY_CRIT, "power.sensor[k10temp].temp_c", NULL);
	is_caused(&m, "F01", "F12");
	of(&m, "F01")->causes = "F02 F12"; /* what holds the clock says so */
	is_caused(&m, "F01", "F02");
	made_end(&m);
}

/* The kernel itself lowers the upper limit to what the firmware allows. */
static void one_limit_is_one_problem(void **state)
{
	struct made m = made_on("founding");

	(void)state;
	fires(&m, "F06", SEVERITY_CRIT, "frequency.policy[1].max_khz", NULL);
	fires(&m, "F07", SEVERITY_CRIT, "frequency.policy[1].bios_limit_khz", NULL);
	is_caused(&m, "F06", "F07");
	made_end(&m);
}

static void as_bad_as_the_worst(void **state)
{
	struct made m = made_on("founding");

	(void)state;
	fires(&m, "C01", SEVERITY_WARN, "x", NULL);
	of(&m, "C01")->share = 0.9;
	fires(&m, "S02", SEVERITY_WARN, "x", NULL);
	fires(&m, "S01", SEVERITY_CRIT, "x", "web3");
	checks_chain(&m.f, m.all, m.p.snap);
	assert_int_equal(of(&m, "S02")->worst, SEVERITY_CRIT);
	assert_int_equal(of(&m, "S01")->worst, SEVERITY_CRIT);
	assert_int_equal(of(&m, "C01")->worst, SEVERITY_WARN);
	assert_int_equal(m.f.norder, 3);
	assert_ptr_equal(m.f.order[0], of(&m, "S02"));
	assert_ptr_equal(m.f.order[1], of(&m, "S01"));
	assert_ptr_equal(m.f.order[2], of(&m, "C01"));
	made_end(&m);
}

/* What the line says of the slowest clock, and what the chain says, with these edits of the founding machine. */
static void slow_by(const char *edit, const char *cause, const char *words)
{
	struct edits *e = edits_parse(edit);
	struct sampler *s = sampler_new(edited_open(host_capture("founding"), e));
	struct snapshot *snap = NULL;
	const struct finding *f;

	do {
		snapshot_unref(snap);
		snap = sampler_step(s, &(struct want){.everything = true});
	} while (snap->tape.tick < snap->tape.ticks);
	f = findings_of(snap->findings, check_find("F01"));
	if (!f->cause || strcmp(f->cause->check->id, cause) != 0 || !strstr(f->line, words))
		fail_msg("F01 is caused by %s, not %s: %s", f->cause ? f->cause->check->id : "nothing", cause, f->line);
	snapshot_unref(snap);
	sampler_free(s);
	edits_free(e);
}

/* All run at 1.2 GHz: a limit of 1.8 GHz is not what holds them there. */
static void line_and_chain_agree(void **state)
{
	(void)state;
	slow_by("", "F02", "governor powersave");
	slow_by("= /sys/devices/system/cpu/cpufreq/policy*/bios_limit 1200000\n", "F07", "the firmware limits it to 1.20");
	slow_by("= /sys/devices/system/cpu/cpufreq/policy*/bios_limit 1800000\n", "F02", "governor powersave");
	slow_by("= /sys/devices/system/cpu/cpufreq/policy*/scaling_max_freq 1200000\n", "F06", "upper limit is set to 1.20");
	slow_by("= /sys/devices/system/cpu/cpufreq/policy*/scaling_max_freq 1200000\n"
		"= /sys/devices/system/cpu/cpufreq/policy*/bios_limit 1200000\n",
		"F07", "the firmware limits it to 1.20");
}

/* Losses that waver change no places; one that really grows does. */
static void the_order_is_calm(void **state)
{
	struct made m = made_on("founding");
	double level = 0;

	(void)state;
	level = checks_level(level, 100);
	assert_true(level >= 100 && level <= 100);
	for (int i = 0; i < 6; i++) {
		level = checks_level(level, i % 2 ? 80 : 125);
		assert_true(level >= 100 && level <= 100);
	}
	assert_true(checks_level(level, 131) > 130);
	assert_true(checks_level(level, 75) < 76);
	assert_true(checks_level(level, 0) <= 0);
	fires(&m, "C01", SEVERITY_WARN, "x", NULL);
	fires(&m, "M06", SEVERITY_WARN, "x", NULL);
	of(&m, "C01")->share = 0.125;
	of(&m, "M06")->share = 0.1;
	checks_chain(&m.f, m.all, m.p.snap);
	assert_ptr_equal(m.f.order[0], of(&m, "C01"));
	of(&m, "C01")->level = checks_level(90, 125);
	of(&m, "M06")->level = checks_level(130, 120);
	m.f.norder = 0;
	checks_chain(&m.f, m.all, m.p.snap);
	assert_ptr_equal(m.f.order[0], of(&m, "M06"));
	made_end(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_the_same_guest),
		cmocka_unit_test(of_the_same_cpu),
		cmocka_unit_test(one_limit_is_one_problem),
		cmocka_unit_test(as_bad_as_the_worst),
		cmocka_unit_test(line_and_chain_agree),
		cmocka_unit_test(the_order_is_calm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
