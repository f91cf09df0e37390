/* Keeps the files of a machine in memory in a hash table, and answers as a host does. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/sham.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "probes/host/answer.h"
#include "probes/host/machine.h"
#include "probes/util.h"
#include "tests/lib/sham_impl.h"

struct sham_handle {
	struct host h;
	struct sham *s;
	char *text; /* of the last answer: gone with the next one, so that late use of it is seen */
	struct kept_file {
		struct sham_file *file; /* NULL: free */
		uint64_t age;
	} * kept;
	size_t nkept;
};

static uint64_t bit_of(uint64_t hash)
{
	return UINT64_C(1) << (hash >> 58);
}

/* Of the whole path; *ret_above has a bit for each folder on the way. */
static uint64_t hash(const char *path, uint64_t *ret_above)
{
	uint64_t h = 14695981039346656037U, above = 0;

	for (; *path; path++) {
		if (*path == '/')
			above |= bit_of(h);
		h = (h ^ (unsigned char)*path) * 1099511628211U;
	}
	*ret_above = above;
	return h;
}

static struct sham_file **slot(struct sham_file **files, size_t size, const char *path)
{
	uint64_t above;
	size_t i = hash(path, &above) & (size - 1);

	while (files[i] && strcmp(files[i]->path, path) != 0)
		i = (i + 1) & (size - 1);
	return &files[i];
}

static void grow(struct sham *s)
{
	size_t size = s->size ? s->size * 2 : 1024;
	struct sham_file **files = xcalloc(size, sizeof(struct sham_file *));

	for (size_t i = 0; i < s->n; i++)
		*slot(files, size, s->order[i]->path) = s->order[i];
	free(s->files);
	s->files = files;
	s->size = size;
	s->order = xrealloc(s->order, size / 2, sizeof(*s->order));
	s->above = xrealloc(s->above, size / 2, sizeof(*s->above));
}

/* Also paths that nobody put there are counted: they are files that are gone. */
struct sham_file *sham_file(struct sham *s, const char *path)
{
	struct sham_file **at;

	if (s->n * 2 >= s->size)
		grow(s);
	at = slot(s->files, s->size, path);
	if (!*at) {
		*at = xcalloc(1, sizeof(**at));
		(*at)->path = xstrdup(path);
		(*at)->path_len = strlen(path);
		hash(path, &s->above[s->n]);
		(*at)->gone = true;
		s->order[s->n++] = *at;
	}
	return *at;
}

static void count(struct sham *s, struct sham_file *f)
{
	f->reads++;
	s->clock_ns += f->takes_ns;
	while (s->hang == f) {
		s->hanging = true;
		pthread_cond_broadcast(&s->changed);
		pthread_cond_wait(&s->changed, &s->lock);
	}
}

static int refuse(struct sham *s, struct answer *ret, int err, const char *path)
{
	answer_errno(ret, err, path);
	ret->t_ns = s->clock_ns;
	pthread_mutex_unlock(&s->lock);
	return err;
}

static int answer(struct sham_handle *sh, struct sham_file *f, struct answer *ret)
{
	free(sh->text);
	sh->text = xcalloc(f->len + 1, 1);
	memcpy(sh->text, f->text, f->len);
	*ret = (struct answer){.text = sh->text, .len = f->len, .t_ns = f->given_ns ? f->given_ns : sh->s->clock_ns};
	pthread_mutex_unlock(&sh->s->lock);
	return 0;
}

static int sham_read(struct host *h, const char *path, struct answer *ret)
{
	struct sham_handle *sh = (struct sham_handle *)h;
	struct sham_file *f;

	pthread_mutex_lock(&sh->s->lock);
	f = sham_file(sh->s, path);
	count(sh->s, f);
	if (f->err)
		return refuse(sh->s, ret, f->err, path);
	return f->gone ? refuse(sh->s, ret, -ENOENT, path) : answer(sh, f, ret);
}

static int sham_read_link(struct host *h, const char *path, struct answer *ret)
{
	struct sham_handle *sh = (struct sham_handle *)h;
	struct sham_file *f;

	pthread_mutex_lock(&sh->s->lock);
	f = sham_file(sh->s, path);
	count(sh->s, f);
	if (f->err)
		return refuse(sh->s, ret, f->err, path);
	if (f->gone || !f->link)
		return refuse(sh->s, ret, f->gone ? -ENOENT : -EINVAL, path);
	return answer(sh, f, ret);
}

static int sham_keep(struct host *h, const char *path)
{
	struct sham_handle *sh = (struct sham_handle *)h;
	struct sham_file *f;
	size_t i = 0;
	int err = 0;

	pthread_mutex_lock(&sh->s->lock);
	f = sham_file(sh->s, path);
	if (f->gone)
		err = -ENOENT;
	else if (sh->s->nkept == h->machine->kept_limit)
		err = -EMFILE;
	pthread_mutex_unlock(&sh->s->lock);
	if (err)
		return err;
	while (i < sh->nkept && sh->kept[i].file)
		i++;
	if (i == sh->nkept)
		sh->kept = xrealloc(sh->kept, ++sh->nkept, sizeof(*sh->kept));
	sh->kept[i] = (struct kept_file){f, f->age};
	sh->s->nkept++;
	return (int)i;
}

static int sham_read_kept(struct host *h, int kept, struct answer *ret)
{
	struct sham_handle *sh = (struct sham_handle *)h;
	struct kept_file k;

	if ((size_t)kept >= sh->nkept || !sh->kept[kept].file)
		BUG("%d is not kept", kept);
	k = sh->kept[kept];
	pthread_mutex_lock(&sh->s->lock);
	count(sh->s, k.file);
	if (k.file->gone || k.file->age != k.age)
		return refuse(sh->s, ret, -ENODEV, k.file->path);
	return k.file->err ? refuse(sh->s, ret, k.file->err, k.file->path) : answer(sh, k.file, ret);
}

static void sham_drop(struct host *h, int kept)
{
	struct sham_handle *sh = (struct sham_handle *)h;

	if ((size_t)kept >= sh->nkept || !sh->kept[kept].file)
		BUG("%d is not kept", kept);
	sh->kept[kept].file = NULL;
	sh->s->nkept--;
}

/* The names of a folder are those of all that lies below it, each once. */
static char **names_below(struct sham *s, const char *dir, size_t *ret_n)
{
	uint64_t above, bit = bit_of(hash(dir, &above));
	size_t len = strlen(dir), n = 0, i;
	char **names = NULL;

	for (size_t k = 0; k < s->n; k++) {
		const struct sham_file *f;
		const char *rest;
		size_t width;

		if (!(s->above[k] & bit))
			continue;
		f = s->order[k];
		if (f->gone || f->path_len <= len || f->path[len] != '/' || memcmp(f->path, dir, len) != 0)
			continue;
		rest = f->path + len + 1;
		width = strcspn(rest, "/");
		for (i = n; i > 0; i--) /* neighbours are alike: the last is found first */
			if (strncmp(names[i - 1], rest, width) == 0 && !names[i - 1][width])
				break;
		if (i > 0)
			continue;
		names = xrealloc(names, n + 1, sizeof(*names));
		names[n++] = xasprintf("%.*s", (int)width, rest);
	}
	*ret_n = n;
	return names;
}

static int sham_list(struct host *h, const char *dir, int (*each)(const char *name, void *arg), void *arg)
{
	struct sham *s = ((struct sham_handle *)h)->s;
	struct sham_file *f;
	char **names;
	size_t n;
	int r = 0;

	pthread_mutex_lock(&s->lock);
	f = sham_file(s, dir);
	count(s, f);
	names = names_below(s, dir, &n);
	if (!n)
		r = f->err ? f->err : -ENOENT;
	for (size_t i = 0; i < n; i++) {
		r = r ? r : each(names[i], arg);
		free(names[i]);
	}
	free(names);
	r = r ? r : f->err;
	pthread_mutex_unlock(&s->lock);
	return r;
}

static int sham_tick(struct host *h, int by)
{
	(void)h;
	(void)by;
	return 0;
}

static uint64_t sham_now(struct host *h)
{
	struct sham *s = ((struct sham_handle *)h)->s;
	uint64_t now;

	pthread_mutex_lock(&s->lock);
	now = s->clock_ns;
	pthread_mutex_unlock(&s->lock);
	return now;
}

static int64_t sham_wall(struct host *h)
{
	return (int64_t)sham_now(h) + 1700000000000000000;
}

static void sham_close(struct host *h)
{
	struct sham_handle *sh = (struct sham_handle *)h;

	for (size_t i = 0; i < sh->nkept; i++)
		if (sh->kept[i].file)
			sham_drop(h, (int)i);
	machine_unref(h->machine);
	free(sh->kept);
	free(sh->text);
	free(sh);
}

static int sham_again(struct host *h, struct host **ret)
{
	*ret = sham_host(((struct sham_handle *)h)->s);
	return 0;
}

struct host *sham_host(struct sham *s)
{
	static const struct host_ops ops = {.again = sham_again,
		.tick = sham_tick,
		.keep = sham_keep,
		.read_kept = sham_read_kept,
		.drop = sham_drop,
		.read = sham_read,
		.link = sham_read_link,
		.list = sham_list,
		.now = sham_now,
		.wall = sham_wall,
		.close = sham_close};
	struct sham_handle *sh = xcalloc(1, sizeof(*sh));

	sh->s = s;
	sh->h = (struct host){.ops = &ops, .machine = machine_ref(&s->m)};
	return &sh->h;
}
