/* hvscope report: all facts, once. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "probes/probe.h"
#include "probes/report.h"
#include "probes/report_markdown.h"
#include "probes/sampler.h"
#include "tui/oneshot.h"
#include "tui/subcommands.h"

struct report_options {
	bool json, markdown;
	const char *only;
};

static int on(int val, const char *arg, void *data)
{
	struct report_options *r = data;

	if (val == 'j')
		r->json = true;
	else if (val == 'm')
		r->markdown = true;
	else
		return oneshot_only(arg, &r->only);
	return 0;
}

int sub_report(struct options *o, int argc, char **argv)
{
	static const struct option extra[] = {
		{"json", no_argument, NULL, 'j'}, {"markdown", no_argument, NULL, 'm'},
		{"only", required_argument, NULL, 'o'}, {NULL, 0, NULL, 0}};
	struct report_options r = {.json = false};
	int at = options_read(o, argc, argv, extra, on, &r, false), status;
	struct snapshot *snap;
	struct sampler *s;
	char *text;

	if (at < 0)
		return -at;
	if (at < argc)
		return complain(EXIT_USAGE, "report takes no \"%s\"; see hvscope --help", argv[at]);
	if (r.markdown && (r.json || r.only))
		return complain(EXIT_USAGE, "--markdown is a report of its own: without --json and --only");
	s = r.markdown ? oneshot_times(o, NULL, CHECK_SAMPLES, &snap, &status) : oneshot(o, r.only, &snap, &status);
	if (!s)
		return status;
	text = r.json ? report_json(snap) : r.markdown && snap->findings ? report_markdown(snap) : report_text(snap);
	snapshot_unref(snap);
	sampler_free(s);
	status = print_text(text);
	free(text);
	if (!status && r.json)
		status = print_text("\n");
	return status;
}
