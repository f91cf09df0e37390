/* The parts of a finding as they are told: those that differ in nothing but a number are one. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/checks_parts.h"

#include <ctype.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/cpuset.h"
#include "probes/parse.h"
#include "probes/util.h"

struct numbered {
	size_t before; /* bytes */
	uint64_t n;
	const char *after; /* NULL: it is not of that kind */
};

/* "policy3: …", "CPU 7: …": not those of names, which strangers give. */
static struct numbered numbered(const char *text)
{
	static const char *const words[] = {"policy", "CPU ", "node "};
	struct numbered no = {.before = 0};

	for (size_t i = 0; i < COUNT(words); i++) {
		size_t len = strlen(words[i]), digits = 0;

		if (strncmp(text, words[i], len) != 0)
			continue;
		while (isdigit((unsigned char)text[len + digits]))
			digits++;
		if (digits && text[len + digits] == ':' && !parse_u64((struct slice){text + len, digits}, &no.n) &&
			no.n < CPUSET_MAX)
			return (struct numbered){len, no.n, text + len + digits};
	}
	return no;
}

static bool alike(
	const struct numbered *x, const struct finding_part *a, const struct numbered *y, const struct finding_part *b)
{
	return x->after && y->after && a->severity == b->severity && x->before == y->before &&
	       strncmp(a->text, b->text, x->before) == 0 && strcmp(x->after, y->after) == 0;
}

size_t finding_parts_told(struct arena *a, const struct finding *f, struct told_part **ret)
{
	struct told_part *told = arena_array(a, f->nparts, sizeof(*told));
	struct numbered *of = arena_array(a, f->nparts, sizeof(*of));
	struct cpuset **numbers = arena_array(a, f->nparts, sizeof(struct cpuset *));
	size_t n = 0;

	for (size_t i = 0; i < f->nparts; i++) {
		const struct finding_part *p = &f->part[i];
		struct numbered x = numbered(p->text);
		size_t k = 0;

		while (k < n && !alike(&of[k], told[k].first, &x, p))
			k++;
		if (k == n) {
			of[n] = x;
			told[n++] = (struct told_part){.first = p, .text = p->text};
		} else if (!numbers[k]) {
			numbers[k] = cpuset_new(a, CPUSET_MAX);
			cpuset_add(numbers[k], (uint32_t)of[k].n);
		}
		told[k].n++;
		if (numbers[k])
			cpuset_add(numbers[k], (uint32_t)x.n);
	}
	for (size_t k = 0; k < n; k++)
		if (numbers[k])
			told[k].text = arena_printf(a, "%.*s%s%s", (int)of[k].before, told[k].first->text,
				cpuset_text(a, numbers[k]), of[k].after);
	*ret = told;
	return n;
}
