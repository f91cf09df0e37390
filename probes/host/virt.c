/* The side of libvirt's answers that others see: copies the newest one and never waits unless asked to. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/virt.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "probes/host/answer.h"
#include "probes/host/machine.h"
#include "probes/host/virt_impl.h"
#include "probes/util.h"

enum { LEAVE_MS = 150 };

struct virt *virt_new(struct machine *m, const char *uri)
{
	struct virt *v = xcalloc(1, sizeof(*v));
	pthread_condattr_t attr;

	pthread_mutex_init(&v->lock, NULL);
	pthread_mutex_init(&v->write_lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&v->changed, &attr);
	pthread_cond_init(&v->work, &attr);
	pthread_condattr_destroy(&attr);
	v->refs = 1;
	v->m = m;
	v->timer = -1;
	for (size_t i = 0; i < VIRT_EVENTS; i++)
		v->event[i] = -1;
	virt_prepare(v, uri ? uri : "qemu:///system");
	return v;
}

void virt_unref(struct virt *v)
{
	bool last;

	pthread_mutex_lock(&v->lock);
	last = !--v->refs;
	pthread_mutex_unlock(&v->lock);
	if (!last)
		return;
	virt_answers_free(&v->answers);
	virt_guests_free(v);
	pthread_cond_destroy(&v->changed);
	pthread_cond_destroy(&v->work);
	pthread_mutex_destroy(&v->lock);
	pthread_mutex_destroy(&v->write_lock);
	free(v->uri);
	free(v);
}

struct timespec virt_moment(uint64_t ns)
{
	return (struct timespec){
		.tv_sec = (time_t)(ns / VIRT_SECOND),
		.tv_nsec = (long)(ns % VIRT_SECOND),
	};
}

void virt_free(struct virt *v)
{
	struct timespec until = virt_moment(clock_now_ns() + LEAVE_MS * UINT64_C(1000000));

	if (!v)
		return;
	if (v->started) {
		pthread_mutex_lock(&v->lock);
		v->quit = true;
		pthread_cond_signal(&v->work);
		pthread_mutex_unlock(&v->lock);
		/* Threads with a call that hangs keep their share of the memory. */
		if (pthread_clockjoin_np(v->asker, NULL, CLOCK_MONOTONIC, &until))
			pthread_detach(v->asker);
		if (pthread_clockjoin_np(v->loop, NULL, CLOCK_MONOTONIC, &until))
			pthread_detach(v->loop);
	}
	virt_unref(v);
}

/* The machine's name is known only after it was opened. */
int virt_start(struct virt *v, char why[VIRT_WHY])
{
	int err = 0;

	pthread_mutex_lock(&v->lock);
	if (!v->started) {
		v->live_host = v->m->about.is_this_machine;
		snprintf(v->machine_name, sizeof(v->machine_name), "%s", v->m->about.hostname);
		v->state.since_ns = clock_now_ns();
		err = virt_loop_start(v);
		v->started = !err;
	}
	pthread_mutex_unlock(&v->lock);
	return err ? why_path(why, err, v->uri, ": the thread that asks libvirt cannot be started") : 0;
}

/* Under the lock. What to say while no answer is there. */
static int none_yet(struct virt *v, int err, char why[VIRT_WHY])
{
	struct virt_state s = virt_state_now(v, clock_now_ns());

	snprintf(why, VIRT_WHY, "%s%s%.150s", virt_link_words(s.link), s.why[0] ? ": " : "", s.why);
	return err;
}

/* Under the lock. Whose time ran out in one call does not live to see it take as long as others that hang. */
static int gave_up(struct virt *v, uint64_t since, char why[VIRT_WHY])
{
	uint64_t now = clock_now_ns(), began = v->state.call_ns;

	if (began && now > began && now - began > (now - since) / 2)
		v->state.hung_ns = began;
	return none_yet(v, -ETIMEDOUT, why);
}

/* Under the lock: until a try that began after this call has ended, or cannot. */
static int wait_for(struct virt *v, struct virt_answer *e, unsigned wait_ms, uint64_t since, char why[VIRT_WHY])
{
	struct timespec until = virt_moment(since + wait_ms * UINT64_C(1000000));
	int err = 0;

	e->waiting++;
	while (e->began_ns < since && !err) {
		if (v->state.failed_ns >= since)
			err = none_yet(v, v->state.link == LINK_REFUSED ? -EACCES : -ENOTCONN, why);
		else if (pthread_cond_timedwait(&v->changed, &v->lock, &until) == ETIMEDOUT)
			err = gave_up(v, since, why);
	}
	e->waiting--;
	return e->began_ns < since ? err : 0;
}

static int copy_answer(struct virt *v, const struct virt_answer *e, char *buf, size_t size, uint64_t *t_ns, char why[VIRT_WHY])
{
	if (e->err) {
		snprintf(why, VIRT_WHY, "%s", e->why);
		return e->err;
	}
	if (!e->text)
		return none_yet(v, -EINPROGRESS, why);
	*t_ns = e->t_ns;
	if (e->len < size)
		memcpy(buf, e->text, e->len + 1);
	return (int)e->len;
}

int virt_text(struct virt *v, const char *path, unsigned wait_ms, char *buf, size_t size, uint64_t *ret_t_ns, char why[200])
{
	uint64_t now = clock_now_ns();
	struct virt_path parsed;
	struct virt_answer *e;
	int r = virt_start(v, why);

	if (r < 0)
		return r;
	if (!strcmp(path, "@virt/connection")) {
		*ret_t_ns = now;
		return (int)virt_state_text(v, buf, size);
	}
	r = virt_path_parse(path, &parsed);
	if (r < 0)
		return why_path(why, r, path, ": libvirt has no answer to this");
	pthread_mutex_lock(&v->lock);
	e = virt_answers_get(&v->answers, path, &parsed);
	if (e) {
		e->wanted_ns = now;
		virt_answers_queue(&v->answers, e, wait_ms > 0);
		v->hurry |= wait_ms > 0;
		pthread_cond_signal(&v->work);
		r = wait_ms ? wait_for(v, e, wait_ms, now, why) : 0;
		if (!r)
			r = copy_answer(v, e, buf, size, ret_t_ns, why);
	} else {
		r = why_path(why, -ENOSPC, path, ": more paths of libvirt than are kept");
	}
	pthread_mutex_unlock(&v->lock);
	return r;
}
