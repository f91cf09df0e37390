/* virsh lines: the two scopes of one pin are one command, threads that get the same list are one loop. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/pin_hand.h"

#include <string.h>

#include "probes/arena.h"
#include "probes/parse.h"
#include "probes/pin_path.h"
#include "probes/shell.h"
#include "probes/text.h"

enum { ELEMENTS_SHOWN = 3, LOOP_LEAST = 3 };

struct hand {
	struct arena *a;
	struct pin_path path;
	const char *cpus; /* NULL: the element goes */
	bool live, config;
	bool done;
};

static bool same_thread(const struct hand *x, const struct hand *y)
{
	return !strcmp(x->path.uuid, y->path.uuid) && !strcmp(x->path.kind, y->path.kind) &&
	       x->path.number == y->path.number && x->cpus && y->cpus && !strcmp(x->cpus, y->cpus);
}

static bool same_loop(const struct hand *x, const struct hand *y)
{
	return x->path.numbered && y->path.numbered && !strcmp(x->path.uuid, y->path.uuid) &&
	       !strcmp(x->path.kind, y->path.kind) && x->cpus && y->cpus && !strcmp(x->cpus, y->cpus) &&
	       x->live == y->live && x->config == y->config;
}

/* One for each thread and list. Returns how many; 0 when some step is no pin. */
static size_t collect(struct arena *a, const struct step *steps, size_t n, struct hand *hand)
{
	size_t many = 0;

	for (size_t i = 0; i < n; i++) {
		struct hand h = {.a = a};
		size_t k = 0;

		if (!pin_path_parse(steps[i].path, &h.path))
			return 0;
		h.live = h.path.live;
		h.config = !h.path.live;
		h.cpus = pin_is_none(steps[i].now) ? NULL : slice_text(a, slice_trim(slice_of(steps[i].now)));
		while (k < many && !same_thread(&hand[k], &h))
			k++;
		if (k == many)
			hand[many++] = h;
		hand[k].live |= h.live;
		hand[k].config |= h.config;
	}
	return many;
}

/* The command for the first, and for those behind it that differ in the number only. */
static void add_command(struct text *line, struct hand *hand, size_t n, const char *virsh)
{
	const struct hand *h = &hand[0];
	const char *cpus = shell_quote(h->a, h->cpus), *flags;
	struct text numbers = text_begin();
	size_t many = 0;

	flags = arena_printf(h->a, "%s%s", h->live ? " --live" : "", h->config ? " --config" : "");
	for (size_t i = 0; i < n; i++) {
		if (i && (hand[i].done || !same_loop(h, &hand[i])))
			continue;
		hand[i].done = true;
		many++;
		text_add(&numbers, " %u", (unsigned)hand[i].path.number);
	}
	text_add(line, "%s", line->len ? " && " : "");
	if (many > 1)
		text_add(line, "for n in%s; do %s %spin %s $n %s%s; done", numbers.bytes, virsh, h->path.kind,
			h->path.uuid, cpus, flags);
	else
		text_add(line, "%s %s %s%s", virsh, pin_path_virsh(h->a, &h->path), cpus, flags);
	text_end(&numbers, NULL);
}

/* The next vCPU or iothread, with a list of its own. */
static bool goes_on(const struct hand *x, const struct hand *y)
{
	return x->path.numbered && y->path.numbered && !strcmp(x->path.uuid, y->path.uuid) &&
	       !strcmp(x->path.kind, y->path.kind) && x->cpus && y->cpus && x->live == y->live &&
	       x->config == y->config && y->path.number == x->path.number + 1;
}

/* One loop over the lists of threads that follow each other: returns how many; 0: too few for that. */
static size_t add_lists(struct text *line, struct hand *hand, size_t n, const char *virsh)
{
	const struct hand *h = &hand[0];
	size_t many = 1;

	while (many < n && goes_on(&hand[many - 1], &hand[many]))
		many++;
	if (many < LOOP_LEAST || same_loop(&hand[0], &hand[1]))
		return 0;
	text_add(line, "%sn=%u; for c in", line->len ? " && " : "", (unsigned)h->path.number);
	for (size_t i = 0; i < many; i++) {
		hand[i].done = true;
		text_add(line, " %s", shell_quote(h->a, hand[i].cpus));
	}
	text_add(line, "; do %s %spin %s $n $c%s%s; n=$((n + 1)); done", virsh, h->path.kind, h->path.uuid,
		h->live ? " --live" : "", h->config ? " --config" : "");
	return many;
}

/* Elements that go: all in one session of the editor. */
static void add_edit(struct text *line, struct arena *a, const struct hand *hand, size_t n, const char *virsh)
{
	size_t many = 0;

	for (size_t i = 0; i < n; i++) {
		if (hand[i].cpus)
			continue;
		if (!many)
			text_add(line, "%s%s edit %s # in <cputune> delete", line->len ? " && " : "", virsh,
				hand[i].path.uuid);
		if (many < ELEMENTS_SHOWN)
			text_add(line, "%s <%s …/>", many ? "," : "", pin_path_element(a, &hand[i].path));
		many++;
	}
	if (many > ELEMENTS_SHOWN)
		text_add(line, " and %zu more like these", many - ELEMENTS_SHOWN);
}

const char *pin_hand(struct arena *a, const struct step *steps, size_t n, const char *uri)
{
	struct hand *hand = arena_array(a, n, sizeof(*hand));
	size_t many = collect(a, steps, n, hand);
	const char *virsh = "virsh";
	struct text line;

	if (!many || (uri && !shell_can_show(uri)))
		return NULL;
	if (uri)
		virsh = arena_printf(a, "virsh -c %s", shell_quote(a, uri));
	line = text_begin();
	for (size_t i = 0; i < many; i++)
		if (!hand[i].done && hand[i].cpus && !add_lists(&line, &hand[i], many - i, virsh))
			add_command(&line, &hand[i], many - i, virsh);
	add_edit(&line, a, hand, many, virsh);
	return text_end(&line, a);
}
