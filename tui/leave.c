/* A thread takes the signals: the one that works may hang in a read, and a second one must be noticed even then. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/leave.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include "probes/util.h"
#include "tui/signals.h"

struct leave {
	sigset_t set, was;
	pthread_t thread;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t wake;
	bool asked;
	void (*call)(void *arg);
	void *arg;
};

static void end_by(int sig)
{
	sigset_t only;

	sigemptyset(&only);
	sigaddset(&only, sig);
	signal(sig, SIG_DFL);
	pthread_sigmask(SIG_UNBLOCK, &only, NULL);
	raise(sig);
}

static void *watch(void *arg)
{
	struct leave *l = arg;
	int sig;

	if (sigwait(&l->set, &sig))
		BUG("signals cannot be waited for");
	pthread_mutex_lock(&l->lock);
	l->asked = true;
	pthread_cond_broadcast(&l->wake);
	pthread_mutex_unlock(&l->lock);
	if (sigwait(&l->set, &sig))
		BUG("signals cannot be waited for");
	pthread_mutex_lock(&l->lock);
	if (l->call)
		l->call(l->arg);
	end_by(sig);
	return NULL;
}

struct leave *leave_watch(void)
{
	static const int asking[] = {SIGINT, SIGTERM, SIGHUP};
	struct leave *l = xcalloc(1, sizeof(*l));
	pthread_condattr_t attr;

	sigemptyset(&l->set);
	for (size_t i = 0; i < COUNT(asking); i++)
		if (!signals_ignored(asking[i]))
			sigaddset(&l->set, asking[i]);
	pthread_sigmask(SIG_BLOCK, &l->set, &l->was);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	if (pthread_mutex_init(&l->lock, NULL) || pthread_cond_init(&l->wake, &attr) ||
		pthread_create(&l->thread, NULL, watch, l))
		BUG("a thread cannot be started");
	pthread_condattr_destroy(&attr);
	return l;
}

void leave_at_once(struct leave *l, void (*call)(void *arg), void *arg)
{
	pthread_mutex_lock(&l->lock);
	l->call = call;
	l->arg = arg;
	pthread_mutex_unlock(&l->lock);
}

bool leave_wait(struct leave *l, uint64_t until_ns)
{
	const struct timespec until = {.tv_sec = (time_t)(until_ns / 1000000000), .tv_nsec = (long)(until_ns % 1000000000)};
	bool asked;

	pthread_mutex_lock(&l->lock);
	while (!l->asked && !pthread_cond_timedwait(&l->wake, &l->lock, &until))
		;
	asked = l->asked;
	pthread_mutex_unlock(&l->lock);
	return asked;
}

void leave_end(struct leave *l)
{
	pthread_cancel(l->thread);
	pthread_join(l->thread, NULL);
	pthread_sigmask(SIG_SETMASK, &l->was, NULL);
	pthread_cond_destroy(&l->wake);
	pthread_mutex_destroy(&l->lock);
	free(l);
}
