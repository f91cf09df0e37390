/* Addresses: the text that names a fact by keys, "frequency.policy[0].cur_khz", and what it leads to. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_ADDRESS_H
#define PROBES_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probes/probe.h"

enum { ADDRESS_DEPTH = 4, ADDRESS_MAX = 256, ADDRESS_KEY = 128 };

/* What an address leads to: a probe, then rows down to the one that has the field. */
struct found {
	const struct probe *probe;
	const struct block *block; /* NULL: the probe has not answered yet */
	size_t depth; /* how many sets were entered */
	const struct row_set *set[ADDRESS_DEPTH];
	const void *row[ADDRESS_DEPTH + 1]; /* row[0] is the facts */
	uint32_t index[ADDRESS_DEPTH];
	const struct field *field; /* NULL: the address names a row or a whole probe */
	const struct value *value; /* NULL when field or block is */
};

/* 0; -EINVAL: not an address; -ENOENT: no such probe, list or field; -ESRCH: no such row now. */
int address_find(const struct snapshot *s, const char *address, struct found *ret);

/* One step of an address: "policy[3]" → "policy" and "3" (unescaped). Both are cut to their sizes. */
struct address_part {
	char name[64];
	char key[ADDRESS_KEY];
	bool has_key;
};
/* Takes the next part off *address (which moves behind its dot). 0 or -EINVAL; 1 when nothing is left. */
int address_part(const char **address, struct address_part *ret);

/* The key of a row as text, `]` and `\` escaped. */
size_t address_key(const struct row_set *set, const void *row, char *buf, size_t size);
/* "frequency.policy[0].cur_khz": down to found's row, then name if it is not NULL. Returns as snprintf. */
size_t address_format(const struct found *at, const char *name, char *buf, size_t size);

/* Fills {name} of a source path from the row and the rows around it; NULL when a name is not known. */
char *address_source(struct arena *a, const struct found *at, const char *source);

#endif
