/* Words errors of the host as sentences that name the path. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/answer.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "probes/text.h"

static int64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

uint64_t clock_now_ns(void)
{
	return (uint64_t)clock_ns(CLOCK_MONOTONIC);
}

int64_t clock_wall_ns(void)
{
	return clock_ns(CLOCK_REALTIME);
}

/* Bytes of the printable character at p, or 0. Bidirectional overrides are as bad as escapes: a name must not turn. */
static size_t printable(const unsigned char *p, size_t left)
{
	static const struct {
		unsigned char mask, lead;
		size_t bytes;
		unsigned lowest;
	} form[] = {{0xe0, 0xc0, 2, 0xa0}, {0xf0, 0xe0, 3, 0x800}, {0xf8, 0xf0, 4, 0x10000}};

	if (p[0] >= 0x20 && p[0] < 0x7f)
		return 1;
	for (size_t i = 0; i < sizeof(form) / sizeof(form[0]); i++) {
		if ((p[0] & form[i].mask) != form[i].lead || left < form[i].bytes)
			continue;
		unsigned c = p[0] & (unsigned char)~form[i].mask;
		for (size_t b = 1; b < form[i].bytes; b++) {
			if ((p[b] & 0xc0) != 0x80)
				return 0;
			c = c << 6 | (p[b] & 0x3f);
		}
		bool turns = text_mark((const char *)p, form[i].bytes) != 0;
		bool surrogate = c >= 0xd800 && c <= 0xdfff;
		return c >= form[i].lowest && c <= 0x10ffff && !turns && !surrogate ? form[i].bytes : 0;
	}
	return 0;
}

void copy_printable(char *to, size_t size, const char *from, size_t len)
{
	const unsigned char *p = (const unsigned char *)from;
	size_t at = 0;

	while (len) {
		size_t n = printable(p, len), take = n ? n : 1;
		if (at + take >= size)
			break;
		if (n)
			memcpy(to + at, p, n);
		else
			to[at] = '?';
		at += take;
		p += take;
		len -= take;
	}
	to[at] = '\0';
}

/* The path, or "…" and its end, so that the words behind it fit. */
static void short_path(char *to, size_t size, const char *path)
{
	const char ellipsis[] = "…";
	size_t len = strlen(path), most = size - sizeof(ellipsis);

	if (len < size) {
		copy_printable(to, size, path, len);
		return;
	}
	path += len - most;
	while (((unsigned char)*path & 0xc0) == 0x80)
		path++;
	memcpy(to, ellipsis, sizeof(ellipsis));
	copy_printable(to + sizeof(ellipsis) - 1, size - sizeof(ellipsis) + 1, path, strlen(path));
}

int why_path(char why[WHY_SIZE], int err, const char *path, const char *what)
{
	char shown[128];

	short_path(shown, sizeof(shown), path);
	snprintf(why, WHY_SIZE, "%s%s", shown, what);
	return err;
}

int why_errno(char why[WHY_SIZE], int err, const char *path)
{
	/* Not strerror(): its words change with the locale, and it need not be safe for threads. */
	const char *words = strerrordesc_np(-err);
	char what[WHY_SIZE];

	snprintf(what, sizeof(what), ": %s", words ? words : "Unknown error");
	return why_path(why, err, path, what);
}

int answer_none(struct answer *ret, int err)
{
	ret->text = "";
	ret->len = 0;
	ret->t_ns = clock_now_ns();
	return err;
}

int answer_errno(struct answer *ret, int err, const char *path)
{
	why_errno(ret->why, err, path);
	return answer_none(ret, err);
}

int answer_refuse(struct answer *ret, int err, const char *path, const char *what)
{
	why_path(ret->why, err, path, what);
	return answer_none(ret, err);
}
