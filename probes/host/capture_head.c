/* What a capture says of its machine, and of when its ticks were. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "probes/host/answer.h"
#include "probes/host/capture_read.h"
#include "probes/util.h"

static const char *about_kind(struct capture *c, struct slice value)
{
	static const enum host_kind kinds[] = {HOST_LIVE, HOST_DIRECTORY, HOST_TRAINING};

	for (size_t i = 0; i < COUNT(kinds); i++) {
		if (!slice_is(value, host_kind_word(kinds[i])))
			continue;
		c->m.about.origin = kinds[i];
		return NULL;
	}
	return "the kind of what was recorded is live, directory or training";
}

static const char *about_hostname(struct capture *c, struct slice value)
{
	c->scratch.len = 0;
	text_fill(&c->scratch, value, 0);
	copy_printable(
		c->m.about.hostname, sizeof(c->m.about.hostname), c->scratch.p ? c->scratch.p : "", c->scratch.len);
	return NULL;
}

static const char *about_kept(struct capture *c, struct slice value)
{
	uint64_t n;

	if (parse_u64(value, &n) || n > INT32_MAX)
		return "how many files it may keep open is a number";
	c->m.kept_limit = (uint32_t)n;
	return NULL;
}

static const char *about_missing(struct capture *c, struct slice value)
{
	c->without_missing = slice_is(value, "ENOENT");
	return c->without_missing || slice_is(value, "ENODATA") ? NULL : "what is missing is ENOENT or ENODATA";
}

static const char *about_anonymous(struct capture *c, struct slice value)
{
	c->m.about.anonymous = slice_is(value, "yes");
	return c->m.about.anonymous || slice_is(value, "no") ? NULL : "anonymous is yes or no";
}

int reading_about(struct reading *r)
{
	static const struct {
		const char *key;
		const char *(*take)(struct capture *c, struct slice value);
	} keys[] = {{"kind", about_kind}, {"hostname", about_hostname}, {"kept", about_kept},
		{"missing", about_missing}, {"anonymous", about_anonymous}};
	struct slice rest = {r->line.p + 1, r->line.len - 1}, key;
	struct text_size size;
	const char *wrong;

	if (r->c->nticks)
		return reading_bad(r, -EBADMSG, "what is said of the machine stands before the first tick");
	wrong = text_check(rest, TEXT_TAB, &size);
	if (!wrong && (!slice_starts(rest, " ") || !slice_word(&rest, &key)))
		wrong = "a colon is followed by a blank, a key and a value";
	for (size_t i = 0; !wrong && i < COUNT(keys); i++)
		if (slice_is(key, keys[i].key))
			wrong = keys[i].take(r->c, slice_trim(rest));
	return wrong ? reading_bad(r, -EBADMSG, wrong) : 0;
}

/* Takes a number of so many digits, and the sign behind it ('\0': none); false when it is not there. */
static bool take_digits(struct slice *s, size_t digits, char sign, int *ret)
{
	*ret = 0;
	if (s->len < digits + (sign != '\0'))
		return false;
	for (size_t i = 0; i < digits; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return false;
		*ret = *ret * 10 + (s->p[i] - '0');
	}
	if (sign && s->p[digits] != sign)
		return false;
	digits += sign != '\0';
	s->p += digits;
	s->len -= digits;
	return true;
}

/* "2026-11-27T18:56:42.000000001Z" */
static bool parse_wall(struct slice s, int64_t *ret)
{
	struct tm tm = {.tm_year = 0}, same;
	int64_t ns = 0, unit = 1000000000;

	if (!take_digits(&s, 4, '-', &tm.tm_year) || !take_digits(&s, 2, '-', &tm.tm_mon) ||
		!take_digits(&s, 2, 'T', &tm.tm_mday) || !take_digits(&s, 2, ':', &tm.tm_hour) ||
		!take_digits(&s, 2, ':', &tm.tm_min) || !take_digits(&s, 2, '\0', &tm.tm_sec))
		return false;
	if (slice_starts(s, ".")) {
		s.p++;
		s.len--;
		for (int digit; unit > 1 && take_digits(&s, 1, '\0', &digit); ns += digit * unit)
			unit /= 10;
	}
	tm.tm_year -= 1900;
	tm.tm_mon--;
	same = tm;
	time_t t = timegm(&same);
	bool real = same.tm_mday == tm.tm_mday && same.tm_mon == tm.tm_mon && same.tm_hour == tm.tm_hour &&
		    same.tm_min == tm.tm_min && same.tm_sec == tm.tm_sec;
	/* nanoseconds of 64 bits end in 2262 */
	if (!real || !slice_is(s, "Z") || tm.tm_year < 70 || tm.tm_year >= 300)
		return false;
	*ret = (int64_t)t * 1000000000 + ns;
	return true;
}

static const char *take_tick(struct reading *r, struct capture_tick *ret)
{
	struct slice rest = {r->line.p + 1, r->line.len - 1}, word[5];
	size_t n = 0;
	uint64_t number;

	while (n < COUNT(word) && slice_word(&rest, &word[n]))
		n++;
	if (r->line.len < 2 || r->line.p[1] != ' ' || n < 3 || n > 4)
		return "a tick is \"@ NUMBER NANOSECONDS TIME all\", or due instead of all, or neither";
	if (parse_u64(word[0], &number) || number != r->c->nticks + 1)
		return "the ticks count from 1 and leave none out";
	if (r->c->nticks == CAPTURE_TICKS_MOST)
		return "more than 1048576 ticks";
	if (parse_u64(word[1], &ret->ns) || ret->ns > INT64_MAX / 2)
		return "the clock of a tick is a number of nanoseconds, up to 4611686018427387903";
	if (r->c->nticks && ret->ns < r->c->ticks[r->c->nticks - 1].ns)
		return "the clock of a tick never goes backward";
	if (!parse_wall(word[2], &ret->wall_ns))
		return "the time of a tick is one such as 2026-11-27T18:56:42.5Z";
	ret->due = n == 4 && slice_is(word[3], "due");
	return n < 4 || ret->due || slice_is(word[3], "all") ? NULL : "of a tick all or due was read";
}

int reading_tick(struct reading *r)
{
	struct capture *c = r->c;
	struct capture_tick t = {.at = r->next};
	struct text_size size;
	const char *wrong = text_check(r->line, 0, &size);

	if (!wrong)
		wrong = take_tick(r, &t);
	if (wrong)
		return reading_bad(r, -EBADMSG, wrong);
	if (c->nticks)
		c->ticks[c->nticks - 1].end = r->start;
	if ((c->nticks & (c->nticks - 1)) == 0)
		c->ticks = xrealloc(c->ticks, c->nticks ? 2 * (size_t)c->nticks : 1, sizeof(*c->ticks));
	c->ticks[c->nticks++] = t;
	r->tick_number = r->number;
	return 0;
}

int reading_now(struct reading *r)
{
	struct slice rest = {r->line.p + 1, r->line.len - 1}, word;
	struct capture_tick *t = r->c->nticks ? &r->c->ticks[r->c->nticks - 1] : NULL;
	uint64_t before = 0, us;
	struct text_size size;
	const char *wrong = text_check(rest, 0, &size);

	if (!t || t->now)
		return reading_bad(
			r, -EBADMSG, t ? "this tick has its line of clocks" : "a clock before the first tick");
	if (!wrong && rest.len && rest.p[0] != ' ')
		wrong = "no line of a capture begins like this";
	if (wrong)
		return reading_bad(r, -EBADMSG, wrong);
	for (t->now = r->start + 1; slice_word(&rest, &word); before = us)
		if (word.len > CAPTURE_TIME_DIGITS || parse_u64(word, &us) || us < before)
			return reading_bad(r, -EBADMSG, "clocks are microseconds, and never go backward");
	return 0;
}
