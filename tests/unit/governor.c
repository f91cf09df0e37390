/* Tests what switching a governor plans and says: for each driver, for odd targets, and from a tree to undo. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>

#include "probes/change.h"
#include "probes/cpuset.h"
#include "probes/daemons.h"
#include "probes/frequency.h"
#include "probes/snapshot.h"

enum { N = 4 };

/* Four policies of one CPU each, 1.2 to 3.9 GHz, base 2.4; tests change what they need. */
struct machine4 {
	struct snapshot *s;
	struct arena *a;
	struct frequency *f;
	struct policy *p;
	struct daemons *d;
	struct change *c;
};

static void *add_block(struct snapshot *s, size_t at, const struct probe *probe)
{
	struct block *b = xcalloc(1, sizeof(*b));
	void *facts;

	b->probe = probe;
	b->a = arena_new(0);
	facts = arena_alloc(b->a, probe->size);
	b->facts = facts;
	b->refs = 1;
	s->block[at] = b;
	return facts;
}

static int setup(void **state)
{
	static const char *const daemons[] = {"tuned", "tlp", "irqbalance"};
	struct machine4 *m = xcalloc(1, sizeof(*m));
	struct daemon *row;

	m->s = snapshot_new(2);
	m->f = add_block(m->s, 0, &probe_frequency);
	m->a = m->s->block[0]->a;
	m->p = arena_array(m->a, N, sizeof(*m->p));
	m->f->policy = (struct rows){.row = m->p, .n = N, .known = KNOWN};
	for (uint32_t i = 0; i < N; i++) {
		struct cpuset *set = cpuset_new(m->a, 64);

		cpuset_add(set, i);
		m->p[i] = (struct policy){
			.id = value_u64(i, 0),
			.folder = value_text(
				arena_printf(m->a, "/sys/devices/system/cpu/cpufreq/policy%u", (unsigned)i), 0),
			.cpus = value_set(set, 0),
			.driver = value_text("acpi-cpufreq", 0),
			.governor = value_text("powersave", 0),
			.governors = value_text("performance powersave ondemand", 0),
			.min_khz = value_u64(1200000, 0),
			.max_khz = value_u64(3900000, 0),
			.base_khz = value_u64(2400000, 0),
		};
	}
	m->d = add_block(m->s, 1, &probe_daemons);
	row = arena_array(m->s->block[1]->a, COUNT(daemons), sizeof(*row));
	m->d->daemon = (struct rows){.row = row, .n = COUNT(daemons), .known = KNOWN};
	for (size_t i = 0; i < COUNT(daemons); i++)
		row[i] = (struct daemon){.name = value_text(daemons[i], 0),
			.running = value_bool(false, 0),
			.owns = value_text(i < 2 ? "governor epp" : "irq", 0)};
	m->c = change_new();
	*state = m;
	return 0;
}

static int teardown(void **state)
{
	struct machine4 *m = *state;

	change_free(m->c);
	snapshot_unref(m->s);
	free(m);
	return 0;
}

static int plan(struct machine4 *m, const char *value)
{
	static const char *const all[N] = {
		"frequency.policy[0]", "frequency.policy[1]", "frequency.policy[2]", "frequency.policy[3]"};

	return action_find("governor")->plan(m->s, all, N, value, m->c);
}

static void set_driver(struct machine4 *m, const char *driver)
{
	for (size_t i = 0; i < N; i++)
		m->p[i].driver = value_text(driver, 0);
}

static bool has_note(const struct change *c, const char *word)
{
	for (size_t i = 0; i < c->nnotes; i++)
		if (strstr(c->notes[i], word))
			return true;
	return false;
}

static void the_founding_story(void **state)
{
	struct machine4 *m = *state;

	assert_int_equal(plan(m, "performance"), 0);
	assert_string_equal(m->c->action, "governor");
	assert_string_equal(m->c->title, "Switch the governor of 4 CPUs");
	assert_string_equal(m->c->target, "4 CPUs");
	assert_string_equal(m->c->effect, "busy CPUs rise from 1.20 to at least 2.40 GHz within milliseconds");
	assert_string_equal(m->c->costs, "power and heat; about 1 W a core idle (estimate)");
	assert_string_equal(m->c->lasts, "until reboot or a driver switch");
	assert_non_null(strstr(m->c->keep_hint, "cpufreq.default_governor=performance"));
	assert_string_equal(m->c->by_hand, "for p in /sys/devices/system/cpu/cpufreq/policy*; do echo performance > "
					   "\"$p/scaling_governor\"; done");
	assert_int_equal(m->c->nnotes, 0);
	assert_int_equal(m->c->nsteps, N);
	assert_string_equal(m->c->steps[3].path, "/sys/devices/system/cpu/cpufreq/policy3/scaling_governor");
	assert_string_equal(m->c->steps[3].now, "performance\n");
	assert_int_equal(m->c->steps[3].compare, COMPARE_LINE);
	assert_null(m->c->steps[3].was);
}

static void adaptive_drivers_are_told_otherwise(void **state)
{
	struct machine4 *m = *state;

	set_driver(m, "intel_pstate");
	m->p[2].epp = value_text("balance_performance", 0);
	assert_int_equal(plan(m, "performance"), 0);
	assert_non_null(strstr(m->c->effect, "no longer waits for the load"));
	assert_null(strstr(m->c->effect, "1.20"));
	assert_true(has_note(m->c, "EBUSY"));
}

static void a_limit_below_base_is_no_base_clock(void **state)
{
	struct machine4 *m = *state;

	m->p[1].max_khz = value_u64(1800000, 0);
	assert_int_equal(plan(m, "performance"), 0);
	assert_non_null(strstr(m->c->effect, "from 1.20 to 1.80 GHz, the limit that is set"));
}

static void unknown_clocks_are_not_made_up(void **state)
{
	struct machine4 *m = *state;

	for (size_t i = 0; i < N; i++)
		m->p[i].min_khz = m->p[i].base_khz = m->p[i].max_khz = value_error(-ENOENT, 0);
	assert_int_equal(plan(m, "performance"), 0);
	assert_non_null(strstr(m->c->effect, "to the highest that is allowed"));
	assert_null(strstr(m->c->effect, "nan"));
	for (size_t i = 0; i < N; i++)
		m->p[i].governor = value_text("performance", 0);
	assert_int_equal(plan(m, "powersave"), 0);
	assert_string_equal(m->c->effect, "busy CPUs are pinned to the lowest clock");
	assert_null(strstr(m->c->costs, "nan"));
}

static void the_way_down_is_told_too(void **state)
{
	struct machine4 *m = *state;

	for (size_t i = 0; i < N; i++)
		m->p[i].governor = value_text("performance", 0);
	assert_int_equal(plan(m, "powersave"), 0);
	assert_non_null(strstr(m->c->effect, "pinned to the lowest clock, 1.20 GHz"));
	assert_non_null(strstr(m->c->costs, "up to 2.0 times as long"));
	assert_int_equal(plan(m, "ondemand"), 0);
	assert_non_null(strstr(m->c->effect, "follow the load"));
	set_driver(m, "amd-pstate-epp");
	assert_int_equal(plan(m, "powersave"), 0);
	assert_non_null(strstr(m->c->effect, "the driver follows the load"));
	m->p[0].governors = m->p[1].governors = m->p[2].governors = m->p[3].governors = value_text("userspace", 0);
	assert_int_equal(plan(m, "userspace"), 0);
	assert_non_null(strstr(m->c->effect, "scaling_setspeed"));
	assert_non_null(strstr(m->c->costs, "nothing raises the clock by itself"));
	assert_null(strstr(m->c->costs, "burst"));
}

/* Who reads "4 CPUs" must be able to trust that four will change. */
static void what_has_it_already_is_left_out(void **state)
{
	struct machine4 *m = *state;

	m->p[0].governor = m->p[2].governor = value_text("performance", 0);
	assert_int_equal(plan(m, "performance"), 0);
	assert_int_equal(m->c->nsteps, 2);
	assert_string_equal(m->c->title, "Switch the governor of 2 CPUs");
	assert_string_equal(m->c->target, "2 CPUs");
	assert_string_equal(m->c->steps[1].path, "/sys/devices/system/cpu/cpufreq/policy3/scaling_governor");
	assert_true(has_note(m->c, "2 of 4 policies have it already and are left out"));
	assert_false(has_note(m->c, "differ"));
	assert_string_equal(m->c->by_hand,
		"for p in 1 3; do echo performance > /sys/devices/system/cpu/cpufreq/policy$p/scaling_governor; done");
	m->p[1].governor = value_text("performance", 0);
	assert_int_equal(plan(m, "performance"), 0);
	assert_string_equal(m->c->title, "Switch the governor of CPU 3");
	m->p[3].governor = value_text("performance", 0);
	assert_int_equal(plan(m, "performance"), -EALREADY);
	assert_string_equal(m->c->title, "policy0, policy1, policy2 and 1 more have the governor performance already.");
}

static void owners_of_the_knob_are_named(void **state)
{
	struct machine4 *m = *state;
	union {
		const void *from;
		struct daemon *row;
	} u = {.from = m->d->daemon.row};

	u.row[0].running = u.row[2].running = value_bool(true, 0);
	m->d->tuned_profile = value_text("balanced", 0);
	assert_int_equal(plan(m, "performance"), 0);
	assert_int_equal(m->c->nnotes, 1);
	assert_string_equal(
		m->c->notes[0], "tuned runs with profile \"balanced\" and may put it back: change its profile too");
	u.row[1].running = value_bool(true, 0);
	assert_int_equal(plan(m, "performance"), 0);
	assert_true(has_note(m->c, "tlp runs and may put it back"));
	assert_true(has_note(m->c, "2 daemons that set governors run at once"));
	m->d->daemon = (struct rows){.known = KNOWN_DENIED};
	assert_int_equal(plan(m, "performance"), 0);
	assert_true(has_note(m->c, "is not known"));
}

static void offline_policies_are_left_out(void **state)
{
	struct machine4 *m = *state;

	m->p[1].cpus = value_set(cpuset_new(m->a, 64), 0);
	m->p[3].governor = value_error(-EBUSY, 0);
	m->p[2].governor = value_text("ondemand", 0);
	assert_int_equal(plan(m, "performance"), 0);
	assert_int_equal(m->c->nsteps, 2);
	assert_string_equal(m->c->title, "Switch the governor of 2 CPUs");
	assert_true(has_note(m->c, "left out: policy1, policy3"));
	assert_true(has_note(m->c, "governors differ now (powersave, ondemand)"));
	assert_string_equal(m->c->by_hand,
		"for p in 0 2; do echo performance > /sys/devices/system/cpu/cpufreq/policy$p/scaling_governor; done");
	m->p[0].governor = m->p[2].governor = value_error(-EBUSY, 0);
	assert_int_equal(plan(m, "performance"), -EBUSY);
	assert_string_equal(m->c->title,
		"policy0, policy1, policy2 and 1 more cannot be set: offline, or the governor cannot be read.");
}

static void refused(struct machine4 *m, const char *target, const char *value, int err, const char *word)
{
	int got = action_find("governor")->plan(m->s, &target, target ? 1 : 0, value, m->c);

	if (got != err || !strstr(m->c->title, word))
		fail_msg("%s: %d: %s", target ? target : "none", got, m->c->title);
}

static void what_cannot_be_is_refused(void **state)
{
	struct machine4 *m = *state;

	refused(m, "frequency.policy[0]", "schedutil", -EINVAL,
		"policy0 has no governor schedutil: it offers performance powersave ondemand.");
	refused(m, "frequency.policy[0]", "$(reboot)", -EINVAL, "not the name of a governor");
	refused(m, "frequency.policy[0]", "", -EINVAL, "not the name");
	refused(m, "frequency.policy[0]", NULL, -EINVAL, "not the name");
	refused(m, "frequency.policy[0]", "powersave", -EALREADY, "policy0 has the governor powersave already.");
	refused(m, "frequency.policy[4]", "performance", -ESRCH, "no policy frequency.policy[4]");
	refused(m, "frequency.policy[x]", "performance", -ESRCH, "no policy");
	refused(m, "frequency.policy[0].governor", "performance", -ESRCH, "no policy");
	refused(m, "topology.cpu[0]", "performance", -ESRCH, "no policy");
	refused(m, "frequency.policy", "performance", -ESRCH, "no policy");
	refused(m, "", "performance", -ESRCH, "no policy");
	refused(m, NULL, "performance", -EINVAL, "No policy was named.");
	m->f->policy.n = 0;
	refused(m, "frequency.policy[0]", "performance", -ENODEV, "no frequency policies");
	m->s->n = 0;
	refused(m, "frequency.policy[0]", "performance", -EAGAIN, "have not been read yet");
	m->s->n = 2;
}

static void one_cpu_and_old_kernels(void **state)
{
	static const char *const two[] = {"frequency.policy[1]", "frequency.policy[2]", "frequency.policy[1]"};
	struct machine4 *m = *state;
	struct cpuset *pair = cpuset_new(m->a, 128);

	assert_int_equal(action_find("governor")->plan(m->s, two, 1, "performance", m->c), 0);
	assert_string_equal(m->c->title, "Switch the governor of CPU 1");
	assert_string_equal(m->c->target, "policy1");
	assert_string_equal(
		m->c->by_hand, "echo performance > /sys/devices/system/cpu/cpufreq/policy1/scaling_governor");
	cpuset_add(pair, 1);
	cpuset_add(pair, 65);
	m->p[1].cpus = value_set(pair, 0);
	m->p[1].folder = value_text("/sys/devices/system/cpu/cpu1/cpufreq", 0);
	assert_int_equal(action_find("governor")->plan(m->s, two, 3, "performance", m->c), 0);
	assert_string_equal(m->c->title, "Switch the governor of 3 CPUs");
	assert_int_equal(m->c->nsteps, 2);
	assert_string_equal(m->c->by_hand,
		"for f in /sys/devices/system/cpu/cpu1/cpufreq/scaling_governor "
		"/sys/devices/system/cpu/cpufreq/policy2/scaling_governor; do echo performance > \"$f\"; done");
}

static void every_action_has_its_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < nactions; i++) {
		assert_true(strlen(actions[i]->name) && strlen(actions[i]->title));
		assert_non_null(actions[i]->plan);
		assert_ptr_equal(action_find(actions[i]->name), actions[i]);
	}
	assert_null(action_find("nothing"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_founding_story),
		TEST(adaptive_drivers_are_told_otherwise),
		TEST(a_limit_below_base_is_no_base_clock),
		TEST(unknown_clocks_are_not_made_up),
		TEST(the_way_down_is_told_too),
		TEST(what_has_it_already_is_left_out),
		TEST(owners_of_the_knob_are_named),
		TEST(offline_policies_are_left_out),
		TEST(what_cannot_be_is_refused),
		TEST(one_cpu_and_old_kernels),
		cmocka_unit_test(every_action_has_its_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
