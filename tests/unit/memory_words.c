/* Tests the words of memory: what the answer, the lines and the overview say of states that few machines have. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "probes/arena.h"
#include "tests/lib/screen.h"
#include "tests/lib/tree.h"
#include "tui/panels/memory.h"

enum { KSM = 2, THP, STALLS = 6 };

static struct memory calm(void)
{
	return (struct memory){.total_kib = value_u64(1000000, 0),
		.used_kib = value_u64(500000, 0),
		.swap_in_per_s = value_f64(0, 0),
		.allocstall_per_s = value_f64(0, 0),
		.compact_stall_per_s = value_f64(0, 0)};
}

static void answers(const struct memory *m, enum headline_mood mood, const char *text)
{
	struct arena *a = arena_new(0);
	struct memory_answer answer = memory_answer(a, &(struct memory_facts){.m = m});

	assert_string_equal(answer.text, text);
	assert_int_equal(answer.mood, mood);
	arena_free(a);
}

/* The part of that line that begins so; NULL: there is none. */
static void line_has(const struct memory *m, size_t i, const char *begins, const char *text, enum role role)
{
	struct memory_line lines[MEMORY_LINES];
	struct arena *a = arena_new(0);
	const struct memory_part *found = NULL;

	memory_lines(a, &(struct memory_facts){.m = m}, lines);
	for (size_t k = 0; k < lines[i].nparts; k++)
		if (strncmp(lines[i].part[k].text, begins, strlen(begins)) == 0)
			found = &lines[i].part[k];
	assert_int_equal(!found, !text);
	if (found) {
		assert_string_equal(found->text, text);
		assert_int_equal(found->role, role);
	}
	arena_free(a);
}

/* That nothing stalls is said when nothing does, not when it is seldom or when nobody counts it. */
static void seldom_is_not_never(void **state)
{
	struct memory m = calm();

	(void)state;
	answers(&m, MOOD_GOOD, "488 of 977 MiB used; nothing stalls.");
	line_has(&m, STALLS, "to free", "to free memory 0/s", ROLE_dim);
	m.allocstall_per_s = value_f64(0.3, 0);
	answers(&m, MOOD_WARN, "488 of 977 MiB used; <1 stalls a second to free memory.");
	line_has(&m, STALLS, "to free", "to free memory <1/s", ROLE_warn);
	m = calm();
	m.compact_stall_per_s = value_f64(4, 0);
	answers(&m, MOOD_GOOD, "488 of 977 MiB used; 4 stalls a second to make huge pages.");
	m.compact_stall_per_s = value_f64(0.5, 0);
	answers(&m, MOOD_GOOD, "488 of 977 MiB used; 1 stalls a second to make huge pages.");
	m.compact_stall_per_s = value_error(-ENOENT, 0);
	answers(&m, MOOD_GOOD, "488 of 977 MiB used.");
	m = calm();
	m.swap_in_per_s = value_f64(0.2, 0);
	answers(&m, MOOD_GOOD, "488 of 977 MiB used; <1 pages a second come back from swap.");
}

static struct memory with_ksm(unsigned run, unsigned shared)
{
	static const char *const words[] = {"stopped", "merging", "unmerging"};
	struct memory m = calm();

	m.ksm_run = value_u64(run, 0);
	m.ksm_state = value_text(words[run], 0);
	m.ksm_remains = value_bool(run == 0 && shared > 0, 0);
	m.ksm_pages_shared = value_u64(shared, 0);
	m.ksm_pages_sharing = value_u64(shared, 0);
	m.ksm_pages_unshared = value_u64(10, 0);
	m.ksm_saved_kib = value_u64(shared * 4, 0);
	return m;
}

/* While it takes merged pages apart it is not stopped: it works, and it needs the memory that was saved. */
static void unmerging_is_not_stopped(void **state)
{
	struct screen *s = screen_open("founding", false);
	struct memory m = with_ksm(2, 1000);

	(void)state;
	answers(&m, MOOD_GOOD, "488 of 977 MiB used; nothing stalls; KSM is unmerging, 3.9 MiB are still merged.");
	line_has(&m, KSM, "unmerging", "unmerging", ROLE_info);
	line_has(&m, KSM, "merged", NULL, 0);
	line_has(&m, KSM, "saves", "saves 3.9 MiB", ROLE_dim);
	m = with_ksm(2, 0);
	answers(&m, MOOD_GOOD, "488 of 977 MiB used; nothing stalls.");
	m = with_ksm(0, 1000);
	answers(&m, MOOD_GOOD, "488 of 977 MiB used; nothing stalls; KSM is stopped, 3.9 MiB stay merged.");
	line_has(&m, KSM, "merged", "merged pages remain", ROLE_info);
	tree_text(s->tree, "/sys/kernel/mm/ksm/run", "2\n");
	for (int i = 0; i < 11; i++) /* such files are read every ten seconds */
		screen_tick(s);
	screen_keys(s, "1");
	s->w = 120;
	must_show(s, "KSM unmerging");
	must_not_show(s, "KSM stopped");
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seldom_is_not_never),
		cmocka_unit_test(unmerging_is_not_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
