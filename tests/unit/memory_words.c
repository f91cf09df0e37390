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
	struct screen *s = screen_unpacked("founding");
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

/* All that is looked at in vain is the worst of wastes, not one that cannot be reckoned. */
static void nothing_is_saved(void **state)
{
	struct memory m = with_ksm(1, 100);

	(void)state;
	line_has(&m, KSM, "looked", NULL, 0);
	m.ksm_pages_unshared = value_u64(600, 0);
	line_has(&m, KSM, "6 pages", "6 pages looked at in vain for each saved", ROLE_warn);
	m = with_ksm(1, 0);
	m.ksm_pages_unshared = value_u64(12345, 0);
	line_has(&m, KSM, "12.3k", "12.3k pages looked at in vain, none saved", ROLE_warn);
	m.ksm_pages_unshared = value_u64(0, 0); /* nobody has pages to merge yet */
	line_has(&m, KSM, "0 pages", NULL, 0);
	m = with_ksm(1, 0);
	m.ksm_pages_sharing = value_error(-EACCES, 0);
	line_has(&m, KSM, "10 pages", NULL, 0);
	m = with_ksm(0, 0);
	line_has(&m, KSM, "10 pages", NULL, 0);
}

static struct memory with_thp(const char *enabled, struct memory_thp_size *pmd, const char *its)
{
	struct memory m = calm();

	m.thp_enabled = value_text(enabled, 0);
	pmd->size_kib = value_u64(2048, 0);
	pmd->enabled = its ? value_text(its, 0) : value_error(-ENOENT, 0);
	m.thp_size = (struct rows){.row = pmd, .n = 1, .known = KNOWN};
	return m;
}

/* Newer kernels have a file for each size, and that of the huge page itself wins over the old one. */
static void word_of_the_size_wins(void **state)
{
	const char *none =
		"488 of 977 MiB used; nothing stalls; guests get no huge pages: THP is never and no pool has pages.";
	const char *fine = "488 of 977 MiB used; nothing stalls.";
	struct memory_thp_size pmd,
		two[] = {{value_u64(64, 0), value_text("always", 0)}, {value_u64(2048, 0), value_text("inherit", 0)}};
	struct memory m = with_thp("never", &pmd, "always");

	(void)state;
	answers(&m, MOOD_GOOD, fine);
	line_has(&m, THP, "enabled", "enabled always", ROLE_text);
	line_has(&m, THP, "2 MiB", NULL, 0); /* it is what was said just before */
	m = with_thp("always", &pmd, "never");
	answers(&m, MOOD_WARN, none);
	line_has(&m, THP, "enabled", "enabled never", ROLE_warn);
	m = with_thp("never", &pmd, "inherit");
	answers(&m, MOOD_WARN, none);
	m = with_thp("never", &pmd, NULL);
	answers(&m, MOOD_WARN, none);
	m = with_thp("madvise", &pmd, "inherit");
	answers(&m, MOOD_GOOD, fine);
	m = with_thp("never", &pmd, "inherit"); /* a size that is not the huge page's own decides nothing of it */
	m.thp_size = (struct rows){.row = two, .n = 2, .known = KNOWN};
	answers(&m, MOOD_WARN, none);
	line_has(&m, THP, "64 KiB", "64 KiB always", ROLE_dim);
}

static void overview_says_the_word_that_wins(void **state)
{
	struct screen *s = screen_unpacked("sparse");

	(void)state;
	s->w = 220;
	must_show(s, "THP never");
	tree_text(s->tree, "/sys/kernel/mm/transparent_hugepage/hugepages-2048kB/enabled",
		"[always] inherit madvise never\n");
	for (int i = 0; i < 11; i++)
		screen_tick(s);
	must_show(s, "THP always");
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seldom_is_not_never),
		cmocka_unit_test(unmerging_is_not_stopped),
		cmocka_unit_test(nothing_is_saved),
		cmocka_unit_test(word_of_the_size_wins),
		cmocka_unit_test(overview_says_the_word_that_wins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
