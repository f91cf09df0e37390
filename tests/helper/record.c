/* Writes a capture beside the reports of the machine at each tick, and says in what the capture's own reports differ. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "probes/host/capture_file.h"
#include "probes/host/host.h"
#include "probes/host/recording.h"
#include "probes/report.h"
#include "probes/sampler.h"
#include "probes/snapshot.h"
#include "probes/util.h"

/*
 *	record [-r FOLDER | -c URI] [-n TICKS] [-i MS] [-w MS] [-a] FILE.host BEFORE
 *	record -p FILE.host BEFORE
 *
 * -r, -c: what is sampled instead of this machine, with which libvirt; -i: ms between ticks; -w: ms that the first waits for
 * daemons; -a: masked. Writes BEFORE.N.txt and BEFORE.N.json, the reports of tick N, as of a capture. -p plays the capture
 * and compares: a line for each first difference of a report; status 0 all is the same, 1 something differs, 2 failed.
 */

enum { SAME = 0, DIFFERS = 1, FAILED = 2 };

struct asked {
	struct host_options o;
	unsigned ticks, interval_ms, wait_ms;
	bool masked, plays;
	const char *file, *before;
};

struct sink {
	struct capture_file *f;
	char why[200];
};

static int take(void *arg, const char *bytes, size_t len)
{
	struct sink *s = arg;

	return capture_file_write(s->f, bytes, len, s->why);
}

static int complain(const char *what, const char *why)
{
	fprintf(stderr, "record: %s: %s\n", what, why);
	return FAILED;
}

/* What may differ is made the same: a capture is not what it was made of. */
static void call_it_capture(struct snapshot *s)
{
	s->about.kind = HOST_CAPTURE;
	snprintf(s->about.label, sizeof s->about.label, "CAPTURE");
	s->tape = (struct tape){.ticks = 0}; /* nor does the label say which tick it is */
}

static char *path_of(const struct asked *a, unsigned tick, bool json)
{
	return xasprintf("%s.%u.%s", a->before, tick, json ? "json" : "txt");
}

static char *report(const struct snapshot *s, bool json)
{
	return json ? report_json(s) : report_text(s);
}

static int save(const struct asked *a, unsigned tick, const struct snapshot *s, bool json)
{
	char *path = path_of(a, tick, json), *text = report(s, json);
	FILE *f = fopen(path, "w");
	int status = SAME;

	if (!f || fprintf(f, "%s%s", text, json ? "\n" : "") < 0)
		status = complain(path, strerror(errno));
	if (f && fclose(f))
		status = complain(path, strerror(errno));
	free(path);
	free(text);
	return status;
}

static char *slurp(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (f && getdelim(&text, &size, '\0', f) < 0)
		errno = EIO;
	if (f)
		fclose(f);
	return text;
}

/* The first line that is another one, of both. JSON is one line: from a little before the place. */
static void print_difference(const char *path, const char *was, const char *is)
{
	size_t at = 0, from;

	while (was[at] && was[at] == is[at])
		at++;
	for (from = at; from && was[from - 1] != '\n' && at - from < 60;)
		from--;
	printf("%s: %.*s | %.*s\n", path, (int)strcspn(was + from, "\n") > 160 ? 160 : (int)strcspn(was + from, "\n"),
		was + from, (int)strcspn(is + from, "\n") > 160 ? 160 : (int)strcspn(is + from, "\n"), is + from);
}

static int compare(const struct asked *a, unsigned tick, const struct snapshot *s, bool json)
{
	char *path = path_of(a, tick, json), *was = slurp(path), *is = report(s, json);
	int status = SAME;

	if (!was) {
		status = complain(path, strerror(errno));
	} else {
		was[strlen(was) - json] = '\0';
		if (strcmp(was, is) != 0) {
			print_difference(path, was, is);
			status = DIFFERS;
		}
	}
	free(path);
	free(was);
	free(is);
	return status;
}

static int one_tick(const struct asked *a, unsigned tick, struct sampler *s)
{
	const struct want want = {.everything = tick == 1};
	struct snapshot *snap = sampler_step(s, &want);
	int status = SAME;

	call_it_capture(snap);
	for (int json = 0; json < 2 && status != FAILED; json++) {
		int one = a->plays ? compare(a, tick, snap, json) : save(a, tick, snap, json);

		status = one > status ? one : status;
	}
	snapshot_unref(snap);
	return status;
}

static void pause_ms(unsigned ms)
{
	struct timespec ts = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

	while (nanosleep(&ts, &ts))
		;
}

/* recording: NULL when it is played. */
static int run(const struct asked *a, struct host *h, struct host *recording)
{
	struct sampler *s = sampler_new(h);
	int status = SAME;

	host_wait(h, a->wait_ms);
	for (unsigned tick = 1; tick <= a->ticks && status != FAILED; tick++) {
		int one;

		if (tick == 2)
			host_wait(h, 0);
		if (tick > 1 && !a->plays)
			pause_ms(a->interval_ms);
		if (recording)
			recording_all(recording, tick == 1);
		one = one_tick(a, tick, s);
		status = one > status ? one : status;
	}
	if (recording && recording_flush(recording, true) < 0)
		status = complain(a->file, "cannot be written");
	sampler_free(s);
	return status;
}

static int record(const struct asked *a)
{
	struct sink sink = {.why = ""};
	struct host *h, *recording;
	char why[200];
	int status;

	if (capture_file_create(a->file, &sink.f, why) < 0)
		return complain(a->file, why);
	if (host_open(&a->o, &h, why) < 0) {
		capture_file_abandon(sink.f);
		return complain("the machine", why);
	}
	if (a->masked && masked_open(h, &h) < 0)
		return complain("the machine", "cannot be masked");
	if (recording_open(h, take, &sink, &recording) < 0)
		return complain("the machine", "cannot be recorded");
	status = run(a, recording, recording);
	if (status == SAME && capture_file_end(sink.f, why) < 0)
		status = complain(a->file, why);
	else if (status != SAME)
		capture_file_abandon(sink.f);
	return status;
}

static int play(struct asked *a)
{
	struct answer answer;
	struct host *h;
	char why[200];
	const char *ticks;

	a->o.open = a->file;
	if (host_open(&a->o, &h, why) < 0)
		return complain(a->file, why);
	ticks = host_read(h, "@capture/tick", &answer) ? NULL : strstr(answer.text, "ticks=");
	a->ticks = ticks ? (unsigned)strtoul(ticks + strlen("ticks="), NULL, 10) : 0;
	if (!a->ticks) {
		host_close(h);
		return complain(a->file, "has no ticks");
	}
	return run(a, h, NULL);
}

int main(int argc, char **argv)
{
	struct asked a = {.ticks = 3};
	int c;

	while ((c = getopt(argc, argv, "r:c:n:i:w:ap")) != -1) {
		unsigned n = optarg ? (unsigned)strtoul(optarg, NULL, 10) : 0;

		switch (c) {
		case 'r': a.o.root = optarg; break;
		case 'c': a.o.connect = optarg; break;
		case 'n': a.ticks = n; break;
		case 'i': a.interval_ms = n; break;
		case 'w': a.wait_ms = n; break;
		case 'a': a.masked = true; break;
		case 'p': a.plays = true; break;
		default: return FAILED;
		}
	}
	if (argc - optind != 2 || !a.ticks) {
		fputs("usage: record [-r FOLDER | -c URI] [-n TICKS] [-i MS] [-w MS] [-a | -p] FILE.host BEFORE\n", stderr);
		return FAILED;
	}
	a.file = argv[optind];
	a.before = argv[optind + 1];
	return a.plays ? play(&a) : record(&a);
}
