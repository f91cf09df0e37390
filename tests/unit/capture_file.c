/* Tests that files of captures are read as they were written, packed or not, and are never left half written. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "probes/host/capture_file.h"
#include "probes/util.h"
#include "tests/lib/tree.h"

#define TEXT "hvscope-capture 1\n= /sys/a 1\n.\n"

enum { CAP = 1 << 20 };

static int setup(void **state)
{
	*state = tree_new();
	return 0;
}

static int teardown(void **state)
{
	tree_free(*state);
	return 0;
}

static char *in(void **state, const char *name)
{
	return xasprintf("%s/%s", (const char *)*state, name);
}

static void holds(const char *path, const char *wanted, size_t wanted_len)
{
	char why[200] = "", *text = NULL;
	size_t len = 0;

	if (capture_file_read(path, CAP, NULL, NULL, &text, &len, why))
		fail_msg("%s", why);
	assert_int_equal(len, wanted_len);
	assert_memory_equal(text, wanted, wanted_len + 1);
	free(text);
}

static void refused(const char *path, size_t cap, int err, const char *words)
{
	char why[200] = "", *text = NULL;
	size_t len = 0;
	int got = capture_file_read(path, cap, NULL, NULL, &text, &len, why);

	if (got != err || !strstr(why, words) || !strstr(why, path) || text)
		fail_msg("%d, not %d: %s", got, err, why);
}

static void write_pieces(const char *path, const char *text, size_t len, size_t piece)
{
	struct capture_file *f = NULL;
	char why[200] = "";

	if (capture_file_create(path, &f, why))
		fail_msg("%s", why);
	assert_int_equal(access(path, F_OK), -1);
	for (size_t at = 0; at < len; at += piece) {
		size_t n = len - at < piece ? len - at : piece;

		if (capture_file_write(f, text + at, n, why))
			fail_msg("%s", why);
	}
	if (capture_file_end(f, why))
		fail_msg("%s", why);
}

static size_t size_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	return (size_t)st.st_size;
}

/* Texts that pack well (a buffer of output more than once for one of input) and badly, NULs among them. */
static void what_was_written_is_read(void **state)
{
	static const size_t lens[] = {0, 1, 65535, 65536, 65537, 700000};
	char *plain = in(state, "a.host"), *zipped = in(state, "a.host.gz"), *text = xcalloc(700001, 1);
	unsigned seed = 1;

	for (size_t i = 0; i < 2 * COUNT(lens); i++) {
		size_t len = lens[i / 2];

		for (size_t at = 0; at < len; at++) {
			seed = seed * 1103515245 + 12345;
			text[at] = (char)(i % 2 ? (seed >> 16) & 0xff : at / 5000);
		}
		text[len] = '\0';
		write_pieces(plain, text, len, 1000);
		holds(plain, text, len);
		assert_int_equal(size_of(plain), len);
		write_pieces(zipped, text, len, 100000);
		holds(zipped, text, len);
		assert_true(i % 2 || len < 100 || size_of(zipped) < len / 50);
		assert_int_equal(unlink(plain) | unlink(zipped), 0);
	}
	free(text);
	free(plain);
	free(zipped);
}

/* As `cat a.gz b.gz` makes it. */
static void parts_of_gzip_follow_each_other(void **state)
{
	char *path = in(state, "a.gz");
	gzFile z = gzopen(path, "wb");

	assert_int_equal(gzputs(z, "one\n"), 4);
	assert_int_equal(gzclose(z), Z_OK);
	z = gzopen(path, "ab");
	assert_int_equal(gzputs(z, "two\n"), 4);
	assert_int_equal(gzclose(z), Z_OK);
	holds(path, "one\ntwo\n", 8);
	free(path);
}

static void what_grows_too_big_is_refused(void **state)
{
	char *plain = in(state, "a.host"), *zipped = in(state, "a.host.gz"), *text = xcalloc(CAP + 1, 1);

	write_pieces(plain, text, CAP, CAP);
	write_pieces(zipped, text, CAP, CAP);
	holds(plain, text, CAP);
	holds(zipped, text, CAP);
	refused(plain, CAP - 1, -EFBIG, "more than 1048575 bytes");
	refused(zipped, CAP - 1, -EFBIG, "more than 1048575 bytes");
	assert_int_equal(unlink(zipped), 0);
	write_pieces(zipped, text, CAP + 1, CAP);
	refused(zipped, CAP, -EFBIG, "more than 1 MiB");
	refused(zipped, 10, -EFBIG, "more than 10 bytes");
	free(text);
	free(plain);
	free(zipped);
}

static void what_is_damaged_is_refused(void **state)
{
	char *path = in(state, "a.gz"), bytes[200];
	FILE *file;
	size_t len;

	write_pieces(path, TEXT, strlen(TEXT), 5);
	file = fopen(path, "rb");
	len = fread(bytes, 1, sizeof(bytes) - 3, file);
	fclose(file);
	for (size_t cut = 2; cut < len; cut++) {
		tree_bytes(*state, "cut", bytes, cut);
		char *short_one = in(state, "cut");
		refused(short_one, CAP, -EBADMSG, "is cut off");
		free(short_one);
	}
	memcpy(bytes + len, "xyz", 3);
	tree_bytes(*state, "a.gz", bytes, len + 3);
	refused(path, CAP, -EBADMSG, "is damaged");
	bytes[len - 6] ^= 1; /* its checksum */
	tree_bytes(*state, "a.gz", bytes, len);
	refused(path, CAP, -EBADMSG, "is damaged");
	free(path);
}

static void what_is_no_file_is_refused(void **state)
{
	char *none = in(state, "none");

	refused(none, CAP, -ENOENT, "No such file");
	refused(*state, CAP, -EISDIR, "is a folder");
	refused("/dev/zero", CAP, -EINVAL, "no file that can be a capture");
	free(none);
}

/* What standard input gives, two bytes at first and the rest later, is one text. */
static void standard_input_is_read(void **state)
{
	char *text = NULL, why[200] = "";
	size_t len = 0;
	int ends[2], was = dup(0), status;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	if (!pid) {
		bool ok = write(ends[1], TEXT, 1) == 1 && write(ends[1], &TEXT[1], strlen(TEXT) - 1) > 0;
		_exit(ok ? 0 : 1);
	}
	close(ends[1]);
	dup2(ends[0], 0);
	assert_int_equal(capture_file_read("-", CAP, NULL, NULL, &text, &len, why), 0);
	assert_string_equal(text, TEXT);
	dup2(was, 0);
	close(was);
	close(ends[0]);
	free(text);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void standard_output_is_written(void **state)
{
	struct capture_file *f = NULL;
	char got[64] = "", why[200] = "";
	int ends[2], was = dup(1);

	(void)state;
	fflush(stdout);
	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], 1);
	int err = capture_file_create("-", &f, why) || capture_file_write(f, TEXT, strlen(TEXT), why) ||
		  capture_file_end(f, why);
	dup2(was, 1);
	assert_int_equal(err, 0);
	assert_int_equal(read(ends[0], got, sizeof(got)), strlen(TEXT));
	assert_string_equal(got, TEXT);
	/* nobody reads any more */
	signal(SIGPIPE, SIG_IGN);
	close(ends[0]);
	dup2(ends[1], 1);
	err = capture_file_create("-", &f, why) ? 1 : capture_file_write(f, TEXT, strlen(TEXT), why);
	dup2(was, 1);
	signal(SIGPIPE, SIG_DFL);
	assert_int_equal(err, -EPIPE);
	assert_non_null(strstr(why, "standard output cannot be written: Broken pipe"));
	capture_file_abandon(f);
	close(ends[1]);
	close(was);
}

static void what_was_there_stays_until_the_end(void **state)
{
	struct capture_file *f = NULL;
	char *path = in(state, "a.host"), *link = in(state, "link"), *fifo = in(state, "fifo"), why[200] = "";

	tree_text(*state, "a.host", "before");
	assert_int_equal(capture_file_create(path, &f, why), 0);
	assert_int_equal(capture_file_write(f, "x", 1, why), 0);
	holds(path, "before", 6);
	capture_file_abandon(f);
	holds(path, "before", 6);
	capture_file_abandon(NULL);
	tree_link(*state, "link", "a.host");
	assert_int_equal(capture_file_create(link, &f, why), -ELOOP);
	tree_fifo(*state, "fifo");
	assert_int_equal(capture_file_create(fifo, &f, why), -EINVAL);
	assert_int_equal(capture_file_create("/nosuchfolder/a.host", &f, why), -ENOENT);
	assert_non_null(strstr(why, "/nosuchfolder/a.host cannot be written: No such file or directory"));
	assert_int_equal(unlink(path) | unlink(link) | unlink(fifo), 0);
	assert_int_equal(rmdir(*state), 0); /* no draft is left */
	assert_int_equal(mkdir(*state, 0700), 0);
	free(path);
	free(link);
	free(fifo);
}

/* A full disk, as far as a test can have one: the file may not grow over 100 bytes. */
static int on_a_full_disk(void *arg)
{
	const struct rlimit limit = {.rlim_cur = 100, .rlim_max = 100};
	struct capture_file *f = NULL;
	char why[200] = "", big[300] = "";

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) || capture_file_create(arg, &f, why))
		return 1;
	if (capture_file_write(f, big, sizeof(big), why) != -EFBIG || !strstr(why, "cannot be written"))
		return 2;
	capture_file_abandon(f);
	return access(arg, F_OK) ? 0 : 3;
}

static void a_full_disk_leaves_nothing(void **state)
{
	char *path = in(state, "a.host");

	assert_int_equal(tree_child(0, on_a_full_disk, path), 0);
	assert_int_equal(rmdir(*state), 0);
	assert_int_equal(mkdir(*state, 0700), 0);
	free(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_written_is_read),
		TEST(parts_of_gzip_follow_each_other),
		TEST(what_grows_too_big_is_refused),
		TEST(what_is_damaged_is_refused),
		TEST(what_is_no_file_is_refused),
		TEST(standard_input_is_read),
		TEST(standard_output_is_written),
		TEST(what_was_there_stays_until_the_end),
		TEST(a_full_disk_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
