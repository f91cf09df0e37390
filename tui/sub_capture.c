/* hvscope capture: some seconds of this machine as a file that can be opened anywhere. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <signal.h>
#include <stdlib.h>

#include "probes/host/capture.h"
#include "probes/host/capture_file.h"
#include "probes/host/host.h"
#include "probes/parse.h"
#include "tui/leave.h"
#include "tui/subcommands.h"
#include "tui/take.h"

enum { SECONDS = 10, SECONDS_MOST = 7 * 24 * 3600 };

struct capture {
	struct take take;
	double seconds;
	bool seconds_given;
};

static int on(int val, const char *arg, void *data)
{
	struct capture *c = data;
	char *end;

	if (val == 'a')
		c->take.anonymous = true;
	else if (val == 'f')
		c->take.force = true;
	if (val != 's')
		return 0;
	c->seconds_given = true;
	c->seconds = strtod(arg, &end);
	if (end == arg || *end || !(c->seconds >= 0 && c->seconds <= SECONDS_MOST))
		return complain(EXIT_USAGE, "--seconds takes seconds from 0 to %d, not \"%s\"", SECONDS_MOST, arg);
	return 0;
}

/* A capture is captured whole, tick by tick as it was recorded; all others take their time. */
static int count_ticks(const struct options *o, struct capture *c, struct host *h)
{
	struct answer answer;
	struct slice ticks;
	uint64_t n = 0;

	c->take.interval = o->interval > 0 ? o->interval : 1;
	c->take.ticks = (unsigned)(c->seconds / c->take.interval + 1e-6) + 1;
	if (host_about(h)->kind != HOST_CAPTURE)
		return 0;
	if (c->seconds_given || o->interval > 0)
		return complain(EXIT_USAGE, "with --open the ticks are those of the capture: no --seconds, no --interval");
	if (host_read(h, "@capture/tick", &answer) || !answer_value(answer.text, "ticks", &ticks) ||
		parse_u64(ticks, &n) || !n || n > CAPTURE_TICKS_MOST)
		return complain(EXIT_FAILED, "%s does not say how many ticks it has", o->open);
	c->take.ticks = (unsigned)n;
	c->take.interval = 0;
	return 0;
}

static bool wait_for(void *leave, uint64_t until_ns)
{
	return leave_wait(leave, until_ns);
}

static void remove_draft(void *draft)
{
	capture_file_remove(draft);
}

static void keep_draft(void *leave, char *draft)
{
	leave_at_once(leave, draft ? remove_draft : NULL, draft);
}

static int run(const struct options *o, struct capture *c)
{
	struct host *h = options_host(o);
	int status = h ? count_ticks(o, c, h) : EXIT_FAILED;

	if (!status)
		return take_capture(&c->take, h);
	host_close(h);
	return status;
}

int sub_capture(struct options *o, int argc, char **argv)
{
	static const struct option extra[] = {{"seconds", required_argument, NULL, 's'},
		{"anonymous", no_argument, NULL, 'a'}, {"force", no_argument, NULL, 'f'}, {NULL, 0, NULL, 0}};
	struct capture c = {.seconds = SECONDS, .take = {.wait = wait_for, .draft = keep_draft}};
	int at = options_read(o, argc, argv, extra, on, &c, false), status;
	struct leave *leave;

	if (at < 0)
		return -at;
	if (at + 1 != argc || !*argv[at])
		return complain(EXIT_USAGE, "capture takes one file, such as node7.host; see hvscope capture --help");
	c.take.path = argv[at];
	c.take.timeout = o->timeout;
	o->machine = true;
	signal(SIGPIPE, SIG_IGN);
	c.take.arg = leave = leave_watch();
	status = run(o, &c);
	leave_end(leave);
	return status;
}
