/* Masks a domain's XML as a text: what it is and how its devices are stays byte for byte, what people named does not. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/host/masked_impl.h"
#include "probes/host/masked_xml.h"
#include "probes/util.h"

enum { DEPTH_MOST = 256 };

struct scan {
	struct masks *m;
	struct text *t;
	struct slice s;
	size_t at;
	struct slice open[DEPTH_MOST]; /* names of the elements around this place */
	size_t depth;
	size_t metadata; /* depth of the element whose children are other programs' own, 0: not in it */
	size_t without; /* depth of an element that is left out, 0: none */
	struct text raw, masked;
};

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Without its prefix. */
static struct slice local(struct slice name)
{
	const char *colon = memchr(name.p, ':', name.len);

	return colon ? (struct slice){colon + 1, name.len - (size_t)(colon + 1 - name.p)} : name;
}

static struct slice around(const struct scan *x, size_t above)
{
	return x->depth > above && x->depth <= DEPTH_MOST ? x->open[x->depth - 1 - above] : (struct slice){"", 0};
}

static void put(struct scan *x, struct slice s)
{
	if (!x->without)
		mask_put_slice(x->t, s);
}

static struct slice piece(const struct scan *x, size_t from, size_t to)
{
	return (struct slice){x->s.p + from, to - from};
}

static bool is_foreign(struct slice name)
{
	static const char *const ours[] = {"qemu:", "lxc:", "xen:", "bhyve:", "vmware:", "ch:", "test:"};

	for (size_t i = 0; i < COUNT(ours); i++)
		if (slice_starts(name, ours[i]))
			return false;
	return memchr(name.p, ':', name.len) != NULL;
}

/* A text or value: masked where a row says so, else the same bytes. */
static void put_value(struct scan *x, struct slice s, const char *attribute, size_t len)
{
	struct slice raw = slice_trim(s);
	struct xml_where where = {.parent = local(around(x, 1)),
		.element = local(around(x, 0)),
		.attribute = {attribute, len},
		.metadata = x->metadata != 0,
		.foreign = is_foreign(around(x, 0))};

	if (x->without)
		return;
	x->raw.len = x->masked.len = 0;
	masked_xml_decode(&x->raw, len ? s : raw);
	masked_xml_value(x->m, &x->masked, where, (struct slice){x->raw.bytes, x->raw.len});
	if (x->masked.len == x->raw.len && !memcmp(x->masked.bytes, x->raw.bytes, x->raw.len)) {
		put(x, s);
		return;
	}
	if (!len)
		put(x, (struct slice){s.p, (size_t)(raw.p - s.p)});
	masked_xml_encode(x->t, (struct slice){x->masked.bytes, x->masked.len});
	if (!len)
		put(x, (struct slice){raw.p + raw.len, (size_t)(s.p + s.len - raw.p) - raw.len});
}

static void put_text(struct scan *x, struct slice s)
{
	if (slice_trim(s).len)
		put_value(x, s, "", 0);
	else
		put(x, s);
}

static size_t skip_blanks(const struct scan *x, size_t at)
{
	while (at < x->s.len && blank(x->s.p[at]))
		at++;
	return at;
}

static size_t name_end(const struct scan *x, size_t at)
{
	while (at < x->s.len && !blank(x->s.p[at]) && !strchr("=/><\"'", x->s.p[at]))
		at++;
	return at;
}

/* One attribute with the blanks before it; false where the text is no XML. */
static bool attribute(struct scan *x)
{
	size_t name = skip_blanks(x, x->at), end = name_end(x, name), equals = skip_blanks(x, end), quote, close;
	const char *p;

	if (end == name || equals >= x->s.len || x->s.p[equals] != '=')
		return false;
	quote = skip_blanks(x, equals + 1);
	if (quote >= x->s.len || (x->s.p[quote] != '"' && x->s.p[quote] != '\''))
		return false;
	p = memchr(x->s.p + quote + 1, x->s.p[quote], x->s.len - quote - 1);
	if (!p)
		return false;
	close = (size_t)(p - x->s.p);
	put(x, piece(x, x->at, quote + 1));
	put_value(x, piece(x, quote + 1, close), x->s.p + name, end - name);
	put(x, piece(x, close, close + 1));
	x->at = close + 1;
	return true;
}

static void leave(struct scan *x)
{
	if (x->without == x->depth)
		x->without = 0;
	if (x->metadata == x->depth)
		x->metadata = 0;
	if (x->depth)
		x->depth--;
}

/* Of what other programs keep in a definition only what is read from it: which system, and OpenStack's name of it. */
static void enter(struct scan *x, struct slice name)
{
	bool read = slice_is(local(name), "libosinfo") || slice_is(local(name), "instance");

	x->depth++;
	if (x->depth <= DEPTH_MOST)
		x->open[x->depth - 1] = name;
	if (x->metadata && !x->without && x->depth == x->metadata + 1 && !read)
		x->without = x->depth;
	if (x->depth == 2 && slice_is(name, "metadata"))
		x->metadata = x->depth;
}

static bool end_tag(struct scan *x)
{
	const char *p = memchr(x->s.p + x->at, '>', x->s.len - x->at);
	size_t end = name_end(x, x->at + 2);

	if (!p || skip_blanks(x, end) != (size_t)(p - x->s.p))
		return false;
	put(x, piece(x, x->at, (size_t)(p - x->s.p) + 1));
	leave(x);
	x->at = (size_t)(p - x->s.p) + 1;
	return true;
}

static bool start_tag(struct scan *x)
{
	size_t end = name_end(x, x->at + 1), at;

	if (end == x->at + 1)
		return false;
	enter(x, piece(x, x->at + 1, end));
	put(x, piece(x, x->at, end));
	x->at = end;
	for (;;) {
		at = skip_blanks(x, x->at);
		if (at < x->s.len && x->s.p[at] == '>') {
			put(x, piece(x, x->at, at + 1));
			x->at = at + 1;
			return true;
		}
		if (at + 1 < x->s.len && x->s.p[at] == '/' && x->s.p[at + 1] == '>') {
			put(x, piece(x, x->at, at + 2));
			x->at = at + 2;
			leave(x);
			return true;
		}
		if (!attribute(x))
			return false;
	}
}

/* Where `end` ends behind `begin`, or 0. */
static size_t behind(const struct scan *x, size_t from, const char *end)
{
	const char *p = from < x->s.len ? memmem(x->s.p + from, x->s.len - from, end, strlen(end)) : NULL;

	return p ? (size_t)(p - x->s.p) + strlen(end) : 0;
}

static bool is(const struct scan *x, const char *begin)
{
	return slice_starts(piece(x, x->at, x->s.len), begin);
}

/* Comments go, the document's own head stays, and of a document type it stays that there is one: it is refused. */
static bool other(struct scan *x)
{
	size_t end = 0;

	if (is(x, "<!--")) {
		end = behind(x, x->at + 4, "-->");
	} else if (is(x, "<![CDATA[")) {
		end = behind(x, x->at + 9, "]]>");
		if (end) {
			put(x, piece(x, x->at, x->at + 9));
			put_text(x, piece(x, x->at + 9, end - 3));
			put(x, piece(x, end - 3, end));
		}
	} else if (is(x, "<?")) {
		end = behind(x, x->at + 2, "?>");
		if (end && is(x, "<?xml") && end - x->at > 5 && blank(x->s.p[x->at + 5]))
			put(x, piece(x, x->at, end));
	} else if (is(x, "<!DOCTYPE")) {
		end = behind(x, x->at, memchr(x->s.p + x->at, '[', x->s.len - x->at) ? "]>" : ">");
		put(x, slice_of("<!DOCTYPE domain>"));
	}
	x->at = end;
	return end != 0;
}

void mask_xml(struct masks *m, struct text *t, struct slice s)
{
	struct scan x = {.m = m, .t = t, .s = s, .raw = text_begin(), .masked = text_begin()};
	bool good = true;

	while (good && x.at < s.len) {
		const char *p = memchr(s.p + x.at, '<', s.len - x.at);
		size_t end = p ? (size_t)(p - s.p) : s.len;

		if (end > x.at)
			put_text(&x, piece(&x, x.at, end));
		x.at = end;
		if (end == s.len)
			break;
		if (is(&x, "</"))
			good = end_tag(&x);
		else if (is(&x, "<!") || is(&x, "<?"))
			good = other(&x);
		else
			good = start_tag(&x);
	}
	/* what is no XML is not read any further, and must not be taken for some */
	if (!good)
		mask_put(t, "<", 1);
	text_end(&x.raw, NULL);
	text_end(&x.masked, NULL);
}
