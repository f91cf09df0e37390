/* Tests that each row of the checks is whole, and that what all of them say of every machine can be shown. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/address.h"
#include "probes/arena.h"
#include "probes/change.h"
#include "probes/checks/limits.h"
#include "probes/checks_docs.h"
#include "probes/checks_text.h"
#include "probes/util.h"
#include "tests/lib/hosts.h"
#include "tests/lib/probing.h"

static void sentence(const struct check *c, const char *what, const char *text, char end)
{
	size_t n = text ? strlen(text) : 0;

	if (n < 4 || (text[n - 1] != end && text[n - 1] != '`') || text[n - 2] == end ||
		isspace((unsigned char)text[0]) || strchr(text, '\n') || strstr(text, "  "))
		fail_msg("%s: %s is no sentence that ends with %c: %s", c->id, what, end, text ? text : "NULL");
}

/* What looks like something to be typed. */
static const char *looks_typed(const char *text)
{
	static const char *const signs[] = {"=", "/etc/", "/sys/", "/proc/", "/dev/", "echo ", "sysctl ", "virsh ", "ethtool ",
		"modprobe ", "systemctl ", "tuned-adm ", "taskset ", "dmesg ", "grep ", " > ", " | ", " --"};

	for (size_t i = 0; i < COUNT(signs); i++)
		if (strstr(text, signs[i]))
			return signs[i];
	return NULL;
}

/*
 * Whoever copies a command from the screen, where no backquotes are, must not take a full stop along: what has a blank or
 * a slash in it is followed by a blank, by a parenthesis or by nothing.
 */
static void commands_are_marked(const char *id, const char *what, const char *text)
{
	struct arena *a = arena_new(0);
	char *rest = arena_strdup(a, text ? text : "");
	bool command = false;

	for (char *part = strsep(&rest, "`"); part; part = strsep(&rest, "`"), command = !command) {
		size_t n = strlen(part);

		if (!command && looks_typed(part))
			fail_msg("%s: %s: “%s” outside backquotes in: %s", id, what, looks_typed(part), text);
		if (command && (!n || strchr(" .,;:", part[n - 1]) || part[0] == ' '))
			fail_msg("%s: %s: a command ends with what is not of it: %s", id, what, part);
		if (command && !rest)
			fail_msg("%s: %s: a backquote is alone in: %s", id, what, text);
		if (command && strpbrk(part, " /") && *rest && strchr(".,;:?", *rest))
			fail_msg("%s: %s: %c stands behind a command: %s", id, what, *rest, part);
	}
	arena_free(a);
}

static void all_commands_are_marked(const struct check *c)
{
	const struct {
		const char *what, *text;
	} all[] = {{"asks", c->asks}, {"why", c->why}, {"now", c->now}, {"keep", c->keep}, {"risk", c->risk},
		{"when_not", c->when_not}, {"verify", c->verify}, {"false_alarm", c->false_alarm},
		{"not_applicable", c->not_applicable}};

	for (size_t i = 0; i < COUNT(all); i++)
		commands_are_marked(c->id, all[i].what, all[i].text);
}

static void names_are_names(const struct check *c)
{
	size_t n = strlen(c->id);

	if (n < 3 || n > 4 || !isupper((unsigned char)c->id[0]) || !isdigit((unsigned char)c->id[1]) ||
		!isdigit((unsigned char)c->id[2]) || (c->id[3] && !islower((unsigned char)c->id[3])))
		fail_msg("%s is no id", c->id);
	if (!*c->slug || c->slug[strspn(c->slug, "abcdefghijklmnopqrstuvwxyz0123456789-")])
		fail_msg("%s: %s is no slug", c->id, c->slug);
	assert_ptr_equal(check_find(c->id), c); /* else another one has the name too */
	assert_ptr_equal(check_find(c->slug), c);
	if (check_find(c->family) || !*c->family)
		fail_msg("%s: a check is called as its family, %s", c->id, c->family);
	if (!c->title || !*c->title || c->title[strlen(c->title) - 1] == '.')
		fail_msg("%s has no title", c->id);
}

static void others_are_there(const struct check *c)
{
	struct arena *a = arena_new(0);
	char *save = NULL, *names = arena_strdup(a, c->explained_by ? c->explained_by : "");

	for (char *id = strtok_r(names, " ", &save); id; id = strtok_r(NULL, " ", &save)) {
		const struct check *by = check_find(id);

		if (by == c)
			fail_msg("%s explains itself", c->id);
		if (!by)
			fail_msg("%s is explained by %s, which is no check", c->id, id);
	}
	if (c->action && !action_find(c->action))
		fail_msg("%s is mended by %s, which is no action", c->id, c->action);
	if (c->value && !c->action)
		fail_msg("%s has a value for no action", c->id);
	arena_free(a);
}

static void rows_are_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < nchecks; i++) {
		const struct check *c = checks[i];

		names_are_names(c);
		others_are_there(c);
		sentence(c, "asks", c->asks, '?');
		sentence(c, "why", c->why, '.');
		all_commands_are_marked(c);
		if (!check_is_command(c->now))
			sentence(c, "now", c->now, '.');
		sentence(c, "keep", c->keep, '.');
		sentence(c, "risk", c->risk, '.');
		sentence(c, "when_not", c->when_not, '.');
		sentence(c, "verify", c->verify, '.');
		sentence(c, "source", c->source, '.');
		if (c->false_alarm)
			sentence(c, "false_alarm", c->false_alarm, '.');
		if (c->not_applicable)
			sentence(c, "not_applicable", c->not_applicable, '.');
		if (c->share < 0 || c->share > 1 || c->events < 0 || (c->host && !c->not_applicable) || !c->judge)
			fail_msg("%s: a share, the events, or what it is not asked of", c->id);
	}
}

static void address_is_there(const char *machine, const struct snapshot *s, const struct check *c, const char *address)
{
	struct found at;

	if (!address || address_find(s, address, &at))
		fail_msg("%s on %s: there is no fact %s", c->id, machine, address ? address : "at all");
}

/* Rows that were refused have no keys, and so no address; whose they are is known. */
static void probe_is_there(const char *machine, const struct finding *f)
{
	struct address_part part;
	const char *at = f->unread;

	if (address_part(&at, &part) || !probe_find(part.name))
		fail_msg("%s on %s: %s is of no probe", f->check->id, machine, f->unread);
}

static void finding_is_whole(const char *machine, const struct snapshot *s, const struct finding *f)
{
	bool fires = f->verdict == VERDICT_FIRE;

	if (!f->line || !*f->line || strchr(f->line, '\n'))
		fail_msg("%s on %s says no line", f->check->id, machine);
	if (fires != (f->nparts > 0) || fires != (f->severity != SEVERITY_NONE) || (fires && f->severity != f->part[0].severity))
		fail_msg("%s on %s: %zu parts, severity %d: %s", f->check->id, machine, f->nparts, f->severity, f->line);
	for (size_t i = 0; i < f->nparts; i++) {
		address_is_there(machine, s, f->check, f->part[i].evidence);
		if (f->part[i].target)
			address_is_there(machine, s, f->check, f->part[i].target);
	}
	for (size_t i = 0; i < f->nevidence; i++)
		address_is_there(machine, s, f->check, f->evidence[i]);
	if (f->unread)
		probe_is_there(machine, f);
	commands_are_marked(f->check->id, machine, f->now);
	if (f->cause && (f->cause->verdict != VERDICT_FIRE || !fires))
		fail_msg("%s on %s has a cause that is none", f->check->id, machine);
}

static void on_machine(const char *machine, enum profile profile)
{
	struct probing p = probing_capture(machine);
	struct arena *a = arena_new(0);

	sampler_profile(p.s, profile);
	do
		probing_tick(&p);
	while (p.snap->tape.tick < p.snap->tape.ticks);
	assert_non_null(p.snap->findings);
	assert_int_equal(p.snap->findings->n, nchecks);
	for (size_t i = 0; i < nchecks; i++) {
		finding_is_whole(machine, p.snap, &p.snap->findings->finding[i]);
		assert_true(*check_text(a, checks[i], p.snap->findings, p.snap, 80, i % 2));
	}
	arena_free(a);
	probing_end(&p);
}

static void on_every_machine(void **state)
{
	char **names = host_names();

	(void)state;
	for (size_t i = 0; names[i]; i++)
		for (size_t profile = 0; profile < NPROFILES; profile++)
			on_machine(names[i], (enum profile)profile);
	host_names_free(names);
}

/* A host that is set up well has nothing at all, whatever is served on it. */
static void nothing_on_a_clean_machine(void **state)
{
	(void)state;
	for (size_t profile = 0; profile < NPROFILES; profile++) {
		struct probing p = probing_capture("clean");

		sampler_profile(p.s, (enum profile)profile);
		do {
			probing_tick(&p);
			for (size_t i = 0; i < p.snap->findings->norder; i++)
				if (profile == PROFILE_WEB || p.snap->findings->order[i]->severity > SEVERITY_INFO)
					fail_msg("%s on a clean machine, tick %u, profile %s: %s",
						p.snap->findings->order[i]->check->id, p.snap->tape.tick,
						profile_word((enum profile)profile),
						p.snap->findings->order[i]->line);
		} while (p.snap->tape.tick < p.snap->tape.ticks);
		probing_end(&p);
	}
}

static void documentation(void **state)
{
	char *plain = checks_docs(false, 80), *markdown = checks_docs(true, 0);
	struct arena *a = arena_new(0);
	const char *at = markdown;

	(void)state;
	for (size_t i = 0; i < nchecks; i++) {
		const char *next = strstr(at, arena_printf(a, "\n### %s %s", checks[i]->id, checks[i]->slug));

		if (!next)
			fail_msg("%s is not described, or not in its place", checks[i]->id);
		at = next;
		assert_non_null(strstr(plain, arena_printf(a, "\n%s %s: ", checks[i]->id, checks[i]->slug)));
		assert_non_null(strstr(markdown, arena_printf(a, "\n## %s\n", markdown_text(a, checks[i]->family))));
	}
	for (size_t i = 0; i < nthresholds; i++)
		assert_non_null(strstr(at, arena_printf(a, "\n| %s | ", markdown_text(a, thresholds[i].name))));
	arena_free(a);
	free(plain);
	free(markdown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_whole),
		cmocka_unit_test(on_every_machine),
		cmocka_unit_test(nothing_on_a_clean_machine),
		cmocka_unit_test(documentation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
