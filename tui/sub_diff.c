/* hvscope diff: what two machines differ in. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/diff.h"
#include "probes/sampler.h"
#include "tui/oneshot.h"
#include "tui/subcommands.h"

struct diff_options {
	bool json, moving;
	const char *only;
};

static int on(int val, const char *arg, void *data)
{
	struct diff_options *d = data;

	if (val == 'j')
		d->json = true;
	else if (val == 'm')
		d->moving = true;
	else
		return oneshot_only(arg, &d->only);
	return 0;
}

/* Sampled as report does. NULL after a complaint that names which. */
static struct snapshot *sample(
	const struct options *o, const char *name, const char *which, const char *only, int *ret_status)
{
	struct options side = *o;
	struct snapshot *snap = NULL;
	struct sampler *s;

	options_name(&side, name);
	if (!side.open)
		side.tick = 0;
	if (side.root || side.open)
		side.connect = NULL;
	s = oneshot(&side, only, &snap, ret_status);
	if (!s && *ret_status != EXIT_USAGE)
		*ret_status = complain(EXIT_COULD_NOT, "%s, \"%s\", could not be read: nothing was compared", which, name);
	sampler_free(s);
	return snap;
}

static int print_diff(const struct diff_options *d, const struct snapshot *a, const struct snapshot *b)
{
	struct arena *arena = arena_new(0);
	struct differences all = diff_snapshots(arena, a, b, d->moving);
	char *text = d->json ? diff_json(a, b, &all) : diff_text(a, b, &all, print_columns());
	int status = print_text(text);

	free(text);
	arena_free(arena);
	if (!status && d->json)
		status = print_text("\n");
	if (status)
		return EXIT_COULD_NOT;
	if (!all.n && all.unknown == all.compared)
		return complain(EXIT_COULD_NOT, "nothing that was asked for is known of both: nothing was compared");
	if (all.n > all.unread)
		return EXIT_FAILED; /* as diff and cmp do: 1 is "they differ" */
	return all.unread ? EXIT_COULD_NOT : EXIT_DONE; /* what one side refused is not known to be the same */
}

static int check(const struct options *o, int n, char **name)
{
	if (o->root || o->open)
		return complain(EXIT_USAGE, "diff takes its two machines behind its name, not --%s",
			o->root ? "root" : "open");
	if (n != 2)
		return complain(EXIT_USAGE, "diff takes two machines, each a capture, a folder or now; see hvscope --help");
	if (strcmp(name[0], "-") == 0 && strcmp(name[1], "-") == 0)
		return complain(EXIT_USAGE, "only one of the two can come from standard input");
	return 0;
}

int sub_diff(struct options *o, int argc, char **argv)
{
	static const struct option extra[] = {{"json", no_argument, NULL, 'j'}, {"moving", no_argument, NULL, 'm'},
		{"only", required_argument, NULL, 'o'}, {NULL, 0, NULL, 0}};
	struct diff_options d = {.json = false};
	struct snapshot *a, *b;
	int at, status;

	o->named = true;
	at = options_read(o, argc, argv, extra, on, &d, false);
	if (at < 0)
		return -at;
	status = check(o, argc - at, argv + at);
	if (status)
		return status;
	a = sample(o, argv[at], "A", d.only, &status);
	if (!a)
		return status;
	b = sample(o, argv[at + 1], "B", d.only, &status);
	if (b)
		status = print_diff(&d, a, b);
	snapshot_unref(a);
	snapshot_unref(b);
	return status;
}
