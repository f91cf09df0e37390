/* What the files that open hvscope's own files share with each other and with nobody else but the files of captures. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_FILES_IMPL_H
#define PROBES_FILES_IMPL_H

#include <stddef.h>

int files_refuse(char why[200], int err, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* "PATH cannot be WHAT: …" of errno; returns it, negative. */
int files_failed(char why[200], const char *what, const char *path);
/* All of it, to whatever fd is. */
int files_put(int fd, const char *bytes, size_t len);
char *files_folder_of(const char *path); /* for free() */
/* A new name is on the disk only when its folder is. */
int files_sync_folder(const char *path, char why[200]);

#endif
