/* Machines written by hand: what has no record is not there, links are followed, folders are where something is in
 * them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/capture_text.h"
#include "probes/host/host.h"
#include "probes/util.h"
#include "tests/lib/capturing.h"

static struct host *machine(const char *ticks)
{
	char *text = xasprintf(CAPTURE_HEAD ": missing ENOENT\n" CAPTURE_TICK_1 "%s.\n", ticks);
	struct host *h = capture_of_text(text);

	free(text);
	assert_int_equal(host_tick(h, 1), 0);
	return h;
}

static void knows_files_folders_and_what_is_missing(void **state)
{
	(void)state;
	struct host *h =
		machine("= /sys/a/one 1\n= /sys/a-b 2\n= /sys/a/two/x 3\n= /sys/a/.hidden 4\n> /sys/a/zlink one\n"
			"/ /sys/empty\n/ /sys/said\n\tonly\n= /sys/said/other 5\n! /proc/7/fd EACCES\n= /top 6\n"
			"= /sys/a!/x 7\n= @virt/guests g\n");

	assert_reads(h, "/sys/a/one", "1\n");
	assert_reads(h, "/sys/a", "EISDIR: /sys/a is a directory, not a file");
	assert_reads(h, "/sys/empty", "EISDIR: /sys/empty is a directory, not a file");
	assert_reads(h, "/", "EISDIR: / is a directory, not a file");
	assert_reads(h, "/sys/no", "ENOENT: /sys/no: No such file or directory");
	assert_reads(h, "/sys/no/x", "ENOENT: /sys/no/x: No such file or directory");
	assert_reads(h, "/sys/a/one/x", "ENOTDIR: /sys/a/one/x: Not a directory");
	assert_reads(h, "/proc/7/fd/3", "EACCES: /proc/7/fd/3: Permission denied");
	assert_reads(h, "sys/a/one", "EINVAL: sys/a/one: Invalid argument");
	assert_reads(h, "", "EINVAL: : Invalid argument");
	assert_lists(h, "/sys/a", ".hidden one two zlink ");
	assert_lists(h, "/sys", "a a! a-b empty said ");
	assert_lists(h, "/", "proc sys top ");
	assert_lists(h, "/sys/empty", "");
	assert_lists(h, "/sys/said", "only ");
	assert_lists(h, "/sys/a/one", "ENOTDIR");
	assert_lists(h, "/sys/no", "ENOENT");
	assert_lists(h, "/proc/7/fd", "EACCES");
	assert_links(h, "/sys/a/zlink", "one");
	assert_links(h, "/sys/a/one", "EINVAL: /sys/a/one: Invalid argument");
	assert_links(h, "/sys/a", "EINVAL: /sys/a: Invalid argument");
	assert_links(h, "/sys/no", "ENOENT: /sys/no: No such file or directory");
	assert_reads(h, "@virt/guests", "g\n");
	assert_reads(h, "@virt/x/y", "ENOENT: @virt/x/y: No such file or directory");
	assert_reads(h, "@perf/x", "EOPNOTSUPP: @perf/x: this host does not answer it");
	assert_int_equal(host_keep(h, "/sys/a"), -EISDIR);
	assert_int_equal(host_keep(h, "/sys/no"), -ENOENT);
	host_close(h);
}

static void follows_links(void **state)
{
	(void)state;
	struct host *h =
		machine("> /sys/class/net/eth0 ../../devices/pci/net/eth0\n= /sys/devices/pci/net/eth0/speed 10\n"
			"= /sys/devices/pci/numa_node 1\n> /sys/devices/pci/net/eth0/device ../../../pci\n"
			"> /abs /sys/devices\n> /up ../../../../sys\n> /to/a b\n> /to/b c\n= /to/c end\n"
			"> /dangling nowhere\n> /round round\n> /ping /pong/x\n> /pong /ping\n> /dot ./to/.//c\n");
	struct answer a;

	assert_reads(h, "/sys/class/net/eth0/speed", "10\n");
	assert_reads(h, "/sys/class/net/eth0/device/numa_node", "1\n");
	assert_reads(h, "/sys/class/net/eth0/../../numa_node", "1\n"); /* up from where the link leads */
	assert_reads(h, "//sys/./class/net//eth0/speed", "10\n");
	assert_reads(h, "/abs/pci/numa_node", "1\n");
	assert_reads(h, "/up/devices/pci/numa_node", "1\n");
	assert_reads(h, "/../../to/a", "end\n");
	assert_reads(h, "/dot", "end\n");
	assert_links(h, "/to/a", "b");
	assert_links(h, "/sys/class/net/eth0/device", "../../../pci");
	assert_lists(h, "/sys/class/net/eth0", "device speed ");
	assert_lists(h, "/sys/class/net", "eth0 ");
	assert_lists(h, "/abs", "pci ");
	assert_reads(h, "/dangling", "ENOENT: /dangling: No such file or directory");
	assert_reads(h, "/round", "ELOOP: /round: Too many levels of symbolic links");
	assert_reads(h, "/round/x", "ELOOP: /round/x: Too many levels of symbolic links");
	assert_reads(h, "/ping", "ELOOP: /ping: Too many levels of symbolic links");
	assert_lists(h, "/pong", "ELOOP");
	assert_links(h, "/round", "round");
	int kept = host_keep(h, "/sys/class/net/eth0/speed");
	assert_true(kept >= 0);
	assert_int_equal(host_read_kept(h, kept, &a), 0);
	assert_string_equal(a.text, "10\n");
	host_close(h);
}

static void follows_no_link_where_nothing_is_known_of_what_is_missing(void **state)
{
	(void)state;
	struct host *h = capture_of_records("> /l d\n= /d/x 1\n");

	assert_reads(h, "/l/x", "ENODATA: /l/x: not in this capture");
	assert_reads(h, "/d", "ENODATA: /d: not in this capture");
	assert_lists(h, "/d", "ENODATA");
	host_close(h);
}

/* 40 links are followed and the 41st is not, as Linux does it. */
static void follows_40_links(void **state)
{
	struct host *h = machine("> /l{1-41} l{-1}\n= /l0 end\n");

	(void)state;
	assert_reads(h, "/l40", "end\n");
	assert_reads(h, "/l41", "ELOOP: /l41: Too many levels of symbolic links");
	host_close(h);
}

static void long_paths_are_no_paths(void **state)
{
	(void)state;
	struct host *h =
		machine("> /l{0-1} l0/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n= /x 1\n");
	char path[2 * PATH_MAX], *is;

	for (size_t len = PATH_MAX - 4; len < PATH_MAX + 3; len++) {
		memset(path, '/', len);
		path[len - 1] = 'x';
		path[len] = '\0';
		is = capture_read_text(h, path);
		if (len < PATH_MAX)
			assert_string_equal(is, "1\n");
		else
			assert_memory_equal(is, "ENAMETOOLONG", 12);
		free(is);
		memset(path, 'y', len);
		path[0] = '/';
		is = capture_read_text(h, path);
		assert_memory_equal(is, len < PATH_MAX ? "ENOENT" : "ENAMETOOLONG", 6);
		free(is);
	}
	host_close(h);
}

static void things_come_and_go(void **state)
{
	(void)state;
	struct host *h = machine("= /proc/7/stat 7\n= /proc/8/stat 8\n! /proc/10/stat ENOENT\n" CAPTURE_TICK_2
				 "! /proc/7/stat ENOENT\n= /proc/9/stat 9\n> /proc/self 9\n" CAPTURE_TICK_3
				 "!> /proc/self ENOENT\n= /proc/7/stat 7\n");

	for (int round = 0; round < 2; round++) {
		assert_lists(h, "/proc", "7 8 ");
		assert_lists(h, "/proc/9", "ENOENT");
		assert_lists(h, "/proc/10", "ENOENT");
		host_tick(h, 1);
		assert_lists(h, "/proc", "8 9 self ");
		assert_reads(h, "/proc/7", "ENOENT: /proc/7: No such file or directory");
		assert_reads(h, "/proc/self/stat", "9\n");
		host_tick(h, 1);
		assert_lists(h, "/proc", "7 8 9 ");
		assert_reads(h, "/proc/self/stat", "ENOENT: /proc/self/stat: No such file or directory");
		host_tick(h, -2);
	}
	host_close(h);
}

/* Of many paths that are mostly not there, each tick has others: folders and lists follow, forward and from the start. */
static void follows_what_comes_and_goes(void **state)
{
	enum { TICKS = 40, MANY = 37 };
	struct bytes text = {0};
	char line[200], names[1000];

	(void)state;
	bytes_put(&text, CAPTURE_HEAD ": missing ENOENT\n", strlen(CAPTURE_HEAD ": missing ENOENT\n"));
	for (int t = 1; t <= TICKS; t++) {
		int n = snprintf(line, sizeof(line),
			"@ %d %d000000000 2026-11-27T18:00:00Z\n! /a/d{0-%d}/x ENOENT\n= /a/d{%d,%d}/x %d\n", t, t, MANY - 1,
			t * 7 % MANY, MANY + t * 11 % MANY, t);
		bytes_put(&text, line, (size_t)n);
		n = snprintf(line, sizeof(line), "! /a/d%d/x ENOENT\n", MANY + (t - 1) * 11 % MANY);
		bytes_put(&text, line, t > 1 ? (size_t)n : 0);
	}
	bytes_put(&text, ".\n", 2);
	struct host *h = capture_of_text(text.p);
	for (int round = 0; round < 2; round++) {
		for (int t = 1; t <= TICKS; t++) {
			int low = t * 7 % MANY, high = MANY + t * 11 % MANY;

			assert_int_equal(host_tick(h, 1), 0);
			/* by their bytes: of two of a beginning the shorter one is first */
			snprintf(line, sizeof(line), "d%d", low);
			snprintf(names, sizeof(names), "d%d", high);
			bool first = strcmp(line, names) < 0;
			snprintf(names, sizeof(names), "d%d d%d ", first ? low : high, first ? high : low);
			assert_lists(h, "/a", names);
			assert_lists(h, "/", "a ");
			snprintf(line, sizeof(line), "/a/d%d", low);
			assert_lists(h, line, "x ");
			snprintf(line, sizeof(line), "/a/d%d", (low + 1) % MANY);
			assert_lists(h, line, "ENOENT");
		}
		assert_int_equal(host_tick(h, -TICKS), 0);
	}
	host_close(h);
	bytes_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_files_folders_and_what_is_missing),
		cmocka_unit_test(follows_links),
		cmocka_unit_test(follows_no_link_where_nothing_is_known_of_what_is_missing),
		cmocka_unit_test(follows_40_links),
		cmocka_unit_test(long_paths_are_no_paths),
		cmocka_unit_test(things_come_and_go),
		cmocka_unit_test(follows_what_comes_and_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
