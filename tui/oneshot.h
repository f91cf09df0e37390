/* One-shot commands: two samples, half a second apart, and the snapshot they leave. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_ONESHOT_H
#define TUI_ONESHOT_H

#include "tui/options.h"

struct host;
struct sampler;
struct snapshot;

/*
 * Opens the host, samples twice, the interval of the options apart (0.5 s when none was given); a capture is played up
 * to the tick of the options, without waiting. only: names of probes
 * parted by commas, or NULL. NULL after a complaint, *ret_status says how it ends. Free with sampler_free(), the
 * snapshot with snapshot_unref().
 */
struct sampler *oneshot(const struct options *o, const char *only, struct snapshot **ret, int *ret_status);

enum { CHECK_SAMPLES = 3 }; /* what checks need */
/* The same with so many samples, at least 2: what has to hold twice in a row needs three. */
struct sampler *oneshot_times(
	const struct options *o, const char *only, unsigned times, struct snapshot **ret, int *ret_status);

/* Two samples, and in the snapshot the raw answer behind an address. */
struct sampler *oneshot_explain(const struct options *o, const char *address, struct snapshot **ret, int *ret_status);

/* The value of --only: names of probes. 0, or EXIT_USAGE after a complaint. */
int oneshot_only(const char *arg, const char **ret);

/* Of a capture another handle, which stands where it was played to: opened anew it would not, nor come from a pipe. Else NULL. */
struct host *oneshot_tape(const struct options *o, struct sampler *s);

#endif
