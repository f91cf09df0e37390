/* hvscope capture: some seconds of this machine as a file that can be opened anywhere. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probes/host/answer.h"
#include "probes/host/capture.h"
#include "probes/host/capture_file.h"
#include "probes/host/recording.h"
#include "probes/parse.h"
#include "probes/sampler.h"
#include "probes/snapshot.h"
#include "probes/util.h"
#include "tui/leave.h"
#include "tui/subcommands.h"
#include "widgets/format.h"

enum { SECONDS = 10, SECONDS_MOST = 7 * 24 * 3600 };

struct capture {
	const char *path;
	double seconds, interval;
	bool seconds_given, anonymous, force;

	struct leave *leave;
	struct capture_file *file;
	char *draft;
	struct host *host; /* the recording one; the sampler's */
	struct sampler *sampler;
	unsigned ticks, done; /* how many it will be, and are */
	uint64_t bytes; /* of the text */
	bool shows; /* progress */
	char why[200]; /* the sink's, after an error */
};

static int on(int val, const char *arg, void *data)
{
	struct capture *c = data;
	char *end;

	if (val == 'a')
		c->anonymous = true;
	else if (val == 'f')
		c->force = true;
	if (val != 's')
		return 0;
	c->seconds_given = true;
	c->seconds = strtod(arg, &end);
	if (end == arg || *end || !(c->seconds >= 0 && c->seconds <= SECONDS_MOST))
		return complain(EXIT_USAGE, "--seconds takes seconds from 0 to %d, not \"%s\"", SECONDS_MOST, arg);
	return 0;
}

static int sink(void *arg, const char *bytes, size_t len)
{
	struct capture *c = arg;

	c->bytes += len;
	return capture_file_write(c->file, bytes, len, c->why);
}

static void remove_draft(void *draft)
{
	capture_file_remove(draft);
}

/* A capture is captured whole, tick by tick as it was recorded; all others take their time. */
static int count_ticks(const struct options *o, struct capture *c, struct host *h)
{
	struct answer answer;
	struct slice ticks;
	uint64_t n = 0;

	c->interval = o->interval > 0 ? o->interval : 1;
	c->ticks = (unsigned)(c->seconds / c->interval + 1e-6) + 1;
	if (host_about(h)->kind != HOST_CAPTURE)
		return 0;
	if (c->seconds_given || o->interval > 0)
		return complain(EXIT_USAGE, "with --open the ticks are those of the capture: no --seconds, no --interval");
	if (host_read(h, "@capture/tick", &answer) || !answer_value(answer.text, "ticks", &ticks) ||
		parse_u64(ticks, &n) || !n || n > CAPTURE_TICKS_MOST)
		return complain(EXIT_FAILED, "%s does not say how many ticks it has", o->open);
	c->ticks = (unsigned)n;
	c->interval = 0;
	return 0;
}

/* The host of the options, recorded. */
static int open_host(const struct options *o, struct capture *c)
{
	struct host *h = options_host(o);
	int status, err;

	if (!h)
		return EXIT_FAILED;
	status = count_ticks(o, c, h);
	if (!status && c->anonymous) {
		err = masked_open(h, &h);
		if (err)
			status = complain(EXIT_FAILED, "names cannot be masked: %s", strerror(-err));
	}
	if (status) {
		host_close(h);
		return status;
	}
	recording_open(h, sink, c, &c->host);
	if (c->anonymous)
		recording_anonymous(c->host);
	c->sampler = sampler_new(c->host);
	return 0;
}

static int open_file(struct capture *c)
{
	if (!c->force && capture_file_replaces(c->path, c->why))
		return complain(EXIT_FAILED, "%s; --force replaces it", c->why);
	if (capture_file_create(c->path, &c->file, c->why))
		return complain(EXIT_FAILED, "%s", c->why);
	c->draft = capture_file_draft(c->file);
	if (c->draft)
		leave_at_once(c->leave, remove_draft, c->draft);
	return 0;
}

static void show(const struct capture *c)
{
	char size[FORMAT_SIZE];

	if (c->shows)
		fprintf(stderr, "\rtick %u of %u, %s; Ctrl-C ends it here  ", c->done, c->ticks,
			format_bytes((double)c->bytes, size));
}

static void clear(const struct capture *c)
{
	if (c->shows)
		fprintf(stderr, "\r%60s\r", "");
}

/* 0: all ticks, or somebody asked to end; else what the recording says. */
static int record(const struct options *o, struct capture *c)
{
	const struct want everything = {.everything = true};
	uint64_t began = clock_now_ns();
	int err = 0;

	host_wait(c->host, (unsigned)(o->timeout * 1000));
	while (c->done < c->ticks && !err) {
		show(c);
		recording_all(c->host, !c->done);
		snapshot_unref(sampler_step(c->sampler, c->done ? NULL : &everything));
		host_wait(c->host, 0);
		c->done++;
		err = recording_flush(c->host, false);
		if (leave_wait(c->leave, began + (uint64_t)((double)c->done * c->interval * 1e9) * (c->done < c->ticks)))
			break;
	}
	return err;
}

static int finish(struct capture *c, int err)
{
	const char *where = strcmp(c->path, "-") == 0 ? "standard output" : c->path;
	bool full = err == -EFBIG && !c->why[0];
	char size[FORMAT_SIZE];

	clear(c);
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

static int run(const struct options *o, struct capture *c)
{
	int status = open_host(o, c);

	if (!status)
		status = open_file(c);
	if (!status)
		status = finish(c, record(o, c));
	capture_file_abandon(c->file);
	sampler_free(c->sampler);
	return status;
}

int sub_capture(struct options *o, int argc, char **argv)
{
	static const struct option extra[] = {{"seconds", required_argument, NULL, 's'},
		{"anonymous", no_argument, NULL, 'a'}, {"force", no_argument, NULL, 'f'}, {NULL, 0, NULL, 0}};
	struct capture c = {.seconds = SECONDS, .shows = isatty(STDERR_FILENO)};
	int at = options_read(o, argc, argv, extra, on, &c, false), status;

	if (at < 0)
		return -at;
	if (at + 1 != argc)
		return complain(EXIT_USAGE, "capture takes one file, such as %s.host; see hvscope --help", "node7");
	c.path = argv[at];
	signal(SIGPIPE, SIG_IGN);
	c.leave = leave_watch();
	status = run(o, &c);
	leave_end(c.leave);
	free(c.draft);
	return status;
}
