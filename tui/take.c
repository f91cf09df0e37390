/* Records ticks of a host through a sampler into a file, tells how far it is, and ends it in order. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/take.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probes/host/answer.h"
#include "probes/host/capture.h"
#include "probes/host/capture_file.h"
#include "probes/host/recording.h"
#include "probes/sampler.h"
#include "probes/snapshot.h"
#include "tui/options.h"
#include "widgets/format.h"

struct taking {
	const struct take *t;
	struct capture_file *file;
	char *draft;
	struct host *host; /* the recording one; the sampler's */
	struct sampler *sampler;
	unsigned done; /* ticks */
	uint64_t bytes; /* of the text */
	bool shows; /* progress */
	char why[200]; /* the sink's, after an error */
};

static int sink(void *arg, const char *bytes, size_t len)
{
	struct taking *c = arg;

	c->bytes += len;
	return capture_file_write(c->file, bytes, len, c->why);
}

static int open_host(struct taking *c, struct host *h)
{
	int err = c->t->anonymous ? masked_open(h, &h) : 0;

	if (err) {
		host_close(h);
		return complain(EXIT_FAILED, "names cannot be masked: %s", strerror(-err));
	}
	recording_open(h, sink, c, &c->host);
	if (c->t->anonymous)
		recording_anonymous(c->host);
	c->sampler = sampler_new(c->host);
	return 0;
}

static int open_file(struct taking *c)
{
	const struct take *t = c->t;

	if (!t->force && capture_file_replaces(t->path, c->why))
		return complain(EXIT_FAILED, "%s; --force replaces it", c->why);
	if (capture_file_create(t->path, &c->file, c->why))
		return complain(EXIT_FAILED, "%s", c->why);
	c->draft = capture_file_draft(c->file);
	if (c->draft && t->draft)
		t->draft(t->arg, c->draft);
	return 0;
}

static void show(const struct taking *c)
{
	char size[FORMAT_SIZE];

	if (c->shows)
		fprintf(stderr, "\rtick %u of %u, %s; Ctrl-C ends it here  ", c->done, c->t->ticks,
			format_bytes((double)c->bytes, size));
}

static void clear(const struct taking *c)
{
	if (c->shows)
		fprintf(stderr, "\r%60s\r", "");
}

/* 0: all ticks, or somebody asked to end; else what the recording says. */
static int record(struct taking *c)
{
	const struct want everything = {.everything = true};
	const struct take *t = c->t;
	uint64_t began = clock_now_ns();
	int err = 0;

	host_wait(c->host, (unsigned)(t->timeout * 1000));
	while (c->done < t->ticks && !err) {
		show(c);
		recording_all(c->host, !c->done);
		snapshot_unref(sampler_step(c->sampler, c->done ? NULL : &everything));
		host_wait(c->host, 0);
		c->done++;
		err = recording_flush(c->host, false);
		if (!err && t->failed && t->failed[0])
			err = -EIO;
		if (t->wait(t->arg, began + (uint64_t)((double)c->done * t->interval * 1e9) * (c->done < t->ticks)))
			break;
	}
	return err;
}

static int finish(struct taking *c, int err)
{
	const char *where = strcmp(c->t->path, "-") == 0 ? "standard output" : c->t->path;
	bool full = err == -EFBIG && !c->why[0];
	char size[FORMAT_SIZE];

	clear(c);
	if (c->t->failed && c->t->failed[0])
		return complain(EXIT_FAILED, "%s", c->t->failed);
	if (!err || full)
		err = recording_flush(c->host, true);
	if (full && err == -EFBIG)
		err = 0;
	if (err)
		return complain(EXIT_FAILED, "%s", c->why);
	err = capture_file_end(c->file, c->why);
	c->file = NULL;
	if (err)
		return complain(EXIT_FAILED, "%s", c->why);
	if (full)
		complain(EXIT_DONE, "it ends after tick %u: a capture has at most %s", --c->done,
			format_bytes(CAPTURE_BYTES_MOST, size));
	fprintf(stderr, "%s: %u tick%s of %s, %s of text\n", where, c->done, c->done == 1 ? "" : "s",
		host_about(c->host)->hostname, format_bytes((double)c->bytes, size));
	return EXIT_DONE;
}

int take_capture(const struct take *t, struct host *h)
{
	struct taking c = {.t = t, .shows = isatty(STDERR_FILENO)};
	int status = open_host(&c, h);

	if (!status)
		status = open_file(&c);
	if (!status)
		status = finish(&c, record(&c));
	if (c.draft && t->draft)
		t->draft(t->arg, NULL);
	capture_file_abandon(c.file);
	sampler_free(c.sampler);
	free(c.draft);
	return status;
}
