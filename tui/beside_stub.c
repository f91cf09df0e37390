/* Stands in for probes/diff.c until that is there. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/address.h"
#include "probes/diff.h"

struct differences diff_snapshots(
	struct arena *arena, const struct snapshot *a, const struct snapshot *b, bool moving)
{
	(void)arena;
	(void)a;
	(void)b;
	(void)moving;
	return (struct differences){0};
}

bool diff_at(const struct snapshot *a, const struct snapshot *b, const char *address)
{
	struct found x, y;

	if (address_find(a, address, &x) || address_find(b, address, &y) || !x.value || !y.value)
		return false;
	if (x.field->type == TYPE_TEXT)
		return strcmp(value_text_or(*x.value, ""), value_text_or(*y.value, "")) != 0;
	return x.field->type <= TYPE_F64 && x.value->u != y.value->u;
}
