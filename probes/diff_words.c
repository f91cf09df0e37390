/* How two values stand to each other, and in words what differs. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "probes/diff_impl.h"
#include "probes/parse.h"
#include "probes/report.h"
#include "probes/text.h"

enum { WORDS_MOST = 16 };

/* A text of words, in an order that says little. */
static bool is_words(const struct field *f)
{
	return f->type == TYPE_WORDS || (f->type == TYPE_TEXT && strcmp(f->name, "cmdline") == 0);
}

struct words {
	struct slice *word;
	size_t n;
};

static int by_word(const void *a, const void *b)
{
	const struct slice *x = a, *y = b;
	int order = memcmp(x->p, y->p, x->len < y->len ? x->len : y->len);

	return order ? order : x->len < y->len ? -1 : x->len > y->len;
}

static struct words words_of(struct arena *a, const char *text)
{
	struct slice rest = slice_of(text), one;
	struct words w = {.n = 0};

	while (slice_word(&rest, &one))
		w.n++;
	w.word = arena_array(a, w.n, sizeof(*w.word));
	rest = slice_of(text);
	for (size_t i = 0; slice_word(&rest, &one); i++)
		w.word[i] = one;
	return w;
}

static struct words sorted(struct arena *a, const struct words *w)
{
	struct words s = {arena_array(a, w->n, sizeof(*s.word)), w->n};

	if (w->n) {
		memcpy(s.word, w->word, w->n * sizeof(*s.word));
		qsort(s.word, s.n, sizeof(*s.word), by_word);
	}
	return s;
}

/* Those of w that are not in the other list, in their order, each behind sign; NULL when there are none. */
static const char *only(struct arena *a, const struct words *w, const struct words *other, char sign)
{
	struct words s = sorted(a, other);
	struct text t = text_begin();
	size_t n = 0;

	for (size_t i = 0; i < w->n; i++) {
		if (s.n && bsearch(&w->word[i], s.word, s.n, sizeof(*s.word), by_word))
			continue;
		if (n++ < WORDS_MOST)
			text_add(&t, "%s%c%.*s", n > 1 ? " " : "", sign, (int)w->word[i].len, w->word[i].p);
	}
	if (n > WORDS_MOST)
		text_add(&t, " and %zu more", n - WORDS_MOST);
	if (n)
		return text_end(&t, a);
	text_end(&t, NULL);
	return NULL;
}

/* False when both have the same words: then only their order, or how often they stand there, differs. */
static bool other_words(struct arena *a, const char *x, const char *y, const char **ret_x, const char **ret_y)
{
	struct words w = words_of(a, x), v = words_of(a, y);

	*ret_x = only(a, &w, &v, '-');
	*ret_y = only(a, &v, &w, '+');
	return *ret_x || *ret_y;
}

static bool is_fact(enum known k)
{
	return k == KNOWN || k == KNOWN_ABSENT;
}

static bool is_refused(enum known k)
{
	return k == KNOWN_DENIED || k == KNOWN_BROKEN;
}

enum diff_how diff_known(enum known a, enum known b)
{
	if (is_fact(a) && is_fact(b))
		return a == b ? DIFF_SAME : DIFF_OTHER;
	if ((is_fact(a) && is_refused(b)) || (is_refused(a) && is_fact(b)))
		return DIFF_UNREAD;
	return DIFF_UNKNOWN;
}

const char *diff_unknown_word(enum known k)
{
	return k == KNOWN_ABSENT ? "-" : known_word(k);
}

static bool same(const struct field *f, const struct value *a, const struct value *b)
{
	const char *x, *y;
	struct arena *scratch;
	bool equal;

	if (value_equal(*a, *b, f->type))
		return true;
	if (f->type != TYPE_WORDS)
		return false;
	scratch = arena_new(0);
	equal = !other_words(scratch, a->text, b->text, &x, &y);
	arena_free(scratch);
	return equal;
}

enum diff_how diff_values(const struct field *f, const struct value *a, const struct value *b)
{
	enum diff_how how = diff_known(a->known, b->known);

	if (how == DIFF_SAME && value_known(*a))
		return same(f, a, b) ? DIFF_SAME : DIFF_OTHER;
	return how;
}

static const char *with_unit(struct arena *a, const struct field *f, const char *words)
{
	const char *unit = unit_word(f->unit);

	return *unit ? arena_printf(a, "%s %s", words, unit) : words;
}

static const char *words(struct arena *a, const struct field *f, const struct value *v)
{
	return value_known(*v) ? with_unit(a, f, text_tame(value_words(a, *v, f->type))) : diff_unknown_word(v->known);
}

void diff_words(struct arena *arena, const struct field *f, const struct value *a, const struct value *b,
	const char **ret_a, const char **ret_b)
{
	bool known = value_known(*a) && value_known(*b);

	if (known && is_words(f) && other_words(arena, a->text, b->text, ret_a, ret_b)) {
		*ret_a = *ret_a ? text_tame(arena_strdup(arena, *ret_a)) : "nothing else";
		*ret_b = *ret_b ? text_tame(arena_strdup(arena, *ret_b)) : "nothing else";
		return;
	}
	*ret_a = words(arena, f, a);
	*ret_b = words(arena, f, b);
	if (known && f->type == TYPE_F64 && strcmp(*ret_a, *ret_b) == 0) {
		*ret_a = with_unit(arena, f, arena_printf(arena, "%.17g", a->f));
		*ret_b = with_unit(arena, f, arena_printf(arena, "%.17g", b->f));
	}
}

const char *diff_range_words(struct arena *arena, const struct field *f, const struct difference_range *r)
{
	int digits = f->type != TYPE_F64 ? 0 : r->high < 10 && r->low > -10 ? 2 : 1;

	return with_unit(arena, f,
		r->low == r->high
			? arena_printf(arena, "%.*f", digits, r->low)
			: arena_printf(arena, "%.*f (%.*f to %.*f)", digits, r->mean, digits, r->low, digits, r->high));
}
