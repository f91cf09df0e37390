/* Files of captures: plain or gzip, standard input and output; written whole or not at all. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_CAPTURE_FILE_H
#define PROBES_HOST_CAPTURE_FILE_H

#include <stddef.h>

/* Looks at the text as far as it has come, after each piece of it; a negative errno, with why told, ends the reading. */
typedef int capture_glance(void *arg, const char *text, size_t len);

/*
 * All of it, inflated when it begins as gzip does, with a NUL behind it, for free(). "-": standard input. -EFBIG: over cap.
 * glance: may be NULL.
 */
int capture_file_read(const char *path, size_t cap, capture_glance *glance, void *arg, char **ret_text, size_t *ret_len,
	char why[200]);

struct capture_file;

/*
 * A new file beside path, which takes its place at the end (0600; what is no regular file there is refused, a link too: to
 * replace /dev/stdout would be a catastrophe); compressed when the name ends in ".gz", in any case,
 * and refused when it says another compression. "-": standard output. why: what and why, in one sentence, from all of these.
 */
int capture_file_create(const char *path, struct capture_file **ret, char why[200]);
/* 0 where nothing is lost when path is written: it is "-", not there, or empty; else -EEXIST. */
int capture_file_replaces(const char *path, char why[200]);
int capture_file_write(struct capture_file *f, const char *bytes, size_t len, char why[200]);
/*
 * After an error of writing: ends it behind its first len bytes, with end. Of a plain file only: -EOPNOTSUPP. Nothing is left
 * to do but capture_file_abandon() when that fails too.
 */
int capture_file_cut(struct capture_file *f, size_t len, const char *end, char why[200]);
/* Brings it to the disk under its name, and frees f. After an error nothing is left behind. */
int capture_file_end(struct capture_file *f, char why[200]);
/* What is written is called that until then, for free(); NULL: standard output. Who leaves at once removes it. */
char *capture_file_draft(const struct capture_file *f);
void capture_file_remove(const char *draft);
void capture_file_abandon(struct capture_file *f); /* frees f and removes what was written; NULL is fine */

#endif
