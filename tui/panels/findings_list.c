/* Findings as rows: which are shown, in what order, what is folded away and what is told in groups. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probes/parse.h"
#include "tui/panels/findings.h"

enum { ALIKE_MANY = 3 };

struct making {
	struct arena *a;
	const struct view *v;
	const struct findings *f;
	struct finding_row *row;
	size_t n;
	bool filtered;
};

static bool word_fits(const struct finding *f, const char *word)
{
	const struct check *c = f->check;
	const char *state = f->verdict == VERDICT_FIRE ? severity_name(f->severity) : verdict_word(f->verdict);

	if (strcasecmp(c->id, word) == 0 || (f->verdict == VERDICT_UNKNOWN && strcasecmp(word, "unread") == 0))
		return true;
	return strcasestr(c->slug, word) || strcasestr(c->family, word) || strcasestr(c->title, word) ||
	       strcasestr(state, word) || strcasestr(f->line, word);
}

static bool fits(struct arena *a, const struct finding *f, const char *filter)
{
	struct slice rest = slice_of(filter), word;

	while (slice_word(&rest, &word))
		if (!word_fits(f, slice_text(a, word)))
			return false;
	return true;
}

static void add(struct making *m, const struct finding *f, int depth)
{
	if (fits(m->a, f, m->v->filter))
		m->row[m->n++] = (struct finding_row){.f = f, .depth = depth};
	else
		m->filtered = true;
}

static int depth_of(const struct finding *f)
{
	int depth = 0;

	while (f->cause && depth < 4) {
		f = f->cause;
		depth++;
	}
	return depth;
}

/* Those that fire; folded: of an effect its cause counts it. */
static void add_fired(struct making *m, bool folded)
{
	for (size_t i = 0; i < m->f->norder; i++) {
		const struct finding *f = m->f->order[i];

		if (!folded || !f->cause)
			add(m, f, depth_of(f));
		else if (m->n && m->row[m->n - 1].f)
			m->row[m->n - 1].n++;
	}
}

static void add_passed(struct making *m)
{
	for (size_t i = 0; i < m->f->n; i++)
		if (m->f->finding[i].verdict == VERDICT_PASS)
			add(m, &m->f->finding[i], 0);
}

static bool alike(const struct finding *a, const struct finding *b)
{
	return a->verdict == VERDICT_NOT_APPLICABLE && b->verdict == VERDICT_NOT_APPLICABLE &&
	       strcmp(a->line, b->line) == 0;
}

/* Those that do not apply: what is said of many of them is said once. */
static void add_inapplicable(struct making *m, bool grouped)
{
	const struct finding *f = m->f->finding;

	for (size_t i = 0; i < m->f->n; i++) {
		size_t n = 0, before = 0;

		if (f[i].verdict != VERDICT_NOT_APPLICABLE)
			continue;
		for (size_t k = 0; k < m->f->n; k++) {
			n += alike(&f[i], &f[k]);
			before += k < i && alike(&f[i], &f[k]);
		}
		if (!grouped || n < ALIKE_MANY)
			add(m, &f[i], 0);
		else if (!before)
			m->row[m->n++] = (struct finding_row){
				.like = &f[i], .group = arena_printf(m->a, "=%s", f[i].check->id), .n = n};
	}
}

/* Those of one group alone. */
static void add_group(struct making *m, const char *group)
{
	const struct finding *f = m->f->finding,
			     *like = *group == '=' ? findings_of(m->f, check_find(group + 1)) : NULL;

	for (size_t i = 0; i < m->f->n; i++)
		if (*group == '=' ? like && alike(like, &f[i])
				  : f[i].verdict == VERDICT_UNKNOWN &&
					    finding_unread(&f[i]) == (enum unread)atoi(group + 1))
			add(m, &f[i], 0);
}

static void add_unread(struct making *m, bool grouped)
{
	for (enum unread why = 0; why < UNREADS; why++) {
		size_t n = 0;

		for (size_t i = 0; i < m->f->n; i++) {
			const struct finding *f = &m->f->finding[i];

			if (f->verdict != VERDICT_UNKNOWN || finding_unread(f) != why)
				continue;
			n++;
			if (!grouped)
				add(m, f, 0);
		}
		if (grouped && n)
			m->row[m->n++] = (struct finding_row){
				.unread = why, .group = arena_printf(m->a, "?%u", (unsigned)why), .n = n};
	}
}

static size_t effects_of(const struct findings *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->norder; i++)
		n += f->order[i]->cause != NULL;
	return n;
}

struct finding_rows finding_rows(struct arena *a, const struct view *v, const struct findings_state *st, size_t room)
{
	struct making m = {.a = a, .v = v, .f = v->s ? v->s->findings : NULL};
	struct finding_rows r = {.f = m.f};

	if (!m.f)
		return r;
	m.row = arena_array(a, m.f->n + UNREADS, sizeof(*m.row));
	r.effects = effects_of(m.f);
	if (*st->group)
		add_group(&m, st->group);
	else if (st->show == SHOW_FINDINGS || st->show == SHOW_ALL) {
		r.folded = st->fold == FOLD_CLOSED || (st->fold == FOLD_BY_ROOM && m.f->norder > room);
		r.folded = r.folded && !*v->filter && r.effects;
		add_fired(&m, r.folded);
	}
	if (!*st->group && st->show != SHOW_PASSED && !(st->show == SHOW_FINDINGS && *v->filter))
		add_unread(&m, st->show == SHOW_FINDINGS);
	if (!*st->group && (st->show == SHOW_PASSED || st->show == SHOW_ALL)) {
		add_passed(&m);
		add_inapplicable(&m, !*v->filter);
	}
	r.row = m.row;
	r.n = m.n;
	r.filtered = m.filtered;
	return r;
}

const char *finding_row_id(const struct finding_row *r)
{
	return r->f ? r->f->check->id : r->group;
}

ptrdiff_t finding_rows_at(const struct finding_rows *r, const struct findings_state *st)
{
	if (!r->n)
		return TABLE_NONE;
	for (size_t i = 0; *st->id && i < r->n; i++)
		if (strcmp(finding_row_id(&r->row[i]), st->id) == 0)
			return (ptrdiff_t)i;
	return *st->id ? (ptrdiff_t)(st->row < r->n ? st->row : r->n - 1) : 0;
}

const char *findings_order(int width)
{
	return width < 60 ? "worst first" : width < 140 ? "worst first (ms lost/s)" : "worst first, by ms lost a second";
}
