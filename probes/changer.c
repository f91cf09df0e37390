/* The change thread: a queue of jobs, one lock, one condition. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/changer.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "probes/host/host.h"
#include "probes/util.h"

enum { WAIT_MS = 5000 }; /* for what a daemon answers: a change never rests on what was true a while ago */

struct job {
	struct job *next;
	_Atomic bool cancel;
	struct changer_done done; /* what goes in, and what comes out */
};

struct queue {
	struct job *first, **last;
};

struct changer {
	struct host *h;
	int notify;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct queue in, out;
	struct job *in_hand; /* set by the thread alone */
	bool stop, ended;
	_Atomic size_t steps_done, steps_total;
};

static void push(struct queue *q, struct job *j)
{
	j->next = NULL;
	*q->last = j;
	q->last = &j->next;
}

static struct job *pop(struct queue *q)
{
	struct job *j = q->first;

	if (!j)
		return NULL;
	q->first = j->next;
	if (!q->first)
		q->last = &q->first;
	return j;
}

void changer_done_free(struct changer_done *d)
{
	change_free(d->change);
	if (d->entries)
		entries_free(d->entries);
	free(d->entries);
	*d = (struct changer_done){.job = d->job};
}

static bool progress(size_t done, size_t total, void *arg)
{
	struct changer *c = arg;

	c->steps_done = done;
	c->steps_total = total;
	return c->in_hand->cancel;
}

static const struct entry *find(const struct entries *e, uint64_t id)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->entry[i].id == id)
			return &e->entry[i];
	return NULL;
}

/* Where there is nothing to ask about, undoing writes nothing: it says why, and writes off what is as before already.
 */
static void plan_undo(struct changer *c, struct journal *j, const struct entry *entry, struct changer_done *d)
{
	int err = journal_may_undo(c->h, j, entry, d->result.why);

	if (err != -EXDEV && (entry->undoable || entry->overwritten))
		d->change = journal_plan_undo(c->h, entry);
	if (d->change)
		return;
	if (err)
		d->result.err = err;
	else
		d->result = journal_undo(c->h, j, entry, progress, c);
}

static void work_undo(struct changer *c, struct journal *j, struct changer_done *d)
{
	struct entries e = {.n = 0};
	const struct entry *entry;

	d->err = journal_read(j, &e, d->why);
	if (d->err)
		return;
	entry = find(&e, d->id);
	if (!entry) {
		d->err = -ENOENT;
		snprintf(d->why, sizeof(d->why), "the journal has no change %llu", (unsigned long long)d->id);
	} else if (d->job == CHANGER_PLAN_UNDO) {
		plan_undo(c, j, entry, d);
	} else {
		d->result = journal_undo(c->h, j, entry, progress, c);
	}
	entries_free(&e);
}

static void work_list(struct journal *j, struct changer_done *d)
{
	d->entries = xcalloc(1, sizeof(*d->entries));
	d->err = journal_read(j, d->entries, d->why);
	if (!d->err)
		return;
	free(d->entries);
	d->entries = NULL;
}

static void work(struct changer *c, struct changer_done *d)
{
	struct journal *j = NULL;

	host_wait(c->h, WAIT_MS);
	if (d->job == CHANGER_FILL) {
		d->err = change_fill(c->h, d->change); /* each step has its own words */
		return;
	}
	d->err = journal_open(c->h, &j, d->why);
	if (d->err) {
		d->result = (struct result){.outcome = OUTCOME_REFUSED, .err = d->err};
		snprintf(d->result.why, sizeof(d->result.why), "nothing was changed: %.200s", d->why);
		return;
	}
	if (d->job == CHANGER_LIST)
		work_list(j, d);
	else if (d->job == CHANGER_APPLY)
		d->result = change_apply(c->h, j, d->change, progress, c);
	else
		work_undo(c, j, d);
	journal_close(j);
}

static void *run(void *arg)
{
	struct changer *c = arg;
	uint64_t one = 1;

	pthread_mutex_lock(&c->lock);
	while (!c->stop) {
		c->in_hand = pop(&c->in);
		if (!c->in_hand) {
			pthread_cond_wait(&c->wake, &c->lock);
			continue;
		}
		c->steps_done = c->steps_total = 0;
		pthread_mutex_unlock(&c->lock);
		work(c, &c->in_hand->done);
		pthread_mutex_lock(&c->lock);
		push(&c->out, c->in_hand);
		c->in_hand = NULL;
		pthread_cond_broadcast(&c->wake);
		if (c->notify >= 0 && write(c->notify, &one, sizeof(one)) < 0)
			BUG("eventfd: %s", strerror(errno));
	}
	c->ended = true;
	pthread_cond_broadcast(&c->wake);
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

struct changer *changer_new(struct host *h, int notify)
{
	struct changer *c = xcalloc(1, sizeof(*c));
	pthread_condattr_t attr;
	int err;

	c->h = h;
	c->notify = notify;
	c->in.last = &c->in.first;
	c->out.last = &c->out.first;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&c->wake, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&c->lock, NULL);
	err = pthread_create(&c->thread, NULL, run, c);
	if (err)
		BUG("no change thread: %s", strerror(err));
	return c;
}

void changer_give(struct changer *c, enum changer_job job, struct change *change, uint64_t id)
{
	struct job *j = xcalloc(1, sizeof(*j));

	j->done = (struct changer_done){.job = job, .change = change, .id = id};
	pthread_mutex_lock(&c->lock);
	push(&c->in, j);
	pthread_cond_broadcast(&c->wake);
	pthread_mutex_unlock(&c->lock);
}

bool changer_take(struct changer *c, struct changer_done *ret)
{
	struct job *j;

	pthread_mutex_lock(&c->lock);
	j = pop(&c->out);
	pthread_mutex_unlock(&c->lock);
	if (!j)
		return false;
	*ret = j->done;
	free(j);
	return true;
}

void changer_wait(struct changer *c)
{
	pthread_mutex_lock(&c->lock);
	while (c->in.first || c->in_hand)
		pthread_cond_wait(&c->wake, &c->lock);
	pthread_mutex_unlock(&c->lock);
}

bool changer_busy(struct changer *c, enum changer_job *ret_job)
{
	const struct job *j;

	pthread_mutex_lock(&c->lock);
	j = c->in_hand ? c->in_hand : c->in.first;
	if (j)
		*ret_job = j->done.job;
	pthread_mutex_unlock(&c->lock);
	return j != NULL;
}

void changer_progress(struct changer *c, size_t *ret_done, size_t *ret_total)
{
	*ret_done = c->steps_done;
	*ret_total = c->steps_total;
}

static void cancel(struct job *j)
{
	if (j->done.job == CHANGER_APPLY || j->done.job == CHANGER_UNDO)
		j->cancel = true;
}

void changer_cancel(struct changer *c)
{
	pthread_mutex_lock(&c->lock);
	if (c->in_hand)
		cancel(c->in_hand);
	for (struct job *j = c->in.first; j; j = j->next)
		cancel(j);
	pthread_mutex_unlock(&c->lock);
}

static void drop(struct queue *q)
{
	struct job *j;

	while ((j = pop(q))) {
		changer_done_free(&j->done);
		free(j);
	}
}

bool changer_free(struct changer *c, uint64_t wait_ns)
{
	struct timespec until;
	bool ended;

	if (!c)
		return true;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)(wait_ns / 1000000000);
	until.tv_nsec += (long)(wait_ns % 1000000000);
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&c->lock);
	drop(&c->in);
	c->stop = true;
	if (c->in_hand)
		cancel(c->in_hand);
	pthread_cond_broadcast(&c->wake);
	while (!c->ended && pthread_cond_timedwait(&c->wake, &c->lock, &until) != ETIMEDOUT)
		;
	ended = c->ended;
	pthread_mutex_unlock(&c->lock);
	if (!ended)
		return false;
	pthread_join(c->thread, NULL);
	drop(&c->out);
	pthread_cond_destroy(&c->wake);
	pthread_mutex_destroy(&c->lock);
	host_close(c->h);
	free(c);
	return true;
}
