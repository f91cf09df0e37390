/* Puts changes into words; every text of the host is made printable on the way. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/change_words.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/cpuset.h"
#include "probes/host/answer.h"
#include "probes/parse.h"
#include "probes/pin_path.h"
#include "probes/value.h"

enum { NAMES_SHOWN = 3, NAME_MAX_LEN = 48, TEXT_MAX_LEN = 64, NUMBERS_MAX_LEN = 140 };

static const char *printable(struct arena *a, struct slice s, size_t most)
{
	char *text = arena_alloc(a, most + 1);

	copy_printable(text, most + 1, s.p, s.len);
	return text;
}

/* The component that ends before end; begin is set to its first byte. */
static struct slice component(const char *path, const char **end)
{
	const char *last = *end, *p = last;

	while (p > path && p[-1] != '/')
		p--;
	*end = p > path ? p - 1 : p;
	return (struct slice){p, (size_t)(last - p)};
}

const char *step_name(struct arena *a, const char *path)
{
	const char *end = path + strlen(path);
	struct pin_path pin;
	struct slice file = component(path, &end), folder = component(path, &end), part = folder;

	if (pin_path_parse(path, &pin))
		return pin_path_name(a, &pin);
	for (int up = 0; up < 2 && part.len; up++) {
		if (isdigit((unsigned char)part.p[part.len - 1]))
			return printable(a, part, NAME_MAX_LEN);
		part = component(path, &end);
	}
	if (!folder.len)
		return printable(a, file, NAME_MAX_LEN);
	return arena_printf(a, "%s/%s", printable(a, folder, NAME_MAX_LEN), printable(a, file, NAME_MAX_LEN));
}

const char *step_error(const struct step *s)
{
	struct pin_path pin;

	return s->why && pin_path_parse(s->path, &pin) ? s->why : errno_word(s->err);
}

const char *step_help(const struct step *s)
{
	struct pin_path pin;

	return s->err && pin_path_parse(s->path, &pin) ? pin_help(s->err, s->why) : NULL;
}

const char *step_text(struct arena *a, const char *text)
{
	struct slice s = slice_trim(slice_of(text ? text : ""));

	return s.len ? printable(a, s, TEXT_MAX_LEN) : "nothing";
}

bool steps_are_pins(const struct step *steps, size_t n)
{
	struct pin_path pin;

	for (size_t i = 0; i < n; i++)
		if (!pin_path_parse(steps[i].path, &pin))
			return false;
	return n > 0;
}

const char *steps_noun(struct arena *a, const struct step *steps, size_t n)
{
	if (steps_are_pins(steps, n))
		return n > 1 ? " pins" : " pin";
	for (size_t i = 0; i < n; i++) {
		const char *name = step_name(a, steps[i].path);

		if (strncmp(name, "policy", 6) || !isdigit((unsigned char)name[6]))
			return "";
	}
	return n > 1 ? " policies" : "";
}

size_t steps_with_error(const struct step *steps, size_t n)
{
	size_t with = 0;

	for (size_t i = 0; i < n; i++)
		with += steps[i].err != 0;
	return with;
}

/* "policy0-47,50" for steps whose names differ in a number only, NULL for others, and where it would be too long. */
static const char *numbered(struct arena *a, const struct step *steps, size_t n)
{
	struct cpuset *numbers = cpuset_new(a, CPUSET_MAX);
	const char *prefix = NULL, *text;
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		const char *name = steps[i].err ? step_name(a, steps[i].path) : NULL;
		size_t at = name ? strcspn(name, "0123456789") : 0;
		uint64_t number;

		if (!name)
			continue;
		if (parse_u64(slice_of(name + at), &number) || number >= CPUSET_MAX)
			return NULL;
		if (prefix && (at != len || memcmp(prefix, name, at)))
			return NULL;
		prefix = name;
		len = at;
		cpuset_add(numbers, (uint32_t)number);
	}
	text = cpuset_text(a, numbers);
	return strlen(text) > NUMBERS_MAX_LEN ? NULL : arena_printf(a, "%.*s%s", (int)len, prefix, text);
}

/* Nobody was reached, or nobody spoke: that is no refusal. A guest that another operation holds is one. */
static bool no_answer(int err, const char *words)
{
	return err == -ENOTCONN || err == -EINPROGRESS ||
	       (err == -ETIMEDOUT && !strcasestr(words, "state change lock"));
}

const char *steps_refused(struct arena *a, const struct step *steps, size_t n)
{
	size_t with = steps_with_error(steps, n), shown = 0;
	const char *names = "", *all = NULL, *why = NULL;
	bool alike = true;
	int first = 0;

	for (size_t i = 0; i < n; i++) {
		if (!steps[i].err)
			continue;
		why = first ? why : steps[i].why;
		first = first ? first : steps[i].err;
		alike &= steps[i].err == first;
	}
	if (alike && with > NAMES_SHOWN)
		all = numbered(a, steps, n);
	for (size_t i = 0; i < n && shown < NAMES_SHOWN; i++) {
		if (!steps[i].err)
			continue;
		names = arena_printf(a, "%s%s%s", names, shown++ ? ", " : "", step_name(a, steps[i].path));
		if (!alike)
			names = arena_printf(a, "%s (%s)", names, errno_word(steps[i].err));
	}
	if (all)
		names = all;
	else if (with > shown)
		names = arena_printf(a, "%s and %zu more", names, with - shown);
	if (!alike)
		return arena_printf(a, "%s refused", names);
	if (first == -ESTALE)
		return arena_printf(a, "%s %s something else", names, with > 1 ? "hold" : "holds");
	if (first == -ESRCH)
		return arena_printf(a, "%s %s gone", names, with > 1 ? "are" : "is");
	if (why && steps_are_pins(steps, n) && no_answer(first, why))
		return arena_printf(a, "%s got no answer: %s", names, why);
	if (why && steps_are_pins(steps, n)) /* libvirt's own words say more than its errno */
		return arena_printf(a, "%s refused: %s", names, why);
	return arena_printf(a, "%s refused (%s)", names, errno_word(first));
}

/* The text that all have, or "different values". */
static const char *common(struct arena *a, const struct step *steps, size_t n, bool now)
{
	const char *text = now ? steps[0].now : steps[0].was;

	for (size_t i = 1; i < n; i++) {
		const char *other = now ? steps[i].now : steps[i].was;

		if (!text || !other || strcmp(text, other))
			return "different values";
	}
	return step_text(a, text);
}

const char *steps_summary(struct arena *a, const struct step *steps, size_t n)
{
	const char *file, *what;
	bool alike = true;
	struct pin_path pin;

	if (!n)
		return "nothing";
	file = strrchr(steps[0].path, '/');
	for (size_t i = 1; i < n; i++) {
		const char *other = strrchr(steps[i].path, '/');

		alike &= file && other && !strcmp(file, other);
	}
	if (n > 1 && steps_are_pins(steps, n) && pin_path_parse(steps[0].path, &pin))
		what = arena_printf(a, "%zu pins of %s", n, pin.uuid);
	else if (n == 1)
		what = printable(a, slice_of(steps[0].path), 4 * TEXT_MAX_LEN);
	else if (alike)
		what = arena_printf(a, "%zu × %s", n, printable(a, slice_of(file + 1), NAME_MAX_LEN));
	else
		what = arena_printf(a, "%zu settings", n);
	return arena_printf(a, "%s %s → %s", what, common(a, steps, n, false), common(a, steps, n, true));
}

void result_say(struct result *r, int err, const char *format, ...)
{
	char whole[1024];
	va_list ap;

	va_start(ap, format);
	vsnprintf(whole, sizeof(whole), format, ap);
	va_end(ap);
	copy_printable(r->why, sizeof(r->why), whole, strlen(whole));
	r->err = err;
}
