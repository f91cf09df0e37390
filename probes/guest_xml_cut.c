/* Taking one element out of the text of a document, and leaving every other byte as it is. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "probes/guest_xml_impl.h"

/* The document is well formed and has no document type: so each "<" begins one of these. */
enum kind { TOKEN_START, TOKEN_EMPTY, TOKEN_END, TOKEN_TEXT, TOKEN_SILENT };
struct token {
	enum kind kind;
	struct xml_span at;
	bool attributes; /* of a start */
};

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The byte behind the next `end`, or 0. */
static size_t behind(const char *xml, size_t len, size_t from, const char *end)
{
	const char *p = from < len ? memmem(xml + from, len - from, end, strlen(end)) : NULL;

	return p ? (size_t)(p - xml) + strlen(end) : 0;
}

/* A tag: its end is the first ">" outside of the quotes. */
static bool tag(const char *xml, size_t len, struct token *t)
{
	char quote = 0;

	for (size_t i = t->at.from + 1; i < len; i++) {
		if (quote) {
			quote = xml[i] == quote ? 0 : quote;
		} else if (xml[i] == '"' || xml[i] == '\'') {
			quote = xml[i];
			t->attributes = true;
		} else if (xml[i] == '>') {
			t->at.to = i + 1;
			t->kind = xml[t->at.from + 1] == '/' ? TOKEN_END
				  : xml[i - 1] == '/'        ? TOKEN_EMPTY
							     : TOKEN_START;
			return true;
		}
	}
	return false;
}

static bool next_token(const char *xml, size_t len, size_t from, struct token *ret)
{
	static const struct {
		const char *begin, *end;
		enum kind kind;
	} others[] = {
		{"<!--", "-->", TOKEN_TEXT}, {"<![CDATA[", "]]>", TOKEN_TEXT}, {"<?", "?>", TOKEN_TEXT}};

	*ret = (struct token){.at = {from, from}};
	if (from >= len)
		return false;
	if (xml[from] != '<') {
		const char *p = memchr(xml + from, '<', len - from);

		ret->at.to = p ? (size_t)(p - xml) : len;
		ret->kind = TOKEN_SILENT;
		for (size_t i = from; i < ret->at.to; i++)
			if (!blank(xml[i]))
				ret->kind = TOKEN_TEXT;
		return true;
	}
	for (size_t i = 0; i < COUNT(others); i++) {
		size_t n = strlen(others[i].begin);

		if (len - from < n || memcmp(xml + from, others[i].begin, n) != 0)
			continue;
		ret->kind = others[i].kind;
		ret->at.to = behind(xml, len, from + n, others[i].end);
		return ret->at.to != 0;
	}
	return tag(xml, len, ret);
}

struct walk {
	size_t depth; /* of elements that are open */
	size_t outer, inner; /* how many children of the top, and of the child that is open, have begun */
	size_t others; /* what else stands in that child: it does not go with the one that is looked for */
	bool in_outer, in_inner;
};

/* An element begins: is it one of the two that are looked for? */
static void begins(struct walk *w, const struct token *t, size_t i, size_t k, struct xml_place *ret)
{
	if (w->depth == 1) {
		w->in_outer = w->outer++ == i;
		w->inner = 0;
		if (w->in_outer) {
			ret->outer = t->at;
			w->others = t->attributes;
		}
	} else if (w->depth == 2 && w->in_outer) {
		w->in_inner = w->inner++ == k;
		if (w->in_inner)
			ret->inner = t->at;
		else
			w->others++;
	}
}

/* An element has ended; true when it was the outer one. */
static bool ends(struct walk *w, const struct token *t, struct xml_place *ret)
{
	if (w->depth == 2 && w->in_inner) {
		ret->inner.to = t->at.to;
		w->in_inner = false;
	} else if (w->depth == 1 && w->in_outer) {
		ret->outer.to = t->at.to;
		return true;
	}
	return false;
}

int guest_xml_place(const char *xml, size_t len, size_t i, size_t k, struct xml_place *ret)
{
	struct walk w = {0};
	struct token t;
	size_t from = 0;

	*ret = (struct xml_place){0};
	/* a mark of the byte order is no text */
	if (len >= 3 && memcmp(xml, "\xef\xbb\xbf", 3) == 0)
		from = 3;
	for (; next_token(xml, len, from, &t); from = t.at.to) {
		bool over = false;

		if (t.kind == TOKEN_START || t.kind == TOKEN_EMPTY)
			begins(&w, &t, i, k, ret);
		else if (t.kind == TOKEN_TEXT && w.in_outer && w.depth == 2)
			w.others++;
		if (t.kind == TOKEN_START) {
			w.depth++;
		} else if (t.kind == TOKEN_EMPTY) {
			over = ends(&w, &t, ret);
		} else if (t.kind == TOKEN_END) {
			if (!w.depth--)
				return -EINVAL;
			over = ends(&w, &t, ret);
		}
		if (over)
			break;
	}
	ret->alone = !w.others;
	return ret->inner.to && ret->outer.to ? 0 : -EINVAL;
}

char *guest_xml_cut(struct arena *a, const char *xml, size_t len, struct xml_span cut)
{
	size_t from = cut.from, to = cut.to;
	char *text;

	while (from && (xml[from - 1] == ' ' || xml[from - 1] == '\t'))
		from--;
	while (to < len && (xml[to] == ' ' || xml[to] == '\t' || xml[to] == '\r'))
		to++;
	if ((!from || xml[from - 1] == '\n') && to < len && xml[to] == '\n')
		cut = (struct xml_span){from, to + 1};
	text = arena_alloc(a, cut.from + (len - cut.to) + 1);
	memcpy(text, xml, cut.from);
	memcpy(text + cut.from, xml + cut.to, len - cut.to);
	return text;
}
