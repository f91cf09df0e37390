/* hvscope's own files: journal, themes, configuration, exports; never followed through links, never half written. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_FILES_H
#define PROBES_FILES_H

#include <stddef.h>

/*
 * All return 0 or a negative errno with a sentence in why. A file that is no regular one, belongs to somebody else
 * (root's may be read), or may be written by others is refused: hvscope believes what it reads here.
 */

/* The whole text for free(), with a NUL behind it. -EFBIG when it has more than cap bytes. */
int files_read(const char *path, size_t cap, char **ret_text, size_t *ret_len, char why[200]);

/*
 * The names in folder that end in `ending`, without it, in the order of strcmp(); nothing is said of what they are.
 * -ENOENT without that folder. For files_names_free().
 */
int files_names(const char *folder, const char *ending, char ***ret_names, size_t *ret_n, char why[200]);
void files_names_free(char **names, size_t n);
/* The folder that this program was built in, where it runs as FOLDER/.build/KIND/hvscope; NULL elsewhere. For free(). */
char *files_build_folder(void);

/* Replaces or makes the file, 0600: either all of the text is on the disk, or what was there before still is. */
int files_write(const char *path, const char *text, size_t len, char why[200]);

/* The same for a text that comes in pieces. Nothing has the name before the end, which frees d, as abandoning it does. */
struct files_draft;
int files_draft(const char *path, struct files_draft **ret, char why[200]);
int files_draft_add(struct files_draft *d, const char *bytes, size_t len, char why[200]);
/* Takes back what is behind these bytes. */
int files_draft_cut(struct files_draft *d, size_t len, char why[200]);
int files_draft_end(struct files_draft *d, char why[200]);
void files_draft_abandon(struct files_draft *d); /* NULL is fine */
const char *files_draft_name(const struct files_draft *d); /* what it is called until its end */

/* A file that is open for appending and locked against every other hvscope. */
struct files_log;

/* Makes the file (0600) and missing folders (0700), and waits some seconds for the lock. -EBUSY when it is not free. */
int files_log_open(const char *path, struct files_log **ret, char why[200]);
/* As files_read(). */
int files_log_read(struct files_log *log, size_t cap, char **ret_text, size_t *ret_len, char why[200]);
/*
 * Adds a line (without its newline) and brings it to the disk. A torn last line of before is ended first. After an
 * error the file is as it was.
 */
int files_log_append(struct files_log *log, const char *line, char why[200]);
void files_log_close(struct files_log *log); /* NULL is fine */

#endif
