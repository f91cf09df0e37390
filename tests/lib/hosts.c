/* Opens the machines of tests/hosts, and unpacks them: what the capture answers becomes files and links. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/hosts.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/util.h"
#include "tests/lib/tree.h"

#define FOLDER "tests/hosts"
#define SUFFIX ".host"
/*
 * Comes last: who looks on takes the loads of one tick for it, and by then the clocks that go with them are there, however
 * slowly all of it is written.
 */
#define LOAD "/proc/stat"

/* Names that grow; ends with NULL. */
struct names {
	char **name;
	size_t n;
};

static void add(struct names *all, const char *name, size_t len)
{
	all->name = xrealloc(all->name, all->n + 2, sizeof(*all->name));
	all->name[all->n++] = xasprintf("%.*s", (int)len, name);
	all->name[all->n] = NULL;
}

static int add_name(const char *name, void *arg)
{
	add(arg, name, strlen(name));
	return 0;
}

char *host_file(const char *name)
{
	return xasprintf(FOLDER "/%s" SUFFIX, name);
}

struct host *host_capture(const char *name)
{
	char *path = host_file(name), why[200];
	struct host *h;

	if (host_open(&(struct host_options){.open = path}, &h, why))
		fail_msg("%s; tests run in the project's folder", why);
	free(path);
	return h;
}

/* One thing on the machine; kind: = a file, > a link, / a folder, ! nothing that could be unpacked. */
struct thing {
	char kind;
	char *text;
	size_t len;
};

static struct thing look(struct host *h, const char *path)
{
	struct thing t = {.kind = '!'};
	struct answer a;
	int err;

	if (!host_link(h, path, &a))
		t.kind = '>';
	else if (!(err = host_read(h, path, &a)))
		t.kind = '=';
	else if (err == -EISDIR)
		t.kind = '/';
	if (t.kind == '=' || t.kind == '>') {
		t.text = xcalloc(1, a.len + 1);
		memcpy(t.text, a.text, t.len = a.len);
	}
	return t;
}

/* From what is there to what shall be there: one tick, or two that are compared. */
struct change {
	const char *tree;
	struct host *was, *now; /* was: NULL where the tree is empty */
};

static void put(const char *tree, const char *path, const struct thing *was, const struct thing *now)
{
	char *whole = xasprintf("%s/%s", tree, path);

	if (was->kind != '!' && was->kind != now->kind && remove(whole))
		fail_msg("%s was not there", path);
	if (now->kind == '=')
		tree_bytes(tree, path, now->text, now->len);
	else if (now->kind == '>')
		tree_link(tree, path, now->text);
	else if (now->kind == '/')
		tree_folder(tree, path);
	free(whole);
}

static bool alike(const struct thing *a, const struct thing *b)
{
	return a->kind == b->kind && a->len == b->len && (!a->len || memcmp(a->text, b->text, a->len) == 0);
}

static void unpack(const struct change *c, const char *folder, bool gone);

static void unpack_one(const struct change *c, const char *path, bool gone)
{
	struct host *of = gone ? c->was : c->now, *other = gone ? c->now : c->was;
	struct thing here = look(of, path), there = other ? look(other, path) : (struct thing){.kind = '!'};

	if (here.kind == '/')
		unpack(c, path, gone);
	if (gone ? there.kind == '!' : !alike(&here, &there))
		put(c->tree, path, gone ? &here : &there, gone ? &there : &here);
	free(here.text);
	free(there.text);
}

/* What is in the folder in one of both ticks; gone: only what is in it no longer. */
static void unpack(const struct change *c, const char *folder, bool gone)
{
	struct names all = {NULL, 0};

	host_list(gone ? c->was : c->now, folder, add_name, &all);
	for (size_t i = 0; i < all.n; i++) {
		char *path = xasprintf("%s/%s", strcmp(folder, "/") ? folder : "", all.name[i]);

		if (strcmp(path, LOAD) != 0)
			unpack_one(c, path, gone);
		free(path);
	}
	host_names_free(all.name);
}

void host_unpack(const char *tree, const char *name, const char *part)
{
	struct change c = {.tree = tree, .now = host_capture(name)};
	bool later = strcmp(part, "later") == 0;

	assert_true(later || strcmp(part, "tree") == 0);
	assert_int_equal(host_tick(c.now, 1), 0);
	if (later) {
		assert_int_equal(host_tick(c.now, 1), 0);
		c.was = host_capture(name);
		assert_int_equal(host_tick(c.was, 1), 0);
	}
	for (int gone = 0; gone <= later; gone++) {
		unpack(&c, "/", gone);
		unpack(&c, "@virt", gone);
		unpack_one(&c, LOAD, gone);
	}
	host_close(c.now);
	host_close(c.was);
}

/* The words of both texts are the same but for numbers that grew. */
static char *extrapolate(const char *was, const char *now, unsigned steps)
{
	char *out = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&out, &len);

	assert_non_null(f);
	while (*now) {
		size_t word = strcspn(now, " \n"), word_was = strcspn(was, " \n");
		unsigned long long a = strtoull(was, NULL, 10), b = strtoull(now, NULL, 10);

		if (*now >= '0' && *now <= '9' && b > a)
			fprintf(f, "%llu", b + steps * (b - a));
		else
			fwrite(now, 1, word, f);
		now += word, was += word_was;
		if (*now)
			fputc(*now++, f);
		was += *was != '\0';
	}
	assert_int_equal(fclose(f), 0);
	return out;
}

void host_move(const char *tree, const char *name, unsigned steps)
{
	struct host *h = host_capture(name);
	struct thing was, now;
	char *text;

	assert_int_equal(host_tick(h, 1), 0);
	was = look(h, LOAD);
	assert_int_equal(host_tick(h, 1), 0);
	now = look(h, LOAD);
	assert_true(was.kind == '=' && now.kind == '=');
	text = extrapolate(was.text, now.text, steps);
	tree_text(tree, LOAD, text);
	free(text);
	free(was.text);
	free(now.text);
	host_close(h);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **host_names(void)
{
	const size_t suffix = strlen(SUFFIX);
	struct names all = {NULL, 0};
	DIR *d = opendir(FOLDER);

	if (!d)
		fail_msg(FOLDER " is not here; tests run in the project's folder");
	for (struct dirent *e; (e = readdir(d));) {
		size_t len = strlen(e->d_name);

		if (len > suffix && strcmp(e->d_name + len - suffix, SUFFIX) == 0)
			add(&all, e->d_name, len - suffix);
	}
	closedir(d);
	assert_true(all.n > 0);
	qsort(all.name, all.n, sizeof(*all.name), by_name);
	return all.name;
}

void host_names_free(char **names)
{
	for (size_t i = 0; names && names[i]; i++)
		free(names[i]);
	free(names);
}
