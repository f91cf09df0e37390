/* Limits of sleep on the screen: of all CPUs with who holds it, of single ones, and disabled states. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/answer.h"
#include "probes/util.h"
#include "tests/lib/hosts.h"
#include "tests/lib/screen.h"
#include "tests/lib/tree.h"
#include "tui/panels/idle_impl.h"

/* What @qos/global answers; a real one is a device of this very machine. */
static const char *qos;
static int (*read_before)(struct host *h, const char *path, struct answer *ret);

static int read_with_limit(struct host *h, const char *path, struct answer *ret)
{
	if (strcmp(path, "@qos/global") != 0)
		return read_before(h, path, ret);
	if (!qos)
		return -EACCES;
	*ret = (struct answer){.text = qos, .len = strlen(qos), .t_ns = host_now(h)};
	return 0;
}

/* A machine on which that limit is in force, or where it may not be read (NULL). */
static struct screen *open_limited(const char *host, const char *limit)
{
	struct screen *s = screen_unpacked(host);

	read_before = s->clock.ops.read;
	s->clock.ops.read = read_with_limit;
	qos = limit;
	tree_link(s->tree, "/proc/812/fd/5", "/dev/cpu_dma_latency");
	tree_text(s->tree, "/proc/813/comm", "waker\n");
	tree_link(s->tree, "/proc/813/fd/6", "/dev/cpu_wakeup_latency");
	screen_tick(s);
	screen_tick(s);
	s->w = 160;
	screen_keys(s, "4");
	return s;
}

static void the_sentence_names_the_limit_and_its_holder(void **state)
{
	static const struct {
		const char *host, *limit, *sentence;
	} cases[] = {
		{"founding", "limit_us=2000000000\n",
			"CPUs may sleep down to C6: waking costs 133 µs; no latency limit set."},
		{"founding", "limit_us=10\n",
			"CPUs may sleep down to C1E: waking costs 10 µs; limit 10 µs held by tuned (pid 812): C6 is "
			"out."},
		{"founding", "limit_us=3\n",
			"CPUs may sleep down to C1: waking costs 2 µs; limit 3 µs held by tuned (pid 812): C1E and C6 "
			"are out."},
		{"founding", "limit_us=0\n",
			"CPUs may only poll (limit 0 µs held by tuned (pid 812)): idle, such a CPU spins at full "
			"power and slows the other thread of its core."},
		{"founding", "limit_us=2000000000\nwakeup_us=50\n",
			"CPUs may sleep down to C1E: waking costs 10 µs; no latency limit set; wake-up limit 50 µs "
			"held by waker (pid 813): C6 is out."},
		{"founding", NULL,
			"CPUs may sleep down to C6: waking costs 133 µs; whether a latency limit is set only root can "
			"see."},
		{"hybrid", "limit_us=180\n", "CPUs may sleep down to C6: waking costs 170 µs; limit 180 µs"},
		{"offline", "limit_us=2000000000\n",
			"No cpuidle driver: idle CPUs are halted; how deep they sleep then, the firmware decides."},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct screen *s = open_limited(cases[i].host, cases[i].limit);

		must_show(s, cases[i].sentence);
		screen_close(s);
	}
}

/* Of two limits the lower one holds, and its own number stands behind its name. */
static void the_limit_that_holds_is_named(void **state)
{
	struct screen *s = open_limited("founding", "limit_us=50\n");

	(void)state;
	s->w = 220;
	s->h = 60;
	tree_text(s->tree, "/sys/devices/system/cpu/cpu0/power/pm_qos_resume_latency_us", "300\n");
	tree_text(s->tree, "/sys/devices/system/cpu/cpu1/power/pm_qos_resume_latency_us", "5\n");
	screen_tick(s);
	screen_keys(s, "4");
	must_show(s, "limit of all CPUs: 50 µs");
	must_not_show(s, "300 µs");
	must_show(s, "its own limit: 5 µs");
	/* one that polls for a reason of its own does not hide who holds the others */
	tree_text(s->tree, "/sys/devices/system/cpu/cpu1/power/pm_qos_resume_latency_us", "n/a\n");
	screen_tick(s);
	must_show(s, "1 CPU may only poll (own limit n/a, which means 0 µs)");
	must_show(s, "for all others: limit 50 µs held by tuned (pid 812)");
	screen_close(s);
}

/* The share beside a state is never of states that are deeper only: C1 was entered, and may be. */
static void the_line_counts_the_state_that_it_names(void **state)
{
	char *tree = tree_new(), path[128];
	struct screen *s;

	(void)state;
	host_unpack(tree, "founding", "tree");
	for (int cpu = 0; cpu < 24; cpu++) {
		snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/power/pm_qos_resume_latency_us", cpu);
		tree_text(tree, path, "3\n");
	}
	s = screen_over(tree);
	host_unpack(tree, "founding", "later");
	screen_tick(s);
	s->w = 120;
	s->h = 40;
	must_show(s, "SLEEP   C1 2 µs");
	must_show(s, "60 % of idle"); /* C1 and deeper; of states of 50 µs and more it were 52 */
	screen_close(s);
	tree_free(tree);
}

static void disabled_states_and_own_limits_are_said(void **state)
{
	struct screen *s = screen_unpacked("pstate-slow");

	(void)state;
	screen_keys(s, "4");
	s->w = 200;
	must_show(s, "1 CPU may only poll (own limit n/a, which means 0 µs)");
	must_show(s, "its own limit: 0 µs, polling only");
	must_show(s, "its own limit: 10 µs");
	must_show(s, "off on 1 of 8");
	must_show(s, "barred on 1 of 8");
	tree_text(s->tree, "/sys/devices/system/cpu/cpu0/power/pm_qos_resume_latency_us", "0\n");
	for (int i = 0; i < 12; i++) /* they are read every ten seconds */
		screen_tick(s);
	must_show(s, "CPUs may sleep down to C6: waking costs 170 µs; latency limits are not in its files; C6 is "
		     "disabled on 1 of 8 CPUs; 1 CPU is held by limits of their own.");
	screen_close(s);
}

static void the_overview_has_a_line(void **state)
{
	struct screen *s = screen_open("founding", false);

	(void)state;
	s->w = 120;
	must_show(s, " SLEEP   C6 133 µs         ▕▇▇▇▇▇▇▇▇▇▇          ▏ 52 % of idle   40 % not yet known");
	screen_keys(s, "Down ?");
	must_show(s, "idle.exit_us");
	screen_keys(s, "Esc Enter");
	must_show(s, "costliest wake-ups first");
	screen_close(s);
	s = open_limited("founding", "limit_us=0\n");
	screen_keys(s, "1");
	must_show(s, " SLEEP   polling only ");
	must_show(s, "limit 0 µs held by tuned (pid 812)");
	screen_close(s);
	s = screen_open("offline", false);
	must_show(s, " SLEEP   no idle states    driver none");
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sentence_names_the_limit_and_its_holder),
		cmocka_unit_test(the_limit_that_holds_is_named),
		cmocka_unit_test(the_line_counts_the_state_that_it_names),
		cmocka_unit_test(disabled_states_and_own_limits_are_said),
		cmocka_unit_test(the_overview_has_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
