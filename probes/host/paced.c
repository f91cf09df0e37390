/* The paced host: its time is that of its ticks, and nothing of the machine it runs on shows in its answers. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/paced.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/answer.h"
#include "probes/host/machine.h"
#include "probes/util.h"

enum { KEPT_MOST = 12000 }; /* as on a machine that sets no limit of its own */

struct paced {
	struct host h;
	struct host *inner;
	struct pace pace;
	uint64_t ticks; /* so far */
	char **kept; /* their paths; NULL: a free place */
	size_t nkept;
};

struct names {
	char **at;
	size_t n;
};

static struct paced *of(struct host *h)
{
	return (struct paced *)h;
}

static uint64_t since_begin(const struct paced *p)
{
	return p->ticks ? (p->ticks - 1) * p->pace.tick_ns : 0;
}

static uint64_t paced_now(struct host *h)
{
	return of(h)->pace.begin_ns + since_begin(of(h));
}

static int64_t paced_wall(struct host *h)
{
	return of(h)->pace.begin_wall_ns + (int64_t)since_begin(of(h));
}

static int paced_tick(struct host *h, int by)
{
	struct paced *p = of(h);

	if (by < 0)
		return -ERANGE;
	p->ticks += (unsigned)by;
	return p->pace.live ? p->pace.live(p->pace.arg, paced_now(h)) : 0;
}

static int dated(struct host *h, int result, struct answer *ret)
{
	ret->t_ns = paced_now(h);
	return result;
}

static int paced_read(struct host *h, const char *path, struct answer *ret)
{
	return dated(h, host_read(of(h)->inner, path, ret), ret);
}

static int paced_link(struct host *h, const char *path, struct answer *ret)
{
	return dated(h, host_link(of(h)->inner, path, ret), ret);
}

static char **place_of(struct host *h, int kept)
{
	struct paced *p = of(h);

	if (kept < 0 || (size_t)kept >= p->nkept || !p->kept[kept])
		BUG("no file is kept as %d", kept);
	return &p->kept[kept];
}

static int paced_read_kept(struct host *h, int kept, struct answer *ret)
{
	return paced_read(h, *place_of(h, kept), ret);
}

/* Refused as the inner one refuses it. */
static int paced_keep(struct host *h, const char *path)
{
	struct paced *p = of(h);
	size_t at = 0;
	int kept;

	if (!machine_take_kept(h->machine))
		return -EMFILE;
	kept = host_keep(p->inner, path);
	host_drop(p->inner, kept);
	if (kept < 0) {
		machine_give_kept(h->machine, 1);
		return kept;
	}
	/* They are dropped from anywhere, but seldom: most come one behind the other. */
	if (h->machine->kept <= p->nkept)
		while (p->kept[at])
			at++;
	else
		at = p->nkept++;
	p->kept = xrealloc(p->kept, p->nkept, sizeof *p->kept);
	p->kept[at] = xstrdup(path);
	return (int)at;
}

static void paced_drop(struct host *h, int kept)
{
	char **place = place_of(h, kept);

	free(*place);
	*place = NULL;
	machine_give_kept(h->machine, 1);
}

static int take_name(const char *name, void *arg)
{
	struct names *n = arg;

	n->at = xrealloc(n->at, n->n + 1, sizeof *n->at);
	n->at[n->n++] = xstrdup(name);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strverscmp(*(char *const *)a, *(char *const *)b);
}

/* The order in which a file system lists them is its own. */
static int paced_list(struct host *h, const char *dir, int (*each)(const char *name, void *arg), void *arg)
{
	struct names n = {0};
	int err = host_list(of(h)->inner, dir, take_name, &n);

	if (n.n)
		qsort(n.at, n.n, sizeof *n.at, by_name);
	for (size_t i = 0; i < n.n; i++) {
		err = err ? err : each(n.at[i], arg);
		free(n.at[i]);
	}
	free(n.at);
	return err;
}

static int paced_write(struct host *h, const char *path, const char *text, struct answer *ret)
{
	return host_write(of(h)->inner, path, text, ret);
}

static int paced_start(struct host *h, const char *job, struct answer *ret)
{
	return dated(h, host_start(of(h)->inner, job, ret), ret);
}

static int paced_poll(struct host *h, int id, struct answer *ret)
{
	return dated(h, host_poll(of(h)->inner, id, ret), ret);
}

static int paced_stop(struct host *h, int id)
{
	return host_stop(of(h)->inner, id);
}

static int paced_again(struct host *h, struct host **ret)
{
	(void)h;
	(void)ret;
	return -EOPNOTSUPP;
}

static void paced_close(struct host *h)
{
	struct paced *p = of(h);

	host_close(p->inner);
	if (p->pace.end)
		p->pace.end(p->pace.arg);
	for (size_t i = 0; i < p->nkept; i++)
		free(p->kept[i]);
	free(p->kept);
	machine_unref(h->machine);
	free(p);
}

static void end(struct machine *m)
{
	free(m);
}

static const struct host_ops paced_ops = {
	.again = paced_again,
	.tick = paced_tick,
	.keep = paced_keep,
	.read_kept = paced_read_kept,
	.drop = paced_drop,
	.read = paced_read,
	.link = paced_link,
	.list = paced_list,
	.write = paced_write,
	.start = paced_start,
	.poll = paced_poll,
	.stop = paced_stop,
	.now = paced_now,
	.wall = paced_wall,
	.close = paced_close,
};

int paced_open(struct host *inner, const struct pace *pace, struct host **ret)
{
	struct machine *m = xcalloc(1, sizeof *m);
	struct paced *p = xcalloc(1, sizeof *p);

	machine_init(m, end);
	m->about = *host_about(inner);
	m->kept_limit = KEPT_MOST;
	*p = (struct paced){.h = {.ops = &paced_ops, .machine = m}, .inner = inner, .pace = *pace};
	*ret = &p->h;
	return 0;
}
