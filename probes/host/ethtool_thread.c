/* The thread that asks drivers of interfaces, so that one that takes its time holds up no tick. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "probes/host/answer.h"
#include "probes/host/ethtool.h"
#include "probes/util.h"

enum { WAIT_MS = 20, LEAVE_MS = 200, QUESTIONS_MOST = 4096 };
#define MS UINT64_C(1000000)
#define NS UINT64_C(1000000000)
#define FRESH_NS (5 * NS) /* an answer that came too late is still given this long */

struct question {
	char name[ETHTOOL_NAME];
	enum ethtool_topic topic;
	bool asked, unread; /* waits for its answer; has one that nobody was given */
	uint64_t done_ns; /* when it was answered; 0: never */
	int result;
	char text[ETHTOOL_TEXT], why[WHY_SIZE];
};

struct ethtool {
	ethtool_asker *ask;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t work, done; /* on the clock of clock_now_ns() */
	pthread_t thread;
	bool runs, ends;
	bool through, left; /* the thread has come to its end; nobody waits for it: it frees all */
	bool late; /* somebody has waited in vain, and the thread is not through yet */
	struct question **question; /* each once: they are few, four for a card */
	size_t n;
};

static void condition(pthread_cond_t *c)
{
	pthread_condattr_t attr;

	if (pthread_condattr_init(&attr) || pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) || pthread_cond_init(c, &attr))
		BUG("a condition cannot be made");
	pthread_condattr_destroy(&attr);
}

struct ethtool *ethtool_new(ethtool_asker *ask)
{
	struct ethtool *e = xcalloc(1, sizeof(*e));

	e->ask = ask;
	if (pthread_mutex_init(&e->lock, NULL))
		BUG("a mutex cannot be made");
	condition(&e->work);
	condition(&e->done);
	return e;
}

static struct timespec at(uint64_t ns)
{
	return (struct timespec){.tv_sec = (time_t)(ns / NS), .tv_nsec = (long)(ns % NS)};
}

static void free_all(struct ethtool *e)
{
	pthread_cond_destroy(&e->work);
	pthread_cond_destroy(&e->done);
	pthread_mutex_destroy(&e->lock);
	for (size_t i = 0; i < e->n; i++)
		free(e->question[i]);
	free(e->question);
	free(e);
}

/* A driver can take for ever, and nothing ends a question to it: then the thread stays, and whoever leaves does not. */
void ethtool_free(struct ethtool *e)
{
	struct timespec until = at(clock_now_ns() + LEAVE_MS * MS);
	bool left;

	if (!e)
		return;
	pthread_mutex_lock(&e->lock);
	e->ends = true;
	pthread_cond_signal(&e->work);
	while (e->runs && !e->through && !pthread_cond_timedwait(&e->done, &e->lock, &until))
		;
	left = e->left = e->runs && !e->through;
	if (left)
		pthread_detach(e->thread);
	pthread_mutex_unlock(&e->lock);
	if (left)
		return;
	if (e->runs)
		pthread_join(e->thread, NULL);
	free_all(e);
}

static struct question *next(struct ethtool *e)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->question[i]->asked)
			return e->question[i];
	return NULL;
}

/* Asks without the lock, into texts of its own. */
static void answer(struct ethtool *e, struct question *q)
{
	char text[ETHTOOL_TEXT] = "", why[WHY_SIZE] = "";
	int result;

	pthread_mutex_unlock(&e->lock);
	result = e->ask(q->name, q->topic, text, sizeof(text), why);
	pthread_mutex_lock(&e->lock);
	memcpy(q->text, text, sizeof(text));
	memcpy(q->why, why, sizeof(why));
	q->result = result;
	q->done_ns = clock_now_ns();
	q->asked = false;
	q->unread = true;
	pthread_cond_broadcast(&e->done);
}

static void *work(void *arg)
{
	struct ethtool *e = arg;
	struct question *q;
	bool left;

	pthread_mutex_lock(&e->lock);
	while (!e->ends) {
		q = next(e);
		if (q) {
			answer(e, q);
			continue;
		}
		e->late = false;
		pthread_cond_wait(&e->work, &e->lock);
	}
	e->through = true;
	left = e->left;
	pthread_cond_broadcast(&e->done);
	pthread_mutex_unlock(&e->lock);
	if (left)
		free_all(e);
	return NULL;
}

static struct question *find(struct ethtool *e, const char *name, enum ethtool_topic topic)
{
	struct question *q;

	for (size_t i = 0; i < e->n; i++)
		if (e->question[i]->topic == topic && strcmp(e->question[i]->name, name) == 0)
			return e->question[i];
	if (e->n == QUESTIONS_MOST)
		return NULL;
	q = xcalloc(1, sizeof(*q));
	memcpy(q->name, name, ETHTOOL_NAME);
	q->topic = topic;
	e->question = xrealloc(e->question, e->n + 1, sizeof(struct question *));
	return e->question[e->n++] = q;
}

/* Is there an answer for somebody who asked at that time? Waits a moment for it. */
static bool is_answered(struct ethtool *e, const struct question *q, uint64_t from)
{
	struct timespec until = at(from + WAIT_MS * MS);

	while (!e->late && q->done_ns < from)
		if (pthread_cond_timedwait(&e->done, &e->lock, &until))
			e->late = q->done_ns < from;
	return q->done_ns >= from;
}

static int text_locked(
	struct ethtool *e, const char *name, enum ethtool_topic topic, char *buf, size_t size, char why[200])
{
	struct question *q = find(e, name, topic);
	uint64_t now = clock_now_ns();

	if (!q)
		return why_path(why, -EMFILE, name, ": too many interfaces were asked for");
	if (!e->runs) {
		int err = -pthread_create(&e->thread, NULL, work, e);

		if (err)
			return why_errno(why, err, name);
		e->runs = true;
	}
	if (!q->unread || now - q->done_ns > FRESH_NS) {
		q->asked = true;
		pthread_cond_signal(&e->work);
		if (!is_answered(e, q, now))
			return why_path(why, -EINPROGRESS, name, ": its driver has not answered yet");
	}
	q->unread = false;
	snprintf(why, WHY_SIZE, "%s", q->why);
	if (q->result >= 0)
		snprintf(buf, size, "%s", q->text);
	return q->result;
}

int ethtool_text(struct ethtool *e, const char *path, char *buf, size_t size, char why[200])
{
	enum ethtool_topic topic;
	char name[ETHTOOL_NAME] = "";
	int r = ethtool_path(path, name, &topic);

	if (r)
		return why_path(why, r, path, " is no question about an interface");
	pthread_mutex_lock(&e->lock);
	r = text_locked(e, name, topic, buf, size, why);
	pthread_mutex_unlock(&e->lock);
	return r;
}
