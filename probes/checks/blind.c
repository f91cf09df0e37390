/* Check B04: what could not be read, which checks that leaves open, and what would help. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks/ask.h"
#include "probes/checks_unread.h"
#include "probes/util.h"

/* Checks that are not known for one reason. */
struct reason {
	enum unread unread;
	const char *remedy; /* NULL: nothing is known */
	const struct finding *first;
	const char *ids;
	unsigned n;
};

enum { REASONS = 16 };
struct blind {
	struct reason reason[REASONS];
	size_t n;
	unsigned left, later, missing; /* left out on purpose; not decided yet; not in this capture */
};

static void add_reason(struct check_run *r, struct blind *b, const struct finding *f)
{
	enum unread unread = finding_unread(f);
	struct reason *to = NULL;

	for (size_t i = 0; i < b->n && !to; i++)
		if (b->reason[i].unread == unread &&
			strcmp(b->reason[i].remedy ? b->reason[i].remedy : "", f->remedy ? f->remedy : "") == 0)
			to = &b->reason[i];
	if (!to && b->n < REASONS) {
		to = &b->reason[b->n++];
		*to = (struct reason){.unread = unread, .remedy = f->remedy, .first = f};
	}
	if (!to)
		return;
	to->ids = arena_printf(r->a, "%s%s%s", to->n ? to->ids : "", to->n ? " " : "", f->check->id);
	to->n++;
}

/* What a capture or a folder does not hold was not refused to anybody. */
static void sort_out(struct check_run *r, struct blind *b)
{
	for (size_t i = 0; i < r->nothers; i++) {
		const struct finding *f = &r->others[i];

		if (f->verdict != VERDICT_UNKNOWN)
			continue;
		switch (finding_unread(f)) {
		case UNREAD_REFUSED:
		case UNREAD_BROKEN:
			add_reason(r, b, f);
			break;
		case UNREAD_ABSENT:
			if (ask_absence_tells(r))
				add_reason(r, b, f);
			else
				b->missing++;
			break;
		case UNREAD_SKIPPED:
			b->left++;
			break;
		case UNREAD_YET:
			b->later++;
			break;
		case UNREAD_MISSING:
			b->missing++;
			break;
		case UNREAD_NEVER:
		case UNREAD_UNMEASURED:
		case UNREADS:
			break;
		}
	}
}

static void fire_reason(struct check_run *r, const struct reason *to)
{
	const char *words = unread_words(r->a, to->unread, to->n);

	check_fire(r, SEVERITY_INFO, to->first->unread, "%s (%s), %s first.%s%s", words, to->ids, to->first->unread,
		to->remedy ? " " : "", to->remedy ? to->remedy : "");
}

void rule_B04(struct check_run *r)
{
	struct blind b = {.n = 0};
	unsigned all = 0;

	sort_out(r, &b);
	for (size_t i = 0; i < b.n; i++) {
		all += b.reason[i].n;
		fire_reason(r, &b.reason[i]);
	}
	if (all)
		check_line(r, "%u check%s not known, as what decides could not be read (%s first).%s%s", all,
			all == 1 ? " is" : "s are", b.reason[0].first->unread, b.reason[0].remedy ? " " : "",
			b.reason[0].remedy ? b.reason[0].remedy : "");
	if (b.missing)
		check_unknown(r, "%u check%s what this capture or folder does not hold; nothing was refused.", b.missing,
			b.missing == 1 ? " lacks" : "s lack");
	check_pass(r, "Nothing was refused%s%s.",
		b.left ? check_address(r, "; %u check%s reads that interrupt CPUs", b.left,
				 b.left == 1 ? " waits for" : "s wait for")
		       : "",
		b.later ? check_address(r, "; %u %s decided yet", b.later, b.later == 1 ? "is not" : "are not") : "");
}
