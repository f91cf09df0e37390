/* Reads what a pin is to become: a scope, and a list whose order counts where vCPUs are pinned one to one. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "probes/actions/pin_impl.h"
#include "probes/arena.h"
#include "probes/change_words.h"
#include "probes/parse.h"

/* "3,0-1" as 3, 0, 1: a set knows no order. */
static int read_ids(struct arena *a, struct pin_value *v, struct change *ret)
{
	const char *list = v->list;
	uint32_t *id;

	if (cpuset_parse_list(a, list, &v->set))
		return pin_refuse(ret, -EINVAL, "\"%s\" is no list of CPUs such as 0-3,8.", step_text(a, list));
	if (!cpuset_count(v->set))
		return pin_refuse(ret, -EINVAL, "An empty list pins nothing: a thread needs at least one CPU.");
	v->id = id = arena_array(a, cpuset_count(v->set), sizeof(*id));
	while (*list) {
		size_t len = strcspn(list, ",");
		struct cpuset *part;

		if (cpuset_parse_list(a, arena_text(a, list, len), &part))
			return pin_refuse(ret, -EINVAL, "\"%s\" is no list of CPUs.", step_text(a, v->list));
		CPUSET_EACH(cpu, part)
		{
			for (size_t i = 0; i < v->n; i++)
				if (id[i] == (uint32_t)cpu)
					return pin_refuse(ret, -EINVAL, "CPU %u stands twice in \"%s\".", (unsigned)cpu,
						step_text(a, v->list));
			id[v->n++] = (uint32_t)cpu;
		}
		list += len + (list[len] == ',');
	}
	return 0;
}

int pin_value_parse(struct arena *a, const char *text, struct pin_value *v, struct change *ret)
{
	struct slice rest = slice_of(text ? text : ""), word;
	bool more = slice_word(&rest, &word);

	*v = (struct pin_value){.list = ""};
	if (more && (slice_is(word, "live") || slice_is(word, "config") || slice_is(word, "both"))) {
		v->live = !slice_is(word, "config");
		v->config = !slice_is(word, "live");
		more = slice_word(&rest, &word);
	}
	if (more && slice_is(word, "1:1")) {
		v->one_to_one = true;
		more = slice_word(&rest, &word);
	}
	if (more)
		v->list = slice_text(a, word);
	if (slice_word(&rest, &word))
		return pin_refuse(ret, -EINVAL, "One list of CPUs is enough: \"%s\" is more.", slice_text(a, word));
	if (!strcmp(v->list, "-") && !v->one_to_one) {
		v->remove = true;
		return 0;
	}
	return read_ids(a, v, ret);
}
