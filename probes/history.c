/* History: rings in a hash table, found by a hash of probe, row keys and field, so that a tick formats no text. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/history.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/address.h"
#include "probes/parse.h"
#include "probes/probe.h"

enum { SIZE_AT_FIRST = 256 };

struct ring {
	uint64_t key; /* 0: the slot is free */
	uint64_t last; /* number of the probe's block that was written last */
	float *value; /* HISTORY_LENGTH, the one of block n at n % HISTORY_LENGTH */
	uint32_t n; /* how many are filled */
	uint32_t probe;
};

struct history {
	pthread_mutex_t lock;
	struct ring *ring;
	size_t size, used; /* size is a power of two */
	struct probe_past {
		uint64_t id; /* of the newest block taken */
		uint64_t count; /* of blocks taken */
	} * past;
};

struct history *history_new(void)
{
	struct history *h = xcalloc(1, sizeof(*h));

	pthread_mutex_init(&h->lock, NULL);
	h->size = SIZE_AT_FIRST;
	h->ring = xcalloc(h->size, sizeof(*h->ring));
	h->past = xcalloc(nprobes, sizeof(*h->past));
	return h;
}

static void rings_free(struct ring *ring, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(ring[i].value);
	free(ring);
}

void history_free(struct history *h)
{
	if (!h)
		return;
	rings_free(h->ring, h->size);
	free(h->past);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

void history_clear(struct history *h)
{
	pthread_mutex_lock(&h->lock);
	rings_free(h->ring, h->size);
	h->size = SIZE_AT_FIRST;
	h->used = 0;
	h->ring = xcalloc(h->size, sizeof(*h->ring));
	memset(h->past, 0, nprobes * sizeof(*h->past));
	pthread_mutex_unlock(&h->lock);
}

static uint64_t mix(uint64_t hash, uint64_t with)
{
	hash ^= with + UINT64_C(0x9e3779b97f4a7c15) + (hash << 6) + (hash >> 2);
	hash *= UINT64_C(0xbf58476d1ce4e5b9);
	hash ^= hash >> 29;
	return hash ? hash : 1;
}

static uint64_t mix_text(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = mix(hash, (unsigned char)*text);
	return mix(hash, 256);
}

static struct ring *slot(struct ring *ring, size_t size, uint64_t key)
{
	size_t i = key & (size - 1);

	while (ring[i].key && ring[i].key != key)
		i = (i + 1) & (size - 1);
	return &ring[i];
}

/* Nothing is left of a row that was away for as long as a history is: each probe counts by its own blocks. */
static bool gone(const struct history *h, const struct ring *r)
{
	return r->last + HISTORY_LENGTH < h->past[r->probe].count;
}

/* Makes room; rings of rows that are long gone are left behind. */
static void rehash(struct history *h)
{
	struct ring *old = h->ring;
	size_t old_size = h->size, alive = 0;

	for (size_t i = 0; i < old_size; i++)
		alive += old[i].key && !gone(h, &old[i]);
	if (alive * 4 > h->size)
		h->size *= 2;
	h->ring = xcalloc(h->size, sizeof(*h->ring));
	h->used = 0;
	for (size_t i = 0; i < old_size; i++) {
		if (!old[i].key)
			continue;
		if (gone(h, &old[i])) {
			free(old[i].value);
			continue;
		}
		*slot(h->ring, h->size, old[i].key) = old[i];
		h->used++;
	}
	free(old);
}

static void put(struct history *h, size_t probe, uint64_t key, double value)
{
	struct ring *r = slot(h->ring, h->size, key);
	uint64_t count = h->past[probe].count;

	if (!r->key) {
		if (h->used * 2 >= h->size) {
			rehash(h);
			r = slot(h->ring, h->size, key);
		}
		*r = (struct ring){.key = key,
			.last = count - 1,
			.value = xcalloc(HISTORY_LENGTH, sizeof(float)),
			.probe = (uint32_t)probe};
		h->used++;
	}
	if (count - r->last > HISTORY_LENGTH)
		r->last = count - HISTORY_LENGTH - 1;
	while (++r->last < count) { /* the row was away */
		r->value[r->last % HISTORY_LENGTH] = NAN;
		r->n += r->n < HISTORY_LENGTH;
	}
	r->value[count % HISTORY_LENGTH] = (float)value;
	r->n += r->n < HISTORY_LENGTH;
}

static bool has_history(const struct field *fields, size_t nfields, const struct row_set *sets, size_t nsets)
{
	for (size_t i = 0; i < nfields; i++)
		if (fields[i].flags & FIELD_HISTORY)
			return true;
	for (size_t i = 0; i < nsets; i++)
		if (has_history(sets[i].fields, sets[i].nfields, sets[i].sets, sets[i].nsets))
			return true;
	return false;
}

static uint64_t row_hash(uint64_t hash, size_t set, const struct field *key, const void *row)
{
	struct value v = *field_value(key, row);

	hash = mix(hash, 1000 + set);
	return key->type == TYPE_TEXT ? mix_text(hash, value_text_or(v, "")) : mix(hash, v.u);
}

static void append(struct history *h, size_t probe, uint64_t hash, const struct field *fields, size_t nfields,
	const struct row_set *sets, size_t nsets, const void *row)
{
	for (size_t i = 0; i < nfields; i++)
		if (fields[i].flags & FIELD_HISTORY)
			put(h, probe, mix(hash, i), value_number(*field_value(&fields[i], row), fields[i].type));
	for (size_t s = 0; s < nsets; s++) {
		const struct row_set *set = &sets[s];
		const struct field *key = field_find(set->fields, set->nfields, set->key);
		const struct rows *rows = set_rows(set, row);

		if (!has_history(set->fields, set->nfields, set->sets, set->nsets))
			continue;
		for (uint32_t i = 0; i < rows->n; i++) {
			const void *inner = rows_at(set, rows, i);

			append(h, probe, row_hash(hash, s, key, inner), set->fields, set->nfields, set->sets,
				set->nsets, inner);
		}
	}
}

void history_append(struct history *h, const struct snapshot *s)
{
	pthread_mutex_lock(&h->lock);
	for (size_t p = 0; p < nprobes; p++) {
		const struct probe *probe = probes[p];
		const struct block *b = snapshot_block(s, probe);

		if (!b || b->id == h->past[p].id)
			continue;
		h->past[p].id = b->id;
		h->past[p].count++; /* one that failed counts too: a gap */
		if (b->facts)
			append(h, p, mix(1, p), probe->fields, probe->nfields, probe->sets, probe->nsets, b->facts);
	}
	pthread_mutex_unlock(&h->lock);
}

/* A key as address_key() writes it: neither "007" nor "-0" names a row. */
static bool number_key(const char *text, uint64_t *ret)
{
	char written[24];
	int64_t i;

	if (parse_i64(slice_of(text), &i))
		return false;
	snprintf(written, sizeof(written), "%" PRId64, i);
	*ret = (uint64_t)i;
	return strcmp(written, text) == 0;
}

/* The same hash from an address; 0 when the address leads to no field. */
static uint64_t address_hash(const char *address, size_t *ret_probe)
{
	const struct field *fields;
	const struct row_set *sets;
	struct address_part part;
	size_t nfields, nsets, p = 0, i;
	uint64_t hash, key;

	if (address_part(&address, &part) || part.has_key)
		return 0;
	while (p < nprobes && strcmp(probes[p]->name, part.name) != 0)
		p++;
	if (p == nprobes)
		return 0;
	hash = mix(1, *ret_probe = p);
	fields = probes[p]->fields, nfields = probes[p]->nfields;
	sets = probes[p]->sets, nsets = probes[p]->nsets;
	while (!address_part(&address, &part) && part.has_key) {
		for (i = 0; i < nsets && strcmp(sets[i].name, part.name) != 0; i++)
			;
		if (i == nsets)
			return 0;
		fields = sets[i].fields, nfields = sets[i].nfields;
		hash = mix(hash, 1000 + i);
		if (field_find(fields, nfields, sets[i].key)->type == TYPE_TEXT)
			hash = mix_text(hash, part.key);
		else if (number_key(part.key, &key))
			hash = mix(hash, key);
		else
			return 0;
		nsets = sets[i].nsets;
		sets = sets[i].sets;
	}
	for (i = 0; i < nfields && strcmp(fields[i].name, part.name) != 0; i++)
		;
	return i < nfields && !*address ? mix(hash, i) : 0;
}

size_t history_copy(struct history *h, const char *address, float *out, size_t n)
{
	size_t probe = 0;
	uint64_t key = address_hash(address, &probe), count, there = 0;
	const struct ring *r;

	if (!key)
		return 0;
	pthread_mutex_lock(&h->lock);
	r = slot(h->ring, h->size, key);
	count = h->past[probe].count;
	if (r->key) /* the row may have been away since it was last seen */
		there = r->n + (count - r->last);
	there = there < HISTORY_LENGTH ? there : HISTORY_LENGTH;
	n = n < there ? n : (size_t)there;
	for (size_t i = 0; i < n; i++) {
		uint64_t block = count - (n - 1 - i);

		out[i] = block <= r->last ? r->value[block % HISTORY_LENGTH] : NAN;
	}
	pthread_mutex_unlock(&h->lock);
	return n;
}

size_t history_bytes(struct history *h)
{
	size_t n;

	pthread_mutex_lock(&h->lock);
	n = h->size * sizeof(*h->ring) + h->used * HISTORY_LENGTH * sizeof(float);
	pthread_mutex_unlock(&h->lock);
	return n;
}
