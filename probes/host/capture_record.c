/* Takes the lines of a capture apart: signs, times, paths, and the text behind them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "probes/host/capture_impl.h"
#include "probes/util.h"

enum { ERRNO_END = 134 };

int capture_errno(struct slice name)
{
	for (int e = 1; e < ERRNO_END; e++) {
		const char *is = strerrorname_np(e);
		if (is && slice_is(name, is))
			return -e;
	}
	return 0;
}

/* "+1534" in front of the blank. */
static bool take_time(struct slice *line, int64_t *ret)
{
	bool minus = line->p[0] == '-';
	size_t n = 1;

	for (*ret = 0; n < line->len && line->p[n] >= '0' && line->p[n] <= '9'; n++) {
		if (n > CAPTURE_TIME_DIGITS)
			return false;
		*ret = *ret * 10 + (line->p[n] - '0');
	}
	*ret = minus ? -*ret : *ret;
	line->p += n;
	line->len -= n;
	return n > 1;
}

static const char *take_sign(struct slice *line, struct record *ret)
{
	char sign = line->p[0];

	line->p++;
	line->len--;
	ret->refused = sign == '!';
	ret->changes = sign == '~';
	if (sign == '!' && line->len && (line->p[0] == '>' || line->p[0] == '/')) {
		sign = line->p[0];
		line->p++;
		line->len--;
	}
	ret->verb = sign == '>' ? VERB_LINK : sign == '/' ? VERB_LIST : VERB_READ;
	if (ret->verb == VERB_READ && line->len && (line->p[0] == '+' || line->p[0] == '-'))
		if (!take_time(line, &ret->us))
			return "a time is microseconds such as +1534, of at most 15 digits";
	if (!line->len || line->p[0] != ' ')
		return "there is a blank between the sign and the path";
	line->p++;
	line->len--;
	return NULL;
}

const char *capture_record(const struct capture *c, struct slice line, struct record *ret)
{
	const char *end = line.p + line.len, *wrong, *blank;

	*ret = (struct record){.us = 0};
	wrong = take_sign(&line, ret);
	if (wrong)
		return wrong;
	blank = memchr(line.p, ' ', line.len);
	ret->path = (struct slice){line.p, (size_t)((blank ? blank : end) - line.p)};
	ret->body = blank ? (struct slice){blank + 1, (size_t)(end - blank - 1)} : (struct slice){end, 0};
	ret->at = (uint32_t)((blank ? blank : end) - c->text);
	ret->plain = text_is_plain(ret->path);
	if (!ret->path.len || (ret->path.p[0] != '/' && ret->path.p[0] != '@'))
		return "a path begins with / or @";
	if (blank && (ret->changes || (ret->verb == VERB_LIST && !ret->refused)))
		return "nothing stands behind this path; a blank in it is written \\x20";
	if ((!blank || !ret->body.len) && (ret->verb == VERB_LINK || ret->refused))
		return ret->refused ? "the errno is missing" : "the target is missing";
	return NULL;
}

void paths_begin(struct capture *c, const struct record *rec, struct paths *ret)
{
	*ret = (struct paths){.path = rec->path, .plain = rec->plain, .scratch = &c->scratch};
	if (!ret->plain)
		ret->once = !set_find(rec->path, &ret->set);
}

bool paths_next(struct paths *p, struct slice *ret_path, uint32_t *ret_number)
{
	*ret_number = 0;
	if (p->plain) {
		*ret_path = p->path;
		p->plain = false;
		return true;
	}
	if (!p->once && !numbers_next(&p->set, ret_number))
		return false;
	p->once = false;
	p->scratch->len = 0;
	text_fill(p->scratch, p->path, *ret_number);
	*ret_path = (struct slice){p->scratch->p, p->scratch->len};
	return true;
}

struct slice capture_line(const struct capture *c, uint32_t at)
{
	const char *p = c->text + at, *end = memchr(p, '\n', c->len - at);

	return (struct slice){p, end ? (size_t)(end - p) : c->len - at};
}

struct lines lines_begin(const struct capture *c, struct piece body)
{
	struct lines l = {.c = c, .one = c->text[body.at] == ' ', .number = body.number, .next = body.at + 1};

	return l;
}

bool lines_next(struct lines *l, struct slice *ret_line, uint32_t *ret_number)
{
	*ret_number = l->number;
	while (!numbers_next(&l->set, ret_number)) {
		if (!l->next || (!l->one && l->c->text[l->next] != '\t'))
			return false;
		l->line = capture_line(l->c, l->next + !l->one);
		l->next = l->one ? 0 : (uint32_t)(l->line.p + l->line.len + 1 - l->c->text);
		if (!set_find(l->line, &l->set))
			break;
	}
	*ret_line = l->line;
	return true;
}

/* A number of at most nine digits off the front. */
static bool take_number(struct slice *rest, uint32_t *ret)
{
	size_t n = 0;
	uint64_t u;

	while (n < rest->len && rest->p[n] >= '0' && rest->p[n] <= '9')
		n++;
	if (!n || n > 9 || parse_u64((struct slice){rest->p, n}, &u))
		return false;
	*ret = (uint32_t)u;
	rest->p += n;
	rest->len -= n;
	return true;
}

bool capture_change(struct slice line, struct change *ret)
{
	*ret = (struct change){.line = 0};
	if (!take_number(&line, &ret->line) || !ret->line)
		return false;
	if (line.len && line.p[0] == '+') {
		line.p++;
		line.len--;
		ret->part = true;
		if (!take_number(&line, &ret->from))
			return false;
	}
	if (line.len && line.p[0] != ' ')
		return false;
	ret->text = line.len ? (struct slice){line.p + 1, line.len - 1} : line;
	return true;
}
