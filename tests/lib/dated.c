/* Wraps a host: an absence becomes a refusal, all else is passed on. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/denying.h"

#include <errno.h>
#include <stdlib.h>

#include "probes/host/answer.h"
#include "probes/host/machine.h"
#include "probes/util.h"

struct denying {
	struct host h;
	struct host *inner;
};

static struct host *inner(struct host *h)
{
	return ((struct denying *)h)->inner;
}

static int again_denying(struct host *h, struct host **ret)
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

static int tick_denying(struct host *h, int by)
{
	return host_tick(inner(h), by);
}

static int read_denying(struct host *h, const char *path, struct answer *ret)
{
	int r = host_read(inner(h), path, ret);

	return r == -ENOENT ? answer_errno(ret, -EACCES, path) : r;
}

static int link_denying(struct host *h, const char *path, struct answer *ret)
{
	int r = host_link(inner(h), path, ret);

	return r == -ENOENT ? answer_errno(ret, -EACCES, path) : r;
}

static int list_denying(struct host *h, const char *dir, int (*each)(const char *name, void *arg), void *arg)
{
	return host_list(inner(h), dir, each, arg);
}

static uint64_t now_denying(struct host *h)
{
	return host_now(inner(h));
}

static int64_t wall_denying(struct host *h)
{
	return host_wall(inner(h));
}

static void close_denying(struct host *h)
{
	host_close(inner(h));
	machine_unref(h->machine);
	free(h);
}

static void end(struct machine *m)
{
	free(m);
}

struct host *denying_open(struct host *h)
{
	static const struct host_ops ops = {
		.again = again_denying,
		.tick = tick_denying,
		.keep = keep_nothing,
		.read = read_denying,
		.link = link_denying,
		.list = list_denying,
		.now = now_denying,
		.wall = wall_denying,
		.close = close_denying,
	};
	struct denying *d = xcalloc(1, sizeof(*d));
	struct machine *m = xcalloc(1, sizeof(*m));

	machine_init(m, end);
	m->about = *host_about(h);
	*d = (struct denying){.h = {.ops = &ops, .machine = m}, .inner = h};
	return &d->h;
}
