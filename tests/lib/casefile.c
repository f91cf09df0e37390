/* Reads the cases of checks. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/casefile.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/util.h"

__attribute__((format(printf, 3, 4))) _Noreturn static void wrong(
	const char *file, unsigned line, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	fprintf(stderr, "%s:%u: ", file, line);
	vfprintf(stderr, format, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(1);
}

static char *whole(const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;
	ssize_t n;

	if (!f)
		wrong(path, 0, "cannot be read");
	n = getdelim(&text, &size, '\0', f);
	fclose(f);
	if (n < 0) {
		free(text);
		return xstrdup("");
	}
	return text;
}

static bool verdict_of(const char *word, struct check_case *c)
{
	static const struct {
		const char *word;
		enum verdict verdict;
		enum severity severity;
	} words[] = {
		{"CRIT", VERDICT_FIRE, SEVERITY_CRIT},
		{"WARN", VERDICT_FIRE, SEVERITY_WARN},
		{"INFO", VERDICT_FIRE, SEVERITY_INFO},
		{"PASS", VERDICT_PASS, SEVERITY_NONE},
		{"NOT_APPLICABLE", VERDICT_NOT_APPLICABLE, SEVERITY_NONE},
		{"UNKNOWN", VERDICT_UNKNOWN, SEVERITY_NONE},
	};

	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(word, words[i].word) == 0) {
			c->verdict = words[i].verdict;
			c->severity = words[i].severity;
			return true;
		}
	return false;
}

/* "F01 TRAP PASS fine idle CPUs at their minimum" */
static struct check_case begin(char *line, const char *file, unsigned at)
{
	struct check_case c = {.file = file, .line = at, .edits = xstrdup("")};
	char *rest = line, *id = strsep(&rest, " "), *verdict = strsep(&rest, " "), *machine;

	c.check = check_find(id);
	if (!c.check)
		wrong(file, at, "%s is no check", id);
	if (verdict && strcmp(verdict, "TRAP") == 0) {
		c.trap = true;
		verdict = strsep(&rest, " ");
	}
	if (!verdict || !verdict_of(verdict, &c))
		wrong(file, at, "%s is no verdict", verdict ? verdict : "nothing");
	machine = strsep(&rest, " ");
	if (!machine || !rest || !*rest)
		wrong(file, at, "a case is: ID VERDICT MACHINE WORDS");
	c.machine = xstrdup(machine);
	c.name = xasprintf("%s %s%s %s: %s", c.check->id, c.trap ? "TRAP " : "", verdict, machine, rest);
	return c;
}

static void add_line(struct check_case *c, char *line, const char *file, unsigned at)
{
	char *edits;

	if (strncmp(line, "expect ", 7) == 0) {
		if (c->nwords == CASE_WORDS)
			wrong(file, at, "more than %d expectations", CASE_WORDS);
		c->words[c->nwords++] = line + 7;
	} else if (strncmp(line, "explains ", 9) == 0) {
		c->explains = line + 9;
	} else if (strncmp(line, "now ", 4) == 0) {
		c->now = line + 4;
	} else if (strncmp(line, "profile ", 8) == 0) {
		if (profile_from_word(line + 8, &c->profile))
			wrong(file, at, "%s is no profile", line + 8);
	} else if (strcmp(line, "deep") == 0) {
		c->deep = true;
	} else {
		edits = xasprintf("%s%s\n", c->edits, line);
		free(c->edits);
		c->edits = edits;
	}
}

static void read_file(struct check_cases *all, char *text, const char *file)
{
	char *line;
	size_t first = all->n;

	for (unsigned at = 1; (line = strsep(&text, "\n")); at++) {
		if (!*line || *line == '#')
			continue;
		if (*line != '\t') {
			all->at = xrealloc(all->at, all->n + 1, sizeof(*all->at));
			all->at[all->n++] = begin(line, file, at);
		} else if (all->n == first) {
			wrong(file, at, "stands before the first case");
		} else {
			add_line(&all->at[all->n - 1], line + 1, file, at);
		}
	}
}

static int is_cases(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 6 && strcmp(d->d_name + n - 6, ".cases") == 0;
}

struct check_cases check_cases_read(const char *folder)
{
	struct check_cases all = {.n = 0};
	struct dirent **names;
	int n = scandir(folder, &names, is_cases, alphasort);

	if (n <= 0)
		wrong(folder, 0, "has no cases; tests run in the project's folder");
	all.text = xcalloc((size_t)n, sizeof(*all.text));
	all.file = xcalloc((size_t)n, sizeof(*all.file));
	all.nfiles = (size_t)n;
	for (int i = 0; i < n; i++) {
		all.file[i] = xasprintf("%s/%s", folder, names[i]->d_name);
		all.text[i] = whole(all.file[i]);
		read_file(&all, all.text[i], all.file[i]);
		free(names[i]);
	}
	free(names);
	return all;
}

void check_cases_free(struct check_cases *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->at[i].name);
		free(c->at[i].machine);
		free(c->at[i].edits);
	}
	for (size_t i = 0; i < c->nfiles; i++) {
		free(c->text[i]);
		free(c->file[i]);
	}
	free(c->at);
	free(c->text);
	free(c->file);
}
