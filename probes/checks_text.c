/* A check and its finding as text: labelled lines for the terminal, or Markdown for tickets and the documentation. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/checks_text.h"

#include <string.h>

#include "probes/arena.h"
#include "probes/text.h"

enum { LABEL = 12 };

static void add_markdown(struct arena *a, struct text *t, const struct check_line *l)
{
	if (l->kind == CHECK_LINE_TITLE) {
		text_add(t, "### %s\n\n", markdown_text(a, l->text));
		return;
	}
	text_add(t, *l->label ? "- **%s** " : "  - %s", l->label);
	if (l->marked)
		text_add(t, "%s", check_markdown(a, l->marked));
	else if (l->kind != CHECK_LINE_FACT || l->value) /* else its address says the same */
		text_add(t, "%s", markdown_text(a, l->text));
	if (l->kind == CHECK_LINE_FACT && l->value)
		text_add(t, ": %s ", markdown_text(a, l->value));
	else if (l->address)
		text_add(t, " ");
	if (l->address)
		text_add(t, "%s", markdown_code(a, l->address));
	text_add(t, "\n");
}

static const char *line_words(struct arena *a, const struct check_line *l)
{
	const char *severity = l->kind == CHECK_LINE_PART ? severity_name(l->severity) : "";

	if (l->kind == CHECK_LINE_FACT && l->value)
		return arena_printf(a, "%s: %s  (%s)", l->text, l->value,
			text_tame(arena_strdup(a, l->address)));
	if (*severity)
		return arena_printf(a, l->address ? "%s: %s  (%s)" : "%s: %s", severity, l->text,
			l->address ? text_tame(arena_strdup(a, l->address)) : "");
	return l->text;
}

static void add_plain(struct arena *a, struct text *t, const struct check_line *l, int width)
{
	bool wraps = l->kind != CHECK_LINE_COMMAND; /* what is to be pasted stays in one piece */

	if (l->kind != CHECK_LINE_TITLE)
		text_add(t, "  %-*s", LABEL - 2, l->label);
	text_add_wrapped(t, line_words(a, l), l->kind == CHECK_LINE_TITLE ? 0 : LABEL, wraps ? width : 0, text_columns);
	text_add(t, "\n");
}

char *check_text(struct arena *a, const struct check *c, const struct findings *f, const struct snapshot *s, int width,
	bool markdown)
{
	struct text t = text_begin();
	struct check_line *lines;
	size_t n = check_lines(a, c, f, s, &lines);

	for (size_t i = 0; i < n; i++) {
		if (markdown)
			add_markdown(a, &t, &lines[i]);
		else
			add_plain(a, &t, &lines[i], width);
	}
	return text_end(&t, a);
}
