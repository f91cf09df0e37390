/* The list of guests: which there are, followed by UUID through renames, starts and stops. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/guests_impl.h"
#include "probes/host/host.h"
#include "probes/text.h"

uint64_t guests_sum(struct slice s)
{
	uint64_t sum = UINT64_C(14695981039346656037) ^ s.len, word;

	/* eight bytes at a time: texts of megabytes come every tick */
	for (; s.len >= sizeof(word); s.p += sizeof(word), s.len -= sizeof(word)) {
		memcpy(&word, s.p, sizeof(word));
		sum = (sum ^ word) * UINT64_C(1099511628211);
		sum ^= sum >> 29;
	}
	for (size_t i = 0; i < s.len; i++)
		sum = (sum ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
	return sum ? sum : 1;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

char *guests_unescape(struct slice s)
{
	char *text = xcalloc(s.len + 1, 1);
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		bool coded = s.len - i > 3 && s.p[i] == '\\' && s.p[i + 1] == 'x';
		int high = coded ? hex(s.p[i + 2]) : -1, low = high >= 0 ? hex(s.p[i + 3]) : -1;

		if (s.p[i] == '\\' && i + 1 < s.len && s.p[i + 1] == '\\') {
			text[n++] = s.p[i++];
		} else if (low >= 0 && (high || low)) {
			text[n++] = (char)(high * 16 + low);
			i += 3;
		} else {
			text[n++] = s.p[i];
		}
	}
	return text;
}

/* Of a name that fills screens the beginning is enough. */
static char *read_name(struct slice s)
{
	char *name = guests_unescape(s);
	size_t end = GUESTS_NAME_MOST - strlen("…");

	if (strlen(name) <= GUESTS_NAME_MOST)
		return name;
	while (end && ((unsigned char)name[end] & 0xc0) == 0x80)
		end--;
	strcpy(name + end, "…");
	return name;
}

static int by_uuid(const void *a, const void *b)
{
	const struct guest_entry *const *x = a, *const *y = b;

	return strcmp((*x)->uuid, (*y)->uuid);
}

static int by_name(const void *a, const void *b)
{
	const struct guest_entry *const *x = a, *const *y = b;
	int d = strcmp((*x)->name, (*y)->name);

	return d ? d : strcmp((*x)->uuid, (*y)->uuid);
}

struct guest_entry *guests_entry(const struct guests_state *st, struct slice uuid)
{
	for (size_t low = 0, high = st->n; uuid.len == GUESTS_UUID && low < high;) {
		size_t mid = low + (high - low) / 2;
		int d = memcmp(st->by_uuid[mid]->uuid, uuid.p, uuid.len);

		if (!d)
			return st->by_uuid[mid];
		if (d < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

void guests_entry_free(struct guest_entry *e)
{
	guests_forget_document(&e->live, 0);
	guests_forget_document(&e->config, 0);
	guests_stats_forget(e);
	for (size_t i = 0; i < STAT_KINDS; i++) {
		free(e->stat[i].old.row);
		free(e->stat[i].new.row);
	}
	arena_free(e->a);
	free(e->name);
	free(e);
}

static const char *state_word(struct slice s)
{
	static const char *const words[] = {"running", "paused", "shutoff", "crashed"};

	for (size_t i = 0; i < COUNT(words); i++)
		if (slice_is(s, words[i]))
			return words[i];
	return "other";
}

/* What has changed of it: libvirt may have said so by the generation, or the line itself shows it. */
static void update(const struct tick *t, struct guest_entry *e, struct slice word[5], struct slice name)
{
	uint64_t id = 0, generation = 0;
	bool runs = parse_u64(word[1], &id) == 0;

	parse_u64(word[3], &generation);
	if (!runs || !e->runs || id != e->id) {
		guests_stats_forget(e);
		/* another run, or none: what the last one was set to is over */
		guests_forget_document(&e->live, runs ? -EINPROGRESS : -ENOENT);
	}
	e->moved = true;
	e->runs = runs;
	e->id = id;
	e->generation = generation;
	e->state = state_word(word[2]);
	e->persistent = slice_is(word[4], "persistent");
	free(e->name);
	e->name = read_name(name);
	e->live.want_ns = runs ? t->now_ns : 0;
	e->config.want_ns = e->persistent ? t->now_ns : 0;
	if (!e->persistent)
		guests_forget_document(&e->config, -ENOENT);
	else if (!e->config.a)
		e->config.err = -EINPROGRESS;
}

/* UUID ID STATE GENERATION KEPT NAME: false when it is none. */
static bool part_line(struct slice line, struct slice ret[5], struct slice *ret_name)
{
	struct slice rest = line;

	for (size_t i = 0; i < 5; i++)
		if (!slice_word(&rest, &ret[i]))
			return false;
	if (ret[0].len != GUESTS_UUID)
		return false;
	/* the blank before it, and no more: a name may begin with one */
	rest.p += rest.len > 0;
	rest.len -= rest.len > 0;
	*ret_name = rest;
	return true;
}

static void read_list(const struct tick *t, struct guests_state *st, struct slice text)
{
	struct slice line, word[5], name;
	size_t n = st->n, room = st->n;
	struct guest_entry **all = xcalloc(room + 1, sizeof(struct guest_entry *));

	for (size_t i = 0; i < n; i++) {
		all[i] = st->by_uuid[i];
		all[i]->listed = false;
	}
	while (slice_line(&text, &line)) {
		struct guest_entry *e;

		if (!part_line(line, word, &name))
			continue;
		e = guests_entry(st, word[0]);
		if (!e) {
			e = xcalloc(1, sizeof(*e));
			memcpy(e->uuid, word[0].p, GUESTS_UUID);
			e->err = e->config.err = -EINPROGRESS;
			if (n >= room) {
				room = room * 2 + 16;
				all = xrealloc(all, room + 1, sizeof(struct guest_entry *));
			}
			all[n++] = e;
		} else if (e->listed) {
			continue; /* twice in one list: the first */
		}
		e->listed = true;
		if (e->line != guests_sum(line))
			update(t, e, word, name);
		e->line = guests_sum(line);
	}
	free(st->by_uuid);
	st->by_uuid = all;
	st->n = n;
}

/* Without those that are gone, and without a second one of a UUID that came twice at once. */
static void sweep(struct guests_state *st)
{
	size_t n = 0;

	if (st->n)
		qsort(st->by_uuid, st->n, sizeof(*st->by_uuid), by_uuid);
	for (size_t i = 0; i < st->n; i++) {
		struct guest_entry *e = st->by_uuid[i];

		if (!e->listed || (n && strcmp(st->by_uuid[n - 1]->uuid, e->uuid) == 0))
			guests_entry_free(e);
		else
			st->by_uuid[n++] = e;
	}
	st->n = n;
	st->by_name = xrealloc(st->by_name, n + 1, sizeof(struct guest_entry *));
	memcpy(st->by_name, st->by_uuid, n * sizeof(struct guest_entry *));
	if (n)
		qsort(st->by_name, n, sizeof(*st->by_name), by_name);
}

void guests_list(const struct tick *t, struct guests_state *st)
{
	struct answer answer;
	struct slice text;
	uint64_t sum;

	st->list_err = host_read(t->h, "@virt/guests", &answer);
	if (st->list_err)
		return; /* what is known stays, and grows old */
	st->list_ns = answer.t_ns ? answer.t_ns : t->now_ns;
	text = (struct slice){answer.text, answer.len};
	sum = guests_sum(text);
	if (sum == st->list_sum)
		return;
	st->list_sum = sum;
	read_list(t, st, text);
	sweep(st);
}
