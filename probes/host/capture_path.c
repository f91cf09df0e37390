/* Paths of machines written by hand: links are followed, and a folder is there because something is in it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/capture_impl.h"
#include "probes/util.h"

/* A slash comes before all else, so that a folder is followed by what is in it. */
static int compare_paths(struct slice a, struct slice b)
{
	size_t most = a.len < b.len ? a.len : b.len, i = 0;

	while (i < most && a.p[i] == b.p[i])
		i++;
	if (i == most)
		return (a.len > b.len) - (a.len < b.len);
	if (a.p[i] == '/' || b.p[i] == '/')
		return a.p[i] == '/' ? -1 : 1;
	return (unsigned char)a.p[i] < (unsigned char)b.p[i] ? -1 : 1;
}

static int by_path(const void *a, const void *b, void *arg)
{
	const struct capture *c = arg;
	const struct said *x = &c->said[*(const uint32_t *)a], *y = &c->said[*(const uint32_t *)b];

	return compare_paths((struct slice){x->path, x->len}, (struct slice){y->path, y->len});
}

void capture_sort(struct capture *c)
{
	c->sorted = xcalloc(c->nsaid ? c->nsaid : 1, sizeof(*c->sorted));
	for (uint32_t i = 0; i < c->nsaid; i++)
		c->sorted[i] = i;
	qsort_r(c->sorted, c->nsaid, sizeof(*c->sorted), by_path, c);
	for (uint32_t i = 0; i < c->nsaid; i++)
		c->said[c->sorted[i]].rank = i + 1;
	c->there = xcalloc(c->nsaid + 1, sizeof(*c->there));
}

static const struct said *nth(const struct capture *c, uint32_t n)
{
	return &c->said[c->sorted[n]];
}

static bool is_at_or_below(const struct said *s, struct slice dir)
{
	return s->len >= dir.len && !memcmp(s->path, dir.p, dir.len) && (s->len == dir.len || s->path[dir.len] == '/');
}

/* The first path that is not before this one, and is neither it nor below it when behind is asked for. */
static uint32_t find(const struct capture *c, struct slice path, bool behind)
{
	uint32_t low = 0, high = c->nsaid;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct said *s = nth(c, middle);
		bool before = compare_paths((struct slice){s->path, s->len}, path) < 0;

		if (before || (behind && is_at_or_below(s, path)))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool capture_is_there(const struct said *s)
{
	return s->body.at && s->error != -ENOENT;
}

void capture_count_there(struct capture *c, const struct said *s, bool there)
{
	for (uint32_t i = s->rank; c->there && i <= c->nsaid; i += i & -i)
		c->there[i] += there ? 1 : -1U;
}

/* The first one from there on that is there, c->nsaid when there is none: in as many steps as their number has digits. */
static uint32_t next_there(const struct capture *c, uint32_t at)
{
	uint32_t before = 0, step = 1, to = 0;

	for (uint32_t i = at; i; i -= i & -i)
		before += c->there[i];
	while (step <= c->nsaid / 2)
		step *= 2;
	for (; step; step /= 2) {
		if (to + step <= c->nsaid && c->there[to + step] <= before) {
			to += step;
			before -= c->there[to];
		}
	}
	return to;
}

/* The first path below a folder, without itself; "" and "/" are the top. */
static uint32_t first_below(const struct capture *c, struct slice dir)
{
	uint32_t at = find(c, dir, false);

	while (at < c->nsaid && nth(c, at)->len == dir.len && is_at_or_below(nth(c, at), dir))
		at++;
	return at;
}

static struct slice folder(const char *dir)
{
	return (struct slice){dir, strcmp(dir, "/") ? strlen(dir) : 0};
}

/* From there on, something that is at or below this path is there. */
static bool any_there(const struct capture *c, uint32_t at, struct slice path)
{
	at = next_there(c, at);
	return at < c->nsaid && is_at_or_below(nth(c, at), path);
}

bool capture_has_below(const struct capture *c, const char *dir)
{
	struct slice path = folder(dir);

	return any_there(c, first_below(c, path), path) || capture_said(c, VERB_LIST, dir, strlen(dir));
}

void capture_names_below(const struct capture *c, const char *dir, struct bytes *to)
{
	struct slice path = folder(dir);
	size_t skip = path.len + 1;

	for (uint32_t at = next_there(c, first_below(c, path)); at < c->nsaid;) {
		const struct said *s = nth(c, at);
		if (!is_at_or_below(s, path))
			break;
		const char *slash = memchr(s->path + skip, '/', s->len - skip);
		struct slice name = {s->path, slash ? (size_t)(slash - s->path) : s->len};

		at = next_there(c, find(c, name, true));
		if (name.len == skip)
			continue;
		bytes_put(to, name.p + skip, name.len - skip);
		bytes_put(to, "", 1);
	}
}

/* A way that is walked: done so far, and left to go. */
struct walk {
	char done[PATH_MAX], left[2 * PATH_MAX];
	size_t len; /* of done */
	unsigned links;
};

static void step_up(struct walk *w)
{
	while (w->len && w->done[--w->len] != '/')
		;
	w->done[w->len] = '\0';
}

static int follow_link(const struct capture *c, struct walk *w, const char *rest)
{
	const struct said *link = capture_said(c, VERB_LINK, w->done, w->len);
	struct bytes to = {0};
	int err = 0;

	if (!link || link->error)
		return 0;
	if (++w->links > CAPTURE_LINKS_MOST)
		return -ELOOP;
	text_fill(&to, capture_line(c, link->body.at + 1), link->body.number);
	bytes_put(&to, "/", 1);
	bytes_put(&to, rest, strlen(rest));
	if (to.len < PATH_MAX)
		memcpy(w->left, to.p, to.len + 1);
	else
		err = -ENAMETOOLONG;
	step_up(w);
	if (to.p[0] == '/')
		w->len = 0;
	bytes_free(&to);
	return err ? err : 1;
}

/* Why nobody gets through here: it is a file, not there, or refused. */
static int check_folder(const struct capture *c, const struct walk *w)
{
	const struct said *file;

	if (capture_has_below(c, w->done))
		return 0;
	file = capture_said(c, VERB_READ, w->done, w->len);
	if (!file)
		return -ENOENT;
	return file->error ? file->error : -ENOTDIR;
}

/* One name further; more: there is another one behind it. */
static int step(const struct capture *c, struct walk *w, bool follow_last)
{
	const char *name = w->left + strspn(w->left, "/"), *rest;
	size_t len = strcspn(name, "/");
	bool more;
	int r;

	rest = name + len;
	more = rest[strspn(rest, "/")];
	if (len == 2 && !memcmp(name, "..", 2)) {
		step_up(w);
	} else if (len && !(len == 1 && *name == '.')) {
		if (w->len + len + 2 > sizeof(w->done))
			return -ENAMETOOLONG;
		w->done[w->len] = '/';
		memcpy(w->done + w->len + 1, name, len);
		w->len += len + 1;
		w->done[w->len] = '\0';
		r = more || follow_last ? follow_link(c, w, rest) : 0;
		if (r)
			return r < 0 ? r : 0;
		r = more ? check_folder(c, w) : 0;
		if (r)
			return r;
	}
	memmove(w->left, rest, strlen(rest) + 1);
	return 0;
}

int capture_follow(const struct capture *c, const char *path, bool last, char ret[PATH_MAX])
{
	struct walk w;
	int err = 0;

	if (strlen(path) >= PATH_MAX)
		return -ENAMETOOLONG;
	if (path[0] != '/')
		return -EINVAL;
	memcpy(w.left, path, strlen(path) + 1);
	w.done[0] = '\0';
	w.len = w.links = 0;
	while (!err && w.left[strspn(w.left, "/")])
		err = step(c, &w, last);
	memcpy(ret, w.len ? w.done : "/", w.len ? w.len + 1 : 2);
	return err;
}
