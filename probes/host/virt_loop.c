/* libvirt's threads: one keeps the connection and answers one wanted path after the other, one runs libvirt's events. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <libvirt/virterror.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/answer.h"
#include "probes/host/virt_impl.h"
#include "probes/util.h"

/*
 * A call that is under way ends with its keepalive only while somebody else runs the loop (measured): hence two threads.
 * The loop is of the whole process. Should two machines be open, either thread may find itself running events of the
 * other: so these take nothing but the lock, and call nothing of libvirt.
 */

static void call_begins(struct virt *v)
{
	pthread_mutex_lock(&v->lock);
	v->state.call_ns = clock_now_ns();
	pthread_mutex_unlock(&v->lock);
}

static void call_ends(struct virt *v, bool answered)
{
	pthread_mutex_lock(&v->lock);
	v->state.call_ns = 0;
	if (answered)
		v->state.answered_ns = clock_now_ns();
	pthread_mutex_unlock(&v->lock);
}

static void tell(struct virt *v, enum virt_link link, int err, const char *why)
{
	uint64_t now = clock_now_ns();

	pthread_mutex_lock(&v->lock);
	virt_state_set(&v->state, link, why, now);
	v->state.err = err;
	if (link != LINK_CONNECTED)
		v->state.failed_ns = now;
	pthread_cond_broadcast(&v->changed);
	pthread_mutex_unlock(&v->lock);
}

/* took_ns: how long the call took that failed so; a daemon that was killed says so at once, one that hangs never. */
static void lose(struct virt *v, const char *why, uint64_t took_ns)
{
	virt_disconnect(v);
	v->retry_ns = clock_now_ns() + VIRT_SECOND;
	tell(v, took_ns > VIRT_SILENT_NS ? LINK_SILENT : LINK_LOST, 0, why);
}

static void connect_refused(struct virt *v, int err, const char *why)
{
	enum virt_link link = virt_refusal(err);

	call_ends(v, false);
	v->retry_ns = clock_now_ns() + VIRT_RETRY_NS;
	tell(v, link == LINK_NONE && v->state.was_connected ? LINK_LOST : link, err, why);
}

static void connect_now(struct virt *v)
{
	struct virt_state told = {.link = LINK_CONNECTING};
	char why[VIRT_WHY];
	int err;

	call_begins(v);
	err = virt_open(v, &v->conn, why);
	if (err) {
		connect_refused(v, err, why);
		return;
	}
	virt_listen(v);
	virt_describe(v->conn, v, &told);
	virt_guests_all_moved(v);
	pthread_mutex_lock(&v->lock);
	told.why[0] = '\0';
	told.answered_ns = told.since_ns = clock_now_ns();
	told.failed_ns = v->state.failed_ns;
	told.was_connected = true;
	told.link = LINK_CONNECTED;
	v->state = told;
	pthread_cond_broadcast(&v->changed);
	pthread_mutex_unlock(&v->lock);
}

static void keep(struct virt *v, struct virt_answer *e, int err, const char *why, struct text *text, uint64_t began)
{
	pthread_mutex_lock(&v->lock);
	free(e->text);
	e->text = NULL;
	e->began_ns = began;
	e->err = err;
	snprintf(e->why, sizeof(e->why), "%s", why);
	if (!err) {
		e->text = text->bytes;
		e->len = text->len;
		e->t_ns = clock_now_ns();
		*text = (struct text){.len = 0};
	}
	pthread_cond_broadcast(&v->changed);
	pthread_mutex_unlock(&v->lock);
}

bool virt_loop_answer(struct virt *v, struct virt_answer *e)
{
	uint64_t began = clock_now_ns();
	struct text text = text_begin();
	char why[VIRT_WHY] = "";
	bool away;
	int err;

	virResetLastError();
	call_begins(v);
	err = virt_ask(v, &e->path, &text, why);
	away = err && v->conn && virGetLastError() && virt_is_away(v->conn);
	call_ends(v, !away);
	if (!err && text.len > VIRT_TEXT_MOST)
		err = why_path(why, -EFBIG, e->name, ": longer than 64 MiB");
	/* Of a path asked on behalf of another one the connection may be gone already. */
	if (away)
		lose(v, why, clock_now_ns() - began);
	else if (v->conn)
		keep(v, e, err, why, &text, began);
	text_end(&text, NULL);
	return v->conn;
}

void virt_loop_event(struct virt *v, virDomainPtr dom, bool listed)
{
	struct virt_answer *e;
	char uuid[VIRT_UUID];

	if (virDomainGetUUIDString(dom, uuid))
		return;
	pthread_mutex_lock(&v->lock);
	v->dirty |= listed;
	virt_guests_happened(v, uuid);
	/* Who looked at the list will do so again: then it has the news already. */
	e = virt_answers_find(&v->answers, "@virt/guests");
	if (e)
		virt_answers_queue(&v->answers, e, true);
	pthread_cond_signal(&v->work);
	pthread_mutex_unlock(&v->lock);
}

void virt_loop_dropped(struct virt *v)
{
	pthread_mutex_lock(&v->lock);
	v->dropped = true;
	pthread_cond_signal(&v->work);
	pthread_mutex_unlock(&v->lock);
}

static void close_written(struct virt *v, uint64_t now)
{
	if (pthread_mutex_trylock(&v->write_lock))
		return;
	if (v->rw && now > v->written_ns + VIRT_WRITTEN_NS) {
		call_begins(v);
		virConnectClose(v->rw);
		call_ends(v, false);
		v->rw = NULL;
	}
	pthread_mutex_unlock(&v->write_lock);
}

/* Signals are the terminal's, and a socket that broke is an error, not an end. */
static int thread_start(pthread_t *ret, void *(*body)(void *), void *arg)
{
	sigset_t all, was;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &was);
	err = pthread_create(ret, NULL, body, arg);
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	return err;
}

/* A daemon that was just started looks at all its emulators first, for seconds: nobody shall wait for this number. */
static void ask_version(struct virt *v)
{
	unsigned long version = 0;
	bool known;

	call_begins(v);
	known = !virConnectGetVersion(v->conn, &version) && version;
	call_ends(v, known);
	pthread_mutex_lock(&v->lock);
	v->state.hypervisor = known ? version : VIRT_NO_VERSION;
	pthread_mutex_unlock(&v->lock);
}

/* What there is to do. */
struct turn {
	bool quit, dropped, hurry;
	struct virt_answer *answer; /* off the queue; only with a connection */
};

/* Waits for something to do, at most a second. */
static struct turn next_turn(struct virt *v)
{
	struct timespec until = virt_moment(clock_now_ns() + VIRT_SECOND);
	struct turn t = {.answer = NULL};

	pthread_mutex_lock(&v->lock);
	while (!v->quit && !v->dropped && !(v->hurry && !v->conn) && !(v->conn && v->answers.first)) {
		if (pthread_cond_timedwait(&v->work, &v->lock, &until) == ETIMEDOUT)
			break;
	}
	t.quit = v->quit;
	t.dropped = v->dropped;
	t.hurry = v->hurry;
	v->dropped = v->hurry = false;
	if (v->conn && !t.dropped && !t.quit)
		t.answer = virt_answers_next(&v->answers);
	pthread_mutex_unlock(&v->lock);
	return t;
}

static void forget(struct virt *v, uint64_t now)
{
	if (now < v->forget_ns)
		return;
	v->forget_ns = now + VIRT_FORGET_NS / 5;
	pthread_mutex_lock(&v->lock);
	virt_answers_forget(&v->answers, now > VIRT_FORGET_NS ? now - VIRT_FORGET_NS : 0);
	pthread_mutex_unlock(&v->lock);
}

static void *ask(void *arg)
{
	struct virt *v = arg;
	struct turn t;

	for (;;) {
		t = next_turn(v);
		if (t.quit)
			break;
		if (t.dropped && v->conn)
			lose(v, "libvirt closed the connection", 0);
		if (!v->conn && (t.hurry || clock_now_ns() >= v->retry_ns))
			connect_now(v);
		if (t.answer)
			virt_loop_answer(v, t.answer);
		else if (v->conn && !v->state.hypervisor)
			ask_version(v);
		close_written(v, clock_now_ns());
		forget(v, clock_now_ns());
	}
	virt_written(v);
	virt_disconnect(v);
	virEventRemoveTimeout(v->timer);
	virt_unref(v);
	return NULL;
}

static void never(int timer, void *arg)
{
	(void)timer;
	(void)arg;
}

/* The loop's own thread is who runs it last, or another one that will not look at us again. */
static void on_freed(void *arg)
{
	struct virt *v = arg;

	pthread_mutex_lock(&v->lock);
	v->freed = true;
	pthread_mutex_unlock(&v->lock);
}

static bool is_freed(struct virt *v)
{
	bool freed;

	pthread_mutex_lock(&v->lock);
	freed = v->freed;
	pthread_mutex_unlock(&v->lock);
	return freed;
}

static void *run(void *arg)
{
	struct virt *v = arg;

	while (!is_freed(v))
		virEventRunDefaultImpl();
	virt_unref(v);
	return NULL;
}

int virt_loop_start(struct virt *v)
{
	if (virt_library() < 0)
		return -EIO;
	/* It never fires: taking it away is what ends the loop. */
	v->timer = virEventAddTimeout(-1, never, v, on_freed);
	if (v->timer < 0)
		return -EIO;
	v->refs += 2;
	if (thread_start(&v->loop, run, v))
		return -EAGAIN; /* libvirt points to v: the memory stays */
	return thread_start(&v->asker, ask, v) ? -EAGAIN : 0;
}
