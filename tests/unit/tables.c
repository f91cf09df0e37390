/* Tests every row of the tables of probes, actions and roles: names, sentences, sources, places and needs. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/change.h"
#include "probes/probe.h"
#include "themes/theme.h"

/* Where in the tables we are: a row's own fields and those of the rows around it. */
struct level {
	const char *name;
	const struct field *fields;
	size_t nfields;
	const struct row_set *sets;
	size_t nsets;
	size_t size; /* of the struct */
	const struct level *around;
};

static bool is_name(const char *text)
{
	if (!islower((unsigned char)text[0]))
		return false;
	for (const char *p = text; *p; p++)
		if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '_')
			return false;
	return true;
}

static bool is_sentence(const char *text)
{
	size_t n = text ? strlen(text) : 0;

	return n > 5 && !islower((unsigned char)text[0]) && text[n - 1] == '.' && text[n - 2] != '.' &&
	       !strchr(text, '\n');
}

static const struct field *find_name(const struct level *l, const char *name, size_t len)
{
	for (; l; l = l->around)
		for (size_t i = 0; i < l->nfields; i++)
			if (strlen(l->fields[i].name) == len && strncmp(l->fields[i].name, name, len) == 0)
				return &l->fields[i];
	return NULL;
}

/* What stands in braces becomes text of a path: a number, a text, or the first of a set. */
static void check_source(const struct level *l, const struct field *f, const char *source)
{
	const char *open = source;

	if (!*source)
		fail_msg("%s.%s has an empty source", l->name, f->name);
	while ((open = strchr(open, '{')) != NULL) {
		const char *close = strchr(open, '}');
		const struct field *named = close ? find_name(l, open + 1, (size_t)(close - open - 1)) : NULL;

		if (!named)
			fail_msg("%s.%s: no field for what is in braces in %s", l->name, f->name, source);
		if (named->type == TYPE_F64 || named->type == TYPE_BOOL)
			fail_msg("%s.%s: %s is no part of a path", l->name, f->name, named->name);
		open = close;
	}
}

static void check_field(const struct level *l, const struct field *f)
{
	size_t sources = 0;

	if (!is_name(f->name))
		fail_msg("%s.%s is no name", l->name, f->name);
	if (!f->label || !*f->label)
		fail_msg("%s.%s has no label", l->name, f->name);
	if (!is_sentence(f->meaning))
		fail_msg("%s.%s: \"%s\" is no sentence", l->name, f->name, f->meaning);
	if (f->offset % 8 || f->offset + sizeof(struct value) > l->size)
		fail_msg("%s.%s lies at %zu of %zu", l->name, f->name, f->offset, l->size);
	for (const char *const *s = f->source; s && *s; s++, sources++)
		check_source(l, f, *s);
	if (!sources)
		fail_msg("%s.%s has no source", l->name, f->name);
	if ((unsigned)f->type > TYPE_NUMBERS || (unsigned)f->unit > UNIT_PER_S)
		fail_msg("%s.%s has no type or unit", l->name, f->name);
	if ((f->flags & FIELD_HISTORY) && (f->type >= TYPE_TEXT))
		fail_msg("%s.%s has a history and is no number", l->name, f->name);
}

/* No two things lie in one place, and together they are the whole struct: a member without a row is a fact unseen. */
static void check_layout(const struct level *l)
{
	unsigned char *used = calloc(1, l->size ? l->size : 1);
	size_t total = 0;

	for (size_t i = 0; i < l->nfields + l->nsets; i++) {
		size_t at = i < l->nfields ? l->fields[i].offset : l->sets[i - l->nfields].offset;
		size_t size = i < l->nfields ? sizeof(struct value) : sizeof(struct rows);
		const char *name = i < l->nfields ? l->fields[i].name : l->sets[i - l->nfields].name;

		if (at + size > l->size)
			fail_msg("%s.%s lies outside", l->name, name);
		for (size_t k = at; k < at + size; k++)
			if (used[k]++)
				fail_msg("%s.%s overlaps another", l->name, name);
		total += size;
	}
	free(used);
	if (total != l->size)
		fail_msg("%s: rows for %zu of %zu bytes", l->name, total, l->size);
}

static void check_names(const struct level *l)
{
	size_t n = l->nfields + l->nsets;
	const char **names = calloc(n + 1, sizeof(*names));

	for (size_t i = 0; i < n; i++) {
		names[i] = i < l->nfields ? l->fields[i].name : l->sets[i - l->nfields].name;
		for (size_t k = 0; k < i; k++)
			if (strcmp(names[i], names[k]) == 0)
				fail_msg("%s has %s twice", l->name, names[i]);
	}
	free(names);
}

static void check_level(const struct level *l, unsigned depth)
{
	assert_true(depth <= 4);
	check_names(l);
	check_layout(l);
	for (size_t i = 0; i < l->nfields; i++)
		check_field(l, &l->fields[i]);
	for (size_t i = 0; i < l->nsets; i++) {
		const struct row_set *set = &l->sets[i];
		struct level inner = {set->name, set->fields, set->nfields, set->sets, set->nsets, set->size, l};
		const struct field *key = field_find(set->fields, set->nfields, set->key);

		if (!is_name(set->name))
			fail_msg("%s is no name of rows", set->name);
		if (!key || (key->type != TYPE_TEXT && key->type != TYPE_U64 && key->type != TYPE_I64))
			fail_msg("%s.%s has no key %s", l->name, set->name, set->key);
		check_level(&inner, depth + 1);
	}
}

static void test_probes(void **state)
{
	(void)state;
	assert_true(nprobes > 0);
	for (size_t i = 0; i < nprobes; i++) {
		const struct probe *p = probes[i];
		struct level top = {p->name, p->fields, p->nfields, p->sets, p->nsets, p->size, NULL};

		if (!is_name(p->name) || !p->title || !*p->title || !p->sample)
			fail_msg("probe %s lacks a name, a title or a function", p->name);
		assert_ptr_equal(probe_find(p->name), p);
		check_level(&top, 0);
	}
	assert_null(probe_find("nonsense"));
	assert_null(probe_find(""));
}

/* A probe may use only what stands above it. */
static void test_needs(void **state)
{
	(void)state;
	for (size_t i = 0; i < nprobes; i++)
		for (const char *const *need = probes[i]->needs; need && *need; need++) {
			size_t k = 0;

			while (k < nprobes && strcmp(probes[k]->name, *need) != 0)
				k++;
			if (k >= i)
				fail_msg("%s needs %s, which is not above it", probes[i]->name, *need);
		}
}

static void test_actions(void **state)
{
	(void)state;
	assert_true(nactions > 0);
	for (size_t i = 0; i < nactions; i++) {
		const struct action *a = actions[i];

		if (!is_name(a->name) || !a->title || !isupper((unsigned char)a->title[0]) || !a->plan)
			fail_msg("action %s lacks a name, a title or a plan", a->name);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(actions[k]->name, a->name);
		assert_ptr_equal(action_find(a->name), a);
	}
	assert_null(action_find("nonsense"));
}

static void test_roles(void **state)
{
	(void)state;
	for (int r = 0; r < ROLE_COUNT; r++) {
		if (!*role_name((enum role)r) || !is_sentence(role_meaning((enum role)r)))
			fail_msg("role %s: \"%s\" is no sentence", role_name((enum role)r), role_meaning((enum role)r));
		for (int k = 0; k < r; k++)
			assert_string_not_equal(role_name((enum role)k), role_name((enum role)r));
	}
}

/* The words of enums are complete and differ: nothing is shown as "?". */
static void test_words(void **state)
{
	(void)state;
	for (int k = KNOWN_NOT_YET; k <= KNOWN_SKIPPED; k++)
		for (int other = KNOWN_NOT_YET; other < k; other++)
			assert_string_not_equal(known_word((enum known)k), known_word((enum known)other));
	for (int u = UNIT_NONE; u <= UNIT_PER_S; u++)
		assert_string_not_equal(unit_word((enum unit)u), "?");
	for (int k = HOST_LIVE; k <= HOST_TRAINING; k++)
		assert_true(islower((unsigned char)host_kind_word((enum host_kind)k)[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_probes),
		cmocka_unit_test(test_needs),
		cmocka_unit_test(test_actions),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
