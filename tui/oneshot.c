/* One-shot commands: rates and loads need two samples, so each of them waits once. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/oneshot.h"

#include <string.h>
#include <time.h>

#include "probes/host/host.h"
#include "probes/sampler.h"

enum { APART_MS = 500, REST_MS = 300, WAIT_LEAST_MS = 50 };

static void wait_ns(uint64_t ns)
{
	struct timespec ts = {.tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000)};

	while (nanosleep(&ts, &ts))
		;
}

/* --timeout is when the command is to be done, so the time between the samples and some to print is not waited for daemons. */
static unsigned wait_ms(const struct options *o, double apart)
{
	double ms = (o->timeout - apart) * 1000 - REST_MS;

	return ms > WAIT_LEAST_MS ? (unsigned)ms : WAIT_LEAST_MS;
}

int oneshot_only(const char *arg, const char **ret)
{
	if (!arg[strspn(arg, ",")])
		return complain(EXIT_USAGE, "--only takes names of probes, not \"%s\"; hvscope --help lists them", arg);
	*ret = arg;
	return 0;
}

static struct snapshot *at_tick(struct sampler *s, const struct options *o, const struct want *want)
{
	sampler_seek(s, o->tick ? o->tick : UINT32_MAX);
	if (want->explain)
		sampler_ask(s, want);
	return sampler_latest(s);
}

static struct sampler *sample(const struct options *o, const char *only, const struct want *want, unsigned times,
	struct snapshot **ret, int *ret_status)
{
	double apart = o->interval > 0 ? o->interval : APART_MS / 1000.0;
	struct host *h = options_host(o);
	struct sampler *s;
	char bad[64];

	*ret_status = EXIT_FAILED;
	if (!h)
		return NULL;
	s = sampler_new(h);
	sampler_profile(s, o->profile);
	if (only && sampler_only(s, only, bad)) {
		*ret_status = complain(EXIT_USAGE, "there is no probe \"%s\"; hvscope --help lists them", bad);
		sampler_free(s);
		return NULL;
	}
	if (host_about(h)->kind == HOST_CAPTURE) {
		*ret = at_tick(s, o, want);
		return s;
	}
	host_wait(h, wait_ms(o, apart * (times - 1)));
	snapshot_unref(sampler_step(s, want));
	if (!host_waits(h)) /* what did not come in time can still be there after the second half second */
		host_wait(h, 0);
	for (unsigned i = 1; i < times; i++) {
		wait_ns((uint64_t)(apart * 1e9));
		if (i > 1)
			snapshot_unref(*ret);
		*ret = sampler_step(s, want);
	}
	return s;
}

struct sampler *oneshot(const struct options *o, const char *only, struct snapshot **ret, int *ret_status)
{
	return oneshot_times(o, only, 2, ret, ret_status);
}

struct sampler *oneshot_times(
	const struct options *o, const char *only, unsigned times, struct snapshot **ret, int *ret_status)
{
	const struct want want = {.everything = true};

	return sample(o, only, &want, times, ret, ret_status);
}

struct sampler *oneshot_explain(const struct options *o, const char *address, struct snapshot **ret, int *ret_status)
{
	const struct want want = {.everything = true, .explain = address};

	return sample(o, NULL, &want, 2, ret, ret_status);
}

struct host *oneshot_tape(const struct options *o, struct sampler *s)
{
	return o->open ? sampler_again(s) : NULL;
}
