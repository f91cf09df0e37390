/* The text of one check and of what it found: for the screen, the terminal, tickets and the documentation. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHECKS_TEXT_H
#define PROBES_CHECKS_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "probes/checks.h"

/* How a line of it is shown. */
enum check_line_kind {
	CHECK_LINE_TITLE, /* "F02 cpufreq-governor: Governor (critical)" */
	CHECK_LINE_SAYS, /* what was found, or why it passes, does not apply or is not known */
	CHECK_LINE_PART, /* one thing that fires */
	CHECK_LINE_FACT, /* a fact that decided: text is its label */
	CHECK_LINE_WORDS, /* ordinary sentences */
	CHECK_LINE_COMMAND, /* to be typed as it stands */
};

struct check_line {
	enum check_line_kind kind;
	const char *label; /* "Why"; "": what is said above goes on; NULL: of the title */
	const char *text; /* one line, fit for a terminal */
	const char *marked; /* the same with its commands in backquotes; NULL: it has none */
	const char *address; /* of the fact; NULL: none */
	const char *value; /* what that address says now, "0.50", "denied"; NULL: no address, or nothing has it now */
	enum severity severity; /* of title, says and part; else NONE */
	const struct check *check; /* of which else it speaks: a cause, or what is explained; NULL: none */
};

/* Worst first, in the arena. f NULL: the row alone, as documentation; s NULL: no values. */
size_t check_lines(struct arena *a, const struct check *c, const struct findings *f, const struct snapshot *s,
	struct check_line **ret);

/* The same as text, ended by a newline. width: where lines are broken, between words; 0: nowhere. In the arena. */
char *check_text(struct arena *a, const struct check *c, const struct findings *f, const struct snapshot *s, int width,
	bool markdown);

/* What mending it is worth at most: "Up to ×2 on every CPU-bound millisecond."; NULL: nothing can be said. */
const char *finding_worth(struct arena *a, const struct finding *f);
/* The same in a few cells: "×2", "133 µs 900/s", "30 % (est.)"; "" for nothing. */
const char *finding_worth_brief(struct arena *a, const struct finding *f);

const char *severity_name(enum severity s); /* "critical", "warning", "note", "" */
/* "2 critical, 5 warnings, 9 notes", what is none left out; "" for none at all. */
const char *findings_counts(struct arena *a, const struct findings *f);
/* Commands stand in backquotes in the texts of rows, and in check_now(): without them, as a screen shows it. */
const char *check_plain(struct arena *a, const char *text);
bool check_is_command(const char *text); /* one command, and nothing else */
/* … and as Markdown: commands are code, the rest is no markup. */
const char *check_markdown(struct arena *a, const char *text);
/* Text made fit for Markdown: nothing in it is markup any more. */
const char *markdown_text(struct arena *a, const char *text);
/* A span of code: fenced by more backquotes than stand in it. */
const char *markdown_code(struct arena *a, const char *text);

#endif
