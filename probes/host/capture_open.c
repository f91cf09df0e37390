/* Opens a capture: from its file, or from a text that is there already. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probes/host/answer.h"
#include "probes/host/capture_file.h"
#include "probes/host/capture_read.h"
#include "probes/util.h"

enum { KEPT_DEFAULT = 12000 };

static void end(struct machine *m)
{
	struct capture *c = (struct capture *)m;

	capture_index_end(c);
	bytes_free(&c->scratch);
	free(c->ticks);
	free(c->text);
	free(c);
}

/* "/srv/node7.host.gz" is node7. */
static void name_of(const char *file, char ret[65])
{
	static const char *const ends[] = {".gz", ".host"};
	const char *slash = strrchr(file, '/');
	size_t len;

	file = slash ? slash + 1 : file;
	len = strlen(file);
	for (size_t i = 0; i < COUNT(ends); i++) {
		size_t end_len = strlen(ends[i]);

		if (len > end_len && !strncasecmp(file + len - end_len, ends[i], end_len))
			len -= end_len;
	}
	copy_printable(ret, 65, file, len);
	if (!strcmp(ret, "-"))
		snprintf(ret, 65, "(unnamed)");
}

int capture_open_text(char *text, size_t len, const char *file, struct host **ret, char why[200])
{
	static const struct capture_limits most = {
		.paths = CAPTURE_PATHS_MOST,
		.names = CAPTURE_NAMES_MOST,
		.text = CAPTURE_TEXT_MOST,
		.filled = CAPTURE_BYTES_MOST,
		.held = CAPTURE_HELD_MOST,
	};

	return capture_open_limited(text, len, file, &most, ret, why);
}

int capture_open_limited(char *text, size_t len, const char *file, const struct capture_limits *most, struct host **ret,
	char why[200])
{
	struct capture *c = xcalloc(1, sizeof(*c));
	struct about *about = &c->m.about;
	int err;

	if (len > CAPTURE_BYTES_MOST)
		BUG("a text of %zu bytes", len);
	machine_init(&c->m, end);
	c->text = text;
	c->len = len;
	c->most = *most;
	c->m.kept_limit = KEPT_DEFAULT;
	*about = (struct about){.kind = HOST_CAPTURE, .origin = HOST_DIRECTORY, .label = "CAPTURE"};
	snprintf(about->why_read_only, sizeof(about->why_read_only),
		"This is a capture of a machine, not the machine itself: it is only read.");
	copy_printable(about->where, sizeof(about->where), file, strlen(file));
	capture_index_begin(c);
	err = capture_check(c, file, why);
	if (err) {
		machine_unref(&c->m);
		return err;
	}
	if (c->without_missing)
		capture_sort(c);
	if (!about->hostname[0])
		name_of(file, about->hostname);
	*ret = capture_handle_new(&c->m);
	why[0] = '\0';
	return 0;
}

int capture_open(const struct host_options *o, struct host **ret, char why[200])
{
	char *text;
	size_t len;
	struct reading r = {.file = strcmp(o->open, "-") ? o->open : "standard input", .why = why};
	int err = capture_file_read(o->open, CAPTURE_BYTES_MOST, reading_glance, &r, &text, &len, why);

	return err ? err : capture_open_text(text, len, o->open, ret, why);
}
