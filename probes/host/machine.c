/* Counts the handles of a machine and the files that they keep together. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/machine.h"

#include "probes/util.h"

void machine_init(struct machine *m, void (*end)(struct machine *m))
{
	if (pthread_mutex_init(&m->lock, NULL))
		BUG("a mutex cannot be made");
	m->handles = 1;
	m->end = end;
}

struct machine *machine_ref(struct machine *m)
{
	pthread_mutex_lock(&m->lock);
	m->handles++;
	pthread_mutex_unlock(&m->lock);
	return m;
}

void machine_unref(struct machine *m)
{
	pthread_mutex_lock(&m->lock);
	if (!m->handles)
		BUG("a machine is closed more often than opened");
	bool last = !--m->handles;
	pthread_mutex_unlock(&m->lock);
	if (!last)
		return;
	pthread_mutex_destroy(&m->lock);
	m->end(m);
}

bool machine_take_kept(struct machine *m)
{
	pthread_mutex_lock(&m->lock);
	bool room = m->kept < m->kept_limit;
	if (room)
		m->kept++;
	pthread_mutex_unlock(&m->lock);
	return room;
}

void machine_give_kept(struct machine *m, uint32_t n)
{
	pthread_mutex_lock(&m->lock);
	if (n > m->kept)
		BUG("%u files dropped of %u", n, m->kept);
	m->kept -= n;
	pthread_mutex_unlock(&m->lock);
}
