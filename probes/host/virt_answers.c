/* The newest answers by path, and the queue of those that are wanted, each at most once. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "probes/host/virt_impl.h"
#include "probes/util.h"

static size_t bucket_of(const char *name)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * UINT64_C(1099511628211);
	return hash % VIRT_BUCKETS;
}

struct virt_answer *virt_answers_find(const struct virt_answers *a, const char *name)
{
	struct virt_answer *e = a->bucket[bucket_of(name)];

	while (e && strcmp(e->name, name) != 0)
		e = e->next;
	return e;
}

struct virt_answer *virt_answers_get(struct virt_answers *a, const char *name, const struct virt_path *path)
{
	struct virt_answer *e = virt_answers_find(a, name);
	size_t i;

	if (e || a->n >= VIRT_PATHS_MOST)
		return e;
	e = xcalloc(1, sizeof(*e));
	i = bucket_of(name);
	e->name = xstrdup(name);
	e->path = *path;
	e->next = a->bucket[i];
	a->bucket[i] = e;
	a->n++;
	return e;
}

/* Who waits goes before those who only look again at the next tick. */
void virt_answers_queue(struct virt_answers *a, struct virt_answer *e, bool first)
{
	if (e->queued)
		return;
	e->queued = true;
	e->later = first ? a->first : NULL;
	if (!a->first)
		a->first = a->last = e;
	else if (first)
		a->first = e;
	else
		a->last = a->last->later = e;
}

struct virt_answer *virt_answers_next(struct virt_answers *a)
{
	struct virt_answer *e = a->first;

	if (!e)
		return NULL;
	a->first = e->later;
	if (!a->first)
		a->last = NULL;
	e->later = NULL;
	e->queued = false;
	return e;
}

static void answer_free(struct virt_answer *e)
{
	free(e->name);
	free(e->text);
	free(e);
}

void virt_answers_forget(struct virt_answers *a, uint64_t before_ns)
{
	for (size_t i = 0; i < VIRT_BUCKETS; i++) {
		for (struct virt_answer **at = &a->bucket[i], *e; (e = *at);) {
			if (e->queued || e->waiting || e->wanted_ns >= before_ns) {
				at = &e->next;
				continue;
			}
			*at = e->next;
			answer_free(e);
			a->n--;
		}
	}
}

void virt_answers_free(struct virt_answers *a)
{
	for (size_t i = 0; i < VIRT_BUCKETS; i++) {
		for (struct virt_answer *e = a->bucket[i], *next; e; e = next) {
			next = e->next;
			answer_free(e);
		}
	}
	*a = (struct virt_answers){.n = 0};
}
