/* Tests what the recording host writes down, what it says itself, and what it does when that cannot be written. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/capture.h"
#include "probes/host/host.h"
#include "probes/host/recording.h"
#include "probes/util.h"
#include "tests/lib/recorded.h"
#include "tests/lib/sham.h"

enum { US = 1000, MS = 1000000 };

struct scene {
	struct sham *m;
	struct host *h; /* the recording one */
	struct recorded r;
	size_t seen; /* bytes of it that were compared */
};

static int setup(void **state)
{
	struct scene *s = xcalloc(1, sizeof(*s));

	s->m = sham_new();
	recording_open(sham_host(s->m), recorded_sink, &s->r, &s->h);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;

	host_close(s->h);
	sham_free(s->m);
	recorded_free(&s->r);
	free(s);
	return 0;
}

static void tick(struct scene *s)
{
	sham_forward(s->m, 1000 * MS);
	assert_int_equal(host_tick(s->h, 1), 0);
}

/* Behind the line of the tick in hand the capture has these lines. */
static void wrote(struct scene *s, const char *expected)
{
	const char *at;

	assert_int_equal(recording_flush(s->h, false), 0);
	at = s->r.len > s->seen ? strstr(s->r.text + s->seen, "\n@ ") : NULL;
	if (!s->seen || !at)
		at = s->r.text + s->seen;
	if (!strncmp(at, CAPTURE_MAGIC, strlen(CAPTURE_MAGIC)))
		at = strstr(at, "\n@ ") + 1;
	at = strchr(at, '\n') + 1;
	assert_string_equal(at, expected);
	s->seen = s->r.len;
}

static void reads(struct scene *s, const char *path, const char *expected)
{
	struct answer a;

	assert_int_equal(host_read(s->h, path, &a), 0);
	assert_string_equal(a.text, expected);
	assert_int_equal(a.len, strlen(expected));
}

static void is_refused(struct scene *s, const char *path, int err, const char *why)
{
	struct answer a;

	assert_int_equal(host_read(s->h, path, &a), err);
	assert_string_equal(a.why, why);
	assert_string_equal(a.text, "");
}

static void the_head(void **state)
{
	struct scene *s = *state;
	const char *head = CAPTURE_MAGIC "\n: kind live\n: hostname sham\n: kept 10000\n: program " HVSCOPE_VERSION
					 "\n: anonymous yes\n@ 1 1001000000000 ";

	recording_anonymous(s->h);
	recording_all(s->h, true);
	assert_int_equal(recording_flush(s->h, true), 0); /* before its first tick there is nothing to write */
	assert_int_equal(s->r.len, 0);
	tick(s);
	assert_int_equal(recording_flush(s->h, false), 0);
	assert_memory_equal(s->r.text, head, strlen(head));
	assert_non_null(strstr(s->r.text, "Z all\n"));
	recording_all(s->h, false);
	tick(s);
	assert_int_equal(recording_flush(s->h, true), 0);
	assert_non_null(strstr(s->r.text, "\n@ 2 1002000000000 "));
	assert_string_equal(s->r.text + s->r.len - 8, "Z due\n.\n");
	host_close(recorded_open(&s->r));
}

static void texts_as_they_are_written(void **state)
{
	static const struct {
		const char *text, *written;
	} each[] = {{"1\n", " 1\n"}, {"", "\n"}, {"\n", "\n\t\n"}, {"1", "\n\t1\\c\n"}, {" 1\n", "\n\t 1\n"},
		{"a b  c\n", " a b  c\n"}, {"a \n", " a\\x20\n"}, {"a\nb\n", "\n\ta\n\tb\n"}, {"a\n\nb", "\n\ta\n\t\n\tb\\c\n"},
		{"a\tb\\c{0}\n", " a\\tb\\\\c\\x7b0\\x7d\n"}, {"\x1b[1m\x7f\n", " \\x1b[1m\\x7f\n"},
		{"über …\n", " über …\n"}, {"\xff\xc3\n", " \\xff\\xc3\n"}, {"\xe2\x80\xae!\n", " \\xe2\\x80\\xae!\n"},
		{"\\c\n", " \\\\c\n"}, {"\\c", "\n\t\\\\c\\c\n"}};
	struct scene *s = *state;

	for (size_t i = 0; i < COUNT(each); i++) {
		char *expected = xasprintf("= /a%s", each[i].written);

		sham_put(s->m, "/a", "%s", each[i].text);
		tick(s);
		reads(s, "/a", each[i].text);
		wrote(s, expected);
		free(expected);
	}
	sham_bytes(s->m, "/a", "1\0002\n", 4);
	tick(s);
	host_read(s->h, "/a", &(struct answer){.len = 0});
	wrote(s, "= /a 1\\x002\n");
	sham_put(s->m, "/a b{\n", "x\n");
	tick(s);
	reads(s, "/a b{\n", "x\n");
	wrote(s, "= /a\\x20b\\x7b\\x0a x\n");
	assert_int_equal(recording_flush(s->h, true), 0);
	host_close(recorded_open(&s->r));
}

static int add_name(const char *name, void *arg)
{
	char *names = arg;

	strcat(strcat(names, name), " ");
	return strcmp(name, "stop") ? 0 : 77;
}

static void links_lists_and_refusals(void **state)
{
	struct scene *s = *state;
	char names[64] = "", why[200];
	struct answer a;

	sham_link(s->m, "/l", "../a b");
	sham_put(s->m, "/d/one", "1\n");
	sham_put(s->m, "/d/stop", "1\n");
	sham_put(s->m, "/d/two", "1\n");
	sham_error(s->m, "/denied", -EACCES);
	tick(s);
	assert_int_equal(host_link(s->h, "/l", &a), 0);
	assert_string_equal(a.text, "../a b");
	assert_int_equal(host_list(s->h, "/d", add_name, names), 77);
	assert_string_equal(names, "one stop ");
	is_refused(s, "/denied", -EACCES, "/denied: Permission denied");
	is_refused(s, "/none", -ENOENT, "/none: No such file or directory");
	assert_int_equal(host_link(s->h, "/d/one", &a), -EINVAL);
	assert_int_equal(host_list(s->h, "/none", add_name, names), -ENOENT);
	wrote(s, "> /l ../a b\n/ /d\n\tone\n\tstop\n\ttwo\n! /denied EACCES\n! /none ENOENT\n!> /d/one EINVAL\n!/ /none ENOENT\n");
	/* the same, and then others */
	tick(s);
	assert_int_equal(host_link(s->h, "/l", &a), 0);
	assert_int_equal(host_list(s->h, "/d", add_name, names), 77);
	is_refused(s, "/denied", -EACCES, "/denied: Permission denied");
	wrote(s, "");
	sham_error(s->m, "/denied", -524); /* no errno of programs */
	sham_remove(s->m, "/d/two");
	sham_put(s->m, "/none", "now\n");
	sham_error(s->m, "/l", -EACCES);
	tick(s);
	is_refused(s, "/denied", -EIO, "/denied: Input/output error");
	assert_int_equal(host_list(s->h, "/d", add_name, names), 77);
	reads(s, "/none", "now\n");
	assert_int_equal(host_link(s->h, "/l", &a), -EACCES);
	wrote(s, "! /denied EIO\n/ /d\n\tone\n\tstop\n= /none now\n!> /l EACCES\n");
	assert_int_equal(host_write(s->h, "/none", "x", &a), -EROFS);
	assert_int_equal(host_may_write(s->h, why), -EROFS);
	assert_int_equal(host_start(s->h, "job", &a), -EROFS);
}

/* What it said once in a tick it says for all of it, whoever asks and how. */
static void one_answer_a_tick(void **state)
{
	struct scene *s = *state;
	struct answer a;
	int kept, other;

	sham_put(s->m, "/a", "1\n");
	tick(s);
	kept = host_keep(s->h, "/a");
	sham_put(s->m, "/a", "2\n");
	assert_int_equal(host_read_kept(s->h, kept, &a), 0);
	assert_string_equal(a.text, "1\n");
	reads(s, "/a", "1\n");
	assert_int_equal(sham_reads(s->m, "/a"), 1);
	wrote(s, "= /a 1\n");
	tick(s);
	reads(s, "/a", "2\n");
	sham_remove(s->m, "/a");
	assert_int_equal(host_read_kept(s->h, kept, &a), 0);
	assert_string_equal(a.text, "2\n");
	other = host_keep(s->h, "/a"); /* gone, but that is news of the next tick */
	assert_true(other >= 0);
	wrote(s, "= /a 2\n");
	tick(s);
	assert_int_equal(host_read_kept(s->h, kept, &a), -ENODEV);
	assert_string_equal(a.why, "/a: No such device");
	assert_int_equal(host_read_kept(s->h, other, &a), -ENODEV);
	assert_int_equal(host_keep(s->h, "/a"), -ENODEV);
	wrote(s, "! /a ENODEV\n");
	host_drop(s->h, kept);
	host_drop(s->h, other);
	assert_int_equal(sham_kept(s->m), 0);
	assert_int_equal(host_cost(s->h).kept, 0);
}

static void what_cannot_be_kept(void **state)
{
	struct scene *s = *state;
	struct answer a;
	int kept;

	sham_kept_limit(s->m, 1);
	sham_put(s->m, "/a", "1\n");
	sham_put(s->m, "/b", "1\n");
	sham_put(s->m, "/broken", "1\n");
	sham_error(s->m, "/broken", -EINVAL);
	tick(s);
	assert_int_equal(host_keep(s->h, "/none"), -ENOENT);
	/* a file that opens and cannot be read is refused at once, as its capture will do */
	assert_int_equal(host_keep(s->h, "/broken"), -EINVAL);
	assert_int_equal(sham_kept(s->m), 0);
	kept = host_keep(s->h, "/a");
	assert_int_equal(host_keep(s->h, "/b"), -EMFILE);
	reads(s, "/b", "1\n");
	assert_int_equal(host_read_kept(s->h, kept, &a), 0);
	wrote(s, "! /none ENOENT\n! /broken EINVAL\n= /a 1\n= /b 1\n");
	host_drop(s->h, kept);
	kept = host_keep(s->h, "/b");
	assert_true(kept >= 0);
	host_drop(s->h, kept);
}

static void times(void **state)
{
	struct scene *s = *state;
	uint64_t began;
	struct answer a;

	sham_put(s->m, "/a", "1\n");
	sham_put(s->m, "@virt/guests", "g\n");
	sham_takes(s->m, "/a", 1500);
	tick(s);
	began = host_now(s->h);
	assert_int_equal(host_read(s->h, "/a", &a), 0);
	assert_int_equal(a.t_ns, began); /* what is read now is as old as the tick */
	assert_int_equal(host_now(s->h), began + 2 * US); /* 1.5 µs */
	sham_given(s->m, "@virt/guests", began - 250 * MS - 400);
	assert_int_equal(host_read(s->h, "@virt/guests", &a), 0);
	assert_int_equal(a.t_ns, began - 250 * MS);
	assert_int_equal(host_now(s->h), began + 2 * US);
	wrote(s, "n 2 2\n= /a 1\n=-250000 @virt/guests g\n");
	/* the same text again: older by a tick, then new and as old as before */
	tick(s);
	assert_int_equal(host_read(s->h, "@virt/guests", &a), 0);
	assert_int_equal(a.t_ns, began - 250 * MS - 500);
	assert_int_equal(host_now(s->h), began + 1000 * MS + 1500);
	wrote(s, "~-1250002 @virt/guests\n");
	began = host_now(s->h);
	sham_given(s->m, "@virt/guests", began + 1000 * MS - 1250002 * (uint64_t)US);
	tick(s);
	assert_int_equal(host_read(s->h, "@virt/guests", &a), 0);
	wrote(s, "");
	sham_given(s->m, "@virt/guests", 0);
	tick(s);
	assert_int_equal(host_read(s->h, "@virt/guests", &a), 0);
	assert_int_equal(host_wall(s->h), host_wall(s->h));
	wrote(s, "~ @virt/guests\n");
}

/* Long texts are written as what has changed in them, as long as that is the lesser part. */
static void long_texts(void **state)
{
	struct scene *s = *state;
	char text[4096] = "", *at = text;

	for (int i = 0; i < 100; i++)
		at += sprintf(at, "%3d: one two three four\n", i);
	sham_put(s->m, "/a", "%s", text);
	tick(s);
	reads(s, "/a", text);
	assert_int_equal(recording_flush(s->h, false), 0);
	s->seen = s->r.len;
	memcpy(strstr(text, " 7: one"), " 7: ONE", 7);
	memcpy(strstr(text, "99: one two three"), "9 : one2two THREE", 17);
	at = strstr(text, "20: one two three four");
	memmove(at + 2, at + 22, strlen(at + 22) + 1);
	sham_put(s->m, "/a", "%s", text);
	tick(s);
	reads(s, "/a", text);
	wrote(s, "~ /a\n\t8+5 ONE\n\t21  20\n\t100  9 : one2two THREE four\n");
}

static int full(void *arg, const char *bytes, size_t len)
{
	unsigned *left = arg;

	(void)bytes;
	(void)len;
	return (*left)-- ? 0 : -ENOSPC;
}

/* What cannot be written ends the writing, not the answering; the first error is the one that counts. */
static void a_sink_that_is_full(void **state)
{
	unsigned left = 2;
	struct scene *s = *state;
	struct answer a;
	struct host *h;

	sham_put(s->m, "/a", "1\n");
	recording_open(sham_host(s->m), full, &left, &h);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(host_tick(h, 1), 0);
		sham_put(s->m, "/a", "%d\n", i);
		assert_int_equal(host_read(h, "/a", &a), 0);
		assert_int_equal(atoi(a.text), i);
		assert_int_equal(recording_flush(h, false), i ? -ENOSPC : 0);
	}
	assert_int_equal(recording_flush(h, true), -ENOSPC);
	assert_int_equal(left, UINT32_MAX); /* asked once more than it had room, and never again */
	host_close(h);
}

/* Other handles look at the machine, not at what is recorded, and change nothing either. */
static void another_handle(void **state)
{
	struct scene *s = *state;
	struct answer a;
	struct host *h;

	sham_put(s->m, "/a", "1\n");
	tick(s);
	reads(s, "/a", "1\n");
	sham_put(s->m, "/a", "2\n");
	assert_int_equal(host_again(s->h, &h), 0);
	assert_int_equal(host_read(h, "/a", &a), 0);
	assert_string_equal(a.text, "2\n");
	assert_int_equal(host_write(h, "/a", "3", &a), -EROFS);
	host_close(h);
	wrote(s, "= /a 1\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_head),
		TEST(texts_as_they_are_written),
		TEST(links_lists_and_refusals),
		TEST(one_answer_a_tick),
		TEST(what_cannot_be_kept),
		TEST(times),
		TEST(long_texts),
		TEST(a_sink_that_is_full),
		TEST(another_handle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
