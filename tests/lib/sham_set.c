/* What a test tells a sham machine to be, and what it asks it afterwards. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "probes/util.h"
#include "tests/lib/sham_impl.h"

static void end(struct machine *m)
{
	(void)m;
}

struct sham *sham_new(void)
{
	struct sham *s = xcalloc(1, sizeof(*s));

	machine_init(&s->m, end);
	s->m.kept_limit = 10000;
	s->m.about =
		(struct about){.kind = HOST_LIVE, .is_this_machine = true, .hostname = "sham", .label = "THIS MACHINE"};
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->changed, NULL);
	s->clock_ns = UINT64_C(1000000000000);
	return s;
}

void sham_free(struct sham *s)
{
	machine_unref(&s->m);
	for (size_t i = 0; i < s->n; i++) {
		free(s->order[i]->path);
		free(s->order[i]->text);
		free(s->order[i]);
	}
	pthread_cond_destroy(&s->changed);
	pthread_mutex_destroy(&s->lock);
	free(s->order);
	free(s->above);
	free(s->files);
	free(s->cpu);
	free(s);
}

void sham_kind(struct sham *s, enum host_kind kind)
{
	s->m.about.kind = s->m.about.origin = kind;
	s->m.about.is_this_machine = kind == HOST_LIVE;
}

void sham_kept_limit(struct sham *s, uint32_t limit)
{
	s->m.kept_limit = limit;
}

uint32_t sham_kept(struct sham *s)
{
	return s->nkept;
}

void sham_bytes(struct sham *s, const char *path, const void *bytes, size_t len)
{
	struct sham_file *f;

	pthread_mutex_lock(&s->lock);
	f = sham_file(s, path);
	free(f->text);
	f->text = xcalloc(len + 1, 1);
	memcpy(f->text, bytes, len);
	f->len = len;
	f->gone = f->link = false;
	pthread_mutex_unlock(&s->lock);
}

void sham_link(struct sham *s, const char *path, const char *target)
{
	sham_bytes(s, path, target, strlen(target));
	pthread_mutex_lock(&s->lock);
	sham_file(s, path)->link = true;
	pthread_mutex_unlock(&s->lock);
}

void sham_put(struct sham *s, const char *path, const char *format, ...)
{
	char *text;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vasprintf(&text, format, ap);
	va_end(ap);
	if (n < 0)
		BUG("no memory for %s", path);
	sham_bytes(s, path, text, (size_t)n);
	free(text);
}

void sham_error(struct sham *s, const char *path, int err)
{
	pthread_mutex_lock(&s->lock);
	sham_file(s, path)->err = err;
	pthread_mutex_unlock(&s->lock);
}

void sham_given(struct sham *s, const char *path, uint64_t ns)
{
	pthread_mutex_lock(&s->lock);
	sham_file(s, path)->given_ns = ns;
	pthread_mutex_unlock(&s->lock);
}

void sham_takes(struct sham *s, const char *path, uint64_t ns)
{
	pthread_mutex_lock(&s->lock);
	sham_file(s, path)->takes_ns = ns;
	pthread_mutex_unlock(&s->lock);
}

void sham_remove(struct sham *s, const char *path)
{
	size_t len = strlen(path);

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->n; i++) {
		struct sham_file *f = s->order[i];

		if (f->gone || strncmp(f->path, path, len) != 0 || (f->path[len] && f->path[len] != '/'))
			continue;
		f->gone = true;
		f->age++;
	}
	pthread_mutex_unlock(&s->lock);
}

void sham_forward(struct sham *s, uint64_t ns)
{
	pthread_mutex_lock(&s->lock);
	s->clock_ns += ns;
	pthread_mutex_unlock(&s->lock);
}

uint64_t sham_reads(struct sham *s, const char *end_)
{
	size_t len = strlen(end_);
	uint64_t n = 0;

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->n; i++) {
		size_t own = strlen(s->order[i]->path);

		if (own >= len && strcmp(s->order[i]->path + own - len, end_) == 0)
			n += s->order[i]->reads;
	}
	pthread_mutex_unlock(&s->lock);
	return n;
}

void sham_forget(struct sham *s)
{
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->n; i++)
		s->order[i]->reads = 0;
	pthread_mutex_unlock(&s->lock);
}

void sham_hang(struct sham *s, const char *path)
{
	pthread_mutex_lock(&s->lock);
	s->hang = sham_file(s, path);
	s->hanging = false;
	pthread_mutex_unlock(&s->lock);
}

void sham_hanging(struct sham *s)
{
	struct timespec until;
	int err = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 10;
	pthread_mutex_lock(&s->lock);
	while (!s->hanging && err != ETIMEDOUT)
		err = pthread_cond_timedwait(&s->changed, &s->lock, &until);
	pthread_mutex_unlock(&s->lock);
	if (err)
		BUG("nothing hangs after 10 s");
}

void sham_let_go(struct sham *s)
{
	pthread_mutex_lock(&s->lock);
	s->hang = NULL;
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->lock);
}
