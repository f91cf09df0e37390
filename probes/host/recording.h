/* The recording host: wraps any other and writes down each answer that it gives, as a capture. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_RECORDING_H
#define PROBES_HOST_RECORDING_H

#include "probes/host/host.h"

/* Takes the next bytes of the capture; 0 or a negative errno, which ends the writing (the host goes on answering). */
typedef int record_sink(void *arg, const char *bytes, size_t len);

/*
 * Wraps inner and owns it. Only the first handle's answers are written down, others pass through. What is asked twice in
 * a tick is answered once by the machine: a capture can say only one thing a tick. The times of answers are
 * rounded to microseconds, for who asks as for the capture, so that playing it gives the same facts to the last digit.
 * write is refused: -EROFS.
 */
int recording_open(struct host *inner, record_sink *sink, void *arg, struct host **ret);

/* The next tick reads everything; said with it in the capture. Call before the tick. */
void recording_all(struct host *recording, bool all);
/* Says in the head that the names are masked. Call before the first tick. */
void recording_anonymous(struct host *recording);
/*
 * Writes down the tick in hand, and with end what closes a capture. 0, or the first error of the sink; -EFBIG: the
 * capture is as long as one may be, what came later is not in it, and end still closes it.
 */
int recording_flush(struct host *recording, bool end);

/*
 * Wraps inner and owns it: names of guests and hosts, UUIDs, serials, MAC and IP addresses and the paths of images are
 * others in every answer and in every path, the same ones for the same throughout, and paths that are asked for are
 * understood. For recording_open(): what is asked through it is what a capture of it can say.
 */
int masked_open(struct host *inner, struct host **ret);

#endif
