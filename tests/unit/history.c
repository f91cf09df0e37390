/* Tests histories and the blocks they are taken from: rings that wrap, gaps, rows that vanish, and two threads. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "probes/history.h"
#include "probes/load.h"
#include "probes/silicon.h"
#include "probes/snapshot.h"

static size_t place(const struct probe *p)
{
	for (size_t i = 0; i < nprobes; i++)
		if (probes[i] == p)
			return i;
	return 0;
}

static uint64_t next_id(void)
{
	static _Atomic uint64_t id;

	return ++id;
}

static struct block *block_of(const struct probe *p, struct arena *a, const void *facts)
{
	struct block *b = xcalloc(1, sizeof(*b));

	*b = (struct block){.probe = p, .a = a, .facts = facts, .id = next_id(), .refs = 1};
	return b;
}

/* A tick in which each of these CPUs was that busy. */
static struct block *load_block(const unsigned *ids, size_t n, double busy)
{
	struct arena *a = arena_new(0);
	struct load *l = arena_alloc(a, sizeof(*l));
	struct load_cpu *rows = arena_array(a, n, sizeof(*rows));

	l->busy = value_f64(busy, 0);
	for (size_t i = 0; i < n; i++) {
		rows[i].id = value_u64(ids[i], 0);
		rows[i].busy = value_f64(busy + ids[i], 0);
	}
	l->cpu = (struct rows){.row = rows, .n = (uint32_t)n, .known = KNOWN};
	return block_of(&probe_load, a, l);
}

/* Takes over b. */
static void take(struct history *h, struct block *b)
{
	struct snapshot *s = snapshot_new(nprobes);

	s->block[place(b->probe)] = b;
	history_append(h, s);
	snapshot_unref(s);
}

static void load_tick(struct history *h, unsigned cpu, double busy)
{
	take(h, load_block(&cpu, 1, busy));
}

static void test_ring_wraps(void **state)
{
	struct history *h = history_new();
	float out[HISTORY_LENGTH + 10];

	(void)state;
	assert_int_equal(history_copy(h, "load.busy", out, COUNT(out)), 0);
	for (int i = 0; i < 300; i++) {
		size_t n = (size_t)i + 1 < HISTORY_LENGTH ? (size_t)i + 1 : HISTORY_LENGTH;

		load_tick(h, 3, i);
		assert_int_equal(history_copy(h, "load.busy", out, COUNT(out)), n);
		assert_true(out[n - 1] == (float)i);
		assert_true(out[0] == (float)(i + 1 - (int)n));
	}
	assert_int_equal(history_copy(h, "load.cpu[3].busy", out, 5), 5);
	for (int i = 0; i < 5; i++)
		assert_true(out[i] == (float)(295 + i + 3));
	history_free(h);
	history_free(NULL);
}

static void test_addresses_without_history(void **state)
{
	static const char *const none[] = {"", "load", "nonsense", "nonsense.busy", "load.nonsense", "load.running",
		"load.cpu", "load.cpu[3]", "load.cpu[3].user", "load.cpu[4].busy", "load.cpu[x].busy",
		"load.cpu[03].busy", "load.cpu[ 3].busy", "load.cpu[3].busy.", "load[3].busy",
		"load.cpu[99999999999999999999].busy", "load.busy.busy", "load.cpu[3].cpu[3].busy", "kernel.release",
		"silicon.busy"};
	struct history *h = history_new();
	float out[4];

	(void)state;
	load_tick(h, 3, 1);
	load_tick(h, 3, 2);
	for (size_t i = 0; i < COUNT(none); i++)
		if (history_copy(h, none[i], out, COUNT(out)))
			fail_msg("%s has a history", none[i]);
	assert_int_equal(history_copy(h, "load.cpu[3].busy", out, 0), 0);
	history_free(h);
}

static void test_gaps_are_not_numbers(void **state)
{
	struct history *h = history_new();
	struct block *b;
	float out[8];

	(void)state;
	load_tick(h, 3, 10);
	b = load_block((const unsigned[]){3}, 1, 0); /* nobody knows how busy */
	((struct load *)(void *)(uintptr_t)b->facts)->busy = (struct value){.known = KNOWN_NOT_YET};
	take(h, b);
	load_tick(h, 3, 12);
	take(h, block_of(&probe_load, NULL, NULL)); /* the probe failed */
	load_tick(h, 3, 14);
	assert_int_equal(history_copy(h, "load.busy", out, COUNT(out)), 5);
	assert_true(out[0] == 10 && isnan(out[1]) && out[2] == 12 && isnan(out[3]) && out[4] == 14);
	/* while it fails, the newest value is none, not the one before */
	take(h, block_of(&probe_load, NULL, NULL));
	assert_int_equal(history_copy(h, "load.busy", out, 2), 2);
	assert_true(out[0] == 14 && isnan(out[1]));
	history_free(h);
}

static void test_rows_that_vanish_and_return(void **state)
{
	struct history *h = history_new();
	float out[HISTORY_LENGTH];
	size_t n;

	(void)state;
	load_tick(h, 3, 0);
	load_tick(h, 5, 0);
	load_tick(h, 5, 0);
	n = history_copy(h, "load.cpu[3].busy", out, COUNT(out));
	assert_int_equal(n, 3);
	assert_true(out[0] == 3 && isnan(out[1]) && isnan(out[2]));
	load_tick(h, 3, 1);
	n = history_copy(h, "load.cpu[3].busy", out, COUNT(out));
	assert_int_equal(n, 4);
	assert_true(out[0] == 3 && isnan(out[1]) && isnan(out[2]) && out[3] == 4);
	n = history_copy(h, "load.cpu[5].busy", out, COUNT(out));
	assert_int_equal(n, 3);
	assert_true(out[0] == 5 && out[1] == 5 && isnan(out[2]));
	/* away for longer than a history is long */
	for (int i = 0; i < 3 * HISTORY_LENGTH; i++)
		load_tick(h, 5, 0);
	n = history_copy(h, "load.cpu[3].busy", out, COUNT(out));
	for (size_t i = 0; i < n; i++)
		assert_true(isnan(out[i]));
	load_tick(h, 3, 2);
	n = history_copy(h, "load.cpu[3].busy", out, COUNT(out));
	assert_int_equal(n, HISTORY_LENGTH);
	assert_true(out[n - 1] == 5 && isnan(out[0]) && isnan(out[n - 2]));
	history_free(h);
}

static void test_a_block_counts_once(void **state)
{
	struct history *h = history_new();
	struct block *b = load_block((const unsigned[]){3}, 1, 7);
	float out[4];

	(void)state;
	for (int i = 0; i < 3; i++)
		take(h, block_ref(b));
	block_unref(b);
	assert_int_equal(history_copy(h, "load.busy", out, COUNT(out)), 1);
	history_free(h);
}

/* A probe that is sampled seldom keeps its past while that of a busy one makes room. */
static void test_growing_keeps_the_slow(void **state)
{
	struct history *h = history_new();
	struct arena *a = arena_new(0);
	struct silicon *s = arena_alloc(a, sizeof(*s));
	unsigned many[600];
	float out[4];
	size_t before;

	(void)state;
	s->busy = value_u64(42, 0);
	take(h, block_of(&probe_silicon, a, s));
	for (int i = 0; i < 2 * HISTORY_LENGTH; i++)
		load_tick(h, 0, i);
	before = history_bytes(h);
	for (unsigned i = 0; i < COUNT(many); i++)
		many[i] = i;
	take(h, load_block(many, COUNT(many), 1));
	assert_true(history_bytes(h) > before);
	assert_int_equal(history_copy(h, "silicon.busy", out, COUNT(out)), 1);
	assert_true(out[0] == 42);
	for (unsigned i = 0; i < COUNT(many); i++) {
		char address[32];

		snprintf(address, sizeof(address), "load.cpu[%u].busy", i);
		assert_true(history_copy(h, address, out, 1) == 1);
		assert_true(out[0] == (float)(1 + i));
	}
	history_free(h);
}

/* CPUs that come and never return do not fill the memory. */
static void test_old_rows_are_left_behind(void **state)
{
	struct history *h = history_new();
	size_t most = 0;

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		load_tick(h, i, 1);
		most = history_bytes(h) > most ? history_bytes(h) : most;
	}
	assert_true(most < 2 << 20);
	history_free(h);
}

struct reader {
	struct history *h;
	atomic_bool stop;
	size_t copies;
};

static void *read_all_the_time(void *arg)
{
	struct reader *r = arg;
	float out[HISTORY_LENGTH];

	do {
		size_t n = history_copy(r->h, "load.busy", out, COUNT(out));

		for (size_t i = 1; i < n; i++)
			if (out[i] != out[i - 1] + 1)
				return r;
		r->copies++;
	} while (!r->stop);
	return NULL;
}

static void test_two_threads(void **state)
{
	struct reader r = {.h = history_new()};
	pthread_t thread;
	void *wrong;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, read_all_the_time, &r), 0);
	for (unsigned i = 0; i < 3000; i++)
		load_tick(r.h, i % 700, i);
	r.stop = true;
	pthread_join(thread, &wrong);
	assert_null(wrong);
	assert_true(r.copies > 0);
	history_free(r.h);
}

static void test_references(void **state)
{
	struct snapshot *s = snapshot_new(nprobes), *other = snapshot_new(nprobes);
	struct block *b = load_block((const unsigned[]){3}, 1, 7);

	(void)state;
	s->block[place(&probe_load)] = block_ref(b);
	other->block[place(&probe_load)] = block_ref(b);
	assert_int_equal(b->refs, 3);
	block_unref(b);
	assert_ptr_equal(snapshot_ref(s), s);
	snapshot_unref(s);
	assert_ptr_equal(snapshot_block(s, &probe_load), b);
	snapshot_unref(s);
	assert_int_equal(b->refs, 1); /* alive in the other one */
	assert_true(((const struct load *)snapshot_facts(other, &probe_load))->busy.f == 7);
	assert_null(snapshot_block(other, &probe_silicon));
	assert_null(snapshot_facts(other, &probe_silicon));
	assert_null(snapshot_block(NULL, &probe_load));
	snapshot_unref(other);
	snapshot_unref(NULL);
	assert_null(snapshot_ref(NULL));
	block_unref(NULL);
	assert_null(block_ref(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ring_wraps),
		cmocka_unit_test(test_addresses_without_history),
		cmocka_unit_test(test_gaps_are_not_numbers),
		cmocka_unit_test(test_rows_that_vanish_and_return),
		cmocka_unit_test(test_a_block_counts_once),
		cmocka_unit_test(test_growing_keeps_the_slow),
		cmocka_unit_test(test_old_rows_are_left_behind),
		cmocka_unit_test(test_two_threads),
		cmocka_unit_test(test_references),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
