/* Playing captures: each tick as it was recorded, whichever way one comes to it; pace, end, loops, and explaining. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/address.h"
#include "probes/cpuset.h"
#include "probes/history.h"
#include "probes/host/host.h"
#include "probes/report.h"
#include "probes/sampler.h"
#include "tests/lib/probing.h"
#include "tests/lib/tape.h"
#include "tests/lib/tree.h"

enum { TICKS = 12, LONG = 60 };
#define SECONDS(n) ((n)*UINT64_C(1000000000))

struct played {
	struct sampler *s;
	struct snapshot *snap;
	char *folder, *path;
	int fd;
};

static struct played play(unsigned ticks)
{
	struct played p = {.folder = tree_new(), .fd = eventfd(0, EFD_CLOEXEC)};

	p.path = tape_file(p.folder, "founding", ticks);
	p.s = sampler_new(tape_host(p.path));
	return p;
}

static void end(struct played *p)
{
	assert_true(sampler_stop(p->s, SECONDS(20)));
	snapshot_unref(p->snap);
	sampler_free(p->s);
	close(p->fd);
	free(p->path);
	tree_free(p->folder);
}

static void latest(struct played *p)
{
	snapshot_unref(p->snap);
	p->snap = sampler_latest(p->s);
	assert_non_null(p->snap);
}

static void step(struct played *p, const struct want *want)
{
	snapshot_unref(p->snap);
	p->snap = sampler_step(p->s, want);
}

static double busy(const struct snapshot *s)
{
	struct found at;

	assert_int_equal(address_find(s, "load.cpu[0].busy", &at), 0);
	return value_known(*at.value) ? at.value->f : -1;
}

static uint64_t id_of(const struct snapshot *s, const char *probe)
{
	return snapshot_block(s, probe_find(probe))->id;
}

/* What each tick says when it is played from the beginning. */
static char **reports(struct played *p, unsigned ticks)
{
	char **all = xcalloc(ticks + 1, sizeof(*all));

	for (unsigned i = 1; i <= ticks; i++) {
		step(p, NULL);
		all[i] = report_json(p->snap);
	}
	return all;
}

static void reports_free(char **all, unsigned ticks)
{
	for (unsigned i = 1; i <= ticks; i++)
		free(all[i]);
	free(all);
}

static void says(struct played *p, char **all, unsigned tick)
{
	char *now;

	latest(p);
	assert_int_equal(p->snap->tape.tick, tick);
	assert_int_equal(p->snap->t_ns, SECONDS(1000 + tick));
	now = report_json(p->snap);
	assert_string_equal(now, all[tick]);
	free(now);
}

static void test_steps_to_the_end(void **state)
{
	struct played p = play(TICKS);
	struct host *h = tape_host(p.path);
	uint64_t load;

	(void)state;
	assert_int_equal(sampler_ticks_of(h), TICKS);
	host_close(h);
	for (unsigned i = 1; i <= TICKS; i++) {
		step(&p, NULL);
		assert_int_equal(p.snap->tape.tick, i);
		assert_int_equal(p.snap->tape.ticks, TICKS);
		assert_true(p.snap->tape.all == (i < 3));
		assert_true(p.snap->whole);
		if (i > 2)
			assert_true(busy(p.snap) > i - 0.01 && busy(p.snap) < i + 0.01);
	}
	load = id_of(p.snap, "load");
	step(&p, NULL); /* behind the end nothing is sampled */
	assert_int_equal(p.snap->tape.tick, TICKS);
	assert_int_equal(id_of(p.snap, "load"), load);
	assert_null(p.snap->explained);
	step(&p, &(struct want){.explain = "load.running"}); /* but what is asked is answered */
	assert_string_equal(p.snap->explained->path, "/proc/stat");
	assert_non_null(strstr(p.snap->explained->raw, "procs_running 12"));
	assert_int_equal(id_of(p.snap, "load"), load);
	end(&p);
}

/* Other wishes would ask other paths than were written down. */
static void test_only_what_was_wanted_is_asked(void **state)
{
	struct played p = play(TICKS);
	struct arena *a = arena_new(0);
	struct cpuset *cpus = cpuset_new(a, 64);
	struct want want = {.everything = true, .deep = true, .cpus = cpus};
	uint64_t daemons;

	(void)state;
	cpuset_add(cpus, 3);
	step(&p, NULL);
	daemons = id_of(p.snap, "daemons");
	step(&p, NULL); /* all */
	assert_true(id_of(p.snap, "daemons") > daemons);
	daemons = id_of(p.snap, "daemons");
	step(&p, &want); /* due */
	assert_int_equal(id_of(p.snap, "daemons"), daemons);
	arena_free(a);
	end(&p);
}

static void test_every_way_leads_to_the_same_facts(void **state)
{
	static const unsigned way[] = {5, 2, 2, 12, 11, 1, 3, 12, 4};
	struct played p = play(TICKS), q = play(TICKS);
	char **all = reports(&p, TICKS);
	float was[HISTORY_LENGTH], now[HISTORY_LENGTH];

	(void)state;
	assert_int_equal(history_copy(sampler_history(p.s), "load.cpu[0].busy", was, TICKS), TICKS);
	for (size_t i = 0; i < COUNT(way); i++) {
		sampler_seek(q.s, way[i]);
		says(&q, all, way[i]);
		assert_int_equal(
			history_copy(sampler_history(q.s), "load.cpu[0].busy", now, HISTORY_LENGTH), way[i]);
		for (unsigned k = 1; k < way[i]; k++)
			assert_true(now[k] == was[k]);
		assert_int_equal(sampler_playing(q.s).going, 0);
	}
	sampler_seek(q.s, 1000); /* behind the last one is the last one */
	says(&q, all, TICKS);
	sampler_seek(q.s, 0);
	says(&q, all, 1);
	step(&q, NULL);
	says(&q, all, 2);
	reports_free(all, TICKS);
	end(&p);
	end(&q);
}

static void test_nothing_is_shown_on_the_way(void **state)
{
	struct played p = play(TICKS);
	uint64_t id;

	(void)state;
	sampler_seek(p.s, 8);
	latest(&p);
	id = p.snap->id;
	assert_int_equal(id, 1);
	sampler_seek(p.s, 3);
	latest(&p);
	assert_int_equal(p.snap->id, id + 1);
	sampler_ask(p.s, &(struct want){.explain = "load.running"});
	latest(&p);
	assert_int_equal(p.snap->id, id + 2);
	assert_int_equal(p.snap->tape.tick, 3);
	assert_non_null(strstr(p.snap->explained->raw, "procs_running 3"));
	end(&p);
}

static bool ended(struct sampler *s)
{
	return sampler_playing(s).ended;
}

static bool arrived(struct sampler *s)
{
	return !sampler_playing(s).going && sampler_playing(s).tick;
}

static void wait_for(struct played *p, bool (*done)(struct sampler *s))
{
	while (!done(p->s))
		probing_news(p->fd);
}

static void test_the_thread_plays_to_the_end(void **state)
{
	struct played p = play(TICKS), q = play(TICKS);
	char **all = reports(&q, TICKS);

	(void)state;
	assert_int_equal(sampler_start(p.s, 1000000, p.fd), 0);
	wait_for(&p, ended);
	says(&p, all, TICKS);
	assert_int_equal(sampler_ticks(p.s), TICKS);
	assert_false(sampler_playing(p.s).on);
	/* from the end it begins anew */
	sampler_play(p.s, true);
	wait_for(&p, ended);
	says(&p, all, TICKS);
	assert_int_equal(sampler_ticks(p.s), 2 * TICKS);
	reports_free(all, TICKS);
	end(&p);
	end(&q);
}

static void test_over_and_over(void **state)
{
	struct played p = play(3);
	uint64_t ticks;

	(void)state;
	sampler_loop(p.s, true);
	assert_int_equal(sampler_start(p.s, 1000000, p.fd), 0);
	while (sampler_ticks(p.s) < 10)
		probing_news(p.fd);
	assert_true(sampler_playing(p.s).on);
	assert_false(ended(p.s));
	sampler_loop(p.s, false);
	wait_for(&p, ended);
	latest(&p);
	assert_int_equal(p.snap->tape.tick, 3);
	ticks = sampler_ticks(p.s);
	sampler_loop(p.s, true); /* at the end it goes on with the first */
	while (sampler_ticks(p.s) < ticks + 5)
		probing_news(p.fd);
	end(&p);
}

static void test_goes_where_it_is_told_last(void **state)
{
	struct played p = play(LONG), q = play(LONG);
	char **all = reports(&q, LONG);

	(void)state;
	sampler_play(p.s, false);
	assert_int_equal(sampler_start(p.s, 0, p.fd), 0);
	wait_for(&p, arrived); /* the first tick is shown, whether it plays or not */
	sampler_seek(p.s, LONG);
	sampler_seek(p.s, 30);
	assert_int_equal(sampler_playing(p.s).going, 30);
	wait_for(&p, arrived);
	says(&p, all, 30);
	sampler_seek(p.s, LONG - 1);
	sampler_seek(p.s, 7);
	wait_for(&p, arrived);
	says(&p, all, 7);
	sampler_seek(p.s, LONG); /* leaving does not wait until it is there */
	assert_true(sampler_stop(p.s, SECONDS(20)));
	reports_free(all, LONG);
	end(&p);
	end(&q);
}

static void test_explains_while_it_stands(void **state)
{
	struct played p = play(TICKS);
	struct want want = {.explain = "load.running"};

	(void)state;
	sampler_play(p.s, false);
	assert_int_equal(sampler_start(p.s, 0, p.fd), 0);
	wait_for(&p, arrived);
	sampler_seek(p.s, 5);
	wait_for(&p, arrived);
	sampler_ask(p.s, &want);
	for (latest(&p); !p.snap->explained; latest(&p))
		probing_news(p.fd);
	assert_int_equal(p.snap->tape.tick, 5);
	assert_non_null(strstr(p.snap->explained->raw, "procs_running 5"));
	sampler_seek(p.s, 6); /* it goes with the time */
	wait_for(&p, arrived);
	latest(&p);
	assert_non_null(strstr(p.snap->explained->raw, "procs_running 6"));
	end(&p);
}

/* What the machine took from one tick to the next is what playing takes: here a second, of which nobody waits for the end. */
static void test_as_it_was_recorded(void **state)
{
	struct played p = play(TICKS);

	(void)state;
	step(&p, NULL);
	assert_int_equal(p.snap->tape.next_ns, SECONDS(1));
	sampler_seek(p.s, TICKS);
	latest(&p);
	assert_int_equal(p.snap->tape.next_ns, 0);
	end(&p);
}

static void test_other_hosts_have_no_tape(void **state)
{
	struct probing p = probing_new(2);
	struct playing at;

	(void)state;
	probing_tick(&p);
	at = sampler_playing(p.s);
	assert_false(at.on || at.loop || at.ended || at.going || at.tick || at.ticks);
	assert_int_equal(p.snap->tape.tick, 0);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps_to_the_end),
		cmocka_unit_test(test_only_what_was_wanted_is_asked),
		cmocka_unit_test(test_every_way_leads_to_the_same_facts),
		cmocka_unit_test(test_nothing_is_shown_on_the_way),
		cmocka_unit_test(test_the_thread_plays_to_the_end),
		cmocka_unit_test(test_over_and_over),
		cmocka_unit_test(test_goes_where_it_is_told_last),
		cmocka_unit_test(test_explains_while_it_stands),
		cmocka_unit_test(test_as_it_was_recorded),
		cmocka_unit_test(test_other_hosts_have_no_tape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
