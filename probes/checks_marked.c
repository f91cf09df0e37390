/* Texts with commands in backquotes: for screens without them, for Markdown as code. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/arena.h"
#include "probes/checks_text.h"
#include "probes/text.h"

const char *markdown_text(struct arena *a, const char *text)
{
	char *to = arena_alloc(a, 2 * strlen(text) + 1), *p = to;

	for (const char *c = text; *c; c++) {
		if (strchr("\\`*_[]<>#|~&", *c))
			*p++ = '\\';
		*p++ = *c;
	}
	return to;
}

const char *markdown_code(struct arena *a, const char *text)
{
	const char *code = text_tame(arena_strdup(a, text)), *fence;
	size_t most = 0, run = 0;

	for (const char *c = code; *c; c++) {
		run = *c == '`' ? run + 1 : 0;
		most = run > most ? run : most;
	}
	fence = memset(arena_alloc(a, most + 2), '`', most + 1);
	return arena_printf(a, most ? "%s %s %s" : "%s%s%s", fence, code, fence);
}

/* Takes the next stretch off *text: up to a command, or one; a backquote that none follows is itself. False at the end. */
static bool next(struct arena *a, const char **text, const char **ret, bool *ret_command)
{
	const char *from = *text, *open = strchr(from, '`'), *close = open ? strchr(open + 1, '`') : NULL;

	if (!*from)
		return false;
	*ret_command = open == from && close;
	if (*ret_command) {
		*ret = arena_text(a, from + 1, (size_t)(close - from - 1));
		*text = close + 1;
	} else {
		size_t n = close ? (size_t)(open - from) : strlen(from);

		*ret = arena_text(a, from, n);
		*text = from + n;
	}
	return true;
}

const char *check_plain(struct arena *a, const char *text)
{
	char *to = arena_alloc(a, strlen(text) + 1), *p = to;
	const char *part;
	bool command;

	while (next(a, &text, &part, &command))
		p = stpcpy(p, part);
	return to;
}

bool check_is_command(const char *text)
{
	const char *close = *text == '`' ? strchr(text + 1, '`') : NULL;

	return close && !close[1];
}

const char *check_markdown(struct arena *a, const char *text)
{
	const char *to = "", *part;
	bool command;

	while (next(a, &text, &part, &command))
		to = arena_printf(a, "%s%s", to, command ? markdown_code(a, part) : markdown_text(a, part));
	return to;
}
