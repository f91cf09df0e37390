/* Counts verdicts by check, and looks whether what fires has its fact. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/address.h"
#include "probes/checks.h"
#include "probes/guests.h"
#include "probes/probe.h"
#include "probes/text.h"
#include "probes/util.h"

/* In the order of the columns. */
enum { CRIT, WARN, INFO, PASS, NOT_APPLICABLE, UNKNOWN, KINDS };

struct tally {
	struct tally_row {
		unsigned n[KINDS];
	} * row; /* of checks[] */
};

struct tally *tally_new(void)
{
	struct tally *t = xcalloc(1, sizeof(*t));

	t->row = xcalloc(nchecks, sizeof(*t->row));
	return t;
}

void tally_free(struct tally *t)
{
	free(t->row);
	free(t);
}

static int kind_of(const struct finding *f)
{
	switch (f->verdict) {
	case VERDICT_PASS:
		return PASS;
	case VERDICT_NOT_APPLICABLE:
		return NOT_APPLICABLE;
	case VERDICT_FIRE:
		return f->severity == SEVERITY_CRIT ? CRIT : f->severity == SEVERITY_WARN ? WARN : INFO;
	case VERDICT_UNKNOWN:
		break;
	}
	return UNKNOWN;
}

void tally_add(struct tally *t, const struct findings *f, const char *letters, const char *name)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *one = &f->finding[i];

		if (letters && !strchr(letters, one->check->id[0]))
			continue;
		t->row[i].n[kind_of(one)]++;
		if (one->verdict == VERDICT_FIRE && getenv("VERBOSE"))
			print_message(
				"# %s %s %s: %s\n", one->check->id, severity_word(one->severity), name, one->line);
	}
}

char *tally_text(const struct tally *t)
{
	struct text text = text_begin();
	char *ret;

	text_add(&text, "%-32s %6s %6s %6s %6s %6s %6s\n", "check", "crit", "warn", "info", "pass", "n/a", "unknown");
	for (size_t i = 0; i < nchecks; i++) {
		const unsigned *n = t->row[i].n;
		unsigned all = 0;

		for (int k = 0; k < KINDS; k++)
			all += n[k];
		if (all)
			text_add(&text, "%-4s %-27s %6u %6u %6u %6u %6u %6u\n", checks[i]->id, checks[i]->slug, n[CRIT],
				n[WARN], n[INFO], n[PASS], n[NOT_APPLICABLE], n[UNKNOWN]);
	}
	ret = xstrdup(text.bytes);
	text_end(&text, NULL);
	return ret;
}

/* What the definition of a guest does not say was read there: no file is missing. B04 tells of what was refused. */
static bool is_there(const struct snapshot *s, const struct check *c, const char *address)
{
	struct found at;

	if (!address || address_find(s, address, &at) || !at.block)
		return false;
	return !at.value || value_known(*at.value) ||
	       (at.probe == &probe_guests && at.depth > 0 && at.value->known == KNOWN_ABSENT) ||
	       (strcmp(c->id, "B04") == 0 && at.value->known != KNOWN_ABSENT);
}

size_t tally_unfounded(const struct snapshot *s, const char *name)
{
	const struct findings *f = s->findings;
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		for (size_t k = 0; k < f->finding[i].nparts; k++) {
			const struct finding_part *part = &f->finding[i].part[k];

			if (is_there(s, f->finding[i].check, part->evidence))
				continue;
			print_message("# %s: %s has no fact %s: %s\n", name, f->finding[i].check->id,
				part->evidence ? part->evidence : "at all", part->text);
			n++;
		}
	return n;
}
