/* Tests the report for a ticket: its tables are whole on every machine, and names of strangers are no markup. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/report_markdown.h"
#include "probes/text.h"
#include "tests/lib/hosts.h"
#include "tests/lib/probing.h"

static char *report_of(const char *machine)
{
	struct probing p = probing_capture(machine);
	char *text;

	do
		probing_tick(&p);
	while (p.snap->tape.tick < p.snap->tape.ticks);
	text = report_markdown(p.snap);
	probing_end(&p);
	return text;
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no \"%s\" in:\n%s", part, text);
}

/* Bars that part cells; those of texts are escaped. */
static size_t bars(const char *line)
{
	size_t n = 0;

	for (; *line; line++) {
		if (*line == '\\' && line[1])
			line++;
		else
			n += *line == '|';
	}
	return n;
}

static void table_is_whole(const char *machine, const char *line, size_t *columns)
{
	size_t n = bars(line);

	if (*line != '|') {
		*columns = 0;
		return;
	}
	if (*columns && n != *columns)
		fail_msg("%s: %zu bars where the head has %zu: %s", machine, n, *columns, line);
	*columns = n;
}

/* In Markdown a bare < begins a tag, and a control character could turn the terminal around. */
static void is_tame(const char *machine, const char *line)
{
	bool code = false; /* between backquotes nothing is markup */

	for (const char *p = line; *p; p += utf8_length(p)) {
		assert_true(utf8_length(p) > 0);
		if (text_mark(p, utf8_length(p)))
			fail_msg("%s: control character %d in %s", machine, *p, line);
		code ^= *p == '`' && (p == line || p[-1] != '\\');
		if (!code && *p == '<' && (p == line || p[-1] != '\\'))
			fail_msg("%s: markup in %s", machine, line);
	}
}

static void on_every_machine(void **state)
{
	char **names = host_names();

	(void)state;
	for (size_t i = 0; names[i]; i++) {
		char *text = report_of(names[i]), *save = NULL;
		size_t columns = 0;

		has(text, "\n## What was found\n");
		has(text, "\n## The host\n");
		for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
			table_is_whole(names[i], line, &columns);
			is_tame(names[i], line);
			if (strncmp(line, "## ", 3) == 0)
				columns = 0;
		}
		free(text);
	}
	host_names_free(names);
}

static void a_host_with_findings(void **state)
{
	char *text = report_of("guests");

	(void)state;
	has(text, "# kvm07\n\nCAPTURE tick 2 of 2, ");
	has(text, "\n| critical | F02 cpufreq-governor | Governor powersave ");
	has(text, "\n| critical | ↳ F01 freq-busy-below-base | ");
	has(text, "\n- **F02 cpufreq-governor** now: Set governor performance");
	has(text, "\n  - when not: ");
	has(text, "\n- 1 check not measured yet: F11.");
	has(text, "\n| Base clock | 2.40 GHz |\n");
	has(text, "\n| db1 | running | 4 | 16.0 GiB | ");
	has(text, "\n## Pins of guests\n\n| guest | ");
	has(text, "\n| web3 | ");
	free(text);
}

static void a_host_without(void **state)
{
	char *text = report_of("clean");

	(void)state;
	has(text, "\n## What was found\n\nNothing: ");
	assert_null(strstr(text, "## What to do"));
	has(text, "\n## Disks of guests\n");
	has(text, "\n## Cards of guests\n");
	has(text, "\n## Network cards\n");
	assert_null(strstr(text, "| vnet0 | tap"));
	has(text, "\n## Disks\n");
	has(text, "\n## Nodes\n");
	has(text, "\n## Where guests run\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_every_machine),
		cmocka_unit_test(a_host_with_findings),
		cmocka_unit_test(a_host_without),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
