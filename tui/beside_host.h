/* The other host: opened, read and asked again in a thread of its own, and left behind when that hangs. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_BESIDE_HOST_H
#define TUI_BESIDE_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "probes/checks.h"
#include "probes/probe.h"

struct history;
struct host;
struct other;

enum other_phase { OTHER_OPENING, OTHER_READING, OTHER_READY, OTHER_FAILED };

struct other_ask {
	const char *what; /* "now", a folder or a capture */
	const char *connect; /* which libvirt for "now", or NULL */
	struct host *host; /* opened already, taken over; NULL: what is opened */
	enum profile profile; /* by which its checks judge */
	double timeout; /* seconds that the first samples may wait for daemons */
	double interval; /* seconds between those samples, at most half a second; 0: that */
	uint32_t tick; /* of a capture: played as far as that; 0: to its end */
	int notify; /* an eventfd to which each news adds 1, or -1 */
};

/* Everything of ask but host is copied. NULL: no thread can be started, and host is closed. */
struct other *other_start(const struct other_ask *ask);
const char *other_what(const struct other *o);

/* How far it is: tick and ticks of a capture (0: none); after OTHER_FAILED why. */
enum other_phase other_phase(struct other *o, uint32_t *ret_tick, uint32_t *ret_ticks, char why[200]);
/* Waits until it is ready or has failed, and what was asked of it since is done; for scripts. */
void other_wait(struct other *o);

/* Once it is ready: a reference to its newest snapshot, and its past. */
struct snapshot *other_latest(struct other *o);
struct history *other_history(struct other *o);
void other_profile(struct other *o, enum profile profile); /* from the next step on */
/* One more tick, soon; a capture goes to that tick, or to its end (0, or behind it), and explains what is asked for. */
void other_step(struct other *o, const struct want *want, uint32_t tick);

/* Asks it to close its host and end; none of the above may be called then. */
void other_leave(struct other *o);
/* Frees it when it has ended, for which it waits until then (on the clock of clock_now_ns()): false when it still runs. */
bool other_gone(struct other *o, uint64_t until_ns);

#endif
