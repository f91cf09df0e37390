/* Quotes for sh, and loops for what is alike; what would need more than quotes to be safe is not written at all. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/shell.h"

#include <stdlib.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/compare.h"
#include "probes/cpuset.h"
#include "probes/host/answer.h"
#include "probes/host/host.h"
#include "probes/parse.h"
#include "probes/text.h"
#include "probes/util.h"

static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:@%+,-";

bool shell_can_show(const char *text)
{
	size_t len = strlen(text);
	char *shown = xcalloc(len + 1, 1);
	bool same;

	copy_printable(shown, len + 1, text, len);
	same = !strcmp(shown, text);
	free(shown);
	return same;
}

const char *shell_quote(struct arena *a, const char *text)
{
	char *out, *to;

	if (*text && *text != '-' && text[strspn(text, plain)] == '\0')
		return text;
	out = to = arena_alloc(a, 4 * strlen(text) + 3);
	*to++ = '\'';
	for (; *text; text++) {
		if (*text == '\'') {
			memcpy(to, "'\\''", 4);
			to += 4;
		} else {
			*to++ = *text;
		}
	}
	*to = '\'';
	return out;
}

const char *shell_print(struct arena *a, const char *text)
{
	const char *quoted = shell_quote(a, text);

	return arena_printf(a, quoted == text ? "echo %s" : "printf '%%s\\n' %s", quoted);
}

/* Without the newline that the command adds by itself. */
static const char *value(struct arena *a, const struct step *s)
{
	const char *text = compare_writable(s->compare, s->now, a);
	size_t len = strlen(text);

	return len && text[len - 1] == '\n' ? arena_text(a, text, len - 1) : text;
}

static bool can_type(struct arena *a, const struct step *s)
{
	return s->path[0] == '/' && shell_can_show(s->path) && shell_can_show(value(a, s));
}

/* A step of a loop: "/sys/…/policy" "12" "/scaling_governor", and what is written there. */
struct turn {
	struct slice head, number;
	const char *tail; /* NULL: it stands for itself */
	const char *value;
	bool done;
};

static struct turn turn_of(struct arena *a, const struct step *s)
{
	struct turn t = {.value = value(a, s)};
	size_t end = strlen(s->path), begin;

	if (shell_quote(a, s->path) != s->path)
		return t;
	while (end > 1 && !(s->path[end] == '/' && strchr("0123456789", s->path[end - 1])))
		end--;
	for (begin = end; begin > 1 && strchr("0123456789", s->path[begin - 1]); begin--)
		;
	if (begin == end)
		return t;
	t.head = (struct slice){s->path, begin};
	t.number = (struct slice){s->path + begin, end - begin};
	t.tail = s->path + end;
	return t;
}

static bool same_loop(const struct turn *x, const struct turn *y)
{
	return x->tail && y->tail && x->head.len == y->head.len && !memcmp(x->head.p, y->head.p, x->head.len) &&
	       !strcmp(x->tail, y->tail) && !strcmp(x->value, y->value);
}

/* A glob means what is meant only when no other policy can be there: their numbers are those of CPUs. */
static bool are_all(struct arena *a, struct host *h, const struct turn *t, const char *numbers)
{
	struct cpuset *meant, *possible;
	struct answer answer;

	if (!h || !slice_is(t->head, "/sys/devices/system/cpu/cpufreq/policy") ||
		host_read(h, "/sys/devices/system/cpu/possible", &answer) < 0)
		return false;
	if (cpuset_parse_list(a, answer.text, &possible) || cpuset_parse_list(a, numbers, &meant))
		return false;
	return cpuset_equal(meant, possible);
}

/* The loop of the turns that are like the first, which is left to be done as the others of them are. */
static void add_loop(struct text *line, struct arena *a, struct host *h, struct turn *turn, size_t n)
{
	const char *print = shell_print(a, turn[0].value), *head = slice_text(a, turn[0].head);
	struct text numbers = text_begin(), list = text_begin();
	size_t many = 0;

	for (size_t i = 0; i < n; i++) {
		if (i && (turn[i].done || !same_loop(&turn[0], &turn[i])))
			continue;
		turn[i].done = true;
		many++;
		text_add(&numbers, " %.*s", (int)turn[i].number.len, turn[i].number.p);
		text_add(&list, "%s%.*s", many > 1 ? "," : "", (int)turn[i].number.len, turn[i].number.p);
	}
	if (many == 1)
		text_add(line, "%s > %s%s%s", print, head, slice_text(a, turn[0].number), turn[0].tail);
	else if (are_all(a, h, &turn[0], list.bytes))
		text_add(line, "for p in %s*; do %s > \"$p%s\"; done", head, print, turn[0].tail);
	else
		text_add(line, "for p in%s; do %s > %s$p%s; done", numbers.bytes, print, head, turn[0].tail);
	text_end(&numbers, NULL);
	text_end(&list, NULL);
}

/* Files without a number to loop over, and one value for all of them. */
static const char *one_loop(struct arena *a, const struct step *steps, size_t n)
{
	struct text line = text_begin();

	for (size_t i = 0; i < n; i++)
		text_add(&line, "%s %s", i ? "" : "for f in", shell_quote(a, steps[i].path));
	text_add(&line, "; do %s > \"$f\"; done", shell_print(a, value(a, &steps[0])));
	return text_end(&line, a);
}

const char *shell_steps(struct arena *a, struct host *h, const struct step *steps, size_t n)
{
	struct turn *turn = arena_array(a, n, sizeof(*turn));
	bool one_value = n > 1, one_form = true;
	struct text line;

	for (size_t i = 0; i < n; i++) {
		if (!can_type(a, &steps[i]))
			return NULL;
		turn[i] = turn_of(a, &steps[i]);
		one_value &= !strcmp(turn[i].value, turn[0].value);
		one_form &= same_loop(&turn[0], &turn[i]);
	}
	if (one_value && !one_form)
		return one_loop(a, steps, n);
	line = text_begin();
	for (size_t i = 0; i < n; i++) {
		if (turn[i].done)
			continue;
		text_add(&line, "%s", line.len ? "; " : "");
		if (turn[i].tail)
			add_loop(&line, a, h, &turn[i], n - i);
		else
			text_add(&line, "%s > %s", shell_print(a, turn[i].value), shell_quote(a, steps[i].path));
	}
	return text_end(&line, n ? a : NULL);
}
