/* Values in words: numbers with few digits, and plain reasons for what is not known. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <string.h>

#include "probes/address.h"
#include "probes/cpuset.h"
#include "probes/report.h"

static char *known_words(struct arena *a, struct value v, enum type type)
{
	switch (type) {
	case TYPE_U64:
		return arena_printf(a, "%" PRIu64, v.u);
	case TYPE_I64:
		return arena_printf(a, "%" PRId64, v.i);
	case TYPE_F64:
		return arena_printf(a, v.f < 10 && v.f > -10 ? "%.2f" : "%.1f", v.f);
	case TYPE_BOOL:
		return arena_strdup(a, v.u ? "yes" : "no");
	case TYPE_CPUS:
		return cpuset_count(v.set) ? cpuset_text(a, v.set) : arena_strdup(a, "none");
	case TYPE_TEXT:
	case TYPE_WORDS:
	case TYPE_NUMBERS:
		break;
	}
	return arena_strdup(a, *v.text ? v.text : "none");
}

char *value_words(struct arena *a, struct value v, enum type type)
{
	if (value_known(v))
		return known_words(a, v, type);
	if (v.known == KNOWN_SKIPPED)
		return arena_printf(a, "not read: %s", v.text);
	if (v.known == KNOWN_BROKEN || v.known == KNOWN_DENIED)
		return arena_printf(a, "%s: %s", known_word(v.known), errno_word(v.err));
	return arena_strdup(a, v.known == KNOWN_ABSENT ? "-" : known_word(v.known));
}

char *value_why(struct arena *a, const struct value *v, const char *path)
{
	if (v->known == KNOWN_SKIPPED && v->text) /* a list has no words of its own */
		return arena_printf(a, "not read: %s", v->text);
	if (!v->err || v->known == KNOWN_SKIPPED)
		return arena_strdup(a, known_word(v->known));
	return arena_printf(
		a, "%s: %s%s%s", known_word(v->known), errno_word(v->err), path ? " " : "", path ? path : "");
}

const char *found_words(struct arena *a, const struct found *at)
{
	const char *text, *unit = unit_word(at->field->unit);

	if (!at->value)
		return "reading";
	text = value_words(a, *at->value, at->field->type);
	if (at->value->known == KNOWN_ABSENT && at->value->err)
		return arena_printf(a, "%s (%s)", text, errno_word(at->value->err));
	return value_known(*at->value) && *unit ? arena_printf(a, "%s %s", text, unit) : text;
}
