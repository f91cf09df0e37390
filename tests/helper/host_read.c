/* Prints what a host answers for one path, or obeys lines that ask and write: for tests of what hosts answer. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host_read FOLDER PATH      what a directory host answers, or the error and status 1
 * host_read -c URI FOLDER    "-" is this machine; lines of standing input are obeyed, each answered by its text and a line
 *                            "= 0 AGE_MS TOOK_MS" or "= ERRNO TOOK_MS WHY": read PATH, wait MS PATH, write PATH TEXT
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/host.h"

static int once(const char *folder, const char *path)
{
	const struct host_options options = {.root = folder};
	struct answer answer;
	struct host *h;
	char why[200];
	int err;

	if (host_open(&options, &h, why)) {
		fprintf(stderr, "host_read: %s\n", why);
		return 2;
	}
	err = host_read(h, path, &answer);
	if (err)
		printf("%s: %s\n", strerrorname_np(-err), answer.why);
	else
		fwrite(answer.text, 1, answer.len, stdout);
	host_close(h);
	return err != 0;
}

static void obey(struct host *h, char *line)
{
	uint64_t began = host_now(h);
	struct answer answer = {.text = ""};
	char *rest = line, *verb = strsep(&rest, " ");
	int err;

	host_wait(h, !strcmp(verb, "wait") ? (unsigned)strtoul(strsep(&rest, " "), NULL, 10) : 0);
	char *path = strsep(&rest, " ");
	if (!strcmp(verb, "write"))
		err = host_write(h, path, rest ? rest : "", &answer);
	else
		err = host_read(h, path, &answer);
	uint64_t now = host_now(h), took = (now - began) / 1000000;
	if (err) {
		printf("= %s %" PRIu64 " %s\n", strerrorname_np(-err), took, answer.why);
	} else {
		fwrite(answer.text, 1, answer.len, stdout);
		printf("= 0 %" PRIu64 " %" PRIu64 "\n", (now - answer.t_ns) / 1000000, took);
	}
	fflush(stdout);
}

static int many(const char *uri, const char *folder)
{
	const struct host_options options = {.root = strcmp(folder, "-") ? folder : NULL, .connect = uri};
	char *line = NULL, why[200];
	size_t size = 0;
	struct host *h;

	if (host_open(&options, &h, why)) {
		fprintf(stderr, "host_read: %s\n", why);
		return 2;
	}
	for (ssize_t n; (n = getline(&line, &size, stdin)) > 0;) {
		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		obey(h, line);
	}
	free(line);
	host_close(h);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "-c"))
		return many(argv[2], argv[3]);
	if (argc == 3)
		return once(argv[1], argv[2]);
	fprintf(stderr, "host_read: FOLDER PATH, or -c URI FOLDER, please\n");
	return 2;
}
