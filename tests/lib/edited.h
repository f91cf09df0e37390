/* A machine that answers as another one does, but for some edits: what a test of checks changes on it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_EDITED_H
#define TESTS_LIB_EDITED_H

#include <stddef.h>

#include "probes/host/host.h"

/*
 * One edit a line. GLOB is a path in which * and ? stand for any characters, slashes too. Texts: \n, \t, \\ are understood;
 * a text ends with a newline unless it ends with \c.
 *
 *   = GLOB TEXT          reading it gives this text
 *   ! GLOB ERRNO         reading, listing and following it is refused, as of the failing host
 *   s GLOB FROM => TO    each FROM in the text of the machine is TO (FROM must be there once at least)
 *   a GLOB TEXT          this text stands behind that of the machine
 *   > GLOB TARGET        following it leads there
 *   + DIR NAME           the list of DIR has NAME too
 *   - DIR NAME           the list of DIR has it not, and nothing below it is there
 *   @ N                  the edits below begin with the Nth tick
 */
struct edits; /* for edits_free() */
struct edits *edits_parse(const char *lines); /* ends the test when a line is none of these */
void edits_free(struct edits *e); /* after the host was closed; ends the test when an edit with FROM never found it */

/* Owns inner; e must outlive it. Not for more than one handle. */
struct host *edited_open(struct host *inner, struct edits *e);

#endif
