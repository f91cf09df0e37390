/* Reading a theme: inih splits the lines, this file knows roles, colours and words, and says what is wrong where. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "themes/theme.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* inih cuts longer lines into pieces (its own limit is 200 with newline and NUL), so they are refused before. */
enum { LINE_MAX_BYTES = 198, WHY_SIZE = 200 };

struct reading {
	const char *text;
	const char *name;
	int line; /* that inih got last */
	int wrong; /* line of the first error, 0: none */
	bool seen[ROLE_COUNT], any;
	struct theme *theme;
	char *why;
};

__attribute__((format(printf, 2, 3))) static void complain(struct reading *r, const char *format, ...)
{
	char what[WHY_SIZE];
	va_list ap;

	if (r->wrong)
		return;
	r->wrong = r->line > 0 ? r->line : 1;
	va_start(ap, format);
	vsnprintf(what, sizeof what, format, ap);
	va_end(ap);
	/* What is quoted comes from the file: nothing in it may reach a terminal as it is. */
	for (char *p = what; *p; p++)
		if ((unsigned char)*p < 0x20 || (unsigned char)*p > 0x7E)
			*p = '?';
	snprintf(r->why, WHY_SIZE, "%.60s:%d: %.120s", r->name, r->wrong, what);
}

/* fgets() for inih, over a string; ends the text at the first error, so that the line counted last is the wrong one. */
static char *next_line(char *buf, int size, void *stream)
{
	struct reading *r = stream;
	size_t len = strcspn(r->text, "\n");

	if (r->wrong || *r->text == 0)
		return NULL;
	r->line++;
	if (len > LINE_MAX_BYTES || len + 2 > (size_t)size) {
		complain(r, "the line has %zu bytes, %d are the most", len, LINE_MAX_BYTES);
		return NULL;
	}
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)r->text[i] < 0x20 && r->text[i] != '\t' && r->text[i] != '\r') {
			complain(r, "a control character (byte %d), a theme is plain text", r->text[i]);
			return NULL;
		}
	memcpy(buf, r->text, len);
	buf[len] = '\n';
	buf[len + 1] = 0;
	r->text += len + (r->text[len] == '\n');
	return buf;
}

static int attribute_from_word(const char *word)
{
	static const struct {
		const char *word;
		int bit;
	} words[] = {{"bold", ATTR_BOLD}, {"dim", ATTR_DIM}, {"italic", ATTR_ITALIC}, {"underline", ATTR_UNDERLINE},
		{"reverse", ATTR_REVERSE}};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(word, words[i].word) == 0)
			return words[i].bit;
	return 0;
}

/* Reads `bold red on black` word by word. A second colour is a slip, not a wish. */
static bool parse_look(struct reading *r, const char *value, struct look *ret)
{
	struct look look = {COLOUR_DEFAULT, COLOUR_DEFAULT, 0};
	bool on = false, has_fg = false, has_bg = false;
	char buf[LINE_MAX_BYTES + 2], *save = NULL;

	snprintf(buf, sizeof buf, "%s", value);
	for (char *word = strtok_r(buf, " \t", &save); word; word = strtok_r(NULL, " \t", &save)) {
		int colour = colour_from_word(word), bit = attribute_from_word(word);

		if (on && colour == -2)
			return complain(r, "\"%s\" after \"on\" is no colour: a name such as red, or 0 to 255", word),
			       false;
		if (strcmp(word, "on") == 0) {
			on = true;
		} else if (bit) {
			look.attrs |= (uint8_t)bit;
		} else if (colour == -2) {
			return complain(r, "\"%s\" is no colour and no attribute", word), false;
		} else if (on ? has_bg : has_fg) {
			return complain(r, "\"%s\" is one colour too many: a background is \"on %s\"", word, word),
			       false;
		} else {
			*(on ? &look.bg : &look.fg) = (int16_t)colour;
			*(on ? &has_bg : &has_fg) = true;
			on = false;
		}
	}
	if (on)
		return complain(r, "\"on\" needs a colour behind it"), false;
	if (!has_fg && !has_bg && !look.attrs)
		return complain(r, "the look is missing: a colour, bold dim italic underline reverse, or default"),
		       false;
	if (look.fg == look.bg && look.fg != COLOUR_DEFAULT)
		return complain(r, "text and background have the same colour"), false;
	*ret = look;
	return true;
}

static int set_words(struct reading *r, const char *key, const char *value)
{
	bool name = strcmp(key, "name") == 0;
	char *to = name ? r->theme->name : r->theme->about;
	size_t size = name ? sizeof r->theme->name : sizeof r->theme->about;

	if (!name && strcmp(key, "about") != 0)
		complain(r, "\"%s\" is unknown in [theme], which has only \"name\" and \"about\"", key);
	else if (strlen(value) >= size)
		complain(r, "the %s is too long, %zu bytes are the most", name ? "name" : "sentence", size - 1);
	else
		snprintf(to, size, "%s", value);
	return 1;
}

/* Called by inih for each `key = value`; a line that continues another comes with the same key again. */
static int take(void *user, const char *section, const char *key, const char *value)
{
	struct reading *r = user;
	int role = 0;

	if (strcmp(section, "theme") == 0)
		return set_words(r, key, value);
	if (strcmp(section, "roles") != 0)
		return complain(r,
			       *section ? "section [%s] is unknown: [theme] or [roles]"
					: "\"%s\" stands in no section: [roles] is missing above it",
			       *section ? section : key),
		       1;
	while (role < ROLE_COUNT && strcmp(key, role_name((enum role)role)) != 0)
		role++;
	if (role == ROLE_COUNT)
		complain(r, "there is no role \"%s\"", key);
	else if (r->seen[role])
		complain(r, "\"%s\" is set twice", key);
	else if (parse_look(r, value, &r->theme->look[role]))
		r->seen[role] = r->any = true;
	return 1;
}

int theme_parse(const char *text, const char *name, struct theme *ret, char why[200])
{
	struct theme theme;
	struct reading r = {.text = text, .name = name, .theme = &theme, .why = why};
	int bad;

	theme_builtin(&theme);
	snprintf(theme.name, sizeof theme.name, "%s", name);
	theme.about[0] = 0;
	why[0] = 0;
	bad = ini_parse_stream(next_line, &r, take, &r);
	/* inih counts lines as we do; what it could not split itself it tells only by the number. */
	if (bad && (!r.wrong || bad < r.wrong)) {
		r.wrong = 0;
		r.line = bad;
		complain(&r, "neither a section in [ ] nor \"role = look\"");
	}
	if (!r.wrong && !r.any)
		complain(&r, "no role is set: a section [roles] with lines such as \"warn = bold yellow\" is missing");
	if (r.wrong) {
		theme_builtin(ret);
		return -EINVAL;
	}
	*ret = theme;
	return 0;
}
