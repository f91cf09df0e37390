/* The recording host: its ticks, its clock, and what of them goes to the sink. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/recording.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/answer.h"
#include "probes/host/capture.h"
#include "probes/host/machine.h"
#include "probes/host/recording_impl.h"
#include "probes/parse.h"
#include "probes/util.h"

static struct host *inner(struct host *h)
{
	return recording_of(h)->inner;
}

/* Only whole ticks: what is cut anywhere else is no capture. */
static void write_out(struct recording *r, const struct bytes *head)
{
	uint64_t all = r->written + head->len + r->records.len;

	if (all + strlen(CAPTURE_END) > CAPTURE_BYTES_MOST || r->entries.n > CAPTURE_PATHS_MOST ||
		r->tick > CAPTURE_TICKS_MOST) {
		r->err = -EFBIG;
		return;
	}
	r->err = head->len ? r->sink(r->arg, head->p, head->len) : 0;
	if (!r->err && r->records.len)
		r->err = r->sink(r->arg, r->records.p, r->records.len);
	r->written = all;
}

static void put_begin(struct recording *r, struct bytes *out)
{
	if (r->tick == 1)
		record_head(out, &(struct head){host_about(&r->h), host_cost(&r->h).kept_limit, r->anonymous});
	record_tick(out, r->tick, r->began_ns, r->wall_ns, r->all);
	if (!r->moments.len)
		return;
	bytes_put(out, "n", 1);
	bytes_put(out, r->moments.p, r->moments.len);
	bytes_put(out, "\n", 1);
}

/* The tick in hand, or what came to it since it was written. */
static void flush(struct recording *r)
{
	struct bytes begin = {.len = 0};

	if (r->tick && !r->flushed)
		put_begin(r, &begin);
	if (!r->err && (begin.len || r->records.len))
		write_out(r, &begin);
	free(begin.p);
	r->moments.len = r->records.len = 0;
	r->flushed = true;
}

int recording_flush(struct host *h, bool end)
{
	struct recording *r = recording_of(h);
	int err;

	flush(r);
	err = r->err;
	if (end && r->written && (!err || err == -EFBIG)) {
		int last = r->sink(r->arg, CAPTURE_END, strlen(CAPTURE_END));
		err = last ? last : err;
	}
	return err;
}

void recording_all(struct host *h, bool all)
{
	recording_of(h)->all_next = all;
}

void recording_anonymous(struct host *h)
{
	recording_of(h)->anonymous = true;
}

/* A capture was read with a want of its own, tick by tick. */
static void take_want(struct recording *r)
{
	struct answer answer;
	struct slice want;

	if (host_about(r->inner)->kind == HOST_CAPTURE && !host_read(r->inner, "@capture/tick", &answer) &&
		answer_value(answer.text, "want", &want))
		r->all_next = slice_is(want, "all");
}

static int recording_tick(struct host *h, int by)
{
	struct recording *r = recording_of(h);

	flush(r);
	int err = host_tick(r->inner, by);
	if (err < 0)
		return err;
	take_want(r);
	r->all = r->all_next;
	r->tick++;
	r->began_ns = host_now(r->inner);
	r->wall_ns = host_wall(r->inner);
	r->us = 0;
	r->asked = r->flushed = false;
	return err;
}

static int recording_write(struct host *h, const char *path, const char *text, struct answer *ret)
{
	(void)h;
	(void)text;
	return answer_refuse(ret, -EROFS, path, ": what is being recorded is not changed");
}

static int recording_start(struct host *h, const char *job, struct answer *ret)
{
	(void)h;
	return answer_refuse(ret, -EROFS, job, ": what is being recorded is not changed");
}

static int recording_poll(struct host *h, int id, struct answer *ret)
{
	return host_poll(inner(h), id, ret);
}

static int recording_stop(struct host *h, int id)
{
	return host_stop(inner(h), id);
}

static uint64_t recording_now(struct host *h)
{
	struct recording *r = recording_of(h);

	if (!r->tick)
		return host_now(r->inner);
	if (r->asked && !r->flushed) {
		uint64_t ns = host_now(r->inner) - r->began_ns, us = (ns + 500) / 1000;

		r->us = (int64_t)ns > 0 && us > r->us ? us : r->us;
		bytes_put(&r->moments, " ", 1);
		bytes_number(&r->moments, (int64_t)r->us);
	}
	r->asked = true;
	return r->began_ns + r->us * 1000;
}

static int64_t recording_wall(struct host *h)
{
	struct recording *r = recording_of(h);

	return r->tick ? r->wall_ns : host_wall(r->inner);
}

static void recording_close(struct host *h)
{
	struct recording *r = recording_of(h);

	host_close(r->inner);
	machine_unref(h->machine);
	record_entries_free(&r->entries);
	slots_free(&r->kept);
	free(r->kept_of);
	free(r->moments.p);
	free(r->records.p);
	free(r->names.p);
	free(r);
}

static void read_only(struct about *about)
{
	about->writable = false;
	snprintf(about->why_read_only, sizeof(about->why_read_only), "What is being recorded is not changed.");
}

/* Other handles only look: a wrap that lets every call through but has an about of its own. */
static int recording_again(struct host *h, struct host **ret)
{
	struct host *again;
	int err = host_again(inner(h), &again);

	if (err < 0)
		return err;
	err = failing_open(again, 0, 0, 0, ret);
	if (!err)
		read_only(&(*ret)->machine->about);
	return err;
}

static const struct host_ops recording_ops = {
	.again = recording_again,
	.tick = recording_tick,
	.keep = recording_keep,
	.read_kept = recording_read_kept,
	.drop = recording_drop,
	.read = recording_read,
	.link = recording_link,
	.list = recording_list,
	.write = recording_write,
	.start = recording_start,
	.poll = recording_poll,
	.stop = recording_stop,
	.now = recording_now,
	.wall = recording_wall,
	.close = recording_close,
};

struct recording *recording_of(struct host *h)
{
	if (h->ops != &recording_ops)
		BUG("this host records nothing");
	return (struct recording *)h;
}

static void end(struct machine *m)
{
	free(m);
}

int recording_open(struct host *in, record_sink *sink, void *arg, struct host **ret)
{
	struct machine *m = xcalloc(1, sizeof(*m));
	struct recording *r = xcalloc(1, sizeof(*r));

	machine_init(m, end);
	m->about = *host_about(in);
	m->kept_limit = host_cost(in).kept_limit;
	read_only(&m->about);
	*r = (struct recording){.h = {.ops = &recording_ops, .machine = m}, .inner = in, .sink = sink, .arg = arg};
	r->entries.held_most = CAPTURE_HELD_MOST;
	r->kept = slots_new();
	*ret = &r->h;
	return 0;
}
