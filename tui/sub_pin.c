/* hvscope pin: where the threads of a guest may run, now and from its next start on. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "probes/arena.h"
#include "probes/host/host.h"
#include "probes/pin_ask.h"
#include "probes/probe.h"
#include "probes/sampler.h"
#include "tui/oneshot.h"
#include "tui/sub_change.h"
#include "tui/subcommands.h"

struct pin {
	struct pin_ask ask;
	bool yes;
};

static int on(int val, const char *arg, void *data)
{
	struct pin *p = data;

	(void)arg;
	p->ask.live |= val == 'l';
	p->ask.config |= val == 'c';
	p->yes |= val == 'y';
	return 0;
}

/* EXIT_DONE with no step: there is nothing to do. */
static int plan(const struct options *o, const struct pin_ask *ask, struct change *c, struct host **ret)
{
	struct snapshot *snap;
	int status, err;
	struct sampler *sampler = oneshot(o, "guests,threads,placement,topology,silicon,daemons", &snap, &status);

	if (!sampler)
		return status;
	err = pin_ask_plan(snap, ask, c);
	if (err && err != -EALREADY)
		status = complain(EXIT_FAILED, "%s", c->title);
	else
		status = err ? print_text(arena_printf(c->a, "%s Nothing was changed.\n", c->title)) : EXIT_DONE;
	*ret = status ? NULL : oneshot_tape(o, sampler);
	snapshot_unref(snap);
	sampler_free(sampler);
	return status;
}

int sub_pin(struct options *o, int argc, char **argv)
{
	static const struct option extra[] = {{"live", no_argument, NULL, 'l'}, {"config", no_argument, NULL, 'c'},
		{"yes", no_argument, NULL, 'y'}, {NULL, 0, NULL, 0}};
	struct pin p = {.yes = false};
	int at = options_read(o, argc, argv, extra, on, &p, false), status;
	const char *words[3], *why;
	struct host *h = NULL;
	struct change *c;

	if (at < 0)
		return -at;
	if (argc - at < 3 || argc - at > 4)
		return complain(EXIT_USAGE, "what can be pinned is: %s [--live] [--config] [--yes]", PIN_ASK_FORMS);
	p.ask.guest = argv[at];
	for (int i = at + 1; i < argc; i++)
		words[i - at - 1] = argv[i];
	if (pin_ask_words(words, (size_t)(argc - at - 1), &p.ask, &why))
		return complain(EXIT_USAGE, "%s", why);
	c = change_new();
	status = plan(o, &p.ask, c, &h);
	if (!status && c->nsteps)
		status = sub_change(o, h, c, p.yes);
	else
		host_close(h);
	change_free(c);
	return status;
}
