/* Wraps a host and edits its answers, by glob and by tick. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/edited.h"

#include <errno.h>
#include <fnmatch.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/answer.h"
#include "probes/host/machine.h"
#include "probes/text.h"
#include "probes/util.h"
#include "probes/value.h"

struct edit {
	char kind;
	unsigned tick; /* from this one on */
	char *path, *text, *to;
	int err;
	bool used;
};

struct edits {
	struct edit *edit;
	size_t n;
};


struct edited {
	struct host h;
	struct host *inner;
	struct edits *e;
	unsigned tick;
	struct text text; /* of the last answer */
};

static char *unescape(const char *text, size_t n, bool line)
{
	char *to = xcalloc(1, n + 2), *p = to;
	bool cut = false;

	for (size_t i = 0; i < n; i++) {
		char c = text[i], next = i + 1 < n ? text[i + 1] : '\0';

		if (c != '\\' || !strchr("nt\\c", next) || !next) {
			*p++ = c;
			continue;
		}
		i++;
		cut = next == 'c' && i + 1 == n;
		if (!cut)
			*p++ = next == 'n' ? '\n' : next == 't' ? '\t' : '\\';
	}
	if (line && !cut)
		*p++ = '\n';
	return to;
}

static int errno_of(const char *word)
{
	for (int err = 1; err < 134; err++)
		if (strcmp(errno_word(err), word) == 0)
			return -err;
	fail_msg("%s is no errno", word);
	return 0;
}

static void parse_edit(struct edit *e, const char *line, size_t n)
{
	const char *path = line + 2, *rest = memchr(path, ' ', (size_t)(line + n - path)), *arrow;
	size_t len;

	if (n < 3 || line[1] != ' ' || !strchr("=!sa>+-", line[0]))
		fail_msg("no edit: %.*s", (int)n, line);
	len = rest ? (size_t)(rest - path) : (size_t)(line + n - path);
	e->kind = line[0];
	e->path = unescape(path, len, false);
	rest = rest ? rest + 1 : line + n;
	len = (size_t)(line + n - rest);
	e->text = unescape(rest, len, strchr("=a", e->kind));
	if (e->kind == '!')
		e->err = errno_of(e->text);
	if (e->kind != 's')
		return;
	arrow = strstr(e->text, " => ");
	if (!arrow)
		fail_msg("no => in: %.*s", (int)n, line);
	e->to = xstrdup(arrow + 4);
	e->text[arrow - e->text] = '\0';
}

struct edits *edits_parse(const char *lines)
{
	struct edits *e = xcalloc(1, sizeof(*e));
	unsigned tick = 1;

	for (size_t n; *lines; lines += n + (lines[n] == '\n')) {
		n = strcspn(lines, "\n");
		if (!n)
			continue;
		if (lines[0] == '@') {
			tick = (unsigned)strtoul(lines + 1, NULL, 10);
			continue;
		}
		e->edit = xrealloc(e->edit, e->n + 1, sizeof(*e->edit));
		e->edit[e->n] = (struct edit){.tick = tick};
		parse_edit(&e->edit[e->n++], lines, n);
	}
	return e;
}

void edits_free(struct edits *e)
{
	const char *unused = NULL;

	for (size_t i = 0; i < e->n; i++) {
		if (!e->edit[i].used && !unused)
			unused = xasprintf(
				"nothing asked for %c %s %s", e->edit[i].kind, e->edit[i].path, e->edit[i].text);
		free(e->edit[i].path);
		free(e->edit[i].text);
		free(e->edit[i].to);
	}
	free(e->edit);
	free(e);
	if (unused)
		fail_msg("%s", unused);
}

static struct edited *edited_of(struct host *h)
{
	return (struct edited *)h;
}

static bool below(const char *path, const char *dir, const char *name)
{
	size_t n = strlen(dir), k = strlen(name);

	return strncmp(path, dir, n) == 0 && path[n] == '/' && strncmp(path + n + 1, name, k) == 0 &&
	       (!path[n + 1 + k] || path[n + 1 + k] == '/');
}

/* The last edit of these kinds that is for this path. */
static struct edit *find(struct edited *e, const char *kinds, const char *path)
{
	for (size_t i = e->e->n; i > 0; i--) {
		struct edit *one = &e->e->edit[i - 1];

		if (e->tick < one->tick || !strchr(kinds, one->kind))
			continue;
		if (one->kind == '-' ? below(path, one->path, one->text) : fnmatch(one->path, path, 0) == 0) {
			one->used = true;
			return one;
		}
	}
	return NULL;
}

/* 0 or the error that it answers; *ret: the edit. */
static int refused(struct edited *e, const char *kinds, const char *path, struct edit **ret)
{
	*ret = find(e, kinds, path);
	return !*ret ? 0 : (*ret)->kind == '!' ? (*ret)->err : (*ret)->kind == '-' ? -ENOENT : 0;
}

static int answer(struct edited *e, struct answer *ret)
{
	ret->text = e->text.bytes;
	ret->len = e->text.len;
	if (!ret->t_ns)
		ret->t_ns = host_now(e->inner);
	ret->why[0] = '\0';
	return 0;
}

static void replace(struct edited *e, struct edit *s)
{
	struct text new = text_begin();
	const char *p = e->text.bytes, *next;

	while ((next = strstr(p, s->text))) {
		text_add(&new, "%.*s%s", (int)(next - p), p, s->to);
		p = next + strlen(s->text);
		s->used = true;
	}
	text_add(&new, "%s", p);
	text_end(&e->text, NULL);
	e->text = new;
}

static bool is_changed(struct edited *e, const char *path)
{
	for (size_t i = 0; i < e->e->n; i++)
		if (e->tick >= e->e->edit[i].tick && strchr("sa", e->e->edit[i].kind) &&
			fnmatch(e->e->edit[i].path, path, 0) == 0)
			return true;
	return false;
}

static int read_edited(struct host *h, const char *path, struct answer *ret)
{
	struct edited *e = edited_of(h);
	struct edit *edit;
	int err = refused(e, "=!-", path, &edit);

	ret->t_ns = 0;
	if (err)
		return answer_errno(ret, err, path);
	e->inner->wait_ms = h->wait_ms;
	if (!edit && !is_changed(e, path)) /* as it is: a command line has NULs in it */
		return host_read(e->inner, path, ret);
	text_end(&e->text, NULL);
	e->text = text_begin();
	if (edit) {
		text_add(&e->text, "%s", edit->text);
	} else {
		err = host_read(e->inner, path, ret);
		if (err < 0)
			return err;
		text_add(&e->text, "%s", ret->text);
	}
	for (size_t i = 0; i < e->e->n; i++) {
		struct edit *one = &e->e->edit[i];

		if (e->tick < one->tick || !strchr("sa", one->kind) || fnmatch(one->path, path, 0))
			continue;
		if (one->kind == 's') {
			replace(e, one);
			continue;
		}
		text_add(&e->text, "%s", one->text);
		one->used = true;
	}
	return answer(e, ret);
}

static int link_edited(struct host *h, const char *path, struct answer *ret)
{
	struct edited *e = edited_of(h);
	struct edit *edit;
	int err = refused(e, ">!-", path, &edit);

	ret->t_ns = 0;
	if (err)
		return answer_errno(ret, err, path);
	if (!edit)
		return host_link(e->inner, path, ret);
	text_end(&e->text, NULL);
	e->text = text_begin();
	text_add(&e->text, "%s", edit->text);
	return answer(e, ret);
}

struct listing {
	struct edited *e;
	const char *dir;
	int (*each)(const char *name, void *arg);
	void *arg;
};

static int pass_on(const char *name, void *arg)
{
	struct listing *l = arg;
	char *path = xasprintf("%s/%s", l->dir, name);
	bool gone = find(l->e, "-", path);

	free(path);
	return gone ? 0 : l->each(name, l->arg);
}

static int list_edited(struct host *h, const char *dir, int (*each)(const char *name, void *arg), void *arg)
{
	struct edited *e = edited_of(h);
	struct listing l = {e, dir, each, arg};
	struct edit *edit;
	bool more = false;
	int err = refused(e, "!-", dir, &edit);

	if (err)
		return err;
	for (size_t i = 0; i < e->e->n; i++) {
		struct edit *one = &e->e->edit[i];

		if (one->kind != '+' || e->tick < one->tick || strcmp(one->path, dir) != 0)
			continue;
		one->used = more = true;
		err = each(one->text, arg);
		if (err)
			return err;
	}
	err = host_list(e->inner, dir, pass_on, &l);
	return more && (err == -ENOENT || err == -ENODATA) ? 0 : err;
}

static int tick_edited(struct host *h, int by)
{
	struct edited *e = edited_of(h);
	int err = host_tick(e->inner, by);

	if (!err)
		e->tick = (unsigned)((int)e->tick + by);
	return err;
}

static int again_edited(struct host *h, struct host **ret)
{
	(void)h;
	(void)ret;
	return -EMFILE;
}

static int keep_nothing(struct host *h, const char *path)
{
	(void)h;
	(void)path;
	return -EMFILE;
}

static uint64_t now_edited(struct host *h)
{
	return host_now(edited_of(h)->inner);
}

static int64_t wall_edited(struct host *h)
{
	return host_wall(edited_of(h)->inner);
}

static void close_edited(struct host *h)
{
	struct edited *e = edited_of(h);

	host_close(e->inner);
	text_end(&e->text, NULL);
	machine_unref(h->machine);
	free(e);
}

static const struct host_ops edited_ops = {
	.again = again_edited,
	.tick = tick_edited,
	.keep = keep_nothing,
	.read = read_edited,
	.link = link_edited,
	.list = list_edited,
	.now = now_edited,
	.wall = wall_edited,
	.close = close_edited,
};

static void end(struct machine *m)
{
	free(m);
}

struct host *edited_open(struct host *inner, struct edits *edits)
{
	struct edited *e = xcalloc(1, sizeof(*e));
	struct machine *m = xcalloc(1, sizeof(*m));

	machine_init(m, end);
	m->about = *host_about(inner);
	*e = (struct edited){.h = {.ops = &edited_ops, .machine = m}, .inner = inner, .e = edits, .text = text_begin()};
	return &e->h;
}
