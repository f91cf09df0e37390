/* Options: one reader for the program and its subcommands, so that --root means the same everywhere. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "probes/host/host.h"
#include "probes/sampler.h"
#include "probes/util.h"

enum {
	OPT_ROOT = 1000,
	OPT_OPEN,
	OPT_TICK,
	OPT_READ_ONLY,
	OPT_CONNECT,
	OPT_INTERVAL,
	OPT_TIMEOUT,
	OPT_THEME,
	OPT_NO_MOUSE,
	OPT_SCRIPT,
	OPT_PROFILE,
	OPT_VERSION,
	OPT_HELP
};
enum { OPTIONS_MOST = 32 };

static const struct option common[] = {
	{"root", required_argument, NULL, OPT_ROOT},
	{"open", required_argument, NULL, OPT_OPEN},
	{"tick", required_argument, NULL, OPT_TICK},
	{"read-only", no_argument, NULL, OPT_READ_ONLY},
	{"connect", required_argument, NULL, OPT_CONNECT},
	{"interval", required_argument, NULL, OPT_INTERVAL},
	{"timeout", required_argument, NULL, OPT_TIMEOUT},
	{"theme", required_argument, NULL, OPT_THEME},
	{"no-mouse", no_argument, NULL, OPT_NO_MOUSE},
	{"script", required_argument, NULL, OPT_SCRIPT},
	{"profile", required_argument, NULL, OPT_PROFILE},
	{"version", no_argument, NULL, OPT_VERSION},
	{"help", no_argument, NULL, OPT_HELP},
};

/* What was complained of last: a monitor shows one line of stdout alone. */
static char complaint[512];

int complain(int status, const char *format, ...)
{
	va_list ap;

	fputs("hvscope: ", stderr);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	va_start(ap, format);
	vsnprintf(complaint, sizeof(complaint), format, ap);
	va_end(ap);
	return status;
}

const char *complained(void)
{
	return complaint;
}

int print_text(const char *text)
{
	errno = 0;
	/* A write that failed earlier may have left nothing behind but the mark. */
	if (fputs(text, stdout) >= 0 && !fflush(stdout) && !ferror(stdout))
		return EXIT_DONE;
	return complain(EXIT_FAILED, "the output could not be written: %s", strerror(errno ? errno : EIO));
}

unsigned print_columns(void)
{
	struct winsize size;

	return isatty(STDOUT_FILENO) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) ? size.ws_col : 0;
}

static int seconds(const char *name, const char *text, double lo, double hi, double *ret)
{
	char *end;
	double s = strtod(text, &end);

	if (end == text || *end || !(s >= lo && s <= hi))
		return complain(EXIT_USAGE, "--%s takes seconds from %g to %g, not \"%s\"", name, lo, hi, text);
	*ret = s;
	return 0;
}

static int tick(const char *text, unsigned *ret)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || n < 1 || n > 1 << 20)
		return complain(EXIT_USAGE, "--tick takes the number of a tick of the capture, from 1, not \"%s\"", text);
	*ret = (unsigned)n;
	return 0;
}

static int take(struct options *o, int val, const char *arg)
{
	switch (val) {
	case OPT_ROOT:
		o->root = arg;
		return 0;
	case OPT_OPEN:
		o->open = arg;
		return 0;
	case OPT_TICK:
		return tick(arg, &o->tick);
	case OPT_READ_ONLY:
		o->read_only = true;
		return 0;
	case OPT_CONNECT:
		o->connect = arg;
		return 0;
	case OPT_INTERVAL:
		return seconds("interval", arg, 0.1, 60, &o->interval);
	case OPT_TIMEOUT:
		return seconds("timeout", arg, 0.1, 600, &o->timeout);
	case OPT_THEME:
		o->theme = arg;
		return 0;
	case OPT_NO_MOUSE:
		o->no_mouse = true;
		return 0;
	case OPT_SCRIPT:
		o->script = arg;
		return 0;
	case OPT_PROFILE:
		return profile_from_word(arg, &o->profile)
			       ? complain(EXIT_USAGE, "--profile is web, trading or batch, not \"%s\"", arg)
			       : 0;
	case OPT_VERSION:
		o->version = true;
		return 0;
	default:
		o->help = true;
		return 0;
	}
}

int options_read(struct options *o, int argc, char **argv, const struct option *extra,
	int (*on)(int val, const char *arg, void *data), void *data, bool stop)
{
	struct option all[OPTIONS_MOST] = {{NULL, 0, NULL, 0}};
	size_t n = COUNT(common);
	int val, err;

	memcpy(all, common, sizeof(common));
	for (; extra && extra->name; extra++) {
		if (n + 1 == OPTIONS_MOST)
			BUG("more than %d options", OPTIONS_MOST);
		all[n++] = *extra;
	}
	opterr = 0;
	optind = 0; /* GNU: start anew */
	while ((val = getopt_long(argc, argv, stop ? "+:h" : ":h", all, NULL)) != -1) {
		if (val == ':')
			return complain(-EXIT_USAGE, "%s needs a value; see hvscope --help", argv[optind - 1]);
		if (val == '?')
			return complain(-EXIT_USAGE, "there is no option %s; see hvscope --help", argv[optind - 1]);
		err = val == 'h' || val >= OPT_ROOT ? take(o, val, optarg) : on(val, optarg, data);
		if (err)
			return -err;
	}
	err = stop ? 0 : options_agree(o);
	return err ? -err : optind;
}

int options_agree(const struct options *o)
{
	if (o->open && (o->root || o->connect))
		return complain(EXIT_USAGE, "--open names a capture and --%s another host: one of them",
			o->root ? "root" : "connect");
	if (o->tick && !o->open && !o->named)
		return complain(EXIT_USAGE, "--tick is of a capture, which --open names");
	if (o->open && o->script && !strcmp(o->open, "-") && !strcmp(o->script, "-"))
		return complain(EXIT_USAGE, "--open - and --script - would both read the standard input");
	return 0;
}

/* A tick that is not there is told before anything is drawn. */
static int check_tick(const struct options *o, struct host *h)
{
	uint32_t ticks = o->tick ? sampler_ticks_of(h) : 0;

	if (o->tick <= ticks)
		return 0;
	return complain(EXIT_FAILED, "%s has %u tick%s: there is no tick %u", o->open, ticks, ticks == 1 ? "" : "s",
		o->tick);
}

void options_name(struct options *o, const char *name)
{
	bool now = strcmp(name, "now") == 0, folder = !now && host_is_folder(name);

	o->root = folder ? name : NULL;
	o->open = now || folder ? NULL : name;
}

struct host *options_host(const struct options *o)
{
	const struct host_options ho = {
		.root = o->root, .open = o->open, .read_only = o->read_only, .connect = o->connect};
	struct host *h = NULL;
	char why[200];

	if (o->open && !strcmp(o->open, "-") && isatty(STDIN_FILENO)) {
		complain(EXIT_FAILED, "--open - reads a capture from the standard input, which is the terminal");
		return NULL;
	}
	if (host_open(&ho, &h, why) || (o->machine && host_holds_machine(h, why))) {
		complain(EXIT_FAILED, "%s", why);
		host_close(h);
		return NULL;
	}
	if (!o->open || !check_tick(o, h))
		return h;
	host_close(h);
	return NULL;
}
