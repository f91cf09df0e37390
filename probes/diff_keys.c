/* Keys of many rows as one text: numbers in ranges, names one by one, and no more of them than a line holds. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "probes/diff_impl.h"
#include "probes/parse.h"
#include "probes/text.h"

/* Names beyond this length are counted. */
enum { NAMES_LENGTH = 32 };

static const char *word(const struct diff_key *k, bool labels)
{
	return labels ? k->label : k->key;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* All of them as sorted numbers; NULL when one is a name. */
static uint64_t *numbers(struct arena *a, const struct diff_key *const *key, size_t n, bool labels)
{
	uint64_t *number = arena_array(a, n, sizeof(*number));

	for (size_t i = 0; i < n; i++) {
		const char *text = word(key[i], labels);

		if (text[strspn(text, "0123456789")] || (text[0] == '0' && text[1]) ||
			parse_u64(slice_of(text), &number[i]))
			return NULL;
	}
	if (n)
		qsort(number, n, sizeof(*number), by_number);
	return number;
}

static char *end(struct arena *a, struct text *t, size_t left)
{
	if (left)
		text_add(t, " and %zu more", left);
	return text_end(t, a);
}

static char *ranges(struct arena *a, const uint64_t *number, size_t n, size_t most)
{
	struct text t = text_begin();
	size_t i = 0, pieces = 0;

	while (i < n && (!most || pieces < most)) {
		size_t last = i;

		while (last + 1 < n && number[last + 1] <= number[last] + 1)
			last++;
		text_add(&t, "%s%" PRIu64, pieces++ ? "," : "", number[i]);
		if (number[last] != number[i])
			text_add(&t, "-%" PRIu64, number[last]);
		i = last + 1;
	}
	return end(a, &t, n - i);
}

char *diff_keys(struct arena *arena, const struct diff_key *const *key, size_t n, bool labels, size_t most)
{
	const uint64_t *number = numbers(arena, key, n, labels);
	struct text t;
	size_t i;

	if (number)
		return ranges(arena, number, n, most);
	t = text_begin();
	for (i = 0; i < n && (!most || (i < most && t.len < NAMES_LENGTH)); i++)
		text_add(&t, "%s%s", i ? "," : "", word(key[i], labels));
	return end(arena, &t, n - i);
}
