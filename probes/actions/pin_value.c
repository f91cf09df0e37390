/* Reads what a pin is to become: a scope, and a list whose order counts where vCPUs are pinned one to one. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "probes/actions/pin_impl.h"
#include "probes/arena.h"
#include "probes/change_words.h"
#include "probes/parse.h"

static void leave_out(struct pin_value *v, uint32_t cpu)
{
	size_t kept = 0;

	cpuset_remove(v->set, cpu);
	for (size_t i = 0; i < v->n; i++)
		if (v->id[i] != cpu)
			v->id[kept++] = v->id[i];
	v->n = kept;
}

/* One range of the list; "^2" takes out what stands before it, as virsh has it. */
static int read_part(struct arena *a, const char *text, struct pin_value *v, struct change *ret)
{
	bool out = *text == '^';
	struct cpuset *part;

	if (cpuset_parse_list(a, text + out, &part))
		return pin_refuse(ret, -EINVAL, "\"%s\" is no list of CPUs.", step_text(a, v->list));
	CPUSET_EACH(cpu, part)
	{
		if (out) {
			leave_out(v, (uint32_t)cpu);
			continue;
		}
		if (cpuset_has(v->set, (uint32_t)cpu))
			return pin_refuse(ret, -EINVAL, "CPU %u stands twice in \"%s\".", (unsigned)cpu,
				step_text(a, v->list));
		cpuset_add(v->set, (uint32_t)cpu);
		v->id[v->n++] = (uint32_t)cpu;
	}
	return 0;
}

/* The same without the marks: what is a list must be one, whatever is taken out of it. */
static const char *unmarked(struct arena *a, const char *list)
{
	char *plain = arena_strdup(a, list), *to = plain;

	for (const char *c = list; *c; c++)
		if (*c != '^' || c == list || c[-1] != ',')
			*to++ = *c;
	*to = '\0';
	return plain;
}

/* "3,0-1" as 3, 0, 1: a set knows no order. */
static int read_ids(struct arena *a, struct pin_value *v, struct change *ret)
{
	const char *list = v->list;
	struct cpuset *most;
	int err = 0;

	if (v->one_to_one && !*list)
		return pin_refuse(ret, -EINVAL, "One to one needs a list with a CPU for each vCPU, such as 1:1 0-3.");
	if (cpuset_parse_list(a, unmarked(a, list), &most))
		return pin_refuse(ret, -EINVAL, "\"%s\" is no list of CPUs such as 0-3,8.", step_text(a, list));
	v->set = cpuset_new(a, most->nbits);
	v->id = arena_array(a, cpuset_count(most), sizeof(*v->id));
	while (*list && !err) {
		size_t len = strcspn(list, ",");

		err = read_part(a, arena_text(a, list, len), v, ret);
		list += len + (list[len] == ',');
	}
	if (!err && !v->n)
		err = pin_refuse(ret, -EINVAL, "An empty list pins nothing: a thread needs at least one CPU.");
	return err;
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
