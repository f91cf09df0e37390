/* Looking checks up by name, and the words of their enums. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "probes/arena.h"
#include "probes/checks.h"
#include "probes/util.h"

size_t check_index(const struct check *c)
{
	for (size_t i = 0; i < nchecks; i++)
		if (checks[i] == c)
			return i;
	BUG("no row of the checks");
}

const struct check *check_find(const char *name)
{
	for (size_t i = 0; i < nchecks; i++)
		if (strcasecmp(checks[i]->id, name) == 0 || strcasecmp(checks[i]->slug, name) == 0)
			return checks[i];
	return NULL;
}

const struct finding *findings_of(const struct findings *f, const struct check *c)
{
	return f && c ? &f->finding[check_index(c)] : NULL;
}

size_t finding_targets(const struct finding *f, struct arena *a, const char *const **ret)
{
	const char **target = arena_array(a, f->nparts, sizeof(*target));
	size_t n = 0;

	for (size_t i = 0; i < f->nparts; i++)
		if (f->part[i].target)
			target[n++] = f->part[i].target;
	*ret = target;
	return n;
}

const char *checks_banner(const struct findings *f)
{
	const struct finding *k = findings_of(f, check_find("K06"));

	for (size_t i = 0; k && i < k->nparts; i++)
		if (strcmp(k->part[i].evidence, "firmware.guest") == 0)
			return k->part[i].text;
	return NULL;
}

#define WORD_OF(words, i) ((size_t)(i) < COUNT(words) ? (words)[i] : "?")

const char *severity_word(enum severity s)
{
	static const char *const words[] = {"", "info", "warn", "crit"};

	return WORD_OF(words, s);
}

const char *verdict_word(enum verdict v)
{
	static const char *const words[] = {"unknown", "pass", "not applicable", "fire"};

	return WORD_OF(words, v);
}

const char *order_word(enum order o)
{
	static const char *const words[] = {"ns", "µs", "ms"};

	return WORD_OF(words, o);
}

static const char *const profiles[NPROFILES] = {"web", "trading", "batch"};

const char *profile_word(enum profile p)
{
	return WORD_OF(profiles, p);
}

int profile_from_word(const char *word, enum profile *ret)
{
	for (size_t i = 0; i < COUNT(profiles); i++)
		if (strcmp(word, profiles[i]) == 0) {
			*ret = (enum profile)i;
			return 0;
		}
	return -EINVAL;
}
