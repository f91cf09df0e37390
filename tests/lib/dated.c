/* Wraps a host: its clocks are our own, and an absence may become a refusal; all else is passed on. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/dated.h"

#include <errno.h>
#include <stdlib.h>

#include "probes/host/answer.h"
#include "probes/host/machine.h"
#include "probes/util.h"

struct dated {
	struct host h;
	struct host *inner;
	bool deny;
	unsigned ticks;
};

static struct host *inner(struct host *h)
{
	return ((struct dated *)h)->inner;
}

static int again_dated(struct host *h, struct host **ret)
{
	(void)h;
	(void)ret;
	return -EMFILE;
}

static int keep_nothing(struct host *h, const char *path)
{
	(void)h;
	(void)path;
	return -EMFILE;
}

static bool denies(struct host *h)
{
	return ((struct dated *)h)->deny;
}

/* A second a tick, however fast the test is: rates are always known. */
static uint64_t now_dated(struct host *h)
{
	return (UINT64_C(1000) + ((struct dated *)h)->ticks) * 1000000000;
}

static int tick_dated(struct host *h, int by)
{
	((struct dated *)h)->ticks++;
	return host_tick(inner(h), by);
}

/* The answer, at our time. */
static int at_our_time(struct host *h, const char *path, int r, struct answer *ret)
{
	if (r == -ENOENT && denies(h))
		return answer_errno(ret, -EACCES, path);
	ret->t_ns = now_dated(h);
	return r;
}

static int read_dated(struct host *h, const char *path, struct answer *ret)
{
	return at_our_time(h, path, host_read(inner(h), path, ret), ret);
}

static int link_dated(struct host *h, const char *path, struct answer *ret)
{
	return at_our_time(h, path, host_link(inner(h), path, ret), ret);
}

static int list_dated(struct host *h, const char *dir, int (*each)(const char *name, void *arg), void *arg)
{
	return host_list(inner(h), dir, each, arg);
}

static int64_t wall_dated(struct host *h)
{
	(void)h;
	return INT64_C(1798761600) * 1000000000; /* 2027-01-01 */
}

static void close_dated(struct host *h)
{
	host_close(inner(h));
	machine_unref(h->machine);
	free(h);
}

static void end(struct machine *m)
{
	free(m);
}

struct host *dated_open(struct host *h, bool deny)
{
	static const struct host_ops ops = {
		.again = again_dated,
		.tick = tick_dated,
		.keep = keep_nothing,
		.read = read_dated,
		.link = link_dated,
		.list = list_dated,
		.now = now_dated,
		.wall = wall_dated,
		.close = close_dated,
	};
	struct dated *d = xcalloc(1, sizeof(*d));
	struct machine *m = xcalloc(1, sizeof(*m));

	machine_init(m, end);
	m->about = *host_about(h);
	*d = (struct dated){.h = {.ops = &ops, .machine = m}, .inner = h, .deny = deny};
	return &d->h;
}
