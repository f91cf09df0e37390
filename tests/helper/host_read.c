/* Prints what a directory host answers for one path: host_read FOLDER PATH, or the error and status 1. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "probes/host/host.h"

int main(int argc, char **argv)
{
	const struct host_options options = {.root = argc == 3 ? argv[1] : NULL};
	struct answer answer;
	struct host *h;
	char why[200];
	int err;

	if (argc != 3 || host_open(&options, &h, why)) {
		fprintf(stderr, "host_read: %s\n", argc != 3 ? "two arguments, please" : why);
		return 2;
	}
	err = host_read(h, argv[2], &answer);
	if (err)
		printf("%s: %s\n", strerrorname_np(-err), answer.why);
	else
		fwrite(answer.text, 1, answer.len, stdout);
	host_close(h);
	return err != 0;
}
