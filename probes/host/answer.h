/* How a host words its answers: errors that name the path, and text of strangers made fit for one line. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_ANSWER_H
#define PROBES_HOST_ANSWER_H

#include <stddef.h>

#include "probes/host/host.h"

#define KEPT_FILE "a file that was open" /* what errors of a kept file name: nobody knows its path there */

enum { WHY_SIZE = 200 }; /* of answer.why and of every why[] beside it */

/* CLOCK_MONOTONIC, the clock of hosts that have no clock of their own. */
uint64_t clock_now_ns(void);
int64_t clock_wall_ns(void);

/* "/sys/x: Permission denied". The path's end is kept when it is too long: that is where paths differ. Returns err. */
int why_errno(char why[WHY_SIZE], int err, const char *path);
/* "/dev/zero" and " is never read" make one sentence. Returns err. */
int why_path(char why[WHY_SIZE], int err, const char *path, const char *what);

/* An answer without text; returns err. why is filled by the caller or by one of the two above. */
int answer_none(struct answer *ret, int err);
int answer_errno(struct answer *ret, int err, const char *path);
int answer_refuse(struct answer *ret, int err, const char *path, const char *what);

/* Copies len bytes as far as they fit; what is no printable UTF-8 becomes '?'. */
void copy_printable(char *to, size_t size, const char *from, size_t len);

#endif
