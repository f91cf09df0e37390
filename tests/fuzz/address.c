/* Fuzzes addresses: one that is understood is written in one way, and that leads to the same fact. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "probes/address.h"
#include "probes/history.h"
#include "probes/load.h"
#include "probes/snapshot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Two CPUs and their load: enough rows for keys to be right and wrong. */
static struct snapshot *snapshot_of_two(void)
{
	struct snapshot *s = snapshot_new(nprobes);
	struct arena *a = arena_new(0);
	struct load *l = arena_alloc(a, sizeof(*l));
	struct load_cpu *rows = arena_array(a, 2, sizeof(*rows));
	struct block *b = xcalloc(1, sizeof(*b));

	for (uint64_t i = 0; i < 2; i++)
		rows[i].id = value_u64(i * 12, 0);
	l->cpu = (struct rows){.row = rows, .n = 2, .known = KNOWN};
	*b = (struct block){.probe = &probe_load, .a = a, .facts = l, .id = 1, .refs = 1};
	for (size_t i = 0; i < nprobes; i++)
		if (probes[i] == &probe_load)
			s->block[i] = b;
	return s;
}

static void round_trip(const struct snapshot *s, const struct found *at)
{
	char text[ADDRESS_MAX * 2];
	struct found again;

	if (address_format(at, at->field ? at->field->name : NULL, text, sizeof(text)) >= sizeof(text))
		BUG("an address of more than %zu bytes", sizeof(text));
	if (at->block && (address_find(s, text, &again) || again.value != at->value || again.field != at->field))
		BUG("%s does not come back", text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct snapshot *s = snapshot_of_two();
	struct history *h = history_new();
	struct arena *a = arena_new(0);
	char *text = xcalloc(size + 1, 1);
	struct found at = {.probe = NULL};
	float out[4];

	if (size)
		memcpy(text, data, size);
	history_append(h, s);
	if (address_find(s, text, &at) == 0) {
		round_trip(s, &at);
		(void)address_source(a, &at, text);
	}
	if (history_copy(h, text, out, 4) && (!at.field || !(at.field->flags & FIELD_HISTORY)))
		BUG("%s has a history and is no such field", text);
	free(text);
	arena_free(a);
	history_free(h);
	snapshot_unref(s);
	return 0;
}
