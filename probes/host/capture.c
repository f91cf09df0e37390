/* The capture host: answers from a text what a machine once said. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/capture.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/answer.h"
#include "probes/host/capture_impl.h"
#include "probes/host/slots.h"
#include "probes/util.h"

#define TICK_PATH "@capture/tick"

struct capture_handle {
	struct host h;
	struct bytes answer;
	struct slots kept; /* numbers of what was said */
	uint64_t moves; /* of the machine, when now() was asked last */
	uint64_t now;
	struct slice clocks; /* that now() has not told yet */
};

static struct capture_handle *handle_of(struct host *h)
{
	return (struct capture_handle *)h;
}

static struct capture *capture_of(struct host *h)
{
	return (struct capture *)h->machine;
}

static struct capture *lock(struct host *h)
{
	pthread_mutex_lock(&h->machine->lock);
	return capture_of(h);
}

static void unlock(struct host *h)
{
	pthread_mutex_unlock(&h->machine->lock);
}

static const struct capture_tick *tick_of(const struct capture *c)
{
	return &c->ticks[c->tick ? c->tick - 1 : 0];
}

/* The answer ret is given: its time, and what is in the handle's own buffer when there is no error. */
static int give(struct host *h, int err, int64_t us, struct answer *ret)
{
	const struct bytes *b = &handle_of(h)->answer;
	int64_t t = (int64_t)tick_of(capture_of(h))->ns + us * 1000;

	ret->text = err ? "" : b->p;
	ret->len = err ? 0 : b->len;
	ret->t_ns = t < 0 ? 0 : (uint64_t)t;
	return err;
}

static int give_tick(struct host *h, struct answer *ret)
{
	const struct capture *c = capture_of(h);
	struct bytes *b = &handle_of(h)->answer;
	const struct capture_tick *t = tick_of(c);
	bool more = c->tick && c->tick < c->nticks;
	char text[120];
	int n = snprintf(text, sizeof(text), "tick=%u\nticks=%u\nwant=%s\nnext_ns=%" PRIu64 "\n", c->tick, c->nticks,
		t->due ? "due" : "all", more ? t[1].ns - t->ns : 0);

	b->len = 0;
	bytes_put(b, text, (size_t)n);
	return give(h, 0, 0, ret);
}

/* Under the lock. */
static int answer(struct host *h, enum capture_verb verb, const char *path, struct answer *ret)
{
	struct bytes *b = &handle_of(h)->answer;
	const struct said *s;
	char real[PATH_MAX];
	int err;

	if (verb == VERB_READ && !strcmp(path, TICK_PATH))
		return give_tick(h, ret);
	err = capture_look(capture_of(h), verb, path, &s, real, ret->why);
	if (!err && s)
		err = capture_say(capture_of(h), s, path, b, ret->why);
	if (!err && !s) {
		b->len = 0;
		bytes_put(b, "", 0);
		capture_names_below(capture_of(h), real, b);
	}
	return give(h, err, s ? s->us : 0, ret);
}

static int locked_answer(struct host *h, enum capture_verb verb, const char *path, struct answer *ret)
{
	lock(h);
	int err = answer(h, verb, path, ret);
	unlock(h);
	return err;
}

static int capture_read(struct host *h, const char *path, struct answer *ret)
{
	return locked_answer(h, VERB_READ, path, ret);
}

static int capture_link(struct host *h, const char *path, struct answer *ret)
{
	return locked_answer(h, VERB_LINK, path, ret);
}

static int capture_list(struct host *h, const char *dir, int (*each)(const char *name, void *arg), void *arg)
{
	struct answer names;
	int err = locked_answer(h, VERB_LIST, dir, &names);

	for (size_t at = 0; !err && at < names.len; at += strlen(names.text + at) + 1)
		err = each(names.text + at, arg);
	return err;
}

static int capture_keep(struct host *h, const char *path)
{
	char real[PATH_MAX], why[WHY_SIZE];
	const struct said *s;
	int err;

	/* The place of the tape is read each time, as something that is no file. */
	if (!strcmp(path, TICK_PATH) || !machine_take_kept(h->machine))
		return -EMFILE;
	const struct capture *c = lock(h);
	err = capture_look(c, VERB_READ, path, &s, real, why);
	if (!err)
		err = s->error;
	int number = err ? 0 : (int)(s - c->said);
	unlock(h);
	if (!err)
		return slots_take(&handle_of(h)->kept, number);
	machine_give_kept(h->machine, 1);
	return err;
}

static int capture_read_kept(struct host *h, int kept, struct answer *ret)
{
	int number = slots_get(&handle_of(h)->kept, kept), err;
	const struct capture *c = lock(h);
	const struct said *s = &c->said[number];
	struct bytes *b = &handle_of(h)->answer;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%.*s", (int)s->len, s->path);
	err = s->body.at ? capture_say(c, s, path, b, ret->why)
			 : why_path(ret->why, -ENODATA, path, ": not in this capture");
	give(h, err, s->us, ret);
	unlock(h);
	return err;
}

static void capture_drop(struct host *h, int kept)
{
	slots_give(&handle_of(h)->kept, kept);
	machine_give_kept(h->machine, 1);
}

static int capture_tick(struct host *h, int by)
{
	struct capture *c = lock(h);
	int64_t to = (int64_t)c->tick + by;
	int err = to < 0 || to > c->nticks ? -ERANGE : 0;

	if (!err && by) {
		if (by < 0)
			capture_forget(c);
		while (c->tick < to)
			capture_play(c, c->tick + 1);
		c->moves++;
	}
	unlock(h);
	return err;
}

/* What now() says first in a tick is its begin, then what it said when it was asked. */
static uint64_t capture_now(struct host *h)
{
	struct capture_handle *f = handle_of(h);
	const struct capture *c = lock(h);
	const struct capture_tick *t = tick_of(c);
	struct slice clock;
	uint64_t us;

	if (f->moves != c->moves) {
		f->moves = c->moves;
		f->now = t->ns;
		f->clocks = c->tick && t->now ? capture_line(c, t->now) : (struct slice){"", 0};
	} else if (slice_word(&f->clocks, &clock) && !parse_u64(clock, &us)) {
		f->now = t->ns + us * 1000;
	}
	unlock(h);
	return f->now;
}

static int64_t capture_wall(struct host *h)
{
	const struct capture *c = lock(h);
	int64_t wall = tick_of(c)->wall_ns;

	unlock(h);
	return wall;
}

static int no_job(const char *job, struct answer *ret)
{
	return answer_refuse(ret, -EOPNOTSUPP, job, ": a capture does no work");
}

static int capture_write(struct host *h, const char *path, const char *text, struct answer *ret)
{
	(void)h;
	(void)text;
	return answer_refuse(ret, -EROFS, path, ": a capture is only read");
}

static int capture_start(struct host *h, const char *job, struct answer *ret)
{
	(void)h;
	return no_job(job, ret);
}

static int capture_poll(struct host *h, int id, struct answer *ret)
{
	(void)h;
	(void)id;
	return no_job("this job", ret);
}

static int capture_stop(struct host *h, int id)
{
	(void)h;
	(void)id;
	return -EOPNOTSUPP;
}

static void capture_close(struct host *h)
{
	struct capture_handle *f = handle_of(h);

	for (int i = 0; i < f->kept.n; i++)
		if (f->kept.value[i] >= 0)
			capture_drop(h, i);
	slots_free(&f->kept);
	bytes_free(&f->answer);
	machine_unref(h->machine);
	free(f);
}

static int capture_again(struct host *h, struct host **ret);

static const struct host_ops capture_ops = {
	.again = capture_again,
	.tick = capture_tick,
	.keep = capture_keep,
	.read_kept = capture_read_kept,
	.drop = capture_drop,
	.read = capture_read,
	.link = capture_link,
	.list = capture_list,
	.write = capture_write,
	.start = capture_start,
	.poll = capture_poll,
	.stop = capture_stop,
	.now = capture_now,
	.wall = capture_wall,
	.close = capture_close,
};

struct host *capture_handle_new(struct machine *m)
{
	struct capture_handle *f = xcalloc(1, sizeof(*f));

	f->h = (struct host){.ops = &capture_ops, .machine = m};
	f->kept = slots_new();
	f->moves = UINT64_MAX;
	return &f->h;
}

static int capture_again(struct host *h, struct host **ret)
{
	*ret = capture_handle_new(machine_ref(h->machine));
	return 0;
}
