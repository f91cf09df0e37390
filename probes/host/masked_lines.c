/* Masks texts of lines: libvirt's lists and counters, and the kernel's version. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "probes/guests_impl.h"
#include "probes/host/masked_impl.h"
#include "probes/util.h"

/* The newline that ended the line just taken, if there was one. */
static void put_newline(struct text *t, struct slice whole, struct slice line)
{
	mask_put(t, "\n", line.p + line.len < whole.p + whole.len);
}

/* UUID ID STATE GENERATION KEPT NAME: the name is the rest, and escaped. NULL: there is none. */
static char *name_of(struct slice line, size_t *ret_at)
{
	size_t at = 0;

	for (unsigned blanks = 0; at < line.len && blanks < 5; at++)
		blanks += line.p[at] == ' ';
	*ret_at = at;
	return at < line.len ? guests_unescape((struct slice){line.p + at, line.len - at}) : NULL;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct many {
	char **text;
	size_t n;
};

static void add(struct many *many, char *text)
{
	/* by doubling */
	if (!(many->n & (many->n - 1)))
		many->text = xrealloc(many->text, many->n ? 2 * many->n : 1, sizeof(char *));
	many->text[many->n++] = text;
}

static void sort(struct many *many)
{
	if (many->n)
		qsort(many->text, many->n, sizeof(*many->text), by_text);
}

static void many_free(struct many *many)
{
	for (size_t i = 0; i < many->n; i++)
		free(many->text[i]);
	free(many->text);
}

/* Stand-ins in the order of the names: what is sorted by them, and goes to the first, is the same when masked. */
static void name_all(struct masks *m, struct slice s)
{
	struct many names = {.n = 0}, uuids = {.n = 0};
	struct text unused = text_begin();
	struct slice line;
	size_t at, alike = 0;

	while (slice_line(&s, &line)) {
		char *name = name_of(line, &at);

		if (name && !mask_known(m, MASK_GUEST, slice_of(name))) {
			add(&names, name);
			mask_pair(m, MASK_TAKEN, slice_of(name), name);
			alike += slice_starts(slice_of(name), "guest");
			add(&uuids, xasprintf("%.*s", line.len < 36 ? (int)line.len : 36, line.p));
		} else {
			free(name);
		}
	}
	sort(&names);
	sort(&uuids);
	mask_expect(m, names.n + alike);
	for (size_t i = 0; i < names.n; i++)
		mask_guest(m, slice_of(names.text[i]));
	for (size_t i = 0; i < uuids.n; i++)
		mask_shapes(m, &unused, slice_of(uuids.text[i]), false);
	many_free(&names);
	many_free(&uuids);
	text_end(&unused, NULL);
}

void mask_guests(struct masks *m, struct text *t, struct slice s)
{
	struct slice rest = s, line;

	name_all(m, s);
	while (slice_line(&rest, &line)) {
		size_t at;
		char *plain = name_of(line, &at);

		mask_shapes(m, t, (struct slice){line.p, at}, false);
		if (plain)
			mask_put_slice(t, slice_of(mask_guest(m, slice_of(plain))));
		free(plain);
		put_newline(t, s, line);
	}
}

/* "qemu+ssh://root@node7/system?socket=…": the server, and nothing about who asks it how. */
static void mask_uri(struct masks *m, struct text *t, struct slice s)
{
	const char *server = memmem(s.p, s.len, "://", 3), *slash, *at, *query;
	struct slice rest;

	if (!server) {
		mask_sentence(m, t, s);
		return;
	}
	server += 3;
	mask_put(t, s.p, (size_t)(server - s.p));
	rest = (struct slice){server, s.len - (size_t)(server - s.p)};
	slash = memchr(rest.p, '/', rest.len);
	if (slash && slash > rest.p) {
		at = memrchr(rest.p, '@', (size_t)(slash - rest.p));
		mask_host(m, t, (struct slice){at ? at + 1 : rest.p, (size_t)(slash - (at ? at + 1 : rest.p))});
	}
	rest = slash ? (struct slice){slash, rest.len - (size_t)(slash - rest.p)} : rest;
	query = memchr(rest.p, '?', rest.len);
	if (query)
		rest.len = (size_t)(query - rest.p);
	if (rest.len < 2 || slice_is(rest, "/system") || slice_is(rest, "/session") || slice_is(rest, "/default"))
		mask_put_slice(t, rest);
	else
		mask_file(m, t, rest);
}

void mask_connection(struct masks *m, struct text *t, struct slice s)
{
	static const struct {
		const char *key;
		mask_form *how;
	} keys[] = {{"uri", mask_uri}, {"hostname", mask_host}, {"why", mask_sentence}, {"remedy", mask_sentence}};
	struct slice rest = s, line;

	while (slice_line(&rest, &line)) {
		const char *equals = memchr(line.p, '=', line.len);
		struct slice key = {line.p, equals ? (size_t)(equals - line.p) : line.len};
		struct slice value = {line.p + key.len + (equals != NULL), line.len - key.len - (equals != NULL)};
		mask_form *how = NULL;

		for (size_t i = 0; i < COUNT(keys); i++)
			if (equals && slice_is(key, keys[i].key))
				how = keys[i].how;
		mask_put(t, line.p, key.len + (equals != NULL));
		if (how && value.len)
			how(m, t, value);
		else
			mask_put_slice(t, value);
		put_newline(t, s, line);
	}
}

void mask_stats(struct masks *m, struct text *t, struct slice s)
{
	struct slice rest = s, line;

	while (slice_line(&rest, &line)) {
		const char *path = memmem(line.p, line.len, ".path=", 6);
		const char *equals = memchr(line.p, '=', line.len);

		if (path && path + 5 == equals) {
			mask_put(t, line.p, (size_t)(equals + 1 - line.p));
			mask_image(m, t, (struct slice){equals + 1, line.len - (size_t)(equals + 1 - line.p)});
		} else if (equals && slice_starts(line, "net.") && memmem(line.p, line.len, ".name=", 6)) {
			mask_put(t, line.p, (size_t)(equals + 1 - line.p));
			mask_interface(m, t, (struct slice){equals + 1, line.len - (size_t)(equals + 1 - line.p)});
		} else {
			mask_shapes(m, t, line, true);
		}
		put_newline(t, s, line);
	}
}

/* Who builds for everybody; whoever else builds a kernel does so on a host of its own. */
static bool builds_for_all(struct slice user, struct slice host)
{
	static const char *const builders[] = {"buildd", "mockbuild", "debian-kernel", "abuild", "builduser", "nixbld"};
	static const char *const domains[] = {".debian.org", ".redhat.com", ".fedoraproject.org", ".suse.de", ".suse.com",
		".centos.org", ".rockylinux.org", ".almalinux.org", ".opensuse.org", ".archlinux.org", ".proxmox.com",
		".oracle.com"};

	for (size_t i = 0; i < COUNT(builders); i++)
		if (slice_is(user, builders[i]))
			return true;
	for (size_t i = 0; i < COUNT(domains); i++)
		if (host.len > strlen(domains[i]) && !memcmp(host.p + host.len - strlen(domains[i]), domains[i], strlen(domains[i])))
			return true;
	return false;
}

void mask_version(struct masks *m, struct text *t, struct slice s)
{
	const char *open = memchr(s.p, '(', s.len), *close = open ? memchr(open, ')', s.len - (size_t)(open - s.p)) : NULL;
	const char *at = close ? memchr(open, '@', (size_t)(close - open)) : NULL;
	struct slice user, host;

	if (at) {
		user = (struct slice){open + 1, (size_t)(at - open) - 1};
		host = (struct slice){at + 1, (size_t)(close - at) - 1};
	}
	if (!at || builds_for_all(user, host)) {
		mask_put_slice(t, s);
		return;
	}
	mask_put(t, s.p, (size_t)(user.p - s.p));
	mask_put_slice(t, slice_is(user, "root") ? user : slice_of(mask_of(m, MASK_NAME, user)));
	mask_put(t, "@", 1);
	mask_host(m, t, host);
	mask_put(t, close, s.len - (size_t)(close - s.p));
}
