/* Fields and rows: the tables from which report, JSON, explain, history and golden files come without further code. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_FIELD_H
#define PROBES_FIELD_H

#include <stddef.h>
#include <stdint.h>

#include "probes/value.h"

enum field_flags {
	FIELD_HISTORY = 1 << 0, /* its past is kept */
	FIELD_MOVES = 1 << 1, /* changes all the time by itself: no diff, no golden */
	FIELD_WHO = 1 << 2, /* says which machine this is: the last thing that a diff names */
};

struct field {
	const char *name; /* the JSON name */
	const char *label; /* on the screen */
	size_t offset; /* of its struct value in the facts or in the row */
	enum type type;
	enum unit unit;
	unsigned flags;
	/* The rungs, first that answered is value.src; {name} is a field of this row or of one around it. NULL-ended.
	 */
	const char *const *source;
	const char *meaning; /* one sentence */
};

/* A list of rows, as it stands in the facts or in a row. known, err: how well the list itself is known. */
struct rows {
	const void *row;
	uint32_t n;
	uint8_t known;
	int32_t err;
};

struct row_set {
	const char *name; /* the JSON name: cpu, policy */
	const char *key; /* name of the field that names a row in an address */
	size_t offset; /* of its struct rows in the facts or in the row around it */
	size_t size; /* of a row */
	const struct field *fields;
	size_t nfields;
	const struct row_set *sets;
	size_t nsets;
};

/* Short forms for tables: FIELD(struct kernel, release, "Kernel", TYPE_TEXT, UNIT_NONE, 0, src_release, "…") */
#define FIELD(type_, member, label_, kind, unit_, flags_, source_, meaning_) \
	{ \
#member, label_, offsetof(type_, member), kind, unit_, flags_, source_, meaning_ \
	}
#define SOURCES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define TABLE(array) (array), COUNT(array)

static inline const struct value *field_value(const struct field *f, const void *row)
{
	return (const struct value *)(const void *)((const char *)row + f->offset);
}

static inline const struct rows *set_rows(const struct row_set *s, const void *row)
{
	return (const struct rows *)(const void *)((const char *)row + s->offset);
}

static inline const void *rows_at(const struct row_set *s, const struct rows *r, uint32_t i)
{
	return (const char *)r->row + (size_t)i * s->size;
}

/* Copies each field of a row that was not due: see value_carry(). */
void row_carry(struct carry *c, const struct field *fields, size_t n, const void *from, void *to);

/* Of rows of this size that begin with their id and are sorted by it: the one with this id, or NULL. */
const void *rows_with_id(const struct rows *r, size_t size, uint64_t id);

/* The field of that name, or NULL. */
const struct field *field_find(const struct field *fields, size_t n, const char *name);

#endif
