/* Records a simulated machine; a first signal ends what is in hand, a second one leaves and says what stays. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/take_simulated.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "probes/host/capture_file.h"
#include "probes/util.h"
#include "tui/leave.h"
#include "tui/options.h"

struct simulated {
	struct leave *leave;
	char *draft, *dir; /* what is there until the end, or NULL */
	bool shows;
};

/* In the thread of the signals, while the other one may hang. */
static void give_up(void *arg)
{
	const struct simulated *s = arg;

	if (s->draft)
		capture_file_remove(s->draft);
	if (s->dir)
		dprintf(STDERR_FILENO, "%shvscope: given up; what was written of the machine stays in %s\n",
			s->shows ? "\n" : "", s->dir);
}

/* What giving up looks at changes only while it is not called. */
static void swap(struct simulated *s, char **name, const char *to)
{
	leave_at_once(s->leave, NULL, NULL);
	free(*name);
	*name = to ? xstrdup(to) : NULL;
	leave_at_once(s->leave, give_up, s);
}

static void draft(void *arg, char *path)
{
	struct simulated *s = arg;

	swap(s, &s->draft, path);
}

static bool wait_for(void *arg, uint64_t until_ns)
{
	const struct simulated *s = arg;

	(void)until_ns; /* its seconds are not ours */
	return leave_wait(s->leave, 0);
}

static bool stop(void *arg)
{
	return wait_for(arg, 0);
}

static void says(void *arg, enum simulate_phase phase, const char *dir)
{
	static const char *const words[] = {[SIMULATE_WRITES] = "writing the machine; Ctrl-C ends it",
		[SIMULATE_TIDIES] = "tidying up; Ctrl-C twice leaves its folder"};
	struct simulated *s = arg;

	if (phase == SIMULATE_WRITES || phase == SIMULATE_IS_GONE)
		swap(s, &s->dir, phase == SIMULATE_WRITES ? dir : NULL);
	if (s->shows && phase < COUNT(words) && words[phase])
		fprintf(stderr, "\r%-60s", words[phase]);
	else if (s->shows)
		fprintf(stderr, "\r%60s\r", "");
}

int take_simulated(const struct take *t, const struct simulate_options *o, const struct simulate_life *life)
{
	struct simulated s = {.shows = isatty(STDERR_FILENO)};
	struct simulate_options options = *o;
	struct simulate_life mine = *life;
	struct take take = *t;
	char failed[200], why[200];
	int status = take_check(t);
	struct host *h;

	if (status)
		return status;
	signal(SIGPIPE, SIG_IGN);
	s.leave = leave_watch();
	options.stop = stop;
	options.stop_arg = take.arg = mine.says_arg = &s;
	take.failed = mine.why = failed;
	take.wait = wait_for;
	take.draft = draft;
	mine.says = says;
	if (simulate_host(&options, &mine, &h, why))
		status = complain(EXIT_FAILED, "%s", why);
	else
		status = take_capture(&take, h);
	leave_end(s.leave);
	free(s.draft);
	free(s.dir);
	return status;
}
