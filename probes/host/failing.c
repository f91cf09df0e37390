/* The failing host: wraps another one and lets chosen calls fail, so that every refusal can be tested. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "probes/host/answer.h"
#include "probes/host/machine.h"
#include "probes/util.h"

struct failing_machine {
	struct machine m; /* its lock guards calls */
	uint64_t nth, times, calls;
	int error;
};

struct failing {
	struct host h;
	struct host *inner;
};

static struct host *inner(struct host *h)
{
	return ((struct failing *)h)->inner;
}

static struct failing_machine *machine_of(const struct host *h)
{
	return (struct failing_machine *)h->machine;
}

/* Counts one call: 0 when it goes through, else the error that it answers. */
static int strike(struct host *h)
{
	struct failing_machine *m = machine_of(h);

	pthread_mutex_lock(&m->m.lock);
	uint64_t call = ++m->calls;
	pthread_mutex_unlock(&m->m.lock);
	return m->nth && call >= m->nth && call - m->nth < m->times ? -m->error : 0;
}

static int strike_answer(struct host *h, struct answer *ret, const char *what)
{
	int r = strike(h);

	return r < 0 ? answer_refuse(ret, r, what, ": failing on purpose") : 0;
}

static int failing_tick(struct host *h, int by)
{
	int r = strike(h);

	return r < 0 ? r : host_tick(inner(h), by);
}

static int failing_keep(struct host *h, const char *path)
{
	int r = strike(h);

	return r < 0 ? r : host_keep(inner(h), path);
}

static int failing_read_kept(struct host *h, int kept, struct answer *ret)
{
	int r = strike_answer(h, ret, "a file that was open");

	return r < 0 ? r : host_read_kept(inner(h), kept, ret);
}

static void failing_drop(struct host *h, int kept)
{
	host_drop(inner(h), kept);
}

static int failing_read(struct host *h, const char *path, struct answer *ret)
{
	int r = strike_answer(h, ret, path);

	inner(h)->wait_ms = h->wait_ms;
	return r < 0 ? r : host_read(inner(h), path, ret);
}

static int failing_link(struct host *h, const char *path, struct answer *ret)
{
	int r = strike_answer(h, ret, path);

	return r < 0 ? r : host_link(inner(h), path, ret);
}

static int failing_list(struct host *h, const char *dir, int (*each)(const char *name, void *arg), void *arg)
{
	int r = strike(h);

	return r < 0 ? r : host_list(inner(h), dir, each, arg);
}

static int failing_write(struct host *h, const char *path, const char *text, struct answer *ret)
{
	int r = strike_answer(h, ret, path);

	return r < 0 ? r : host_write(inner(h), path, text, ret);
}

static int failing_start(struct host *h, const char *job, struct answer *ret)
{
	int r = strike_answer(h, ret, job);

	return r < 0 ? r : host_start(inner(h), job, ret);
}

static int failing_poll(struct host *h, int id, struct answer *ret)
{
	int r = strike_answer(h, ret, "a job");

	return r < 0 ? r : host_poll(inner(h), id, ret);
}

static int failing_stop(struct host *h, int id)
{
	int r = strike(h);

	return r < 0 ? r : host_stop(inner(h), id);
}

static uint64_t failing_now(struct host *h)
{
	return host_now(inner(h));
}

static int64_t failing_wall(struct host *h)
{
	return host_wall(inner(h));
}

static void failing_close(struct host *h)
{
	host_close(inner(h));
	machine_unref(h->machine);
	free(h);
}

static int failing_again(struct host *h, struct host **ret);

static const struct host_ops failing_ops = {
	.again = failing_again,
	.tick = failing_tick,
	.keep = failing_keep,
	.read_kept = failing_read_kept,
	.drop = failing_drop,
	.read = failing_read,
	.link = failing_link,
	.list = failing_list,
	.write = failing_write,
	.start = failing_start,
	.poll = failing_poll,
	.stop = failing_stop,
	.now = failing_now,
	.wall = failing_wall,
	.close = failing_close,
};

static struct host *wrap(struct machine *m, struct host *in)
{
	struct failing *f = xcalloc(1, sizeof(*f));

	*f = (struct failing){.h = {.ops = &failing_ops, .machine = m}, .inner = in};
	return &f->h;
}

static int failing_again(struct host *h, struct host **ret)
{
	struct host *in;
	int r = host_again(inner(h), &in);

	if (r < 0)
		return r;
	*ret = wrap(machine_ref(h->machine), in);
	return 0;
}

static void end(struct machine *m)
{
	free(m);
}

int failing_open(struct host *in, uint64_t nth, uint64_t times, int error, struct host **ret)
{
	struct failing_machine *m = xcalloc(1, sizeof(*m));

	if (nth && error <= 0)
		BUG("%d is no errno to fail with", error);
	machine_init(&m->m, end);
	m->m.about = *host_about(in);
	m->m.kept_limit = host_cost(in).kept_limit;
	m->nth = nth;
	m->times = times;
	m->error = error;
	*ret = wrap(&m->m, in);
	return 0;
}

uint64_t failing_calls(const struct host *failing)
{
	struct failing_machine *m = machine_of(failing);

	if (failing->ops != &failing_ops)
		BUG("this host does not fail on purpose");
	pthread_mutex_lock(&m->m.lock);
	uint64_t calls = m->calls;
	pthread_mutex_unlock(&m->m.lock);
	return calls;
}
