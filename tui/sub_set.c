/* hvscope set: the same plan as the dialog, asked for on the terminal. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/change.h"
#include "probes/cpuset.h"
#include "probes/frequency.h"
#include "probes/host/host.h"
#include "probes/journal.h"
#include "probes/sampler.h"
#include "probes/targets.h"
#include "tui/oneshot.h"
#include "tui/plan.h"
#include "tui/subcommands.h"

struct set {
	const char *cpus;
	bool yes;
};

static int on(int val, const char *arg, void *data)
{
	struct set *s = data;

	if (val == 'c')
		s->cpus = arg;
	else
		s->yes = true;
	return 0;
}

static int apply(const struct options *o, const struct set *s, struct change *c)
{
	struct host *h = options_host(o);
	struct journal *j = NULL;
	char why[200], not_now[200] = "";
	struct result r;
	int status;

	if (!h)
		return EXIT_FAILED;
	change_fill(h, c);
	plan_print(c, host_may_write(h, not_now) ? not_now : NULL);
	status = s->yes ? EXIT_DONE : *not_now ? EXIT_NOT_CONFIRMED : plan_confirm("Change it?");
	if (*not_now)
		status = complain(
			status == EXIT_NOT_CONFIRMED ? status : EXIT_FAILED, "nothing was changed: %s", not_now);
	if (!status && journal_open(h, &j, why))
		status = complain(EXIT_FAILED, "nothing was changed: %s", why);
	if (!status) {
		r = change_apply(h, j, c, NULL, NULL);
		if (r.outcome == OUTCOME_APPLIED)
			printf("%s; hvscope undo %llu puts it back\n", r.why, (unsigned long long)r.id);
		else
			status = complain(EXIT_FAILED, "%s", r.why);
	}
	journal_close(j);
	host_close(h);
	return status;
}

static int plan(const struct options *o, const struct set *s, const char *governor, struct change *c)
{
	struct snapshot *snap;
	struct arena *a = arena_new(0);
	struct cpuset *cpus = NULL;
	const char *const *targets;
	size_t n;
	int status;
	struct sampler *sampler;

	if (s->cpus && cpuset_parse_list(a, s->cpus, &cpus)) {
		arena_free(a);
		return complain(EXIT_USAGE, "--cpus takes a list such as 0-3,8, not \"%s\"", s->cpus);
	}
	sampler = oneshot(o, "frequency,silicon,daemons", &snap, &status);
	if (!sampler) {
		arena_free(a);
		return status;
	}
	n = targets_policies(a, snap, cpus, &targets);
	if (cpus && !n)
		status = complain(EXIT_FAILED, "no policy governs the CPUs %s", s->cpus);
	else if (action_find("governor")->plan(snap, targets, n, governor, c))
		status = complain(EXIT_FAILED, "%s", c->title);
	else
		status = EXIT_DONE;
	snapshot_unref(snap);
	sampler_free(sampler);
	arena_free(a);
	return status;
}

int sub_set(struct options *o, int argc, char **argv)
{
	static const struct option extra[] = {
		{"cpus", required_argument, NULL, 'c'}, {"yes", no_argument, NULL, 'y'}, {NULL, 0, NULL, 0}};
	struct set s = {.cpus = NULL};
	int at = options_read(o, argc, argv, extra, on, &s, false), status;
	struct change *c;

	if (at < 0)
		return -at;
	if (argc - at != 2 || strcmp(argv[at], "governor") != 0)
		return complain(EXIT_USAGE, "what can be set is: governor NAME [--cpus LIST] [--yes]");
	c = change_new();
	status = plan(o, &s, argv[at + 1], c);
	if (!status)
		status = apply(o, &s, c);
	change_free(c);
	return status;
}
