/* Named numbers and rates of counters, for the probes of memory. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/memory_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/host.h"
#include "probes/load.h"
#include "probes/parse.h"

enum { TOO_SOON_NS = 50000000, NAMES_MOST = 32 };

/* The number of a line and what stands before it; false for a line that is no such pair. */
static bool name_of(struct slice line, struct slice *ret_name, struct slice *ret_number)
{
	struct slice word;

	if (!slice_word(&line, &word))
		return false;
	if (slice_is(word, "Node")) { /* and its number */
		slice_word(&line, &word);
		if (!slice_word(&line, &word))
			return false;
	}
	if (word.len && word.p[word.len - 1] == ':')
		word.len--;
	*ret_name = word;
	return slice_word(&line, ret_number);
}

static void add(struct value *v, struct slice number)
{
	uint64_t n;
	int err = parse_u64(number, &n);

	if (err)
		*v = value_error(err, 0);
	else if (v->known != KNOWN_BROKEN) /* a sum with a part that is not known is not known */
		*v = value_u64(n + value_u64_or(*v, 0), 0);
}

/* A name to look for: hundreds of lines are held against each, so what can be known before is. */
struct wanted {
	const char *name;
	size_t len;
	bool prefix;
};

static bool names_it(const struct wanted *w, struct slice name)
{
	if (w->prefix ? name.len < w->len : name.len != w->len)
		return false;
	return name.p[0] == w->name[0] && memcmp(w->name, name.p, w->len) == 0;
}

void named_numbers(const char *text, const char *const *names, size_t n, struct value *out)
{
	struct slice rest = slice_of(text), line, name, number;
	struct wanted wanted[NAMES_MOST];
	size_t next = 0; /* the kernel's order is mostly that of the names */

	if (n > NAMES_MOST)
		BUG("%zu names", n);
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(names[i]);
		bool prefix = names[i][len - 1] == '*';

		wanted[i] = (struct wanted){names[i], len - prefix, prefix};
		out[i] = value_error(-ENOENT, 0);
	}
	while (slice_line(&rest, &line)) {
		if (!name_of(line, &name, &number))
			continue;
		for (size_t k = 0; k < n; k++) {
			size_t i = next + k < n ? next + k : next + k - n;

			if (!names_it(&wanted[i], name))
				continue;
			add(&out[i], number);
			next = i;
			break;
		}
	}
}

struct value counter_per_s(struct counter *c, struct value now, uint64_t now_ns, bool still)
{
	struct counter old = *c;

	*c = (struct counter){.n = now.u, .ns = now_ns, .has = value_known(now)};
	if (!value_known(now))
		return now;
	if (!old.has || now.u < old.n || now_ns <= old.ns)
		return (struct value){.known = KNOWN_NOT_YET, .src = now.src};
	if (still && now.u == old.n)
		return value_error(-ENODATA, now.src);
	return value_f64((double)(now.u - old.n) * 1e9 / (double)(now_ns - old.ns), now.src);
}

struct sizes {
	uint64_t *kib;
	size_t n;
};

/* "hugepages-2048kB" */
static int add_size(const char *name, void *arg)
{
	static const char prefix[] = "hugepages-";
	struct sizes *s = arg;
	size_t len = strlen(name), before = sizeof(prefix) - 1;

	if (strncmp(name, prefix, before) != 0 || len < before + 3 || s->n == PAGE_SIZES_MOST ||
		strcmp(name + len - 2, "kB") != 0)
		return 0;
	if (!parse_u64((struct slice){name + before, len - before - 2}, &s->kib[s->n]))
		s->n++;
	return 0;
}

static int by_size(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

int page_sizes(const struct tick *t, const char *folder, uint64_t kib[PAGE_SIZES_MOST], size_t *ret_n)
{
	struct sizes sizes = {kib, 0};
	int err = host_list(t->h, folder, add_size, &sizes);

	if (err || !sizes.n)
		return err ? err : -ENOENT;
	qsort(kib, sizes.n, sizeof(*kib), by_size);
	*ret_n = sizes.n;
	return 0;
}

struct rows rows_carry(struct carry *c, const struct field *fields, size_t n, size_t size, const struct rows *from)
{
	struct rows to = *from;
	char *rows = arena_array(c->a, from->n, size);

	for (uint32_t i = 0; i < from->n; i++)
		row_carry(c, fields, n, (const char *)from->row + i * size, rows + i * size);
	to.row = from->n ? rows : NULL;
	return to;
}

bool host_stands_still(const struct tick *t)
{
	const struct load *load = snapshot_facts(t->so_far, &probe_load);

	if (load)
		return load->busy.known == KNOWN_NOT_RECORDED;
	return t->so_far->about.origin == HOST_DIRECTORY;
}

bool read_too_soon(const struct tick *t, uint64_t last_ns)
{
	return t->prev && t->now_ns - last_ns < TOO_SOON_NS;
}

bool value_may_mend(struct value v)
{
	return v.known == KNOWN_BROKEN || v.known == KNOWN_DENIED;
}
