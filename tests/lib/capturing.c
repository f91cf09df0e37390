/* Opens captures that a test wrote down in itself. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/capturing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/capture.h"
#include "probes/util.h"

static char *copy(const char *text, size_t len)
{
	char *p = xcalloc(1, len + 1);

	memcpy(p, text, len);
	return p;
}

struct host *capture_of_text(const char *text)
{
	struct host *h = NULL;
	char why[200];

	if (capture_open_text(copy(text, strlen(text)), strlen(text), "made.host", &h, why))
		fail_msg("%s", why);
	return h;
}

struct host *capture_of_records(const char *records)
{
	char *text = xasprintf(CAPTURE_HEAD CAPTURE_TICK_1 "%s.\n", records);
	struct host *h = capture_of_text(text);

	free(text);
	assert_int_equal(host_tick(h, 1), 0);
	return h;
}

int capture_fails(const char *text, size_t len, char why[200])
{
	struct host *h = NULL;
	int err = capture_open_text(copy(text, len), len, "x.host", &h, why);

	if (!err)
		fail_msg("it opens: %.200s", text);
	assert_null(h);
	return err;
}

static char *worded(int err, const struct answer *a)
{
	return err ? xasprintf("%s: %s", strerrorname_np(-err), a->why) : copy(a->text, a->len);
}

char *capture_read_text(struct host *h, const char *path)
{
	struct answer a;
	int err = host_read(h, path, &a);

	return worded(err, &a);
}

char *capture_link_text(struct host *h, const char *path)
{
	struct answer a;
	int err = host_link(h, path, &a);

	return worded(err, &a);
}

static int add_name(const char *name, void *arg)
{
	char **all = arg, *more = xasprintf("%s%s ", *all, name);

	free(*all);
	*all = more;
	return 0;
}

char *capture_list_text(struct host *h, const char *path)
{
	char *all = xstrdup("");
	int err = host_list(h, path, add_name, &all);

	if (err) {
		free(all);
		all = xstrdup(strerrorname_np(-err));
	}
	return all;
}

static void assert_is(char *is, const char *path, const char *wanted)
{
	if (strcmp(is, wanted) != 0)
		fail_msg("%s: \"%s\" and not \"%s\"", path, is, wanted);
	free(is);
}

void assert_reads(struct host *h, const char *path, const char *wanted)
{
	assert_is(capture_read_text(h, path), path, wanted);
}

void assert_links(struct host *h, const char *path, const char *wanted)
{
	assert_is(capture_link_text(h, path), path, wanted);
}

void assert_lists(struct host *h, const char *path, const char *wanted)
{
	assert_is(capture_list_text(h, path), path, wanted);
}
