/* Finding a field by its name, and a row by its id. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/field.h"

#include <string.h>

const struct field *field_find(const struct field *fields, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}

void row_carry(struct carry *c, const struct field *fields, size_t n, const void *from, void *to)
{
	for (size_t i = 0; i < n; i++)
		*(struct value *)(void *)((char *)to + fields[i].offset) =
			value_carry(c, *field_value(&fields[i], from), fields[i].type);
}

const void *rows_with_id(const struct rows *r, size_t size, uint64_t id)
{
	uint32_t low = 0, high = r->n;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		const struct value *at = (const void *)((const char *)r->row + (size_t)mid * size);

		if (at->u == id)
			return at;
		if (at->u < id)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}
