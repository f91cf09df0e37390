/* The cells of findings, and the sentence above them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "probes/text.h"
#include "tui/panels/findings.h"
#include "tui/panels/not_yet.h"
#include "widgets/format.h"

enum role severity_role(enum severity s)
{
	return s == SEVERITY_CRIT   ? ROLE_crit
	       : s == SEVERITY_WARN ? ROLE_warn
	       : s == SEVERITY_INFO ? ROLE_info
				    : ROLE_text;
}

/* With what it explains folded away it stands for all of that. */
static void state_cell(const struct finding_row *r, struct cell_text *ret)
{
	const struct finding *f = r->f;
	enum severity severity = r->n ? f->worst : f->severity;
	static const char *const fires[] = {"", "· note", "△ warn", "▲ crit"};
	static const char *const words[] = {[VERDICT_UNKNOWN] = "– unknown",
		[VERDICT_PASS] = "✓ fine",
		[VERDICT_NOT_APPLICABLE] = "not asked",
		[VERDICT_FIRE] = ""};

	ret->role = f->verdict == VERDICT_FIRE     ? severity_role(severity)
		    : f->verdict == VERDICT_UNKNOWN ? ROLE_unknown
		    : f->verdict == VERDICT_PASS    ? ROLE_good
						    : ROLE_dim;
	snprintf(ret->text, sizeof(ret->text), "%s",
		f->verdict == VERDICT_FIRE ? fires[severity] : words[f->verdict]);
}

static void since_cell(const struct findings *all, const struct finding *f, struct cell_text *ret)
{
	uint64_t ns = f->since_ns && all->t_ns > f->since_ns ? all->t_ns - f->since_ns : 0;
	char text[FORMAT_SIZE];

	ret->role = ROLE_dim;
	if (f->since_ns)
		snprintf(ret->text, sizeof(ret->text), "%s", ns ? format_age((double)ns / 1e9, text) : "new");
}

/* A group says all that it has to say in the widest cell. */
static void group_cell(struct arena *a, const struct finding_row *r, size_t column, struct cell_text *ret)
{
	ret->role = r->like ? ROLE_dim : ROLE_unknown;
	if (column == FIND_ID)
		snprintf(ret->text, sizeof(ret->text), "–");
	else if (column == FIND_LINE)
		text_printable(ret->text, sizeof(ret->text),
			r->like ? arena_printf(a, "%zu checks do not apply (Enter): %s", r->n, r->like->line)
				: arena_printf(a, "%s (Enter)", unread_words(a, r->unread, r->n)));
}

static void line_cell(struct arena *a, const struct finding_row *r, struct cell_text *ret)
{
	const struct finding *f = r->f;
	/* a title names a fault: what passes answers the question instead */
	const char *line =
		f->verdict == VERDICT_FIRE
			? f->line
			: arena_printf(a, "%s %s",
				  f->verdict == VERDICT_PASS ? f->check->asks : arena_printf(a, "%s:", f->check->title),
				  f->line);

	ret->role = f->verdict != VERDICT_FIRE ? ROLE_dim : r->depth ? ROLE_text : ROLE_strong;
	text_printable(ret->text, sizeof(ret->text),
		r->depth ? arena_printf(a, "%*s└ %s", 2 * (r->depth - 1), "", line) : line);
}

void finding_cell(const void *data, size_t row, size_t column, struct cell_text *ret)
{
	const struct finding_drawn *d = data;
	const struct finding_row *r = &d->rows->row[row];

	if (!r->f) {
		group_cell(d->a, r, column, ret);
		return;
	}
	switch ((enum finding_column)column) {
	case FIND_ID:
		snprintf(ret->text, sizeof(ret->text), r->n ? "%s +%zu" : "%s", r->f->check->id, r->n);
		break;
	case FIND_STATE:
		state_cell(r, ret);
		break;
	case FIND_SINCE:
		since_cell(d->rows->f, r->f, ret);
		break;
	case FIND_WORTH:
		snprintf(ret->text, sizeof(ret->text), "%s", finding_worth_brief(d->a, r->f));
		break;
	case FIND_ORDER:
		snprintf(ret->text, sizeof(ret->text), "%s", order_word(r->f->check->order));
		break;
	case FIND_LINE:
	case FINDING_COLUMNS:
		line_cell(d->a, r, ret);
	}
}

/* Nothing was found: what that is worth, when not all could be read. */
static const char *calm(struct arena *a, const struct findings *f)
{
	if (!f->passed)
		return arena_printf(a, "Nothing is known: none of %zu checks could be answered.", f->unknown);
	if (!f->unknown)
		return arena_printf(a, "Nothing was found: %zu checks pass, the others do not apply.", f->passed);
	return arena_printf(
		a, "Nothing was found by %zu checks; %zu are not known, which is no all-clear.", f->passed, f->unknown);
}

const char *findings_sentence(struct arena *a, const struct snapshot *s, enum severity *ret_worst)
{
	const struct findings *f = s ? s->findings : NULL;

	*ret_worst = f && f->norder ? f->order[0]->worst : SEVERITY_NONE;
	if (!f)
		return arena_printf(a, "No check has been made: %s.", not_yet(s));
	if (!f->norder)
		return calm(a, f);
	return text_tame(arena_printf(a, "%s; the worst: %s", findings_counts(a, f), f->order[0]->line));
}
