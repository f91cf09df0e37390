/* The reasons why checks are not known. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/checks_unread.h"

#include <errno.h>

#include "probes/arena.h"
#include "probes/value.h"

enum unread finding_unread(const struct finding *f)
{
	if (f->never)
		return UNREAD_NEVER;
	if (!f->err)
		return f->check->measured && !f->unread ? UNREAD_UNMEASURED : UNREAD_YET;
	if (f->err == -ECANCELED)
		return UNREAD_SKIPPED;
	switch ((enum known)value_error(f->err, 0).known) {
	case KNOWN_DENIED:
		return UNREAD_REFUSED;
	case KNOWN_NOT_RECORDED:
		return UNREAD_MISSING;
	case KNOWN_ABSENT:
		return UNREAD_ABSENT;
	case KNOWN_NOT_YET:
		return UNREAD_YET;
	case KNOWN:
	case KNOWN_SKIPPED:
	case KNOWN_BROKEN:
		break;
	}
	return UNREAD_BROKEN;
}

size_t findings_unread(struct arena *a, const struct findings *f, const bool *only, enum unread why,
	const char **ret_ids, const char **ret_remedy)
{
	const char *ids = "", *remedy = NULL;
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++) {
		const struct finding *one = &f->finding[i];

		if ((only && !only[i]) || one->verdict != VERDICT_UNKNOWN || finding_unread(one) != why)
			continue;
		ids = arena_printf(a, "%s%s%s", ids, n++ ? " " : "", one->check->id);
		if (!remedy)
			remedy = one->remedy || why != UNREAD_NEVER ? one->remedy
								    : arena_printf(a, "%s: %s", one->check->id, one->line);
	}
	*ret_ids = ids;
	*ret_remedy = remedy ? remedy : "";
	return n;
}

const char *unread_words(struct arena *a, enum unread unread, size_t n)
{
	static const char *const words[UNREADS] = {[UNREAD_REFUSED] = "could not be read: refused",
		[UNREAD_MISSING] = "not recorded",
		[UNREAD_UNMEASURED] = "not measured yet",
		[UNREAD_ABSENT] = "not known: what would decide does not exist on this host",
		[UNREAD_BROKEN] = "could not be read: an error, or a text that makes no sense",
		[UNREAD_NEVER] = "cannot be known here",
		[UNREAD_SKIPPED] = "left unread: reading would disturb the host",
		[UNREAD_YET] = "not known yet: not read so far, or it takes a second look"};

	return arena_printf(a, "%zu check%s %s", n, n == 1 ? "" : "s", words[unread]);
}
