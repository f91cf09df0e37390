/* Captures made of texts, for tests that need a machine with a past. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_CAPTURING_H
#define TESTS_LIB_CAPTURING_H

#include <stddef.h>

struct host;

#define CAPTURE_HEAD "hvscope-capture 1\n"
#define CAPTURE_TICK_1 "@ 1 1000000000 2026-11-27T18:00:00Z all\n"
#define CAPTURE_TICK_2 "@ 2 2000000000 2026-11-27T18:00:01Z due\n"
#define CAPTURE_TICK_3 "@ 3 3000000000 2026-11-27T18:00:02Z\n"

/* Opens it; the test ends when that fails. It is called made.host. */
struct host *capture_of_text(const char *text);
/* records between a head with one tick and the end; moved to that tick. */
struct host *capture_of_records(const char *records);
/* The error and why, which the test compares: opening must fail. */
int capture_fails(const char *text, size_t len, char why[200]);

/* What h answers; an error is its name and the sentence: "ENOENT: /sys/x: No such file or directory". For free(). */
char *capture_read_text(struct host *h, const char *path);
char *capture_link_text(struct host *h, const char *path);
char *capture_list_text(struct host *h, const char *path); /* names with a blank behind each, in their order */

void assert_reads(struct host *h, const char *path, const char *wanted);
void assert_links(struct host *h, const char *path, const char *wanted);
void assert_lists(struct host *h, const char *path, const char *wanted);

#endif
