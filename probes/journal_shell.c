/* The journal as a shell script that restores: files by their texts, pins by virsh. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/journal.h"

#include <string.h>

#include "probes/arena.h"
#include "probes/change_steps.h"
#include "probes/change_words.h"
#include "probes/compare.h"
#include "probes/parse.h"
#include "probes/pin_libvirt.h"
#include "probes/pin_path.h"
#include "probes/shell.h"
#include "probes/text.h"

/* As $(cat FILE) gives it: without newlines at the end. */
static const char *as_cat(struct arena *a, const char *text)
{
	size_t len = strlen(text);

	while (len && text[len - 1] == '\n')
		len--;
	return arena_text(a, text, len);
}

/* Undo's own rule in sh: only what still holds what was written is put back. */
static const char shell_head[] =
	"#!/bin/sh\n"
	"# Puts back what hvscope changed since this boot, the newest first.\n"
	"# restore FILE WRITTEN BEFORE: a file that holds something else than WRITTEN is left alone.\n"
	"restore() {\n"
	"\tpresent=$(cat -- \"$1\") || return\n"
	"\tcase $present in\n"
	"\t\"$2\" | *\"[$2]\"*) printf '%s\\n' \"$3\" >\"$1\" && echo \"put back: $1\" ;;\n"
	"\t*) echo \"left alone: $1 holds $present\" >&2 ;;\n"
	"\tesac\n"
	"}\n";

/* The same rule for pins: virsh prints every element as libvirt itself writes it. */
static const char pins_head[] =
	"# restore_pin GUEST SCOPE ELEMENT WRITTEN COMMAND...: a pin that is something else than WRITTEN is left "
	"alone.\n"
	"# uri: the libvirt that a change was made on; where it is empty, the one that virsh finds by itself.\n"
	"uri=\n"
	"at_uri() {\n"
	"\tvirsh -q ${uri:+-c \"$uri\"} \"$@\"\n"
	"}\n"
	"restore_pin() {\n"
	"\tname=\"$2 $3 of $1\" element=$3 written=$4\n"
	"\tcase $2 in live) inactive= ;; *) inactive=--inactive ;; esac\n"
	"\tpresent=$(at_uri dumpxml $inactive \"$1\") || return\n"
	"\tpresent=$(printf '%s\\n' \"$present\" | sed -n \"s/^ *<$element cpuset='\\([^']*\\)'.*/\\1/p\")\n"
	"\tshift 4\n"
	"\tif [ \"${present:--}\" = \"$written\" ]; then\n"
	"\t\t\"$@\" && echo \"put back: $name\"\n"
	"\telse\n"
	"\t\techo \"left alone: $name is ${present:--}\" >&2\n"
	"\tfi\n"
	"}\n"
	"# without GUEST ELEMENT: writes the definition anew without that element, which was not there before.\n"
	"without() {\n"
	"\tat_uri list --all --persistent --uuid | grep -q \"^$1\" || return\n"
	"\txml=$(at_uri dumpxml --inactive --security-info \"$1\") || return\n"
	"\tprintf '%s\\n' \"$xml\" | sed \"/^ *<$2 cpuset='[^']*'\\/>\\$/d\" | at_uri define /dev/stdin >/dev/null\n"
	"}\n";

static const char *trimmed(struct arena *a, const char *text)
{
	return slice_text(a, slice_trim(slice_of(text)));
}

static void shell_pin(struct text *t, struct arena *a, const struct step *s, const struct pin_path *p)
{
	const char *written = trimmed(a, s->after ? s->after : s->now), *before = trimmed(a, step_back(s, a));

	if (!shell_can_show(written) || !shell_can_show(before)) {
		text_add(t, "# left out, the shell cannot write it: %s\n", step_text(a, s->path));
		return;
	}
	if (!strcmp(written, before))
		return;
	if (pin_is_none(before) && p->live) {
		text_add(t, "echo %s >&2\n",
			shell_quote(a, arena_printf(a, "left alone: %s of %s, which libvirt cannot take away while it runs",
					       pin_path_name(a, p), p->uuid)));
		return;
	}
	if (pin_is_none(before)) {
		text_add(t, "restore_pin %s config %s %s without %s %s\n", p->uuid,
			shell_quote(a, pin_path_element(a, p)), shell_quote(a, written), p->uuid,
			shell_quote(a, pin_path_element(a, p)));
		return;
	}
	text_add(t, "restore_pin %s %s %s %s at_uri %s %s --%s\n", p->uuid, p->live ? "live" : "config",
		shell_quote(a, pin_path_element(a, p)), shell_quote(a, written), pin_path_virsh(a, p),
		shell_quote(a, before), p->live ? "live" : "config");
}

static void shell_file(struct text *t, struct arena *a, const struct step *s)
{
	const char *written = as_cat(a, compare_writable(s->compare, s->after ? s->after : s->now, a));
	const char *before = as_cat(a, compare_writable(s->compare, s->was, a));

	if (s->path[0] != '/' || !shell_can_show(s->path) || !shell_can_show(written) || !shell_can_show(before)) {
		text_add(t, "# left out, the shell cannot write it: %s\n", step_text(a, s->path));
		return;
	}
	if (strcmp(written, before))
		text_add(t, "restore %s %s %s\n", shell_quote(a, s->path), shell_quote(a, written),
			shell_quote(a, before));
}

static void shell_step(struct text *t, struct arena *a, const struct step *s)
{
	struct pin_path pin;

	if (pin_path_parse(s->path, &pin))
		shell_pin(t, a, s, &pin);
	else
		shell_file(t, a, s);
}

/* Which libvirt the next pins are on; that of the change before may be another one. False: it cannot be named. */
static bool shell_libvirt(struct text *t, struct arena *a, const struct entry *e)
{
	if (!steps_are_pins(e->steps, e->nsteps))
		return true;
	if (e->uri && !shell_can_show(e->uri)) {
		text_add(t, "# left out, the shell cannot write its libvirt: %s\n", pin_libvirt_text(a, e->uri));
		return false;
	}
	text_add(t, "uri=%s\n", e->uri ? shell_quote(a, e->uri) : "");
	return true;
}

static bool restores(const struct entry *e)
{
	return e->undoable || e->overwritten;
}

static bool has_pins(const struct entries *e)
{
	for (size_t i = 0; i < e->n; i++)
		if (restores(&e->entry[i]) && steps_are_pins(e->entry[i].steps, e->entry[i].nsteps))
			return true;
	return false;
}

char *journal_shell(struct arena *a, const struct entries *e)
{
	struct text t = text_begin();

	text_add(&t, "%s%s", shell_head, has_pins(e) ? pins_head : "");
	for (size_t i = e->n; i-- > 0;) {
		const struct entry *entry = &e->entry[i];

		if (!restores(entry))
			continue;
		text_add(&t, "\n# change %llu: %s\n", (unsigned long long)entry->id, step_text(a, entry->title));
		if (!shell_libvirt(&t, a, entry))
			continue;
		for (size_t k = entry->nsteps; k-- > 0;)
			shell_step(&t, a, &entry->steps[k]);
	}
	return text_end(&t, a);
}
