/* Guests from one arena into another, by the tables: no block points into what is read anew. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/guests_impl.h"

static void copy_fields(
	struct carry *c, unsigned src, const struct field *fields, size_t n, const void *from, void *to)
{
	row_carry(c, fields, n, from, to);
	for (size_t i = 0; src && i < n; i++) {
		struct value *v = (struct value *)(void *)((char *)to + fields[i].offset);

		v->src = v->src ? v->src : (uint8_t)src;
	}
}

static void copy_rows(
	struct carry *c, unsigned src, const struct row_set *set, const struct rows *from, struct rows *to)
{
	char *rows = from->n ? arena_array(c->a, from->n, set->size) : NULL;

	for (uint32_t i = 0; i < from->n; i++)
		copy_fields(c, src, set->fields, set->nfields, rows_at(set, from, i), rows + i * set->size);
	*to = *from;
	to->row = rows;
}

void guest_copy(struct carry *c, unsigned src, const struct guest *from, struct guest *to)
{
	copy_fields(c, src, guest_fields, nguest_fields, from, to);
	for (size_t i = 0; i < NGUEST_SETS; i++)
		copy_rows(c, src, &guest_sets[i], set_rows(&guest_sets[i], from),
			(struct rows *)(void *)((char *)to + guest_sets[i].offset));
}

void guest_all_error(int err, struct guest *ret)
{
	struct value v = value_error(err, 0);

	for (size_t i = 0; i < nguest_fields; i++)
		*(struct value *)(void *)((char *)ret + guest_fields[i].offset) = v;
	for (size_t i = 0; i < NGUEST_SETS; i++)
		*(struct rows *)(void *)((char *)ret + guest_sets[i].offset) = (struct rows){.known = v.known, .err = err};
}
