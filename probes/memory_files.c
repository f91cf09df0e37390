/* The settings and counters of memory that have a file each, and the pools of huge pages. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/host.h"
#include "probes/memory_impl.h"
#include "probes/parse.h"

#define MM "/sys/kernel/mm/"

struct value choice_value(const struct tick *t, const char *text, unsigned src)
{
	struct slice s = slice_trim(slice_of(text));
	const char *open = s.len ? memchr(s.p, '[', s.len) : NULL, *close;

	if (!s.len)
		return value_error(-ENOENT, src);
	if (!open)
		return memchr(s.p, ' ', s.len) ? value_error(-EINVAL, src) : value_text(slice_text(t->a, s), src);
	close = memchr(open, ']', s.len - (size_t)(open - s.p));
	if (!close || close == open + 1)
		return value_error(-EINVAL, src);
	return value_text(slice_text(t->a, (struct slice){open + 1, (size_t)(close - open) - 1}), src);
}

static struct value read_choice(const struct tick *t, const char *path)
{
	struct answer answer;
	int err = host_read(t->h, path, &answer);

	return err ? value_error(err, 0) : choice_value(t, answer.text, 0);
}

static struct value read_field(const struct tick *t, const struct field *f)
{
	switch (f->type) {
	case TYPE_BOOL:
		return get_bool(t, 0, "%s", f->source[0]);
	case TYPE_I64:
		return get_i64(t, 0, "%s", f->source[0]);
	case TYPE_TEXT:
		return read_choice(t, f->source[0]);
	case TYPE_U64:
	case TYPE_F64:
	case TYPE_CPUS:
	case TYPE_WORDS:
	case TYPE_NUMBERS:
		break;
	}
	return get_u64(t, 0, "%s", f->source[0]);
}

static struct rows read_pools(const struct tick *t)
{
	uint64_t kib[PAGE_SIZES_MOST];
	struct memory_pool *rows;
	size_t n;
	int err = page_sizes(t, MM "hugepages", kib, &n);

	if (err)
		return (struct rows){.known = value_error(err, 0).known, .err = err};
	rows = arena_array(t->a, n, sizeof(*rows));
	for (size_t i = 0; i < n; i++) {
		char folder[96];

		snprintf(folder, sizeof(folder), MM "hugepages/hugepages-%llukB", (unsigned long long)kib[i]);
		rows[i].size_kib = value_u64(kib[i], 0);
		rows[i].nr = get_u64(t, 0, "%s/nr_hugepages", folder);
		rows[i].free = get_u64(t, 0, "%s/free_hugepages", folder);
		rows[i].reserved = get_u64(t, 0, "%s/resv_hugepages", folder);
		rows[i].surplus = get_u64(t, 0, "%s/surplus_hugepages", folder);
		rows[i].overcommit = get_u64(t, 0, "%s/nr_overcommit_hugepages", folder);
	}
	return (struct rows){.row = rows, .n = (uint32_t)n, .known = KNOWN};
}

static struct rows read_thp_sizes(const struct tick *t)
{
	uint64_t kib[PAGE_SIZES_MOST];
	struct memory_thp_size *rows;
	size_t n;
	int err = page_sizes(t, MM "transparent_hugepage", kib, &n);

	if (err)
		return (struct rows){.known = value_error(err, 0).known, .err = err};
	rows = arena_array(t->a, n, sizeof(*rows));
	for (size_t i = 0; i < n; i++) {
		char path[96];

		snprintf(path, sizeof(path), MM "transparent_hugepage/hugepages-%llukB/enabled",
			(unsigned long long)kib[i]);
		rows[i].size_kib = value_u64(kib[i], 0);
		rows[i].enabled = read_choice(t, path);
	}
	return (struct rows){.row = rows, .n = (uint32_t)n, .known = KNOWN};
}

const struct memory_thp_size *memory_thp_own(const struct memory *m)
{
	const struct memory_thp_size *rows = m->thp_size.row,
				     *largest = m->thp_size.n ? &rows[m->thp_size.n - 1] : NULL;
	bool inherits = !largest || largest->enabled.known == KNOWN_ABSENT ||
			strcmp(value_text_or(largest->enabled, ""), "inherit") == 0;

	return inherits ? NULL : largest;
}

struct value memory_thp_word(const struct memory *m)
{
	const struct memory_thp_size *own = memory_thp_own(m);

	return own ? own->enabled : m->thp_enabled;
}

void memory_read_files(const struct tick *t, struct memory *m)
{
	for (size_t i = AT_FILES; i < NMEMORY_FIELDS; i++)
		*(struct value *)(void *)((char *)m + memory_fields[i].offset) = read_field(t, &memory_fields[i]);
	m->pool = read_pools(t);
	m->thp_size = read_thp_sizes(t);
}
