/* hvscope set: the same plan as the dialog, asked for on the terminal. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/change.h"
#include "probes/cpuset.h"
#include "probes/frequency.h"
#include "probes/host/host.h"
#include "probes/sampler.h"
#include "probes/targets.h"
#include "tui/oneshot.h"
#include "tui/sub_change.h"
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

static int plan(const struct options *o, const struct set *s, const char *governor, struct change *c, struct host **ret)
{
	struct snapshot *snap;
	struct arena *a = arena_new(0);
	struct cpuset *cpus = NULL;
	const struct cpuset *left;
	const char *const *targets;
	size_t n;
	int status, err;
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
	err = action_find("governor")->plan(snap, targets, n, governor, c);
	left = cpus ? targets_without_policy(a, snap, cpus) : NULL;
	status = (err && err != -EALREADY) || cpuset_count(left) ? EXIT_FAILED : EXIT_DONE;
	if (cpuset_count(left) && err != -ENODEV)
		complain(status, "no policy governs the CPUs %s", cpuset_text(a, left));
	else if (status)
		complain(status, "%s", c->title);
	else if (err)
		printf("%s Nothing was changed.\n", c->title);
	*ret = status ? NULL : oneshot_tape(o, sampler);
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
	struct host *h = NULL;
	struct change *c;

	if (at < 0)
		return -at;
	if (argc - at != 2 || strcmp(argv[at], "governor") != 0)
		return complain(EXIT_USAGE, "what can be set is: governor NAME [--cpus LIST] [--yes]");
	c = change_new();
	status = plan(o, &s, argv[at + 1], c, &h);
	if (!status && c->nsteps)
		status = sub_change(o, h, c, s.yes);
	else
		host_close(h);
	change_free(c);
	return status;
}
