/* hvscope case: walks the guide without an operator, and prints the case. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "probes/probe.h"
#include "probes/sampler.h"
#include "tui/oneshot.h"
#include "tui/subcommands.h"
#include "tui/walk.h"

struct case_options {
	const char *guest, *reference, *observed;
};

static int on(int val, const char *arg, void *data)
{
	struct case_options *c = data;

	if (val == 'g')
		c->guest = arg;
	else if (val == 'r')
		c->reference = arg;
	else
		c->observed = arg;
	return 0;
}

/* What the operator would type into the first step. */
static int frame(struct walk *w, const struct snapshot *s, const struct case_options *c)
{
	char text[300], why[200];
	const char *note;

	if (!c->reference != !c->observed)
		return complain(EXIT_USAGE, "--reference and --observed belong together: ms where it is good, ms here");
	if (c->reference)
		snprintf(text, sizeof(text), "%.127s %.60s %.60s", c->guest ? c->guest : "", c->reference, c->observed);
	else
		snprintf(text, sizeof(text), "%.127s don't know", c->guest ? c->guest : "");
	if (walk_frame(w, s, text, why, &note))
		return complain(EXIT_USAGE, "%s", why);
	if (note)
		complain(EXIT_USAGE, "%s", note);
	return 0;
}

static int print_case(const struct snapshot *s, const struct case_options *c)
{
	struct walk w = {.open = true};
	char *text;
	int status;

	walk_begin(&w, guides[0], s);
	status = frame(&w, s, c);
	if (status) {
		walk_end(&w);
		return status;
	}
	walk_through(&w, s);
	text = walk_case(&w, s, NULL);
	walk_end(&w);
	status = print_text(text);
	free(text);
	return status;
}

int sub_case(struct options *o, int argc, char **argv)
{
	static const struct option extra[] = {{"guest", required_argument, NULL, 'g'},
		{"reference", required_argument, NULL, 'r'}, {"observed", required_argument, NULL, 'o'},
		{NULL, 0, NULL, 0}};
	struct case_options c = {.guest = NULL};
	int at = options_read(o, argc, argv, extra, on, &c, false), status;
	struct snapshot *snap;
	struct sampler *s;

	if (at < 0)
		return -at;
	if (at < argc)
		return complain(EXIT_USAGE, "case takes no \"%s\"; see hvscope --help", argv[at]);
	s = oneshot_times(o, NULL, CHECK_SAMPLES, &snap, &status);
	if (!s)
		return status;
	status = print_case(snap, &c);
	snapshot_unref(snap);
	sampler_free(s);
	return status;
}
