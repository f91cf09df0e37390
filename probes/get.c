/* Getting values: every read of a probe that happens seldom goes through here. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/get.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/host/host.h"
#include "probes/parse.h"

enum { PATH_LENGTH = 512, NAME_BYTES = 128 };

__attribute__((format(printf, 3, 0))) static int get(
	const struct tick *t, struct answer *ret, const char *format, va_list ap)
{
	char path[PATH_LENGTH];
	int n = vsnprintf(path, sizeof(path), format, ap);

	if (n < 0 || (size_t)n >= sizeof(path))
		return -ENAMETOOLONG;
	return host_read(t->h, path, ret);
}

#define GET(answer) \
	struct answer answer; \
	va_list ap; \
	int err; \
	va_start(ap, format); \
	err = get(t, &answer, format, ap); \
	va_end(ap); \
	if (err) \
	return value_error(err, src)

struct value text_value(struct arena *a, const char *text, unsigned src)
{
	struct slice s = slice_trim(slice_of(text));

	return s.len ? value_text(slice_text(a, s), src) : value_error(-ENOENT, src);
}

struct value u64_value(const char *text, unsigned src)
{
	uint64_t u;
	int err = parse_u64(slice_of(text), &u);

	return err ? value_error(err, src) : value_u64(u, src);
}

struct value i64_value(const char *text, unsigned src)
{
	int64_t i;
	int err = parse_i64(slice_of(text), &i);

	return err ? value_error(err, src) : value_i64(i, src);
}

struct value bool_value(const char *text, unsigned src)
{
	struct slice s = slice_trim(slice_of(text));

	if (slice_is(s, "1") || slice_is(s, "Y"))
		return value_bool(true, src);
	if (slice_is(s, "0") || slice_is(s, "N"))
		return value_bool(false, src);
	return value_error(-EINVAL, src);
}

struct value get_text(const struct tick *t, unsigned src, const char *format, ...)
{
	GET(answer);
	return text_value(t->a, answer.text, src);
}

struct value get_u64(const struct tick *t, unsigned src, const char *format, ...)
{
	GET(answer);
	return u64_value(answer.text, src);
}

struct value get_i64(const struct tick *t, unsigned src, const char *format, ...)
{
	GET(answer);
	return i64_value(answer.text, src);
}

struct value get_bool(const struct tick *t, unsigned src, const char *format, ...)
{
	GET(answer);
	return bool_value(answer.text, src);
}

struct value get_list(const struct tick *t, unsigned src, const char *format, ...)
{
	struct cpuset *set = NULL;
	GET(answer);
	err = cpuset_parse_list(t->a, answer.text, &set);
	return err ? value_error(err, src) : value_set(set, src);
}

struct value get_mask(const struct tick *t, unsigned src, const char *format, ...)
{
	struct cpuset *set = NULL;
	GET(answer);
	err = cpuset_parse_mask(t->a, answer.text, &set);
	return err ? value_error(err, src) : value_set(set, src);
}

struct value get_choice(const struct tick *t, unsigned src, const char *format, ...)
{
	struct slice rest, word;
	size_t words = 0;
	GET(answer);
	for (rest = slice_of(answer.text); slice_word(&rest, &word); words++)
		if (word.len > 2 && word.p[0] == '[' && word.p[word.len - 1] == ']')
			return value_text(slice_text(t->a, (struct slice){word.p + 1, word.len - 2}), src);
	return words > 1 ? value_error(-EINVAL, src) : text_value(t->a, answer.text, src);
}

struct value get_link_name(const struct tick *t, unsigned src, const char *format, ...)
{
	char path[PATH_LENGTH];
	struct answer answer;
	const char *slash;
	va_list ap;
	int n, err;

	va_start(ap, format);
	n = vsnprintf(path, sizeof(path), format, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(path))
		return value_error(-ENAMETOOLONG, src);
	err = host_link(t->h, path, &answer);
	if (err)
		return value_error(err, src);
	slash = strrchr(answer.text, '/');
	return text_value(t->a, slash ? slash + 1 : answer.text, src);
}

struct ids {
	const char *prefix;
	struct cpuset *set;
};

static int add_id(const char *name, void *arg)
{
	struct ids *ids = arg;
	size_t n = strlen(ids->prefix);
	uint64_t id;

	if (strncmp(name, ids->prefix, n) == 0 && !parse_u64(slice_of(name + n), &id) && id < CPUSET_MAX)
		cpuset_add(ids->set, (uint32_t)id);
	return 0;
}

int get_ids(const struct tick *t, const char *folder, const char *prefix, struct cpuset **ret)
{
	struct arena *scratch = arena_new(CPUSET_MAX / 8 + 64);
	struct ids ids = {prefix, cpuset_new(scratch, CPUSET_MAX)};
	int err = host_list(t->h, folder, add_id, &ids);
	uint32_t nbits = 0;

	if (!err) {
		CPUSET_EACH(id, ids.set)
		nbits = (uint32_t)id + 1;
		*ret = cpuset_new(t->a, nbits);
		cpuset_add_all(*ret, ids.set);
	}
	arena_free(scratch);
	return err;
}

struct name_list {
	struct arena *a;
	const char **name;
	size_t n, most;
};

static int add_name(const char *name, void *arg)
{
	struct name_list *l = arg;

	if (name[0] != '.' && strlen(name) < NAME_BYTES && l->n < l->most)
		l->name[l->n++] = arena_strdup(l->a, name);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int get_names(const struct tick *t, const char *folder, size_t most, const char *const **ret, size_t *ret_n)
{
	struct name_list l = {.a = t->a, .name = arena_array(t->a, most, sizeof(*l.name)), .most = most};
	int err = host_list(t->h, folder, add_name, &l);

	qsort(l.name, l.n, sizeof(*l.name), by_name);
	*ret = l.name;
	*ret_n = l.n;
	return err;
}

int kept_read(struct host *h, struct kept *k, const char *path, struct answer *ret)
{
	int err;

	if (k->id == 0) {
		err = host_keep(h, path);
		if (err >= 0)
			k->id = err + 1;
		else if (err == -EMFILE)
			k->id = KEPT_NO;
		else
			return err;
	}
	if (k->id == KEPT_NO)
		return host_read(h, path, ret);
	err = host_read_kept(h, k->id - 1, ret);
	if (err == -ENODEV || err == -ESRCH)
		kept_drop(h, k);
	return err;
}

void kept_drop(struct host *h, struct kept *k)
{
	if (k->id > 0)
		host_drop(h, k->id - 1);
	k->id = 0;
}
