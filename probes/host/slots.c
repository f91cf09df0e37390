/* Numbers for what is kept; free ones hang together in a list inside the array. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/slots.h"

#include <stdlib.h>

#include "probes/util.h"

enum { NONE = -1 };

struct slots slots_new(void)
{
	return (struct slots){.free = NONE};
}

int slots_take(struct slots *s, int value)
{
	if (s->free == NONE) {
		int more = s->n ? s->n * 2 : 64;
		s->value = xrealloc(s->value, (size_t)more, sizeof(*s->value));
		for (int i = s->n; i < more; i++)
			s->value[i] = i + 1 < more ? -2 - (i + 1) : -2 - NONE;
		s->free = s->n;
		s->n = more;
	}
	int number = s->free;
	s->free = -2 - s->value[number];
	s->value[number] = value;
	return number;
}

int slots_get(const struct slots *s, int number)
{
	if (number < 0 || number >= s->n || s->value[number] < 0)
		BUG("no file is kept as %d", number);
	return s->value[number];
}

void slots_give(struct slots *s, int number)
{
	(void)slots_get(s, number);
	s->value[number] = -2 - s->free;
	s->free = number;
}

void slots_free(struct slots *s)
{
	free(s->value);
	*s = slots_new();
}
