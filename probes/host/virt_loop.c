/* libvirt's thread: runs its event loop, keeps the connection, and answers one wanted path after the other. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <libvirt/virterror.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "probes/host/answer.h"
#include "probes/host/virt_impl.h"
#include "probes/util.h"

/*
 * The loop is libvirt's own and the process has one: should two machines be open, either thread may find itself running
 * the other's callbacks. So all that is done is done in callbacks, and the thread only runs the loop.
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

static void tell(struct virt *v, enum virt_link link, const char *why)
{
	uint64_t now = clock_now_ns();

	pthread_mutex_lock(&v->lock);
	virt_state_set(&v->state, link, why, now);
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
	tell(v, took_ns > VIRT_SILENT_NS ? LINK_SILENT : LINK_LOST, why);
}

static void connect_refused(struct virt *v)
{
	char why[VIRT_WHY];
	enum virt_link link = virt_refusal(virt_error(why));

	call_ends(v, false);
	v->retry_ns = clock_now_ns() + VIRT_RETRY_NS;
	tell(v, link == LINK_NONE && v->state.was_connected ? LINK_LOST : link, why);
}

static void connect_now(struct virt *v)
{
	struct virt_state told = {.link = LINK_CONNECTING};

	call_begins(v);
	v->conn = virt_open(v);
	if (!v->conn) {
		connect_refused(v);
		return;
	}
	v->dropped = false;
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

void virt_loop_wake(struct virt *v)
{
	uint64_t one = 1;

	if (write(v->wake, &one, sizeof(one)) < 0 && errno != EAGAIN)
		BUG("an eventfd cannot be written");
}

void virt_loop_event(struct virt *v, virDomainPtr dom, bool listed)
{
	struct virt_answer *e;
	char uuid[VIRT_UUID];

	if (virDomainGetUUIDString(dom, uuid))
		return;
	if (listed)
		v->dirty = true;
	virt_guests_moved(v, uuid);
	/* Who looked at the list will do so again: then it has the news already. */
	pthread_mutex_lock(&v->lock);
	e = virt_answers_find(&v->answers, "@virt/guests");
	if (e)
		virt_answers_queue(&v->answers, e, true);
	pthread_mutex_unlock(&v->lock);
	if (e)
		virt_loop_wake(v);
}

static void close_written(struct virt *v, uint64_t now)
{
	if (pthread_mutex_trylock(&v->write_lock))
		return;
	if (v->rw && now > v->written_ns + VIRT_WRITTEN_NS) {
		virConnectClose(v->rw);
		v->rw = NULL;
	}
	pthread_mutex_unlock(&v->write_lock);
}

static void end_loop(struct virt *v)
{
	virt_disconnect(v);
	if (v->watch >= 0)
		virEventRemoveHandle(v->watch);
	if (v->timer >= 0)
		virEventRemoveTimeout(v->timer);
	v->watch = v->timer = -1;
}

static bool leaving(struct virt *v)
{
	bool quit;

	pthread_mutex_lock(&v->lock);
	quit = v->quit;
	pthread_mutex_unlock(&v->lock);
	return quit;
}

/* Somebody waits: then the next try is now. */
static bool hurried(struct virt *v)
{
	bool hurry;

	pthread_mutex_lock(&v->lock);
	hurry = v->hurry;
	v->hurry = false;
	pthread_mutex_unlock(&v->lock);
	return hurry;
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

/* One answer a turn, so that events are never far behind. */
static void step(struct virt *v)
{
	uint64_t now = clock_now_ns();
	struct virt_answer *e = NULL;
	bool more;

	if (leaving(v)) {
		end_loop(v);
		return;
	}
	if (v->conn && v->dropped)
		lose(v, "libvirt closed the connection", 0);
	if (!v->conn && (now >= v->retry_ns || hurried(v)))
		connect_now(v);
	pthread_mutex_lock(&v->lock);
	if (v->conn)
		e = virt_answers_next(&v->answers);
	if (now >= v->forget_ns) {
		v->forget_ns = now + VIRT_FORGET_NS / 5;
		if (e)
			e->wanted_ns = now;
		virt_answers_forget(&v->answers, now > VIRT_FORGET_NS ? now - VIRT_FORGET_NS : 0);
	}
	pthread_mutex_unlock(&v->lock);
	if (e)
		virt_loop_answer(v, e);
	else if (v->conn && !v->state.hypervisor)
		ask_version(v);
	close_written(v, now);
	pthread_mutex_lock(&v->lock);
	more = v->conn && v->answers.first;
	pthread_mutex_unlock(&v->lock);
	if (more)
		virt_loop_wake(v);
}

static void on_wake(int watch, int fd, int events, void *arg)
{
	uint64_t n;

	(void)watch;
	(void)events;
	if (read(fd, &n, sizeof(n)) < 0 && errno != EAGAIN)
		return;
	step(arg);
}

static void on_timer(int timer, void *arg)
{
	(void)timer;
	step(arg);
}

static void on_freed(void *arg)
{
	struct virt *v = arg;

	v->freed++;
}

static void *run(void *arg)
{
	struct virt *v = arg;

	while (v->freed < 2)
		virEventRunDefaultImpl();
	virt_unref(v);
	return NULL;
}

int virt_loop_start(struct virt *v)
{
	if (virt_library() < 0)
		return -EIO;
	v->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (v->wake < 0)
		return -errno;
	v->watch = virEventAddHandle(v->wake, VIR_EVENT_HANDLE_READABLE, on_wake, v, on_freed);
	v->timer = virEventAddTimeout(1000, on_timer, v, on_freed);
	v->refs++;
	if (v->watch >= 0 && v->timer >= 0 && !pthread_create(&v->thread, NULL, run, v)) {
		virt_loop_wake(v);
		return 0;
	}
	/* The loop has pointers to it that only a thread could take back: the memory stays. */
	return -EAGAIN;
}
