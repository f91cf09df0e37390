/* Captures from hostile hands: too long, too many, no files at all. Each is refused, or harms nobody. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>
#include <zlib.h>

#include "probes/host/capture.h"
#include "probes/util.h"
#include "tests/lib/capturing.h"
#include "tests/lib/tree.h"

#define T1 CAPTURE_HEAD CAPTURE_TICK_1

static void puts_long_names_short(void **state)
{
	char file[600] = "/", why[200], *text = xcalloc(1, 1);
	struct host *h;

	(void)state;
	memset(file + 1, 'd', 580);
	memcpy(file + 570, "/x.host", 8);
	assert_int_equal(capture_open_text(text, 0, file, &h, why), -EBADMSG);
	assert_string_equal(why, "x.host:1: it is empty");
	text = xcalloc(1, 1);
	assert_int_equal(capture_open_text(text, 0, "-", &h, why), -EBADMSG);
	assert_string_equal(why, "standard input:1: it is empty");
}

/* A text of len bytes: head, filling as often as there is room, tail. */
static char *filled(const char *head, const char *filling, const char *tail, size_t len)
{
	char *text = xcalloc(1, len + 1);
	size_t at = strlen(head), one = strlen(filling), end = len - strlen(tail);

	memcpy(text, head, at);
	if (one == 1) {
		memset(text + at, *filling, end - at);
		at = end;
	}
	for (; one > 1 && at + one <= end; at += one)
		memcpy(text + at, filling, one);
	memset(text + at, '.', end - at);
	memcpy(text + end, tail, strlen(tail));
	return text;
}

static void limits_what_it_takes(void **state)
{
	enum { MIB = 1 << 20 };
	static const struct {
		const char *head, *filling, *tail;
		size_t len;
		int err;
		const char *why;
	} row[] = {
		{T1 "= /a ", "x", "\n.\n", 100 * MIB, -EFBIG, "x.host:3: a line of more than 16 MiB"},
		{T1 "= /a ", "x", "", 100 * MIB, -EFBIG, "x.host:3: a line of more than 16 MiB"},
		{"hvscope-capture 1", "1", "", 20 * MIB, -EBADMSG, NULL},
		{T1 "= /a", "\n\txxxxxxxxxxxxxx", "\n.\n", 80 * MIB, -EFBIG, NULL},
		{T1 "= /a{0-4194303} x\n= /b{0-9} x\n.\n", "", "", 0, -EFBIG, "x.host:4: more paths than anybody has"},
		{T1 "= /a{0-4194303} x\n= /a{0-9} x\n.\n", "", "", 0, -EFBIG, "x.host:4: more paths than anybody has"},
		{T1 "= /a{0-999999999} x\n.\n", "", "", 0, -EBADMSG,
			"x.host:3: a set of so many numbers that nothing can hold what it makes"},
		{T1 "= /a\n\tabcdefgh{0-9999999}\n.\n", "", "", 0, -EFBIG, "x.host:4: a text of more than 64 MiB"},
		{T1 "= /a\n\t{0-999999}\n\t{0-999999}\n\t{0-999999}\n.\n", "", "", 0, -EFBIG,
			"x.host:6: a text of more than 64 MiB"},
		{T1 "= /a{0-99}\n\t{0-999999}\n.\n", "", "", 0, -EFBIG,
			"x.host:3: braces make more text than anybody has"},
		{T1, "= /a\n\t{0-999999}\n~ /a\n\t1 x\n", "#\n.\n", 2000, -EFBIG, NULL},
		{T1 "= /", "x", " 1\n.\n", 5000, -EBADMSG, "x.host:3: a path is shorter than 4096 bytes"},
		{T1 "/ /a\n\t", "x", "\n.\n", 1000, -EBADMSG,
			"x.host:4: a name in a folder has 1 to 255 bytes, and no / or NUL"},
		{T1 "> /a ", "x", "\n.\n", 5000, -EBADMSG, "x.host:3: no link points there"},
		{T1 "= /a {0", "{}", "\n.\n", 4 * MIB, -EBADMSG, NULL},
		{T1 "= /a ", "{}", "\n.\n", 4 * MIB, -EBADMSG, NULL},
		{T1 "= /a {1}", "{}", "\n.\n", 8 * MIB, -EFBIG, "x.host:3: a text of more than 64 MiB"},
		{T1 "= /a ", "\\", "\n.\n", 4 * MIB + 1, 0, NULL},
		{T1 "= /a{0-9} {", "+999999999", "}\n.\n", 4 * MIB, -EBADMSG, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		if (strstr(row[i].head, "4194303") && !getenv("HVSCOPE_THOROUGH"))
			continue;
		size_t len = row[i].len ? row[i].len : strlen(row[i].head);
		char *text = filled(row[i].head, row[i].filling, row[i].tail, len), why[200] = "";
		struct host *h = NULL;
		int err = capture_open_text(text, len, "x.host", &h, why);

		if ((row[i].err && err != row[i].err) || (row[i].why && strcmp(why, row[i].why)))
			fail_msg("%zu: %d %s", i, err, why);
		if (!err)
			host_close(h);
	}
}

/* What is within the limits is answered, however it was meant. */
static void bears_what_is_within_its_limits(void **state)
{
	struct host *h = capture_of_records("= /a{0-99999} {}\n= /b\n\t{0-999999}\n~ /b\n\t1000000 end\\c\n"
					    "= /c {0-9} {+999999999+999999999+999999999-1}\n");
	struct answer a;

	(void)state;
	assert_reads(h, "/a99999", "99999\n");
	assert_int_equal(host_read(h, "/b", &a), 0);
	assert_int_equal(a.len, 6888890 - 7 + 3);
	assert_string_equal(a.text + a.len - 10, "999998\nend");
	host_close(h);
}

static void a_million_ticks_are_played(void **state)
{
	enum { TICKS = 1 << 20, EACH = 64 };
	char *text = xcalloc(TICKS + 2, EACH), why[200];
	size_t len = (size_t)sprintf(text, CAPTURE_HEAD);
	struct host *h;

	(void)state;
	for (int i = 1; i <= TICKS; i++)
		len += (size_t)sprintf(text + len, "@ %d %d 2026-11-27T18:00:00Z due\n= /a %d\n", i, i, i);
	size_t end = len;
	len += (size_t)sprintf(text + len, ".\n");
	assert_int_equal(capture_open_text(xstrdup(text), len, "x.host", &h, why), 0);
	assert_int_equal(host_tick(h, TICKS), 0);
	assert_reads(h, "/a", "1048576\n");
	assert_reads(h, "@capture/tick", "tick=1048576\nticks=1048576\nwant=due\nnext_ns=0\n");
	assert_int_equal(host_tick(h, 1), -ERANGE);
	assert_int_equal(host_tick(h, -TICKS + 1), 0);
	assert_reads(h, "/a", "1\n");
	host_close(h);
	len = end + (size_t)sprintf(text + end, "@ %d %d 2026-11-27T18:00:00Z due\n.\n", TICKS + 1, TICKS + 1);
	assert_int_equal(capture_open_text(text, len, "x.host", &h, why), -EBADMSG);
	assert_string_equal(why, "x.host:2097154: more than 1048576 ticks");
}

/* A text of which each tick makes one line longer ends somewhere. */
static void a_text_that_grows_is_refused_in_the_end(void **state)
{
	enum { LINES = 8, EACH = 15 << 20 };
	char *text = xcalloc(1, (size_t)LINES * EACH), why[200];
	size_t len = (size_t)sprintf(text, T1 "= /a\n\t{1-8}\n");
	struct host *h;
	struct answer a;

	(void)state;
	for (int i = 1; i < LINES; i++) {
		len += (size_t)sprintf(text + len, "~ /a\n\t%d ", i);
		memset(text + len, 'x', EACH - 100);
		len += EACH - 100;
		text[len++] = '\n';
	}
	len += (size_t)sprintf(text + len, ".\n");
	assert_int_equal(capture_open_text(text, len, "x.host", &h, why), 0);
	assert_int_equal(host_tick(h, 1), 0);
	assert_int_equal(host_read(h, "/a", &a), -EFBIG);
	assert_string_equal(a.why, "/a: File too large");
	host_close(h);
}

static void opens_nothing_but_files(void **state)
{
	char *tree = tree_new();
	static const char *const name[] = {"folder", "fifo", "nothing", "loop"};

	(void)state;
	tree_folder(tree, "folder");
	tree_fifo(tree, "fifo");
	tree_link(tree, "loop", "loop");
	for (size_t i = 0; i <= COUNT(name); i++) {
		char *path = i < COUNT(name) ? xasprintf("%s/%s", tree, name[i]) : xstrdup("/dev/zero"), why[200] = "";
		struct host_options o = {.open = path};
		struct host *h;

		if (host_open(&o, &h, why) >= 0 || !strstr(why, path))
			fail_msg("%s: %s", path, why);
		free(path);
	}
	tree_free(tree);
}

/* As many paths and ticks as a big machine has need little more than their text. */
static void memory_is_that_of_the_text(void **state)
{
	enum { PATHS = 70000, TICKS = 60, CHANGES = 3000 };
	char *text = xcalloc(24, 1 << 20), why[200];
	size_t len = (size_t)sprintf(text, T1);
	struct rusage before, after;
	struct host *h;
	struct answer a;

	(void)state;
	for (int i = 0; i < PATHS; i++)
		len += (size_t)sprintf(text + len, "=+%d /sys/devices/system/cpu/cpu%d/cpuidle/state%d/usage %d\n", i,
			i / 8, i % 8, i);
	len += (size_t)sprintf(text + len, "= /proc/interrupts\n");
	for (int i = 0; i < 1000; i++)
		len += (size_t)sprintf(text + len, "\t%d: %0500d\n", i, i);
	for (int t = 2; t <= TICKS; t++) {
		len += (size_t)sprintf(text + len, "@ %d %d000000000 2026-11-27T18:00:00Z due\nn 1 2 3\n", t, t);
		for (int i = 0; i < CHANGES; i++)
			len += (size_t)sprintf(text + len,
				"=+9 /sys/devices/system/cpu/cpu%d/cpuidle/state%d/usage %d\n", i / 8, i % 8, t);
		len += (size_t)sprintf(text + len, "~ /proc/interrupts\n\t7 %d\n", t);
	}
	len += (size_t)sprintf(text + len, ".\n");
	text = xrealloc(text, len + 1, 1);
	getrusage(RUSAGE_SELF, &before);
	assert_int_equal(capture_open_text(text, len, "x.host", &h, why), 0);
	assert_int_equal(host_tick(h, TICKS), 0);
	assert_int_equal(host_read(h, "/proc/interrupts", &a), 0);
	getrusage(RUSAGE_SELF, &after);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	assert_true(after.ru_maxrss - before.ru_maxrss < 10 << 10);
#endif
	host_close(h);
}

/* A file with this head and so many zeros behind it, for free(). */
static char *zeros(const char *dir, const char *name, const char *head, size_t len)
{
	char *path = xasprintf("%s/%s", dir, name), none[64 << 10] = "";
	gzFile z = gzopen(path, strstr(name, ".gz") ? "wb1" : "wT");

	assert_non_null(z);
	assert_int_equal(gzputs(z, head), strlen(head));
	for (size_t at = 0; at < len; at += sizeof(none))
		assert_int_equal(gzwrite(z, none, sizeof(none)), sizeof(none));
	assert_int_equal(gzclose(z), Z_OK);
	return path;
}

/* What is no capture, or a line without an end, is seen while it is read and inflated. */
static void a_bomb_costs_little(void **state)
{
	enum { MIB = 1 << 20 };
	static const struct {
		const char *name, *head;
		int err;
		const char *why;
	} row[] = {
		{"a.gz", "", -EBADMSG, ":1: it is no capture: that would begin with \"hvscope-capture 1\""},
		{"b.gz", T1 "= /a ", -EFBIG, ":3: a line of more than 16 MiB"},
		{"c.host", "x", -EBADMSG, ":1: it is no capture: that would begin with \"hvscope-capture 1\""},
		{"d.host", T1 "= /a ", -EFBIG, ":3: a line of more than 16 MiB"},
		{"e.host", "\xef\xbb\xbf" T1, -EBADMSG,
			":1: it begins with a byte order mark (BOM), which a capture does not have"},
	};
	size_t len = (getenv("HVSCOPE_THOROUGH") ? 200 : 60) * (size_t)MIB;
	char *dir = tree_new();
	struct rusage before, after;

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		char *path = zeros(dir, row[i].name, row[i].head, len), why[200] = "";
		const struct host_options o = {.open = path};
		struct host *h;

		getrusage(RUSAGE_SELF, &before);
		assert_int_equal(host_open(&o, &h, why), row[i].err);
		getrusage(RUSAGE_SELF, &after);
		if (strncmp(why, path, strlen(path)) || strcmp(why + strlen(path), row[i].why))
			fail_msg("%s: %s", row[i].name, why);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
		if (after.ru_maxrss - before.ru_maxrss > 40 << 10)
			fail_msg("%s costs %ld KiB", row[i].name, after.ru_maxrss - before.ru_maxrss);
#endif
		free(path);
	}
	tree_free(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(puts_long_names_short),
		cmocka_unit_test(memory_is_that_of_the_text), /* before those that need more */
		cmocka_unit_test(a_bomb_costs_little),
		cmocka_unit_test(opens_nothing_but_files),
		cmocka_unit_test(limits_what_it_takes),
		cmocka_unit_test(bears_what_is_within_its_limits),
		cmocka_unit_test(a_million_ticks_are_played),
		cmocka_unit_test(a_text_that_grows_is_refused_in_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
