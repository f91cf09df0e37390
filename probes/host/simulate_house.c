/* Finds the folder for a tree that is soon removed: many thousand small files, which a slow disk takes minutes for. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/simulate_house.h"

#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statfs.h>
#include <unistd.h>

#define MEMORY "/dev/shm"

/* As measured, in memory: a CPU or a guest has up to 180 files of 4 KiB, and the machine some hundred. */
enum { FILES = 200, FILES_OF_ALL = 1000, KIB_OF_FILE = 4 };

static uint64_t memory_kib(void)
{
	FILE *f = fopen("/proc/meminfo", "re");
	unsigned long long kib = 0;
	char line[100];

	while (f && fgets(line, sizeof line, f) && sscanf(line, "MemAvailable: %llu", &kib) != 1)
		;
	if (f)
		fclose(f);
	return kib;
}

/* Twice what it takes, so that others there and the rest of this machine keep some. */
static bool has_room(const struct simulate_options *o)
{
	uint64_t things = (uint64_t)o->packages * o->cores * o->threads + o->guests;
	uint64_t files = 2 * (FILES_OF_ALL + FILES * things), kib = files * KIB_OF_FILE;
	struct statfs fs;

	if (statfs(MEMORY, &fs) || fs.f_type != TMPFS_MAGIC || access(MEMORY, W_OK | X_OK))
		return false;
	/* a tmpfs without a limit has zero files */
	return (!fs.f_files || fs.f_ffree > files) && memory_kib() > kib &&
	       (!fs.f_blocks || (uint64_t)fs.f_bavail * (uint64_t)fs.f_bsize / 1024 > kib);
}

const char *simulate_house(const struct simulate_options *o)
{
	const char *tmp = getenv("TMPDIR");

	if (tmp && *tmp)
		return tmp;
	return has_room(o) ? MEMORY : "/tmp";
}
