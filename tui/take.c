/* Records ticks of a host through a sampler into a file, tells how far it is, and ends it in order. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/take.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "probes/host/answer.h"
#include "probes/host/capture.h"
#include "probes/host/capture_file.h"
#include "probes/host/recording.h"
#include "probes/sampler.h"
#include "probes/snapshot.h"
#include "tui/options.h"
#include "widgets/format.h"

#define LAST_S 0.5 /* between the tick in which somebody ended it and the last one, at most */

struct taking {
	const struct take *t;
	struct capture_file *file;
	char *draft;
	struct host *host; /* the recording one; the sampler's */
	struct sampler *sampler;
	unsigned done, ticks; /* ticks: begun, and those of them that are written whole */
	uint64_t ticked_ns; /* when the last of them began */
	uint64_t bytes, whole; /* of the text: so far, and to the end of the last whole tick */
	bool shows; /* progress */
	char why[200]; /* the sink's, after an error */
};

static int sink(void *arg, const char *bytes, size_t len)
{
	struct taking *c = arg;

	c->bytes += len;
	return capture_file_write(c->file, bytes, len, c->why);
}

/* Names are masked where they are known: before the first tick is written down, libvirt has told those of the guests. */
static int know_guests(struct taking *c, struct host *h)
{
	struct answer answer;
	int err = c->t->anonymous ? host_read(h, "@virt/guests", &answer) : 0;

	if (err != -EINPROGRESS && err != -ETIMEDOUT && err != -EAGAIN)
		return 0;
	snprintf(c->why, sizeof(c->why), "libvirt has not said which guests there are, and names that are not known cannot be "
					 "masked; --timeout waits longer");
	return err;
}

static int open_host(struct taking *c, struct host *h)
{
	int err = c->t->anonymous ? masked_open(h, &h) : 0;

	if (err)
		snprintf(c->why, sizeof(c->why), "names cannot be masked: %s", strerror(-err));
	host_wait(h, (unsigned)(c->t->timeout * 1000));
	err = err ? err : know_guests(c, h);
	if (err) {
		host_close(h);
		return complain(EXIT_FAILED, "%s", c->why);
	}
	host_wait(h, 0);
	recording_open(h, sink, c, &c->host);
	if (c->t->anonymous)
		recording_anonymous(c->host);
	c->sampler = sampler_new(c->host);
	return 0;
}

static int open_file(struct taking *c)
{
	const struct take *t = c->t;

	/* First what --force does not help against. */
	if (capture_file_create(t->path, &c->file, c->why))
		return complain(EXIT_FAILED, "%s", c->why);
	if (!t->force && capture_file_replaces(t->path, c->why))
		return complain(EXIT_FAILED, "%s; --force replaces it", c->why);
	c->draft = capture_file_draft(c->file);
	if (c->draft && t->draft)
		t->draft(t->arg, c->draft);
	return 0;
}

int take_check(const struct take *t)
{
	const struct take quiet = {.path = t->path, .force = t->force};
	struct taking c = {.t = &quiet};
	int status = open_file(&c);

	capture_file_abandon(c.file);
	free(c.draft);
	return status;
}

static void show(const struct taking *c)
{
	char size[FORMAT_SIZE];

	if (c->shows)
		fprintf(stderr, "\rtick %u of %u, %s; Ctrl-C: one more tick, then it ends  ", c->done + 1, c->t->ticks,
			format_bytes((double)c->bytes, size));
}

static void clear(const struct taking *c)
{
	if (c->shows)
		fprintf(stderr, "\r%78s\r", "");
}

/* One tick, and what has come of it goes to the file. */
static int tick(struct taking *c, bool all)
{
	const struct want everything = {.everything = true};
	const struct take *t = c->t;
	int err;

	show(c);
	c->ticked_ns = clock_now_ns();
	recording_all(c->host, all);
	snapshot_unref(sampler_step(c->sampler, all ? &everything : NULL));
	host_wait(c->host, 0);
	err = c->done++ ? 0 : know_guests(c, c->host);
	err = err ? err : recording_flush(c->host, false);
	if (!err) {
		c->whole = c->bytes;
		c->ticks = c->done;
	}
	return !err && t->failed && t->failed[0] ? -EIO : err;
}

/* Rates of a tick right behind another one would say nothing. */
static void rest(const struct taking *c)
{
	double s = c->t->interval < LAST_S ? c->t->interval : LAST_S;
	uint64_t until = c->ticked_ns + (uint64_t)(s * 1e9);
	struct timespec ts = {.tv_sec = (time_t)(until / 1000000000), .tv_nsec = (long)(until % 1000000000)};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR)
		;
}

/*
 * 0: all ticks, or somebody asked to end; else what the recording says. The last tick reads everything as the first does:
 * of what is read seldom it has the second reading, without which no rate of it would be known.
 */
static int record(struct taking *c)
{
	const struct take *t = c->t;
	uint64_t began = clock_now_ns();
	bool ended = false;
	int err = 0;

	host_wait(c->host, (unsigned)(t->timeout * 1000));
	while (c->done < t->ticks && !err && !ended) {
		bool last = c->done + 1 == t->ticks;

		err = tick(c, !c->done || last);
		ended = t->wait(t->arg, began + (uint64_t)((double)c->done * t->interval * 1e9) * !last);
	}
	if (err || c->done == t->ticks)
		return err;
	rest(c);
	return tick(c, true);
}

/* Brings it under its name; what fails there leaves nothing. */
static int end_file(struct taking *c, char why[200])
{
	int err = capture_file_end(c->file, why);

	c->file = NULL;
	return err;
}

static int nothing_kept(const struct taking *c, const char *why)
{
	bool standard = strcmp(c->t->path, "-") == 0;

	return complain(EXIT_FAILED, "%s%s", why, standard ? "" : "; nothing of it is kept");
}

/* What cannot be written any further, as on a full disk, keeps the ticks that are whole. */
static int keep_whole(struct taking *c)
{
	char why[200];

	if (!c->ticks || capture_file_cut(c->file, (size_t)c->whole, CAPTURE_END, why))
		return nothing_kept(c, c->why);
	if (end_file(c, why))
		return nothing_kept(c, why);
	return complain(EXIT_FAILED, "%s; the %u tick%s before are in it, and it opens", c->why, c->ticks,
		c->ticks == 1 ? "" : "s");
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
		return keep_whole(c);
	if (end_file(c, c->why))
		return nothing_kept(c, c->why);
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
