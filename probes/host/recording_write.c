/* Writes answers as lines of a capture: escaped, and of a later answer no more than what has changed. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "probes/about.h"
#include "probes/host/capture.h"
#include "probes/host/recording_impl.h"
#include "probes/text.h"
#include "probes/util.h"

enum {
	LINES_FROM = 2048, /* shorter texts are written whole */
	NEAR = 8, /* bytes that are alike between two that differ, and cost less than telling where the next ones are */
	ESCAPED = 4, /* bytes that one can become */
	LINE_HELD = 24, /* bytes that a reader needs for a line that can change: where it stands, and what it is */
};

/* What stands for itself wherever it stands. */
static bool is_plain(unsigned char c)
{
	return c > 0x20 && c < 0x7f && c != '\\' && c != '{' && c != '}';
}

static void put_byte(struct bytes *out, unsigned char c)
{
	static const char digit[] = "0123456789abcdef";
	const char hex[4] = {'\\', 'x', digit[c >> 4], digit[c & 15]};

	if (c == '\\')
		bytes_put(out, "\\\\", 2);
	else if (c == '\t')
		bytes_put(out, "\\t", 2);
	else
		bytes_put(out, hex, sizeof(hex));
}

/* One piece without a newline in it. A blank at its end is written as a byte, so that editors and letters keep it. */
static void put_escaped(struct bytes *out, const char *text, size_t len, bool blanks)
{
	size_t from = 0, at = 0;

	while (at < len) {
		unsigned char c = (unsigned char)text[at];
		size_t n = is_plain(c) ? 1 : c == ' ' ? blanks && at + 1 < len : c < 0x80 ? 0 : utf8_length(text + at);

		if (n > 1 && (at + n > len || text_mark(text + at, n)))
			n = 0;
		if (n) {
			at += n;
			continue;
		}
		bytes_put(out, text + from, at - from);
		put_byte(out, c);
		from = ++at;
	}
	bytes_put(out, text + from, len - from);
}

static void put_head_of(struct bytes *out, const char *sign, int64_t us, const char *path)
{
	bytes_say(out, sign);
	if (us > 0)
		bytes_put(out, "+", 1);
	if (us)
		bytes_number(out, us);
	bytes_put(out, " ", 1);
	put_escaped(out, path, strlen(path), false);
}

static void put_line(struct bytes *out, const char *text, size_t len)
{
	bytes_put(out, "\t", 1);
	put_escaped(out, text, len, true);
	bytes_put(out, "\n", 1);
}

static void put_lines(struct bytes *out, const char *text, size_t len)
{
	while (len) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;

		put_line(out, text, n);
		if (!end) { /* a text without its last newline */
			out->len--;
			bytes_say(out, "\\c\n");
			return;
		}
		text += n + 1;
		len -= n + 1;
	}
}

/* A name may have a newline in it, so they are parted by what none can have. */
static void put_names(struct bytes *out, const char *names, size_t len)
{
	for (const char *end = names + len; names < end; names += strlen(names) + 1)
		put_line(out, names, strlen(names));
}

static void put_text(struct bytes *out, const struct entry *e, const char *text, size_t len, int64_t us)
{
	const char sign[] = {(char)e->verb, '\0'};
	bool one = e->verb == VERB_READ && len > 1 && memchr(text, '\n', len) == text + len - 1 && text[0] != ' ';

	put_head_of(out, sign, us, e->path);
	if (one || e->verb == VERB_LINK) {
		bytes_put(out, " ", 1);
		put_escaped(out, text, one ? len - 1 : len, true);
	}
	bytes_put(out, "\n", 1);
	if (e->verb == VERB_LIST)
		put_names(out, text, len);
	else if (e->verb == VERB_READ && !one)
		put_lines(out, text, len);
}

/* From at on: where the next bytes that differ begin and end; those near to each other go together. */
static bool next_difference(const char *old, const char *text, size_t len, size_t at, size_t *ret_from, size_t *ret_to)
{
	size_t from = at, to;

	while (from < len && old[from] == text[from])
		from++;
	if (from == len)
		return false;
	to = from + 1;
	for (size_t same = 0, i = to; i < len && same < NEAR; i++) {
		same = old[i] == text[i] ? same + 1 : 0;
		to = same ? to : i + 1;
	}
	*ret_from = from;
	*ret_to = to;
	return true;
}

/* A line that is another now: what differs in it, or all of it where that is shorter. */
static void put_change(struct bytes *out, int64_t number, const char *old, size_t old_len, const char *text, size_t len)
{
	size_t began = out->len, from, to = 0;

	while (old_len == len && out->len - began < len && next_difference(old, text, len, to, &from, &to)) {
		bytes_put(out, "\t", 1);
		bytes_number(out, number);
		bytes_put(out, "+", 1);
		bytes_number(out, (int64_t)from);
		bytes_put(out, " ", 1);
		put_escaped(out, text + from, to - from, true);
		bytes_put(out, "\n", 1);
	}
	if (old_len == len && out->len - began < len)
		return;
	out->len = began;
	bytes_put(out, "\t", 1);
	bytes_number(out, number);
	bytes_put(out, " ", 1);
	put_escaped(out, text, len, true);
	bytes_put(out, "\n", 1);
}

/*
 * A reader keeps places of the lines of a text that changes, and a copy when bytes within them do. Whether all that it
 * keeps then is within what it bears; no change may have lines of both texts that are too long together.
 */
static bool may_change(struct entries *all, struct entry *e, const char *text, size_t len)
{
	size_t both = e->len + len, copied = e->copied > both ? e->copied : both;
	uint64_t held = copied + both, rest;

	if (both >= CAPTURE_TEXT_MOST)
		return false;
	for (const char *end = text + len; text < end; text = (const char *)memchr(text, '\n', (size_t)(end - text)) + 1)
		held += LINE_HELD;
	rest = all->held - e->held;
	if (rest + held > all->held_most)
		return false;
	all->held = rest + held;
	e->held = held;
	e->copied = copied;
	return true;
}

/* It is said anew: what a reader held of it goes. */
static void let_go(struct entries *all, struct entry *e)
{
	all->held -= e->held;
	e->held = e->copied = 0;
}

/* The lines that differ, when there are as many as before and this is the shorter way; false, and nothing written, else. */
static bool put_changed(
	struct bytes *out, struct entries *all, struct entry *e, const char *text, size_t len, int64_t us)
{
	const char *whole = text, *old = e->text, *old_end = old + e->len, *end = text + len;
	size_t began = out->len;

	if (len < LINES_FROM || e->len < LINES_FROM || end[-1] != '\n' || old_end[-1] != '\n')
		return false;
	put_head_of(out, "~", us, e->path);
	bytes_put(out, "\n", 1);
	for (int64_t line = 1; text < end && old < old_end && out->len - began < len / 2; line++) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		const char *old_stop = memchr(old, '\n', (size_t)(old_end - old));
		size_t n = (size_t)(stop - text), old_n = (size_t)(old_stop - old);

		if (!n && old_n) /* a line without a text could not be told from its number */
			break;
		if (n != old_n || memcmp(text, old, n) != 0)
			put_change(out, line, old, old_n, text, n);
		text = stop + 1;
		old = old_stop + 1;
	}
	if (text == end && old == old_end && out->len - began < len / 2 && may_change(all, e, whole, len))
		return true;
	out->len = began;
	return false;
}

static void hold(struct entry *e, const char *text, size_t len)
{
	if (!e->text || e->size <= len) {
		e->size = e->text ? len + len / 4 + 1 : len + 1;
		e->text = xrealloc(e->text, e->size, 1);
	}
	memcpy(e->text, text, len);
	e->text[e->len = len] = '\0';
	free(e->why);
	e->why = NULL;
	e->err = 0;
}

void record_answer(
	struct bytes *out, struct entries *all, struct entry *e, const char *text, size_t len, int64_t us)
{
	bool had = e->text && !e->err;

	if (had && e->len == len && memcmp(e->text, text, len) == 0) {
		if (us != e->us) {
			put_head_of(out, "~", us, e->path);
			bytes_put(out, "\n", 1);
		}
	} else {
		bool changed = had && e->verb == VERB_READ && put_changed(out, all, e, text, len, us);

		if (!changed) {
			let_go(all, e);
			put_text(out, e, text, len, us);
		}
		hold(e, text, len);
	}
	e->us = us;
}

void record_refusal(struct bytes *out, struct entries *all, struct entry *e, int err, const char *why)
{
	const char *name = strerrorname_np(-err), *old = e->why ? e->why : "";
	const char sign[] = {'!', e->verb == VERB_READ ? '\0' : (char)e->verb, '\0'};

	if (e->err == err && strcmp(old, why ? why : "") == 0)
		return;
	let_go(all, e);
	put_head_of(out, sign, 0, e->path);
	bytes_put(out, " ", 1);
	bytes_say(out, name);
	bytes_put(out, "\n", 1);
	if (why)
		put_line(out, why, strlen(why));
	free(e->why);
	e->why = why ? xstrdup(why) : NULL;
	e->err = err;
	e->us = 0;
}

int record_fits(const char *text, size_t len)
{
	if (len >= CAPTURE_TEXT_MOST)
		return -EFBIG;
	while (len >= CAPTURE_LINE_MOST / (2 * ESCAPED)) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) + 1 : len;

		if (n >= CAPTURE_LINE_MOST / (2 * ESCAPED))
			return -EFBIG;
		text += n;
		len -= n;
	}
	return 0;
}

static void put_key(struct bytes *out, const char *key, const char *value)
{
	bytes_say(out, ": ");
	bytes_say(out, key);
	bytes_put(out, " ", 1);
	put_escaped(out, value, strlen(value), true);
	bytes_put(out, "\n", 1);
}

void record_head(struct bytes *out, const struct head *h)
{
	bytes_say(out, CAPTURE_MAGIC "\n");
	put_key(out, "kind", host_kind_word(h->about->origin));
	put_key(out, "hostname", h->about->hostname);
	bytes_say(out, ": kept ");
	bytes_number(out, h->kept_limit);
	bytes_put(out, "\n", 1);
	put_key(out, "program", HVSCOPE_VERSION);
	if (h->anonymous)
		put_key(out, "anonymous", "yes");
}

void record_tick(struct bytes *out, uint64_t n, uint64_t ns, int64_t wall_ns, bool all)
{
	time_t seconds = (time_t)(wall_ns / 1000000000);
	long rest = (long)(wall_ns % 1000000000);
	char date[32] = "", line[128];
	struct tm tm;

	if (rest < 0) {
		rest += 1000000000;
		seconds--;
	}
	if (!gmtime_r(&seconds, &tm) || !strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm))
		BUG("no date is %lld", (long long)wall_ns);
	snprintf(line, sizeof(line), "@ %llu %llu %s.%09ldZ %s\n", (unsigned long long)n, (unsigned long long)ns, date, rest,
		all ? "all" : "due");
	bytes_say(out, line);
}
