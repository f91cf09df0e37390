/* Scripts: the program obeys a file of commands and prints canvases; tests and manuals are made with it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/changer.h"
#include "probes/files.h"
#include "tui/app_impl.h"
#include "tui/commands.h"
#include "tui/subcommands.h"
#include "tui/themes.h"

/*
 * A line is a command as the : prompt takes it, or one of these:
 *   key NAME …     presses keys: g, Enter, Down, Ctrl-L
 *   type TEXT      presses a key for each character
 *   size WxH       from now on
 *   tick [N]       samples N times, without waiting; of a capture: its next N ticks (go N: to tick N)
 *   wait SECONDS   lets the host move
 *   show | roles   prints the canvas, or the role of each cell
 *   echo TEXT      prints a line
 * Where there is no such command or key it ends with 1, where a verb is given something else than it takes with 2.
 */
struct script {
	struct app *app;
	int w, h, line;
	const char *name;
};

static int bad(const struct script *s, int status, const char *what, const char *text)
{
	return complain(status, "%s:%d: %s \"%s\"", s->name, s->line, what, text);
}

/* Composing lays the panel out: keys after it know what is on the screen. */
static void lay_out(struct script *s)
{
	free(app_picture(s->app, s->w, s->h, false));
}

static void press(struct script *s, uint32_t code)
{
	lay_out(s);
	app_key(s->app, (struct key){.code = code});
	changer_wait(s->app->changer);
	app_refresh(s->app);
}

static int script_key(struct script *s, char *arg)
{
	char *rest = NULL;

	for (char *name = strtok_r(arg, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
		uint32_t code = key_from_name(name);

		if (!code)
			return bad(s, EXIT_FAILED, "there is no key", name);
		press(s, code);
	}
	return 0;
}

static int script_type(struct script *s, char *arg)
{
	for (; *arg; arg++)
		press(s, (unsigned char)*arg);
	return 0;
}

static int script_size(struct script *s, char *arg)
{
	char end;

	if (sscanf(arg, "%4dx%4d%c", &s->w, &s->h, &end) != 2 || s->w < 0 || s->h < 0)
		return bad(s, EXIT_USAGE, "a size is WIDTHxHEIGHT, not", arg);
	return 0;
}

static int script_tick(struct script *s, char *arg)
{
	if (strspn(arg, "0123456789") != strlen(arg) || strlen(arg) > 6)
		return bad(s, EXIT_USAGE, "tick takes how often, not", arg);
	for (int n = *arg ? atoi(arg) : 1; n > 0; n--) {
		if (s->app->capture && s->app->snap->tape.tick >= s->app->snap->tape.ticks)
			return complain(EXIT_DONE, "%s:%d: the capture ends at tick %u: it goes no further", s->name,
				s->line, s->app->snap->tape.ticks);
		app_sample(s->app, false);
	}
	return 0;
}

static int script_wait(struct script *s, char *arg)
{
	double seconds = atof(arg);

	if (!(seconds > 0 && seconds <= 60))
		return bad(s, EXIT_USAGE, "wait takes seconds up to 60, not", arg);
	app_wait(seconds);
	return 0;
}

static int script_show(struct script *s, char *arg)
{
	char *text = app_picture(s->app, s->w, s->h, false);
	int status;

	(void)arg;
	status = print_text(text);
	free(text);
	return status;
}

static int script_roles(struct script *s, char *arg)
{
	char *text = app_picture(s->app, s->w, s->h, true);
	int status;

	(void)arg;
	status = print_text(text);
	free(text);
	return status;
}

static int script_echo(struct script *s, char *arg)
{
	(void)s;
	puts(arg);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(struct script *s, char *arg);
} verbs[] = {{"key", script_key}, {"type", script_type}, {"size", script_size}, {"tick", script_tick},
	{"wait", script_wait}, {"show", script_show}, {"roles", script_roles}, {"echo", script_echo}};

static int obey(struct script *s, char *line)
{
	size_t n;

	line += strspn(line, " \t");
	n = strcspn(line, " ");
	if (!*line || *line == '#')
		return 0;
	for (size_t i = 0; i < COUNT(verbs); i++)
		if (strlen(verbs[i].name) == n && strncmp(line, verbs[i].name, n) == 0)
			return verbs[i].run(s, line + n + strspn(line + n, " "));
	if (!command_of_name(line, n)) {
		line[n] = '\0';
		return bad(s, EXIT_FAILED, "there is no command", line);
	}
	lay_out(s);
	s->app->message[0] = '\0';
	app_command(s->app, line);
	changer_wait(s->app->changer);
	app_refresh(s->app);
	return 0;
}

static char *read_script(const char *name)
{
	char *text = NULL, why[200];
	size_t size = 0, len;
	ssize_t got;

	if (strcmp(name, "-") == 0) {
		got = getdelim(&text, &size, '\0', stdin);
		if (got >= 0)
			return text;
		free(text);
		return xstrdup("");
	}
	if (files_read(name, 1 << 20, &text, &len, why)) {
		complain(EXIT_FAILED, "%s", why);
		return NULL;
	}
	return text;
}

int run_script(const struct options *o)
{
	struct script s = {.w = 80, .h = 24, .name = o->script};
	char *text = read_script(o->script), *rest = text;
	int status = EXIT_DONE;

	if (!text)
		return EXIT_FAILED;
	s.app = app_new(o, NULL);
	if (!s.app) {
		free(text);
		return EXIT_FAILED;
	}
	themes_complain(o);
	if (o->open)
		app_play_to(s.app, o->tick ? o->tick : 1);
	else
		app_sample(s.app, true);
	for (char *line; !status && !app_quits(s.app) && (line = strsep(&rest, "\n"));) {
		s.line++;
		status = obey(&s, line);
	}
	free(text);
	app_free(s.app);
	return status;
}
