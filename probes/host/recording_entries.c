/* What every path answered last: a table by verb and path, and bytes that grow. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "probes/host/recording_impl.h"
#include "probes/util.h"

enum { SLOTS_FIRST = 4096, DIGITS_MOST = 24 };

static uint64_t hash_of(enum verb verb, const char *path)
{
	uint64_t hash = UINT64_C(14695981039346656037) ^ (uint64_t)verb;

	for (; *path; path++)
		hash = (hash ^ (unsigned char)*path) * UINT64_C(1099511628211);
	return hash ^ hash >> 32;
}

static void put_slot(struct entries *all, struct entry *e)
{
	size_t i = e->hash & (all->size - 1);

	while (all->slot[i])
		i = (i + 1) & (all->size - 1);
	all->slot[i] = e;
}

static void grow(struct entries *all)
{
	struct entries old = *all;

	all->size = old.size ? old.size * 2 : SLOTS_FIRST;
	all->slot = xcalloc(all->size, sizeof(*all->slot));
	for (size_t i = 0; i < old.size; i++)
		if (old.slot[i])
			put_slot(all, old.slot[i]);
	free(old.slot);
}

struct entry *record_entry(struct entries *all, enum verb verb, const char *path)
{
	uint64_t hash = hash_of(verb, path);
	struct entry *e;

	if (all->n * 2 >= all->size)
		grow(all);
	for (size_t i = hash & (all->size - 1); (e = all->slot[i]); i = (i + 1) & (all->size - 1))
		if (e->hash == hash && e->verb == verb && strcmp(e->path, path) == 0)
			return e;
	e = xcalloc(1, sizeof(*e));
	*e = (struct entry){.hash = hash, .verb = verb, .path = xstrdup(path)};
	put_slot(all, e);
	all->n++;
	return e;
}

void record_entries_free(struct entries *all)
{
	for (size_t i = 0; i < all->size; i++) {
		struct entry *e = all->slot[i];

		if (!e)
			continue;
		free(e->path);
		free(e->text);
		free(e->why);
		free(e);
	}
	free(all->slot);
	*all = (struct entries){.n = 0};
}

void bytes_say(struct bytes *b, const char *text)
{
	bytes_put(b, text, strlen(text));
}

void bytes_number(struct bytes *b, int64_t n)
{
	char digits[DIGITS_MOST];
	char *p = digits + sizeof(digits);
	uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;

	do
		*--p = (char)('0' + rest % 10);
	while (rest /= 10);
	if (n < 0)
		*--p = '-';
	bytes_put(b, p, (size_t)(digits + sizeof(digits) - p));
}
