/* Lists processes and threads, and reads their stat and status files. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/task_stat.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/host/host.h"
#include "probes/util.h"

static const char *skip_words(const char *p, unsigned n)
{
	for (; n && *p; n--) {
		p += strcspn(p, " ");
		p += strspn(p, " ");
	}
	return p;
}

static bool number_at(const char *p, uint64_t *ret)
{
	return parse_u64((struct slice){p, strcspn(p, " \n")}, ret) == 0;
}

int stat_parse(const char *text, struct stat_parts *ret)
{
	const char *open = strchr(text, '('), *close = strrchr(text, ')'), *p;
	uint64_t user, system;

	if (!open || !close || close < open || close[1] != ' ')
		return -EINVAL;
	ret->comm = (struct slice){open + 1, (size_t)(close - open - 1)};
	p = skip_words(close + 2, 1); /* the third field is the state */
	if (!number_at(p, &ret->parent))
		return -EINVAL;
	p = skip_words(p, 10);
	if (!number_at(p, &user) || !number_at(skip_words(p, 1), &system))
		return -EINVAL;
	ret->ran = user + system;
	p = skip_words(p, 6);
	if (!number_at(p, &ret->nthreads))
		return -EINVAL;
	p = skip_words(p, 2);
	if (!number_at(p, &ret->start))
		return -EINVAL;
	p = skip_words(p, 17);
	if (!number_at(p, &ret->cpu))
		return -EINVAL;
	p = skip_words(p, 1);
	if (!number_at(p, &ret->priority))
		return -EINVAL;
	return number_at(skip_words(p, 1), &ret->policy) ? 0 : -EINVAL;
}

const char *task_policy_word(uint64_t policy)
{
	static const char *const words[] = {"other", "fifo", "rr", "batch", NULL, "idle", "deadline", "ext"};

	return policy < COUNT(words) ? words[policy] : NULL;
}

int task_allowed(struct arena *a, const char *text, struct cpuset **ret)
{
	static const char key[] = "\nCpus_allowed_list:";
	const char *at = strstr(text, key);
	struct slice line = slice_of(at ? at + sizeof(key) - 1 : ""), list;

	if (!at || !slice_line(&line, &list))
		return -EINVAL;
	return cpuset_parse_list(a, slice_text(a, slice_trim(list)), ret);
}

struct listing {
	struct task_ids *ids;
	size_t room;
};

static int add_id(const char *name, void *arg)
{
	struct listing *l = arg;
	struct task_ids *ids = l->ids;
	uint64_t id;

	if (name[0] < '1' || name[0] > '9' || parse_u64(slice_of(name), &id) || id >= UINT32_MAX)
		return 0;
	if (ids->n == l->room) {
		l->room = l->room ? l->room * 2 : 256;
		ids->id = xrealloc(ids->id, l->room, sizeof(*ids->id));
	}
	ids->id[ids->n++] = (uint32_t)id;
	return 0;
}

static int by_id(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

int task_ids(struct host *h, const char *folder, struct task_ids *ret)
{
	struct listing l = {ret, 0};
	int err = host_list(h, folder, add_id, &l);
	size_t n = 0;

	if (ret->n)
		qsort(ret->id, ret->n, sizeof(*ret->id), by_id);
	for (size_t i = 0; i < ret->n; i++)
		if (!n || ret->id[i] != ret->id[n - 1])
			ret->id[n++] = ret->id[i];
	ret->n = n;
	return err;
}
