/* The program: reads its options and hands over to a subcommand, to a script, or to the screen. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

static int help(void)
{
	char themes[100];

	puts("hvscope shows what this KVM hypervisor does to the latency of its guests, the clock first.\n"
	     "\n"
	     "hvscope [OPTION...]              the inspector of this host, full screen\n"
	     "hvscope [OPTION...] SUBCOMMAND");
	for (size_t i = 0; i < COUNT(subcommands); i++)
		printf("  %s %s\n      %s\n", subcommands[i].name, subcommands[i].arguments, subcommands[i].sentence);
	printf("\n"
	       "  --root DIR           another machine's /sys and /proc below DIR, read only\n"
	       "  --open FILE          a capture of a machine, as hvscope capture writes it; - is standard input\n"
	       "  --tick N             of a capture: that tick, counted from 1 (the last; full screen, scripts: from the first on)\n"
	       "  --read-only          show everything, change nothing\n"
	       "  --connect URI        which libvirt (qemu:///system; none with --root); guests of another host are only shown\n"
	       "  --interval SECONDS   between two samples, 0.1 to 60 (1; one-shot commands 0.5; of a capture as recorded)\n"
	       "  --timeout SECONDS    how long to wait for the answers of daemons, 0.1 to 600 (3)\n"
	       "  --theme NAME         %s, or a file's path with a slash\n"
	       "  --no-mouse           leave the mouse to the terminal\n"
	       "  --script FILE        obey the commands in FILE and print canvases; - is standard input\n"
	       "  --version            this version, and those of the libraries\n"
	       "\n"
	       "Exit status: 0 done, 1 refused or failed, 2 wrong usage, 3 not confirmed.\n"
	       "Of diff: 0 no difference, 1 they differ, 2 wrong usage, 4 they could not be compared.\n",
		themes_names(themes, sizeof(themes)));
	fputs("Probes:", stdout);
	for (size_t i = 0; i < nprobes; i++)
		printf(" %s", probes[i]->name);
	puts("");
	return EXIT_DONE;
}

static int run_subcommand(struct options *o, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return help();
	for (size_t i = 0; i < COUNT(subcommands); i++)
		if (strcmp(subcommands[i].name, argv[0]) == 0)
			return subcommands[i].run(o, argc, argv);
	return complain(EXIT_USAGE, "there is no subcommand \"%s\"; see hvscope --help", argv[0]);
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
		return -at;
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
