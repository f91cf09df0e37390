/* Addresses: parsed part by part, followed through the tables of the probe they begin with. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/address.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "probes/cpuset.h"

/* Reads an escaped key up to its closing bracket; returns what follows the bracket, or NULL. */
static const char *part_key(const char *p, struct address_part *ret)
{
	size_t n = 0;

	for (; *p && *p != ']'; p++) {
		if (*p == '\\' && !*++p)
			return NULL;
		if (n + 1 >= sizeof(ret->key))
			return NULL;
		ret->key[n++] = *p;
	}
	ret->key[n] = '\0';
	ret->has_key = true;
	return *p ? p + 1 : NULL;
}

int address_part(const char **address, struct address_part *ret)
{
	const char *p = *address;
	size_t n = strcspn(p, ".[]");

	if (!*p)
		return 1;
	*ret = (struct address_part){.has_key = false};
	if (!n || n >= sizeof(ret->name))
		return -EINVAL;
	memcpy(ret->name, p, n);
	p += n;
	if (*p == '[')
		p = part_key(p + 1, ret);
	if (!p || (*p && *p != '.') || (*p == '.' && !p[1]))
		return -EINVAL;
	*address = *p ? p + 1 : p;
	return 0;
}

size_t address_key(const struct row_set *set, const void *row, char *buf, size_t size)
{
	const struct field *f = field_find(set->fields, set->nfields, set->key);
	struct value v;
	size_t n = 0;

	if (!f)
		BUG("no key %s in %s", set->key, set->name);
	v = *field_value(f, row);
	if (!value_known(v))
		return (size_t)snprintf(buf, size, "?");
	if (f->type != TYPE_TEXT)
		return (size_t)snprintf(buf, size, f->type == TYPE_I64 ? "%" PRId64 : "%" PRIu64, v.i);
	for (const char *p = v.text; *p; p++) {
		if (*p == ']' || *p == '\\') {
			if (n + 1 < size)
				buf[n] = '\\';
			n++;
		}
		if (n + 1 < size)
			buf[n] = *p;
		n++;
	}
	if (size)
		buf[n < size ? n : size - 1] = '\0';
	return n;
}

static bool key_is(const struct row_set *set, const struct field *key, const void *row, const char *wanted)
{
	struct value v = *field_value(key, row);
	char buf[32];

	if (!value_known(v))
		return false;
	if (key->type == TYPE_TEXT)
		return strcmp(v.text, wanted) == 0;
	address_key(set, row, buf, sizeof(buf));
	return strcmp(buf, wanted) == 0;
}

/* Enters the row that part names; rows move from tick to tick, keys do not. */
static int enter(struct found *at, const struct row_set *set, const struct address_part *part)
{
	const struct field *key = field_find(set->fields, set->nfields, set->key);
	const void *outer = at->row[at->depth];
	const struct rows *rows;

	if (at->depth == ADDRESS_DEPTH)
		return -EINVAL;
	at->set[at->depth] = set;
	if (!outer) {
		at->row[++at->depth] = NULL;
		return 0;
	}
	rows = set_rows(set, outer);
	for (uint32_t i = 0; i < rows->n; i++) {
		const void *row = rows_at(set, rows, i);

		if (!key_is(set, key, row, part->key))
			continue;
		at->index[at->depth] = i;
		at->row[++at->depth] = row;
		return 0;
	}
	return -ESRCH;
}

static const struct row_set *set_find(const struct found *at, const char *name)
{
	const struct row_set *sets = at->depth ? at->set[at->depth - 1]->sets : at->probe->sets;
	size_t n = at->depth ? at->set[at->depth - 1]->nsets : at->probe->nsets;

	for (size_t i = 0; i < n; i++)
		if (strcmp(sets[i].name, name) == 0)
			return &sets[i];
	return NULL;
}

static int find_field(struct found *at, const char *name)
{
	const struct row_set *set = at->depth ? at->set[at->depth - 1] : NULL;

	at->field = set ? field_find(set->fields, set->nfields, name)
			: field_find(at->probe->fields, at->probe->nfields, name);
	if (!at->field)
		return -ENOENT;
	if (at->row[at->depth])
		at->value = field_value(at->field, at->row[at->depth]);
	return 0;
}

int address_find(const struct snapshot *s, const char *address, struct found *ret)
{
	struct found at = {.probe = NULL};
	struct address_part part;
	int err = address_part(&address, &part);

	if (err)
		return -EINVAL;
	at.probe = probe_find(part.name);
	if (!at.probe || part.has_key)
		return part.has_key ? -EINVAL : -ENOENT;
	at.block = snapshot_block(s, at.probe);
	at.row[0] = at.block ? at.block->facts : NULL;
	while ((err = address_part(&address, &part)) == 0) {
		const struct row_set *set = set_find(&at, part.name);

		if (at.field)
			return -EINVAL; /* nothing lies inside a field */
		if (part.has_key)
			err = set ? enter(&at, set, &part) : -ENOENT;
		else
			err = find_field(&at, part.name);
		if (err)
			return err;
	}
	if (err < 0)
		return err;
	*ret = at;
	return 0;
}

size_t address_format(const struct found *at, const char *name, char *buf, size_t size)
{
	size_t n = (size_t)snprintf(buf, size, "%s", at->probe->name);

	for (size_t i = 0; i < at->depth; i++) {
		char key[2 * sizeof(((struct address_part *)0)->key)] = "?";

		if (at->row[i + 1])
			address_key(at->set[i], at->row[i + 1], key, sizeof(key));
		n += (size_t)snprintf(
			n < size ? buf + n : NULL, n < size ? size - n : 0, ".%s[%s]", at->set[i]->name, key);
	}
	if (name)
		n += (size_t)snprintf(n < size ? buf + n : NULL, n < size ? size - n : 0, ".%s", name);
	return n;
}

/* The text of a field of that name in the row or in the rows around it, the nearest first. */
static char *source_name(struct arena *a, const struct found *at, const char *name)
{
	for (size_t d = at->depth + 1; d-- > 0;) {
		const struct field *f = d ? field_find(at->set[d - 1]->fields, at->set[d - 1]->nfields, name)
					  : field_find(at->probe->fields, at->probe->nfields, name);
		struct value v;

		if (!f || !at->row[d])
			continue;
		v = *field_value(f, at->row[d]);
		if (!value_known(v))
			return NULL;
		if (f->type == TYPE_TEXT)
			return arena_strdup(a, v.text);
		if (f->type == TYPE_CPUS) /* the first of a set: what a policy's own CPU is */
			return arena_printf(a, "%" PRId64, cpuset_next(v.set, -1));
		return arena_printf(a, f->type == TYPE_I64 ? "%" PRId64 : "%" PRIu64, v.i);
	}
	return NULL;
}

char *address_source(struct arena *a, const struct found *at, const char *source)
{
	char *out = arena_strdup(a, "");

	while (*source) {
		size_t n = strcspn(source, "{");
		const char *end = strchr(source, '}');
		char name[64], *text;

		out = arena_printf(a, "%s%.*s", out, (int)n, source);
		source += n;
		if (!*source)
			break;
		if (!end || (size_t)(end - source) > sizeof(name))
			return NULL;
		snprintf(name, sizeof(name), "%.*s", (int)(end - source - 1), source + 1);
		text = source_name(a, at, name);
		if (!text)
			return NULL;
		out = arena_printf(a, "%s%s", out, text);
		source = end + 1;
	}
	return out;
}
