/* The program: reads its options and hands over to a subcommand, to a script, or to the screen. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "probes/host/host.h"
#include "probes/probe.h"
#include "tui/subcommands.h"
#include "tui/themes.h"
#include "tui/version.h"

static const struct {
	const char *name, *arguments, *sentence;
	int (*run)(struct options *o, int argc, char **argv);
} subcommands[] = {
#define SUBCOMMAND(name, arguments, sentence) {#name, arguments, sentence, sub_##name},
#include "tui/subcommands.def"
#undef SUBCOMMAND
};

/* The options of all subcommands, and in the help of which of them each stands; theme has the names of themes. */
static const struct {
	const char *option, *words, *of;
} options[] = {
	{"--root DIR", "another machine's /sys and /proc below DIR, read only",
		"report show check explain case capture set pin"},
	{"--open FILE", "a capture of a machine, as hvscope capture writes it; - is standard input",
		"report show check explain case capture set pin"},
	{"--tick N", "of a capture: that tick, counted from 1 (the last; full screen, all of them)",
		"report show check explain case diff"},
	{"--read-only", "show everything, change nothing", ""},
	{"--connect URI",
		"which libvirt (qemu:///system; none with --root); guests of another host are only shown",
		"report show check explain case capture diff pin"},
	{"--interval SECONDS",
		"between two samples, 0.1 to 60 (1; of one-shot commands but capture 0.5; of a capture as recorded)",
		"report show check explain case capture diff"},
	{"--timeout SECONDS", "how long to wait for the answers of daemons, 0.1 to 600 (3)",
		"report show check explain case capture diff set pin"},
	{"--theme NAME", NULL, ""},
	{"--profile NAME", "which wake-up is felt by what is served here: web 50 µs, trading 10 µs, batch none (web)", "show check explain case report"},
	{"--no-mouse", "leave the mouse to the terminal", ""},
	{"--script FILE", "obey the commands in FILE and print canvases; - is standard input", ""},
	{"--version", "this version, and those of the libraries", ""},
};

static void print_probes(void)
{
	fputs("Probes:", stdout);
	for (size_t i = 0; i < nprobes; i++)
		printf(" %s", probes[i]->name);
	puts("");
}

static int help(void)
{
	char themes[100];

	puts("hvscope shows what this KVM hypervisor does to the latency of its guests, the clock first.\n"
	     "\n"
	     "hvscope [OPTION...]              the inspector of this host, full screen\n"
	     "hvscope [OPTION...] SUBCOMMAND");
	for (size_t i = 0; i < COUNT(subcommands); i++)
		printf("  %s %s\n      %s\n", subcommands[i].name, subcommands[i].arguments, subcommands[i].sentence);
	puts("");
	themes_names(themes, sizeof(themes));
	for (size_t i = 0; i < COUNT(options); i++)
		printf("  %-20s %s%s\n", options[i].option, options[i].words ? options[i].words : themes,
			options[i].words ? "" : ", or a file's path with a slash");
	puts("\n"
	     "Exit status: 0 done, 1 refused or failed, 2 wrong usage, 3 not confirmed.\n"
	     "Of diff: 0 no difference, 1 they differ, 2 wrong usage, 4 they could not be compared.");
	print_probes();
	return EXIT_DONE;
}

/* Whether a word is among those between blanks. */
static bool has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = words; (at = strstr(at, word)); at += len)
		if ((at == words || at[-1] == ' ') && (at[len] == ' ' || !at[len]))
			return true;
	return false;
}

static int help_of(size_t which)
{
	const char *name = subcommands[which].name;

	printf("hvscope [OPTION...] %s %s\n      %s\n\n", name, subcommands[which].arguments,
		subcommands[which].sentence);
	for (size_t i = 0; i < COUNT(options); i++)
		if (has_word(options[i].of, name))
			printf("  %-20s %s\n", options[i].option, options[i].words);
	puts("hvscope --help has the other subcommands and options.");
	if (strstr(subcommands[which].arguments, "PROBE"))
		print_probes();
	return EXIT_DONE;
}

/* What is no subcommand may be a host that wants to be opened. */
static int no_subcommand(const char *word)
{
	if (host_is_folder(word))
		return complain(EXIT_USAGE, "there is no subcommand \"%s\"; hvscope --root %s shows the machine in that folder",
			word, word);
	if (host_is_file(word))
		return complain(EXIT_USAGE, "there is no subcommand \"%s\"; hvscope --open %s opens a capture", word, word);
	if (strcmp(word, "open") == 0)
		return complain(EXIT_USAGE, "there is no subcommand \"open\"; hvscope --open FILE opens a capture");
	return complain(EXIT_USAGE, "there is no subcommand \"%s\"; see hvscope --help", word);
}

static int run_subcommand(struct options *o, int argc, char **argv)
{
	size_t which = 0;

	while (which < COUNT(subcommands) && strcmp(subcommands[which].name, argv[0]) != 0)
		which++;
	if (which < COUNT(subcommands) && strcmp(argv[0], "simulate") == 0)
		return subcommands[which].run(o, argc, argv); /* it has options of its own alone, and a help of them */
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return which < COUNT(subcommands) ? help_of(which) : help();
	return which < COUNT(subcommands) ? subcommands[which].run(o, argc, argv) : no_subcommand(argv[0]);
}

/*
 * A closed standard stream would give its number to the next file that is opened, and output would go into that. The
 * end of an empty pipe keeps it: nothing comes from it, and nothing can be written to it.
 */
static void keep_standard(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		int ends[2];

		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		if (pipe(ends) || ends[0] != fd)
			_exit(EXIT_FAILED);
		close(ends[1]);
	}
}

/* The last word on what went to stdout, for all that print: a full disk must not look like success. */
static int printed(int status)
{
	return status ? status : print_text(""); /* else it was told already what is wrong */
}

int main(int argc, char **argv)
{
	struct options o = {.timeout = 3};
	int at;

	keep_standard();
	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C"); /* numbers are for programs too */
	at = options_read(&o, argc, argv, NULL, NULL, NULL, true);
	if (at < 0)
		return check_refused(argc, argv, -at);
	if (o.help)
		return printed(help());
	if (o.version)
		return printed(version_print());
	if (at < argc)
		return printed(run_subcommand(&o, argc - at, argv + at));
	if (options_agree(&o))
		return EXIT_USAGE;
	if (o.script)
		return printed(run_script(&o));
	return run_program(&o);
}
