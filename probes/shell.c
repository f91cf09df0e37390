/* Quotes for sh; what would need more than quotes to be safe is not written at all. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/shell.h"

#include <stdlib.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/compare.h"
#include "probes/host/answer.h"
#include "probes/text.h"
#include "probes/util.h"

static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:@%+,-";

bool shell_can_show(const char *text)
{
	size_t len = strlen(text);
	char *shown = xcalloc(len + 1, 1);
	bool same;

	copy_printable(shown, len + 1, text, len);
	same = !strcmp(shown, text);
	free(shown);
	return same;
}

const char *shell_quote(struct arena *a, const char *text)
{
	char *out, *to;

	if (*text && *text != '-' && text[strspn(text, plain)] == '\0')
		return text;
	out = to = arena_alloc(a, 4 * strlen(text) + 3);
	*to++ = '\'';
	for (; *text; text++) {
		if (*text == '\'') {
			memcpy(to, "'\\''", 4);
			to += 4;
		} else {
			*to++ = *text;
		}
	}
	*to = '\'';
	return out;
}

const char *shell_print(struct arena *a, const char *text)
{
	const char *quoted = shell_quote(a, text);

	return arena_printf(a, quoted == text ? "echo %s" : "printf '%%s\\n' %s", quoted);
}

/* Without the newline that the command adds by itself. */
static const char *value(struct arena *a, const struct step *s)
{
	const char *text = compare_writable(s->compare, s->now, a);
	size_t len = strlen(text);

	return len && text[len - 1] == '\n' ? arena_text(a, text, len - 1) : text;
}

static bool can_type(struct arena *a, const struct step *s)
{
	return s->path[0] == '/' && shell_can_show(s->path) && shell_can_show(value(a, s));
}

const char *shell_steps(struct arena *a, const struct step *steps, size_t n)
{
	struct text line = text_begin();
	bool alike = n > 1;

	for (size_t i = 0; i < n; i++) {
		if (!can_type(a, &steps[i]))
			return text_end(&line, NULL);
		alike &= !strcmp(value(a, &steps[i]), value(a, &steps[0]));
	}
	for (size_t i = 0; i < n; i++) {
		const char *path = shell_quote(a, steps[i].path);

		if (alike)
			text_add(&line, "%s %s", i ? "" : "for f in", path);
		else
			text_add(&line, "%s%s > %s", i ? "; " : "", shell_print(a, value(a, &steps[i])), path);
	}
	if (alike)
		text_add(&line, "; do %s > \"$f\"; done", shell_print(a, value(a, &steps[0])));
	return text_end(&line, n ? a : NULL);
}
