/* A plan in lines: steps that differ only in a number become one line. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/plan.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probes/arena.h"
#include "probes/change.h"
#include "probes/change_words.h"
#include "probes/cpuset.h"
#include "probes/pin_path.h"
#include "probes/text.h"
#include "probes/util.h"
#include "probes/value.h"
#include "tui/options.h"
#include "tui/signals.h"

enum {
	PIN_LINES = 6, /* more than these, and the pins of one kind and scope become one line */
	VALUES_LEN = 72,
};

/* "/sys/…/policy12/scaling_governor": the numbered folder "policy", 12, and what it is about. */
struct place {
	const char *prefix; /* all before the number */
	const char *file; /* all behind it, from its slash on */
	size_t prefix_len;
	uint32_t number;
	bool numbered;
};

static struct place place_of_file(const char *path)
{
	struct place p = {.prefix = path, .file = "", .prefix_len = strlen(path)};

	for (const char *s = path + strlen(path); s > path; s--) {
		const char *digit = s;

		if (*s != '/' || !isdigit((unsigned char)s[-1]))
			continue;
		while (digit > path && isdigit((unsigned char)digit[-1]))
			digit--;
		if (s - digit > 5)
			continue;
		p = (struct place){.prefix = path, .prefix_len = (size_t)(digit - path), .file = s, .numbered = true};
		for (; digit < s; digit++)
			p.number = p.number * 10 + (uint32_t)(*digit - '0');
		return p;
	}
	return p;
}

/* "@virt/UUID/live/vcpu/12": the number comes last. */
static struct place place_of_pin(const char *path, const struct pin_path *pin)
{
	struct place p = {.prefix = path, .file = "", .prefix_len = strlen(path)};

	if (!pin->numbered)
		return p;
	while (isdigit((unsigned char)path[p.prefix_len - 1]))
		p.prefix_len--;
	p.number = pin->number;
	p.numbered = true;
	return p;
}

static struct place place_of(const char *path)
{
	struct pin_path pin;

	return pin_path_parse(path, &pin) ? place_of_pin(path, &pin) : place_of_file(path);
}

/* wide: pins of one kind and scope, whatever their values are. */
static bool same_group(const struct step *x, const struct step *y, bool wide)
{
	struct place a = place_of(x->path), b = place_of(y->path);
	struct pin_path p, q;

	if (wide && pin_path_parse(x->path, &p) && pin_path_parse(y->path, &q))
		return p.live == q.live && !strcmp(p.kind, q.kind) && !strcmp(p.uuid, q.uuid) && x->err == y->err;
	return a.numbered && b.numbered && a.prefix_len == b.prefix_len &&
	       memcmp(a.prefix, b.prefix, a.prefix_len) == 0 && strcmp(a.file, b.file) == 0 &&
	       strcmp(x->now, y->now) == 0 && x->err == y->err &&
	       strcmp(x->was ? x->was : "", y->was ? y->was : "") == 0;
}

static const char *group_name(struct arena *a, const struct step *first, struct cpuset *numbers)
{
	struct place p = place_of(first->path);
	const char *name = p.prefix + p.prefix_len;
	struct pin_path pin;

	if (pin_path_parse(first->path, &pin))
		return pin.numbered ? arena_printf(a, "%s %s %s", pin.live ? "live" : "config", pin.kind,
					      cpuset_text(a, numbers))
				    : pin_path_name(a, &pin);
	if (!p.numbered)
		return first->path;
	while (name > p.prefix && name[-1] != '/')
		name--;
	return arena_printf(
		a, "%.*s%s %s", (int)(p.prefix + p.prefix_len - name), name, cpuset_text(a, numbers), p.file + 1);
}

/* Which steps stand in the line of step i: those that were not told yet. */
static struct cpuset *take_group(struct arena *a, const struct change *c, size_t i, bool wide, bool *done, bool *ret_in)
{
	struct cpuset *numbers = cpuset_new(a, 100000);

	for (size_t k = i; k < c->nsteps; k++) {
		struct place p = place_of(c->steps[k].path);

		ret_in[k] = k == i || (!done[k] && same_group(&c->steps[i], &c->steps[k], wide));
		done[k] |= ret_in[k];
		if (ret_in[k] && p.numbered)
			cpuset_add(numbers, p.number);
	}
	return numbers;
}

static size_t count_groups(struct arena *a, const struct change *c)
{
	bool *done = arena_array(a, c->nsteps, sizeof(*done)), *in = arena_array(a, c->nsteps, sizeof(*in));
	size_t n = 0;

	for (size_t i = 0; i < c->nsteps; i++) {
		if (done[i])
			continue;
		take_group(a, c, i, false, done, in);
		n++;
	}
	return n;
}

static const char *was_text(struct arena *a, const struct step *s)
{
	return s->was ? step_text(a, s->was) : s->err ? "?" : "reading";
}

/* What all of a line have, or one after the other as far as a line goes. */
static const char *values(struct arena *a, const struct change *c, size_t i, const bool *in, bool now)
{
	const char *first = now ? step_text(a, c->steps[i].now) : was_text(a, &c->steps[i]), *all = first;
	bool alike = true;

	for (size_t k = i + 1; k < c->nsteps; k++) {
		const char *one;

		if (!in[k])
			continue;
		one = now ? step_text(a, c->steps[k].now) : was_text(a, &c->steps[k]);
		alike &= !strcmp(one, first);
		if (strlen(all) < VALUES_LEN)
			all = arena_printf(a, "%s %s", all, one);
	}
	return alike ? first : strlen(all) < VALUES_LEN ? all : arena_printf(a, "%.*s …", VALUES_LEN, all);
}

static size_t step_lines(struct arena *a, const struct change *c, struct dialog_line *lines, size_t room)
{
	bool *done = arena_array(a, c->nsteps, sizeof(*done)), *in = arena_array(a, c->nsteps, sizeof(*in));
	bool pins = steps_are_pins(c->steps, c->nsteps), wide = pins && count_groups(a, c) > PIN_LINES;
	size_t n = 0;

	for (size_t i = 0; i < c->nsteps; i++) {
		struct cpuset *numbers;

		if (done[i])
			continue;
		if (n + 1 == room && i + 1 < c->nsteps) {
			lines[n++] = (struct dialog_line){.text = "and other files in the same way", .role = ROLE_dim};
			break;
		}
		numbers = take_group(a, c, i, wide, done, in);
		lines[n++] = (struct dialog_line){
			.text = group_name(a, &c->steps[i], numbers),
			.was = values(a, c, i, in, false),
			.now = values(a, c, i, in, true),
			.role = ROLE_strong,
		};
	}
	return n;
}

static void add(struct dialog_line *lines, size_t *n, const char *label, const char *text, enum role role)
{
	if (text && *text)
		lines[(*n)++] = (struct dialog_line){.label = label, .text = text, .role = role};
}

const struct step *plan_unread(const struct change *c)
{
	for (size_t i = 0; i < c->nsteps; i++)
		if (!c->steps[i].was)
			return &c->steps[i];
	return NULL;
}

static const char *why_unread(struct arena *a, const struct change *c)
{
	const struct step *s = plan_unread(c);
	const char *help = s ? step_help(s) : NULL;

	if (!s || !s->err)
		return NULL;
	return arena_printf(a, "%s%s", s->why ? s->why : errno_word(s->err), help ? help : "");
}

size_t plan_lines(struct arena *a, const struct change *c, const char *not_now, struct dialog_line **ret)
{
	enum { STEP_LINES = 12 };
	struct dialog_line *lines = arena_array(a, STEP_LINES + c->nnotes + 8, sizeof(*lines));
	size_t n = step_lines(a, c, lines, STEP_LINES);

	add(lines, &n, "Not here", not_now, ROLE_crit); /* seen without scrolling on the smallest screen */
	add(lines, &n, "Not read", why_unread(a, c), ROLE_crit);
	for (size_t i = 0; i < c->nnotes; i++)
		add(lines, &n, "Note", c->notes[i], ROLE_warn);
	add(lines, &n, "Effect", c->effect, ROLE_box);
	add(lines, &n, "Costs", c->costs, ROLE_box);
	add(lines, &n, "Lasts", c->lasts, ROLE_box);
	add(lines, &n, "Keep", c->keep_hint, ROLE_box);
	add(lines, &n, "By hand", c->by_hand, ROLE_dim);
	*ret = lines;
	return n;
}

char *plan_text(struct arena *a, const struct change *c, const char *not_now, int width)
{
	enum { INDENT = 11 };
	struct dialog_line *lines;
	size_t n = plan_lines(a, c, not_now, &lines);
	struct text t = text_begin();

	text_add_wrapped(&t, c->title, 0, width, text_width);
	for (size_t i = 0; i < n; i++) {
		const char *text = lines[i].text ? lines[i].text : "";
		bool paste = text == c->by_hand; /* as it is: it would be pasted with its line breaks */

		if (lines[i].now)
			text = arena_printf(a, "%s  %s -> %s", text, lines[i].was, lines[i].now);
		text_add(&t, "\n  %-9s", lines[i].label ? lines[i].label : "");
		text_add_wrapped(&t, text, INDENT, paste ? 0 : width, text_width);
	}
	text_add(&t, "\n");
	return text_end(&t, a);
}

void plan_print(const struct change *c, const char *not_now)
{
	struct arena *a = arena_new(0);

	fputs(plan_text(a, c, not_now, print_columns()), stdout);
	fflush(stdout);
	arena_free(a);
}

int plan_confirm(const char *question)
{
	char answer[16];

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return complain(
			EXIT_NOT_CONFIRMED, "nothing was changed: there is no terminal to ask on; --yes confirms");
	printf("%s [y/N] ", question);
	fflush(stdout);
	if (!fgets(answer, sizeof(answer), stdin) || (strcmp(answer, "y\n") != 0 && strcmp(answer, "yes\n") != 0))
		return complain(EXIT_NOT_CONFIRMED, "nothing was changed");
	return EXIT_DONE;
}

bool plan_stop_when_asked(size_t done, size_t total, void *arg)
{
	(void)done;
	(void)total;
	(void)arg;
	return signals_asked_to_leave();
}

/* A result without a refused step speaks of the journal or of hvscope itself, and has said what helps. */
const char *plan_hint(const struct result *r)
{
	if (!r->refused)
		return "";
	if (r->help)
		return r->help;
	switch (-r->err) {
	case EACCES:
	case EPERM:
		return geteuid() ? "; only root may write there" : "";
	case EROFS:
		return "; the file system is mounted read-only there";
	case EBUSY:
		return "; the CPU is offline or its driver is being switched";
	case EINVAL:
		return "; the kernel does not take this value";
	default:
		return "";
	}
}
