/* The capture: a machine written down as text, and the host that answers from it. This page is its format. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_CAPTURE_H
#define PROBES_HOST_CAPTURE_H

#include "probes/host/host.h"

/*
 * A text of lines; gzip around it is seen by its first bytes. It ends with a line ".": without that it was cut off.
 *
 *   hvscope-capture 1          the first line: the version of the format
 *   # WORDS                    a comment, wherever a line of the other kinds may stand; so may an empty line
 *   : KEY VALUE                of the machine, before the first tick: kind live|directory|training (what was recorded),
 *                              hostname, kept (how many files it may keep open), missing ENOENT|ENODATA, program (version
 *                              that wrote it), anonymous yes|no. Unknown keys are ignored.
 *   @ N NS WALL [all|due]      tick N (1, 2, …) began at NS on the host's monotonic clock and at WALL (UTC, RFC 3339, up to
 *                              nanoseconds). all: everything was read in it; due: only what was due. Without: all.
 *   n US US …                  what now() said in this tick when it was asked, in that order: microseconds since its begin
 *   = PATH [TEXT]              read: TEXT is one line with its newline; without it the text are the lines that follow:
 *   <tab>LINE                  each behind a tab. None: the text is empty.
 *   ~ PATH                     the text of before, but for these lines: <tab>NUMBER LINE, numbers from 1, ascending; of a
 *                              long line only bytes: <tab>NUMBER+BYTE TEXT, as many as TEXT has, from BYTE on (the first is
 *                              0, escapes count as what they mean). None: only its time is another
 *   > PATH TARGET              link
 *   / PATH                     list: a name in each line that follows, in the order of the machine
 *   ! PATH ERRNO               read was refused: ENOENT, EACCES …; a line that follows is the other side's own sentence, when
 *                              it says more than PATH and the errno. link and list are refused alike where they have no
 *                              record of their own
 *   !> PATH ERRNO, !/ PATH ERRNO   link, list was refused
 *   .                          the end
 *
 * =, ~ and ! may carry when the answer was given, directly behind the sign: "=+1534 PATH", "=-250000 PATH", in
 * microseconds since the tick began. Without: 0. A later tick says only what is another answer than before: what it does not
 * name answers as before, as long after the tick's begin as then.
 *
 * PATH has no blanks. In PATH, TARGET, TEXT and LINE a backslash is \\ and a byte \xNN: those outside printable UTF-8,
 * braces, a blank in a PATH. \n and \t are understood too, and a tab as it is in a TEXT or LINE. \c at the very end of a text:
 * its last line has no newline.
 *
 * For people who write one: braces in a PATH make many of it. {0-3,8} is each of these numbers, {} the number again, in
 * the path, the text and the lines behind it; {/4}, {%4}, {+1}, {-1} what comes of it, left to right, of at most 8 terms
 * ({%4+1}). A LINE with a set of its own is written once for each of its numbers. A path without a record is -ENODATA, not
 * in this capture; with ": missing ENOENT" it is not on the machine, links are followed on the way to a record, and a folder
 * without a record of its list lists what is below it.
 */
#define CAPTURE_MAGIC "hvscope-capture 1"
#define CAPTURE_END ".\n"

/* What is taken from hostile hands at most; each is an error that names the line. */
enum {
	CAPTURE_BYTES_MOST = 512 << 20, /* of the text */
	CAPTURE_LINE_MOST = 16 << 20,
	CAPTURE_TEXT_MOST = 64 << 20, /* of one answer, braces filled in */
	CAPTURE_PATHS_MOST = 4 << 20, /* braces filled in */
	CAPTURE_TICKS_MOST = 1 << 20,
	CAPTURE_NAMES_MOST = 64 << 20, /* bytes of all paths that braces make */
	CAPTURE_HELD_MOST = 128 << 20, /* bytes of all texts that ~ has changed, at a time */
	CAPTURE_TERMS_MOST = 8, /* of a sum in braces */
	CAPTURE_LINKS_MOST = 40, /* on the way to one record, as Linux does */
};

/*
 * The host of a capture. path: "-" is standard input. Before its first tick() no path has an answer (-ENODATA).
 * tick(h, ±n) moves all handles of the machine; -ERANGE, and nothing moved, where there is no such tick; by one backward from
 * tick 1 is the place before it. "@capture/tick" answers: tick=3, ticks=60, want=all|due, next_ns= until the next one, 0 at the
 * last. write: -EROFS. On failure why names file, line and what is wrong with it.
 */
int capture_open(const struct host_options *o, struct host **ret, char why[200]);
/* The same of a text with a NUL behind it, which it takes over even when it fails; file: what errors name. */
int capture_open_text(char *text, size_t len, const char *file, struct host **ret, char why[200]);

/* What a capture may ask for. Small ones let a fuzzer find what goes beyond them. */
struct capture_limits {
	uint64_t paths; /* that there are, and that braces make */
	uint64_t names; /* bytes of those that braces make */
	uint64_t text; /* bytes of one answer */
	uint64_t filled; /* bytes of all answers, once for each path: without braces that is less than the capture has */
	uint64_t held; /* bytes of texts that ~ has changed, at a time */
};

int capture_open_limited(char *text, size_t len, const char *file, const struct capture_limits *most, struct host **ret,
	char why[200]);

#endif
