/* What the recording host is asked for: it asks the other one, once a tick, and writes down what is new. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probes/host/answer.h"
#include "probes/host/recording_impl.h"
#include "probes/util.h"

enum { BY_PATH = -1 };

/* What the capture itself says of its place is of no machine, and neither is what is no path. */
static bool passes(const struct recording *r, const char *path)
{
	return !r->tick || (path[0] != '/' && path[0] != '@') || strncmp(path, "@capture/", 9) == 0;
}

/* Only what a daemon answers is kept there for a time; all else is as old as the tick. */
static int64_t us_of(const struct recording *r, const char *path, uint64_t t_ns)
{
	int64_t ns = (int64_t)(t_ns - r->began_ns);

	if (strncmp(path, "@virt/", 6) != 0)
		return 0;
	return (ns < 0 ? ns - 500 : ns + 500) / 1000;
}

/* A sentence that says no more than the path and the errno is not worth a line; whoever plays the capture makes it up. */
static bool says_more(const struct entry *e, int err, const char *why)
{
	char usual[WHY_SIZE];

	if (!*why)
		return false;
	why_errno(usual, err, e->path);
	if (strcmp(why, usual) == 0)
		return false;
	why_errno(usual, err, KEPT_FILE);
	return strcmp(why, usual) != 0;
}

static void refused(struct recording *r, struct entry *e, int err, const char *words)
{
	char why[WHY_SIZE];

	if (!strerrorname_np(-err)) { /* the kernel has some for itself that slip out, such as 524 */
		err = -EIO;
		words = "";
	}
	copy_printable(why, sizeof(why), words, strlen(words));
	record_refusal(&r->records, &r->entries, e, err, says_more(e, err, why) ? why : NULL);
}

static void note(struct recording *r, struct entry *e, int err, const struct answer *a)
{
	char why[WHY_SIZE];

	e->tick = r->tick;
	if (err < 0) {
		refused(r, e, err, a->why);
	} else if (record_fits(a->text, a->len)) {
		err = why_path(why, -EFBIG, e->path, ": too long for a capture");
		refused(r, e, err, why);
	} else if (e->verb == VERB_LINK && !a->len) {
		refused(r, e, -EINVAL, "");
	} else {
		record_answer(&r->records, &r->entries, e, a->text, a->len, us_of(r, e->path, a->t_ns));
	}
}

static int give(const struct recording *r, const struct entry *e, struct answer *ret)
{
	ret->t_ns = r->began_ns + (uint64_t)(e->us * 1000);
	if (!e->err) {
		ret->text = e->text;
		ret->len = e->len;
		return 0;
	}
	ret->text = "";
	ret->len = 0;
	if (e->why)
		snprintf(ret->why, WHY_SIZE, "%s", e->why);
	else
		why_errno(ret->why, e->err, e->path);
	return e->err;
}

/* Asks for a text that was not yet asked for in this tick: by its number there, or by its path. */
static void ask(struct recording *r, struct entry *e, int number)
{
	struct answer a = {.text = ""};
	int err;

	if (e->tick == r->tick)
		return;
	err = number == BY_PATH ? host_read(r->inner, e->path, &a) : host_read_kept(r->inner, number, &a);
	note(r, e, err, &a);
}

int recording_read(struct host *h, const char *path, struct answer *ret)
{
	struct recording *r = recording_of(h);
	struct entry *e;

	r->inner->wait_ms = h->wait_ms;
	if (passes(r, path))
		return host_read(r->inner, path, ret);
	e = record_entry(&r->entries, VERB_READ, path);
	ask(r, e, BY_PATH);
	return give(r, e, ret);
}

int recording_link(struct host *h, const char *path, struct answer *ret)
{
	struct recording *r = recording_of(h);
	struct answer a = {.text = ""};
	struct entry *e;

	if (passes(r, path))
		return host_link(r->inner, path, ret);
	e = record_entry(&r->entries, VERB_LINK, path);
	if (e->tick != r->tick)
		note(r, e, host_link(r->inner, path, &a), &a);
	return give(r, e, ret);
}

static int add_name(const char *name, void *arg)
{
	bytes_put(arg, name, strlen(name) + 1);
	return 0;
}

int recording_list(struct host *h, const char *dir, int (*each)(const char *name, void *arg), void *arg)
{
	struct recording *r = recording_of(h);
	struct entry *e;
	int err = 0;

	if (passes(r, dir))
		return host_list(r->inner, dir, each, arg);
	e = record_entry(&r->entries, VERB_LIST, dir);
	if (e->tick != r->tick) {
		r->names.len = 0;
		err = host_list(r->inner, dir, add_name, &r->names);
		bytes_put(&r->names, "", 1); /* no listing is without a text */
		note(r, e, err, &(struct answer){.text = r->names.p, .len = r->names.len - 1});
	}
	err = e->err;
	for (const char *name = e->text; !err && name < e->text + e->len; name += strlen(name) + 1)
		err = each(name, arg);
	return err;
}

static int take_number(struct recording *r, struct entry *e, int number)
{
	int before = r->kept.n, kept = slots_take(&r->kept, number + 1);

	if (r->kept.n > before)
		r->kept_of = xrealloc(r->kept_of, (size_t)r->kept.n, sizeof(*r->kept_of));
	r->kept_of[kept] = e;
	return kept;
}

/*
 * A capture cannot say that a file opens but cannot be read: the refusal of its text is the refusal to keep it. So it is
 * read here at once.
 */
int recording_keep(struct host *h, const char *path)
{
	struct recording *r = recording_of(h);
	struct entry *e = record_entry(&r->entries, VERB_READ, path);
	int number = host_keep(r->inner, path);

	if (number == -EMFILE)
		return number;
	if (!r->tick)
		return number < 0 ? number : take_number(r, e, number);
	if (number >= 0)
		ask(r, e, number);
	else if (e->tick != r->tick)
		note(r, e, number, &(struct answer){.text = ""});
	if (!e->err) /* read already, and gone since: the next tick says so */
		return take_number(r, e, number >= 0 ? number : BY_PATH);
	host_drop(r->inner, number);
	return e->err;
}

int recording_read_kept(struct host *h, int kept, struct answer *ret)
{
	struct recording *r = recording_of(h);
	int number = slots_get(&r->kept, kept) - 1;

	if (!r->tick)
		return host_read_kept(r->inner, number, ret);
	ask(r, r->kept_of[kept], number);
	return give(r, r->kept_of[kept], ret);
}

void recording_drop(struct host *h, int kept)
{
	struct recording *r = recording_of(h);

	host_drop(r->inner, slots_get(&r->kept, kept) - 1);
	slots_give(&r->kept, kept);
}
