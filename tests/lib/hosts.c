/* Unpacks the machines of tests/hosts: braces make many files and lines out of one. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/hosts.h"

#include <ctype.h>
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/tree.h"

enum { LINE = 4096 };

/* A text that grows; what it holds is freed by its owner. */
struct text {
	char *p;
	size_t n;
};

static void put(struct text *t, const char *bytes, size_t n)
{
	t->p = xrealloc(t->p, t->n + n + 1, 1);
	memcpy(t->p + t->n, bytes, n);
	t->n += n;
	t->p[t->n] = '\0';
}

/* What stands between the braces, reckoned from left to right: "%4+1" of 6 is 3. */
static long reckon(const char *sum, size_t len, long number)
{
	const char *end = sum + len;

	while (sum < end) {
		char how = *sum++;
		char *behind;
		long by = strtol(sum, &behind, 10);

		sum = behind;
		if (how == '+')
			number += by;
		else if (how == '-')
			number -= by;
		else if (how == '/' && by)
			number /= by;
		else if (how == '%' && by)
			number %= by;
		else
			fail_msg("no sum: {%.*s}", (int)len, end - len);
	}
	return number;
}

/* "{0-3,8}" and not "{%4}". */
static const char *find_set(const char *text)
{
	for (const char *at = strchr(text, '{'); at; at = strchr(at + 1, '{'))
		if (isdigit((unsigned char)at[1]))
			return at;
	return NULL;
}

static char escaped(const char **at)
{
	char c = *(*at)++;

	if (c == 'n')
		return '\n';
	if (c == 't')
		return '\t';
	if (c == 'x') {
		char hex[3] = {(*at)[0], (*at)[0] ? (*at)[1] : '\0', '\0'};

		*at += strlen(hex);
		return (char)strtol(hex, NULL, 16);
	}
	return c;
}

/* The text with its braces filled in; set: the one that stands for the number itself, or NULL. */
static struct text fill(const char *text, const char *set, long number)
{
	struct text out = {NULL, 0};
	char word[32];

	put(&out, "", 0);
	while (*text) {
		const char *end = *text == '{' ? strchr(text, '}') : NULL;

		if (end) {
			long n = text == set ? number : reckon(text + 1, (size_t)(end - text - 1), number);

			put(&out, word, (size_t)snprintf(word, sizeof(word), "%ld", n));
			text = end + 1;
		} else if (*text == '\\' && text[1]) {
			text++;
			word[0] = escaped(&text);
			put(&out, word, 1);
		} else {
			put(&out, text++, 1);
		}
	}
	return out;
}

/* The next number of a set such as "0-3,8}", or -1 behind the last. */
struct numbers {
	const char *at;
	long next, last;
};

static long next_number(struct numbers *n)
{
	char *behind;

	if (n->next > n->last) {
		if (!isdigit((unsigned char)*n->at))
			return -1;
		n->next = n->last = strtol(n->at, &behind, 10);
		if (*behind == '-')
			n->last = strtol(behind + 1, &behind, 10);
		n->at = behind + (*behind == ',');
	}
	return n->next++;
}

/* One line of a file, as often as its own set asks for. \c at its end: no newline behind it. */
static void put_line(struct text *out, char *line, long number)
{
	size_t len = strlen(line);
	bool open = len >= 2 && !strcmp(line + len - 2, "\\c") && (len < 3 || line[len - 3] != '\\');
	const char *set = find_set(line);
	struct numbers all = {.at = set ? set + 1 : "0", .next = 0, .last = -1};

	if (open)
		line[len - 2] = '\0';
	for (long n; (n = next_number(&all)) >= 0;) {
		struct text filled = fill(line, set, set ? n : number);

		put(out, filled.p, filled.n);
		put(out, "\n", !open);
		free(filled.p);
	}
}

static void remove_file(const char *tree, const char *path)
{
	char *whole = xasprintf("%s/%s", tree, path);

	if (unlink(whole))
		fail_msg("%s was not there", path);
	free(whole);
}

static void make_one(const char *tree, char kind, const char *path, const char *text, long number)
{
	struct text out = {NULL, 0};
	char *copy = xstrdup(text), *rest = copy;

	put(&out, "", 0);
	if (kind == '=')
		for (char *line; *rest && (line = strsep(&rest, "\n")) && rest;)
			put_line(&out, line, number);
	if (kind == '=')
		tree_bytes(tree, path, out.p, out.n);
	else if (kind == '/')
		tree_folder(tree, path);
	else if (kind == '-')
		remove_file(tree, path);
	free(out.p);
	if (kind == '>') {
		copy[strcspn(copy, "\n")] = '\0';
		out = fill(copy, NULL, number);
		tree_link(tree, path, out.p);
		free(out.p);
	}
	free(copy);
}

/* text: lines, each with its newline. */
static void make(const char *tree, char kind, const char *path, const char *text)
{
	const char *set = find_set(path);
	struct numbers all = {.at = set ? set + 1 : "0", .next = 0, .last = -1};

	for (long n; (n = next_number(&all)) >= 0;) {
		struct text filled = fill(path, set, n);

		make_one(tree, kind, filled.p, text, n);
		free(filled.p);
	}
}

static char *text_path(const char *name, const char *part)
{
	return xasprintf("tests/hosts/%s/%s", name, part);
}

bool host_has(const char *name, const char *part)
{
	char *path = text_path(name, part);
	bool there = access(path, R_OK) == 0;

	free(path);
	return there;
}

void host_unpack(const char *tree, const char *name, const char *part)
{
	char *path = text_path(name, part), line[LINE], what[LINE] = "";
	struct text text = {NULL, 0};
	FILE *f = fopen(path, "re");
	char kind = '\0';

	if (!f)
		fail_msg("%s cannot be read; tests run in the project's folder", path);
	for (bool more = true; more;) {
		more = fgets(line, sizeof(line), f);
		if (more && (line[0] == '#' || line[0] == '\n'))
			continue;
		if (more && line[0] == '\t') {
			put(&text, line + 1, strlen(line + 1));
			continue;
		}
		if (kind)
			make(tree, kind, what, text.p ? text.p : "");
		free(text.p);
		text = (struct text){NULL, 0};
		if (!more)
			break;
		kind = line[0];
		snprintf(what, sizeof(what), "%.*s", (int)strcspn(line + 2, " \n"), line + 2);
		if (!strchr("=>/-", kind) || line[1] != ' ')
			fail_msg("%s: no such line: %s", path, line);
		if (line[2 + strlen(what)] == ' ')
			put(&text, line + 3 + strlen(what), strlen(line + 3 + strlen(what)));
	}
	fclose(f);
	free(path);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **host_names(void)
{
	char **names = NULL;
	size_t n = 0;
	DIR *d = opendir("tests/hosts");

	if (!d)
		fail_msg("tests/hosts is not here; tests run in the project's folder");
	for (struct dirent *e; (e = readdir(d));) {
		if (e->d_name[0] == '.')
			continue;
		names = xrealloc(names, n + 2, sizeof(*names));
		names[n++] = xstrdup(e->d_name);
	}
	closedir(d);
	qsort(names, n, sizeof(*names), by_name);
	names[n] = NULL;
	return names;
}

void host_names_free(char **names)
{
	for (size_t i = 0; names[i]; i++)
		free(names[i]);
	free(names);
}
