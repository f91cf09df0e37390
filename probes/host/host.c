/* The verbs: each asks the host that it is given, and counts what that cost. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/host.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probes/host/answer.h"
#include "probes/host/capture.h"
#include "probes/host/files.h"
#include "probes/host/machine.h"

enum { WAIT_LEAST_MS = 1 };

int host_open(const struct host_options *o, struct host **ret, char why[200])
{
	if (o->open)
		return capture_open(o, ret, why);
	return o->root ? directory_open(o, ret, why) : live_open(o, ret, why);
}

const struct about *host_about(const struct host *h)
{
	return &h->machine->about;
}

int host_may_write(const struct host *h, char why[200])
{
	const struct about *about = host_about(h);

	if (about->writable) {
		why[0] = '\0';
		return 0;
	}
	snprintf(why, WHY_SIZE, "%s", about->why_read_only);
	return -EROFS;
}

struct host_cost host_cost(const struct host *h)
{
	struct host_cost cost = h->cost;

	cost.kept_limit = h->machine->kept_limit;
	return cost;
}

void host_wait(struct host *h, unsigned ms)
{
	h->wait_ms = h->patience_ms = ms;
}

void host_wait_again(struct host *h)
{
	h->wait_ms = h->patience_ms;
}

bool host_waits(const struct host *h)
{
	return h->wait_ms > WAIT_LEAST_MS;
}

int host_again(struct host *h, struct host **ret)
{
	return h->ops->again(h, ret);
}

int host_tick(struct host *h, int by)
{
	return h->ops->tick(h, by);
}

int host_keep(struct host *h, const char *path)
{
	h->cost.calls++;
	int kept = h->ops->keep(h, path);

	if (kept >= 0)
		h->cost.kept++;
	return kept;
}

void host_drop(struct host *h, int kept)
{
	if (kept < 0)
		return;
	h->ops->drop(h, kept);
	h->cost.kept--;
}

/* Every answer leaves the host through here: why is "" exactly when there was no error. */
static int answered(struct host *h, int result, struct answer *ret)
{
	h->cost.calls++;
	if (result < 0)
		return result;
	h->cost.bytes += ret->len;
	ret->why[0] = '\0';
	return result;
}

int host_read_kept(struct host *h, int kept, struct answer *ret)
{
	return answered(h, h->ops->read_kept(h, kept, ret), ret);
}

/* What a read took is gone from the time to wait. Some is always left: 0 would mean that old answers are as welcome. */
static int read_in_time(struct host *h, const char *path, struct answer *ret)
{
	uint64_t began = clock_now_ns(), took;
	int result = h->ops->read(h, path, ret);

	took = (clock_now_ns() - began) / 1000000;
	h->wait_ms = took + WAIT_LEAST_MS < h->wait_ms ? h->wait_ms - (unsigned)took : WAIT_LEAST_MS;
	return result;
}

int host_read(struct host *h, const char *path, struct answer *ret)
{
	bool waits = h->wait_ms && path[0] == '@';

	return answered(h, waits ? read_in_time(h, path, ret) : h->ops->read(h, path, ret), ret);
}

int host_link(struct host *h, const char *path, struct answer *ret)
{
	return answered(h, h->ops->link(h, path, ret), ret);
}

struct counted {
	struct host *h;
	int (*each)(const char *name, void *arg);
	void *arg;
};

static int count_name(const char *name, void *arg)
{
	struct counted *c = arg;

	c->h->cost.bytes += strlen(name);
	return c->each(name, c->arg);
}

int host_list(struct host *h, const char *dir, int (*each)(const char *name, void *arg), void *arg)
{
	struct counted c = {.h = h, .each = each, .arg = arg};

	h->cost.calls++;
	return h->ops->list(h, dir, count_name, &c);
}

int host_write(struct host *h, const char *path, const char *text, struct answer *ret)
{
	int r = host_may_write(h, ret->why);

	if (r < 0)
		return answer_none(ret, r);
	return answered(h, h->ops->write(h, path, text, ret), ret);
}

int host_start(struct host *h, const char *job, struct answer *ret)
{
	return answered(h, h->ops->start(h, job, ret), ret);
}

int host_poll(struct host *h, int id, struct answer *ret)
{
	return answered(h, h->ops->poll(h, id, ret), ret);
}

int host_stop(struct host *h, int id)
{
	h->cost.calls++;
	return h->ops->stop(h, id);
}

uint64_t host_now(struct host *h)
{
	return h->ops->now(h);
}

int64_t host_wall(struct host *h)
{
	return h->ops->wall(h);
}

void host_close(struct host *h)
{
	if (h)
		h->ops->close(h);
}

static int stop(const char *name, void *arg)
{
	(void)name;
	(void)arg;
	return 1;
}

static bool has_entries(struct host *h, const char *dir)
{
	int r = host_list(h, dir, stop, NULL);

	return r && r != -ENOENT && r != -ENOTDIR; /* what is refused is there */
}

int host_holds_machine(struct host *h, char why[200])
{
	const struct about *about = host_about(h);

	why[0] = '\0';
	if (about->kind != HOST_DIRECTORY || has_entries(h, "/sys") || has_entries(h, "/proc"))
		return 0;
	return why_path(why, -ENODEV, about->where, " holds no machine: there is neither a /sys nor a /proc in it");
}
