/* Tests that the journal keeps what it is given, shares itself between writers and survives what is no record. */
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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probes/arena.h"
#include "probes/files.h"
#include "probes/util.h"
#include "tests/lib/changing.h"

static uint64_t begin(struct changing *t, const struct change *c)
{
	char why[200] = "";
	uint64_t id = 0;

	if (journal_begin(t->j, c, &id, why))
		fail_msg("%s", why);
	return id;
}

static void end(struct changing *t, uint64_t id, enum entry_state state, const struct change *c)
{
	char why[200] = "";

	if (journal_end(t->j, id, state, c, why))
		fail_msg("%s", why);
}

static struct entries read_all(struct changing *t)
{
	struct entries e = {0};
	char why[200] = "";

	if (journal_read(t->j, &e, why))
		fail_msg("%s", why);
	return e;
}

static void write_raw(struct changing *t, const char *text, size_t len)
{
	char why[200] = "", *folder = xasprintf("%s/state", t->folder);

	mkdir(folder, 0700);
	free(folder);
	if (files_write(journal_path(t->j), text, len, why))
		fail_msg("%s", why);
}

static void no_file_before_the_first_record(void **state)
{
	struct changing *t = *state;
	struct entries e = read_all(t);

	assert_int_equal(e.n, 0);
	assert_int_equal(e.skipped, 0);
	assert_int_equal(access(journal_path(t->j), F_OK), -1);
	entries_free(&e);
}

static void odd_bytes_come_back(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_filled(t);
	struct entries e;

	c->steps[0].was = "a\xff\\xff\\ \t\x01\n\n";
	c->steps[0].now = "";
	c->title = "µ \"quoted\"\xc3";
	end(t, begin(t, c), ENTRY_APPLIED, c);
	e = one_entry(t);
	assert_string_equal(e.entry[0].steps[0].was, "a\xff\\xff\\ \t\x01\n\n");
	assert_string_equal(e.entry[0].steps[0].now, "");
	assert_string_equal(e.entry[0].title, "µ \"quoted\"\xc3");
	assert_string_equal(e.entry[0].hostname, "kvm07");
	assert_string_equal(e.entry[0].boot_id, "11111111-2222-3333-4444-555555555555");
	assert_string_equal(e.entry[0].version, HVSCOPE_VERSION);
	assert_true(e.entry[0].wall_ns > INT64_C(1600000000000000000));
	assert_int_equal(e.entry[0].steps[3].compare, COMPARE_LINE);
	entries_free(&e);
	change_free(c);
}

static void who_did_it(void **state)
{
	struct changing *t = *state;
	struct change *c;
	struct arena *a;
	struct entries e;

	if (getuid())
		skip();
	c = changing_filled(t);
	a = arena_new(0);
	setenv("SUDO_USER", "ann\x1b[31m", 1);
	changing_reopen(t, "kvm07", true);
	unsetenv("SUDO_USER");
	begin(t, c);
	e = one_entry(t);
	assert_string_equal(e.entry[0].user, "root");
	assert_string_equal(e.entry[0].sudo_user, "ann?[31m");
	assert_non_null(strstr(journal_text(a, &e), "ann?[31m (sudo): Switch the governor of 6 CPUs"));
	entries_free(&e);
	arena_free(a);
	change_free(c);
}

static void ids_go_on_after_the_largest(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_filled(t);
	static const char text[] = "{\"v\":1,\"id\":41,\"event\":\"begin\",\"tor\n"
				   "{ \"id\": 7 }\n"
				   "{\"v\":1,\"id\":99999999999999999999,\"event\":\"begin\"}\n"
				   "{\"v\":1,\"id\":9007199254740992}\n";

	write_raw(t, text, sizeof(text) - 1);
	assert_int_equal(begin(t, c), 42);
	assert_int_equal(begin(t, c), 43);
	change_free(c);
}

static void a_torn_line_costs_only_itself(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_filled(t);
	char why[200], *text;
	struct entries e;
	size_t len;

	end(t, begin(t, c), ENTRY_APPLIED, c);
	begin(t, c);
	assert_int_equal(files_read(journal_path(t->j), 1 << 20, &text, &len, why), 0);
	/* wherever the third line is torn, the first change is whole and the next record stands alone */
	for (size_t cut = len - 1; cut > len - 60; cut -= 7) {
		bool whole = cut == len - 1; /* only the newline is missing */

		write_raw(t, text, cut);
		assert_int_equal(begin(t, c), 3);
		e = read_all(t);
		assert_int_equal(e.n, whole ? 3 : 2);
		assert_int_equal(e.skipped, whole ? 0 : 1);
		assert_int_equal(e.entry[0].state, ENTRY_APPLIED);
		assert_int_equal(e.entry[e.n - 1].id, 3);
		entries_free(&e);
	}
	free(text);
	change_free(c);
}

static void lines_that_are_not_ours(void **state)
{
	static const char *const bad[] = {
		"nonsense",
		"[]",
		"{}",
		"{\"v\":2,\"id\":5,\"event\":\"begin\"}",
		"{\"v\":1,\"id\":5,\"event\":\"end\",\"state\":\"applied\"}",
		"{\"v\":1,\"id\":5,\"event\":\"party\"}",
		"{\"v\":1,\"id\":1,\"event\":\"end\",\"state\":\"nearly\"}",
		"{\"v\":1,\"id\":0,\"event\":\"begin\"}",
		"{\"v\":1,\"id\":5,\"event\":\"begin\",\"wall_ns\":1,\"boot\":\"\",\"host\":\"\",\"kind\":\"\","
		"\"steps\":[]}",
		"{\"v\":1,\"id\":5,\"event\":\"begin\",\"wall_ns\":1,\"boot\":\"\",\"host\":\"\",\"kind\":\"\","
		"\"steps\":[1]}",
		"{\"v\":1,\"id\":5,\"event\":\"begin\",\"wall_ns\":1,\"boot\":\"\",\"host\":\"\",\"kind\":\"\","
		"\"steps\":"
		"[{\"path\":\"/etc/passwd\",\"was\":\"\",\"now\":\"\",\"compare\":\"exact\"}]}",
		"{\"v\":1,\"id\":5,\"event\":\"begin\",\"wall_ns\":1,\"boot\":\"\",\"host\":\"\",\"kind\":\"\","
		"\"steps\":"
		"[{\"path\":\"/sys/../etc/passwd\",\"was\":\"\",\"now\":\"\",\"compare\":\"exact\"}]}",
		"{\"v\":1,\"id\":5,\"event\":\"begin\",\"wall_ns\":1,\"boot\":\"\",\"host\":\"\",\"kind\":\"\","
		"\"steps\":"
		"[{\"path\":\"/sys/a\",\"was\":\"\",\"now\":\"\",\"compare\":\"nearly\"}]}",
	};
	struct changing *t = *state;
	struct change *c = changing_filled(t);
	struct files_log *log;
	struct entries e;
	char why[200];

	begin(t, c);
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(files_log_open(journal_path(t->j), &log, why), 0);
		assert_int_equal(files_log_append(log, bad[i], why), 0);
		files_log_close(log);
	}
	end(t, 1, ENTRY_APPLIED, c);
	e = one_entry(t);
	assert_int_equal(e.skipped, COUNT(bad));
	assert_int_equal(e.entry[0].state, ENTRY_APPLIED);
	entries_free(&e);
	change_free(c);
}

/* Random damage to a real journal, and random bytes alone: nothing but entries and a count may come of it. */
static void noise_is_survived(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_filled(t);
	char why[200], *text, *damaged;
	unsigned seed = 20261122;
	size_t len;

	c->steps[1].err = -EBUSY;
	c->steps[1].why = "busy";
	for (int i = 0; i < 3; i++)
		end(t, begin(t, c), i == 1 ? ENTRY_PARTLY : ENTRY_APPLIED, c);
	assert_int_equal(files_read(journal_path(t->j), 1 << 20, &text, &len, why), 0);
	damaged = xcalloc(len, 1);
	for (int round = 0; round < 300; round++) {
		struct arena *a = arena_new(0);
		struct entries e;
		uint64_t id;

		memcpy(damaged, text, len);
		for (int k = rand_r(&seed) % 20; k >= 0; k--)
			damaged[(size_t)rand_r(&seed) % len] = (char)rand_r(&seed);
		for (size_t i = 0; round % 10 == 0 && i < len; i++)
			damaged[i] = (char)rand_r(&seed);
		write_raw(t, damaged, round % 10 == 1 ? (size_t)rand_r(&seed) % len : len);
		e = read_all(t);
		assert_true(e.n <= 6);
		for (size_t i = 0; i < e.n; i++)
			assert_true(e.entry[i].nsteps > 0 && e.entry[i].id > 0);
		assert_non_null(journal_text(a, &e));
		assert_non_null(journal_json(a, &e));
		assert_non_null(journal_shell(a, &e));
		entries_free(&e);
		if (round % 10 == 0)
			assert_int_equal(journal_begin(t->j, c, &id, why), 0);
		arena_free(a);
	}
	free(damaged);
	free(text);
	change_free(c);
}

enum { WRITERS = 4, RECORDS = 12 };

static void writers_do_not_mix(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_filled(t);
	bool seen[WRITERS * RECORDS + 1] = {false};
	struct entries e;

	for (int w = 0; w < WRITERS; w++) {
		if (fork())
			continue;
		for (int i = 0; i < RECORDS; i++) {
			char why[200];
			uint64_t id;

			if (journal_begin(t->j, c, &id, why) || journal_end(t->j, id, ENTRY_APPLIED, c, why))
				_exit(1);
		}
		_exit(0);
	}
	for (int w = 0; w < WRITERS; w++) {
		int status = -1;

		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	e = read_all(t);
	assert_int_equal(e.n, WRITERS * RECORDS);
	assert_int_equal(e.skipped, 0);
	for (size_t i = 0; i < e.n; i++) {
		assert_in_range(e.entry[i].id, 1, WRITERS * RECORDS);
		assert_false(seen[e.entry[i].id]);
		seen[e.entry[i].id] = true;
		assert_int_equal(e.entry[i].state, ENTRY_APPLIED);
	}
	entries_free(&e);
	change_free(c);
}

static void a_journal_of_others_is_refused(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_filled(t);
	char why[200] = "";
	struct entries e;
	uint64_t id;

	begin(t, c);
	assert_int_equal(chmod(journal_path(t->j), 0666), 0);
	assert_int_equal(journal_read(t->j, &e, why), -EPERM);
	assert_non_null(strstr(why, "may be written by other users"));
	assert_int_equal(journal_begin(t->j, c, &id, why), -EPERM);
	assert_int_equal(chmod(journal_path(t->j), 0600), 0);
	change_free(c);
}

static void one_that_is_too_large_says_what_helps(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_filled(t);
	struct entries e;
	uint64_t id = begin(t, c);
	char why[200] = "", *help = xasprintf("mv %s %s.old", journal_path(t->j), journal_path(t->j));

	/* no byte of it is on the disk */
	assert_int_equal(truncate(journal_path(t->j), (64 << 20) + 1), 0);
	assert_int_equal(journal_read(t->j, &e, why), -EFBIG);
	assert_non_null(strstr(why, "more than 64 MiB: move it away: "));
	assert_non_null(strstr(why, help));
	why[0] = '\0';
	assert_int_equal(journal_begin(t->j, c, &id, why), -EFBIG);
	assert_non_null(strstr(why, help));
	free(help);
	change_free(c);
}

static void where_it_is(void **state)
{
	struct changing *t = *state;
	struct journal *j;
	char why[200], *state_folder = xstrdup(getenv("HVSCOPE_STATE"));

	unsetenv("HVSCOPE_STATE");
	setenv("XDG_STATE_HOME", t->folder, 1);
	assert_int_equal(journal_open(NULL, &j, why), 0);
	if (!geteuid())
		assert_string_equal(journal_path(j), "/var/lib/hvscope/journal");
	else
		assert_non_null(strstr(journal_path(j), t->folder));
	journal_close(j);
	unsetenv("XDG_STATE_HOME");
	setenv("HVSCOPE_STATE", state_folder, 1);
	free(state_folder);
}

static void without_a_host_it_is_only_read(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_filled(t);
	struct journal *j;
	struct entries e;
	uint64_t id = begin(t, c);
	char why[200];

	assert_int_equal(journal_open(NULL, &j, why), 0);
	assert_int_equal(journal_begin(j, c, &id, why), -EROFS);
	assert_int_equal(journal_read(j, &e, why), 0);
	assert_int_equal(e.n, 1);
	assert_false(e.entry[0].this_boot || e.entry[0].undoable);
	entries_free(&e);
	journal_close(j);
	change_free(c);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, changing_setup, changing_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_file_before_the_first_record),
		TEST(odd_bytes_come_back),
		TEST(who_did_it),
		TEST(ids_go_on_after_the_largest),
		TEST(a_torn_line_costs_only_itself),
		TEST(lines_that_are_not_ours),
		TEST(noise_is_survived),
		TEST(writers_do_not_mix),
		TEST(a_journal_of_others_is_refused),
		TEST(one_that_is_too_large_says_what_helps),
		TEST(where_it_is),
		TEST(without_a_host_it_is_only_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
