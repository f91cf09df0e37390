/* Blocks and snapshots: counted, immutable once shared; and the table of the probes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "probes/checks.h"

#define PROBE(name) extern const struct probe probe_##name;
#include "probes/probes.def"
#undef PROBE

const struct probe *const probes[] = {
#define PROBE(name) &probe_##name,
#include "probes/probes.def"
#undef PROBE
};
const size_t nprobes = COUNT(probes);

const struct probe *probe_find(const char *name)
{
	for (size_t i = 0; i < nprobes; i++)
		if (strcmp(probes[i]->name, name) == 0)
			return probes[i];
	return NULL;
}

const struct block *snapshot_block(const struct snapshot *s, const struct probe *p)
{
	for (size_t i = 0; s && i < s->n; i++)
		if (s->block[i] && s->block[i]->probe == p)
			return s->block[i];
	return NULL;
}

const void *snapshot_facts(const struct snapshot *s, const struct probe *p)
{
	const struct block *b = snapshot_block(s, p);

	return b ? b->facts : NULL;
}

struct block *block_ref(struct block *b)
{
	if (b)
		atomic_fetch_add(&b->refs, 1);
	return b;
}

void block_unref(struct block *b)
{
	if (b && atomic_fetch_sub(&b->refs, 1) == 1) {
		arena_free(b->a);
		free(b);
	}
}

struct snapshot *snapshot_new(size_t n)
{
	struct snapshot *s = xcalloc(1, sizeof(*s) + n * sizeof(s->block[0]));

	s->refs = 1;
	s->n = n;
	return s;
}

struct snapshot *snapshot_ref(struct snapshot *s)
{
	if (s)
		atomic_fetch_add(&s->refs, 1);
	return s;
}

void snapshot_unref(struct snapshot *s)
{
	if (!s || atomic_fetch_sub(&s->refs, 1) != 1)
		return;
	for (size_t i = 0; i < s->n; i++)
		block_unref(s->block[i]);
	findings_unref(s->findings);
	arena_free(s->a);
	free(s);
}
