/* Puts a clock of the test's own into a host. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/clocked.h"

static const struct clocked *of(const struct host *h)
{
	return (const void *)h->ops;
}

static uint64_t now(struct host *h)
{
	return *of(h)->now_ns;
}

static int read_it(struct host *h, const char *path, struct answer *ret)
{
	int err = of(h)->inner->read(h, path, ret);

	ret->t_ns = now(h);
	return err;
}

static int read_kept(struct host *h, int kept, struct answer *ret)
{
	int err = of(h)->inner->read_kept(h, kept, ret);

	ret->t_ns = now(h);
	return err;
}

struct host *clocked(struct clocked *c, struct host *h, const uint64_t *now_ns)
{
	*c = (struct clocked){.ops = *h->ops, .inner = h->ops, .now_ns = now_ns};
	c->ops.now = now;
	c->ops.read = read_it;
	c->ops.read_kept = read_kept;
	h->ops = &c->ops;
	return h;
}
