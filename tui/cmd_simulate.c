/* The command line of hvscope simulate. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/cmd_simulate.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "probes/host/capture.h"
#include "probes/host/simulate.h"
#include "probes/util.h"
#include "tui/take_simulated.h"

enum { DONE = 0, FAILED = 1, USAGE = 2 };
enum { CLEAN_STATES = 4 }; /* as a server has them: the deepest is disabled */
enum { STEP_MS = 50 }; /* how finely counters grow: a reader that ticks each second must not see one stand still */

static const char usage[] =
	"usage: hvscope simulate [--packages 4] [--cores 64] [--threads 2] [--states 8] [--driver NAME]\n"
	"                        [--governor NAME] [--busy PERCENT] [--guests 0] [--seed S] [--clean]\n"
	"                        [--moving [N]] [--moving-guests N] DIR|FILE.host[.gz]|- [--ticks 3] [--force]\n"
	"Writes the /sys and /proc of a machine of that size into DIR, which must be new or empty; look at it with\n"
	"hvscope --root DIR. --guests adds so many guests, with what libvirt says of them and their threads.\n"
	"--clean is a host that is set up well, on which hvscope check finds nothing; in a folder nothing moves, so that it\n"
	"cannot judge the clocks there (F01), and says so.\n"
	"--moving stays and lets N CPUs (2) a second change between idle and busy, until Ctrl-C;\n"
	"--moving-guests lets only N guests work, the others are calm.\n"
	"FILE.host is a capture of that machine over so many ticks, a second each, for hvscope --open; - is standard output.\n"
	"Its tree is below $TMPDIR meanwhile, or else in memory (/dev/shm) where there is room, or else below /tmp.\n"
	"A file that is there is replaced by --force alone. Ctrl-C: one more tick, then it ends; twice: at once.\n"
	"The same options write the same bytes.\n";

struct asked {
	struct simulate_options o;
	bool shaped; /* something was said about the machine */
	bool governor_given, states_given;
	bool moving;
	unsigned flips, working; /* CPUs a second that change; guests, UINT_MAX: all */
	unsigned ticks;
	bool ticks_given, force;
	const char *dir; /* or the file of a capture */
};

static bool is_capture(const char *name)
{
	/* the last ones are refused, and not the names of folders */
	static const char *const ends[] = {".host", ".host.gz", ".host.bz2", ".host.xz", ".host.zst"};
	size_t len = strlen(name);

	for (size_t i = 0; i < COUNT(ends); i++) {
		size_t n = strlen(ends[i]);

		if (len > n && strcasecmp(name + len - n, ends[i]) == 0)
			return true;
	}
	return strcmp(name, "-") == 0;
}

static int complain(const char *why)
{
	fprintf(stderr, "hvscope simulate: %s\n", why);
	return FAILED;
}

static int misuse(const char *what, const char *text, const char *why)
{
	fprintf(stderr, "hvscope simulate: %s%s%s; see hvscope simulate --help\n", what, text, why);
	return USAGE;
}

/* Digits only: strtoull() would take a sign and wrap it. */
static bool parse_number(const char *text, uint64_t max, uint64_t *ret)
{
	char *end;

	if (!*text || strspn(text, "0123456789") != strlen(text))
		return false;
	errno = 0;
	*ret = strtoull(text, &end, 10);
	return !errno && *ret <= max;
}

static int take_option(struct asked *a, int c, const char *name)
{
	unsigned *const numbers[] = {['p'] = &a->o.packages,
		['c'] = &a->o.cores,
		['t'] = &a->o.threads,
		['i'] = &a->o.states,
		['b'] = &a->o.busy_percent,
		['v'] = &a->o.guests,
		['m'] = &a->flips,
		['w'] = &a->working,
		['n'] = &a->ticks};
	uint64_t v = 0;

	a->shaped = a->shaped || !strchr("mwnf", c);
	a->ticks_given = a->ticks_given || c == 'n';
	a->states_given = a->states_given || c == 'i';
	a->governor_given = a->governor_given || c == 'g';
	if (c == 'f') {
		a->force = true;
		return DONE;
	}
	if (c == 'k') {
		a->o.clean = true;
		return DONE;
	}
	if (c == 'd') {
		a->o.driver = optarg;
		return DONE;
	}
	if (c == 'g') {
		a->o.governor = optarg;
		return DONE;
	}
	a->moving = a->moving || c == 'm' || c == 'w';
	if (c == 'm' && !optarg)
		return DONE;
	if (!parse_number(optarg, c == 's' ? UINT64_MAX : UINT_MAX, &v)) {
		char what[80];

		snprintf(what, sizeof what, "--%s takes a number from 0 on, not ", name);
		return misuse(what, optarg, "");
	}
	if (c == 's')
		a->o.seed = v;
	else
		*numbers[c] = (unsigned)v;
	return DONE;
}

static const struct option options[] = {
	{"packages", required_argument, NULL, 'p'},
	{"cores", required_argument, NULL, 'c'},
	{"threads", required_argument, NULL, 't'},
	{"states", required_argument, NULL, 'i'},
	{"driver", required_argument, NULL, 'd'},
	{"governor", required_argument, NULL, 'g'},
	{"busy", required_argument, NULL, 'b'},
	{"guests", required_argument, NULL, 'v'},
	{"seed", required_argument, NULL, 's'},
	{"moving", optional_argument, NULL, 'm'},
	{"moving-guests", required_argument, NULL, 'w'},
	{"ticks", required_argument, NULL, 'n'},
	{"clean", no_argument, NULL, 'k'},
	{"force", no_argument, NULL, 'f'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

/* DONE, or a status to leave with; -1: help was printed. */
static int parse(int argc, char **argv, struct asked *a)
{
	int c, which = 0, err = DONE;

	simulate_defaults(&a->o);
	a->flips = 2;
	a->working = UINT_MAX;
	a->ticks = 3;
	optind = 0;
	opterr = 0;
	while (!err && (c = getopt_long(argc, argv, ":", options, &which)) != -1) {
		if (c == 'h') {
			fputs(usage, stdout);
			return -1;
		}
		if (c == ':' || c == '?') {
			const char letter[] = {'-', (char)optopt, '\0'};

			/* A short one in the middle of others has no word of its own. */
			return misuse(c == '?' && optopt ? letter : argv[optind - 1], "",
				c == ':' ? " needs a value" : " is no option of it");
		}
		/* "--moving 5 DIR" as well as "--moving=5 DIR" and "--moving DIR". */
		if (c == 'm' && !optarg && optind < argc && argv[optind][0] &&
			strspn(argv[optind], "0123456789") == strlen(argv[optind]))
			optarg = argv[optind++];
		err = take_option(a, c, options[which].name);
	}
	if (!err && optind + 1 != argc)
		return misuse(optind < argc ? "one folder, not also " : "which folder?",
			optind < argc ? argv[optind + 1] : "", "");
	a->dir = err ? NULL : argv[optind];
	if (!err && (a->ticks_given || a->force) && !is_capture(a->dir))
		return misuse(a->ticks_given ? "--ticks" : "--force", " is for a capture, FILE.host, not for ", a->dir);
	if (!err && (!a->ticks || a->ticks > CAPTURE_TICKS_MOST))
		return misuse("--ticks can be from 1 to a million", "", "");
	return err;
}

/* Full speed, unless it is said otherwise. */
static void choose_clean(struct asked *a)
{
	if (a->o.clean && !a->governor_given)
		a->o.governor = "performance";
	if (a->o.clean && !a->states_given)
		a->o.states = CLEAN_STATES;
}

/* Takes a signal that asks to end, if one is there. They are blocked, so none is lost and none ends us half way. */
static bool stopped(void *arg)
{
	const struct timespec none = {0};

	return sigtimedwait(arg, NULL, &none) > 0;
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static int move_until_stopped(const struct asked *a, const sigset_t *signals)
{
	const struct timespec step = {.tv_nsec = STEP_MS * 1000000};
	struct simulation *s;
	char why[200];
	uint64_t last = now_ms();
	int err = simulate_open(a->dir, &s, why);

	if (!err && a->working != UINT_MAX)
		simulate_working(s, a->working);
	while (!err && sigtimedwait(signals, NULL, &step) < 0) {
		uint64_t now = now_ms();
		/* After a long stop (Ctrl-Z, a suspended machine) the missing hours are not made up for. */
		unsigned ms = now - last > 5000 ? 5000 : (unsigned)(now - last);

		err = simulate_move(s, ms, a->flips, why);
		last = now;
	}
	if (err)
		return complain(why);
	simulate_close(s);
	return DONE;
}

/* Writes the tree, or accepts one that is there to be moved. */
static int prepare(const struct asked *a)
{
	struct simulate_options there;
	char why[200];
	int err;

	if (a->moving && simulate_read_mark(a->dir, &there, why) == 0) {
		if (a->shaped && !simulate_same(&a->o, &there))
			return complain("this folder holds another machine than these options say: name a new one, or "
					"leave them out");
		return DONE;
	}
	err = simulate_write(&a->o, a->dir, why);
	if (err)
		return complain(why);
	printf("%u CPUs are in %s", a->o.packages * a->o.cores * a->o.threads, a->dir);
	if (a->o.guests)
		printf(", and %u guests", a->o.guests);
	printf("\n");
	return DONE;
}

static int capture(const struct asked *a)
{
	const struct take take = {.path = a->dir, .force = a->force, .ticks = a->ticks};
	const struct simulate_life life = {.flips = a->flips, .working = a->working};

	return take_simulated(&take, &a->o, &life);
}

int cmd_simulate(int argc, char **argv)
{
	struct asked a = {0};
	char why[200];
	sigset_t signals, before;
	int status = parse(argc, argv, &a);

	if (status)
		return status < 0 ? DONE : status;
	choose_clean(&a);
	if (simulate_check(&a.o, why) < 0)
		return misuse(why, "", "");
	if (is_capture(a.dir))
		return capture(&a);
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, &before);
	a.o.stop = stopped;
	a.o.stop_arg = &signals;
	status = prepare(&a);
	if (!status && a.moving) {
		char some[40] = "";

		if (a.working != UINT_MAX)
			snprintf(some, sizeof some, " and %u guests work", a.working);
		printf("moving %s: %u CPUs a second change%s; Ctrl-C ends\n", a.dir, a.flips, some);
		fflush(stdout);
		status = move_until_stopped(&a, &signals);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return status;
}
