/* What the files of the recording host share with each other and with nobody else. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_RECORDING_IMPL_H
#define PROBES_HOST_RECORDING_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probes/host/capture_text.h"
#include "probes/host/recording.h"
#include "probes/host/slots.h"

/* The verbs that have records of their own; the sign of each in a capture. */
enum verb { VERB_READ = '=', VERB_LINK = '>', VERB_LIST = '/' };

/* What a path answered last to one verb. */
struct entry {
	uint64_t hash;
	uint64_t tick; /* when it was last asked; 0: never */
	int64_t us; /* when it answered, since that tick began */
	char *path;
	char *text; /* text[len] is NUL; of a list the names, each with a NUL behind it. NULL: never any */
	size_t len, size;
	size_t copied; /* of it by a reader, at most, since its lines began to change */
	uint64_t held; /* what a reader holds of it at most since then */
	char *why; /* its own sentence after an error, NULL: path and errno say it all */
	int err; /* negative errno, or 0 */
	enum verb verb;
};

/* All of them, found by verb and path: open addressing, never more than half full. */
struct entries {
	struct entry **slot;
	size_t n, size; /* size: a power of 2 */
	uint64_t held, held_most; /* of all entries; what a reader bears */
};

struct entry *record_entry(struct entries *all, enum verb verb, const char *path);
void record_entries_free(struct entries *all);

void bytes_say(struct bytes *b, const char *text);
void bytes_number(struct bytes *b, int64_t n);

/* An answer as it was just given, against what e holds of the one before; e holds it afterwards. */
void record_answer(
	struct bytes *out, struct entries *all, struct entry *e, const char *text, size_t len, int64_t us);
/* why: the other side's sentence, or NULL. */
void record_refusal(struct bytes *out, struct entries *all, struct entry *e, int err, const char *why);
/* Whether a capture can hold it at all: 0 or -EFBIG. */
int record_fits(const char *text, size_t len);

struct recording {
	struct host h;
	struct host *inner;
	record_sink *sink;
	void *arg;
	int err; /* the first of the sink, or -EFBIG when the capture is as long as one may be */
	uint64_t written; /* bytes that the sink took */

	struct entries entries;
	struct slots kept; /* their numbers there + 1; 0: it is read by its path */
	struct entry **kept_of; /* which one each of them is */

	uint64_t tick; /* 0: none yet, and nothing is recorded */
	uint64_t began_ns, us; /* of the tick; what now() said last, since then */
	int64_t wall_ns;
	bool all, all_next; /* everything is read in it, and in the next one */
	bool anonymous, asked, flushed;
	struct bytes moments, records; /* of the tick in hand: numbers of its n line, and what follows it */
	struct bytes names; /* of the listing in hand */
};

struct recording *recording_of(struct host *h);

int recording_keep(struct host *h, const char *path);
int recording_read_kept(struct host *h, int kept, struct answer *ret);
void recording_drop(struct host *h, int kept);
int recording_read(struct host *h, const char *path, struct answer *ret);
int recording_link(struct host *h, const char *path, struct answer *ret);
int recording_list(struct host *h, const char *dir, int (*each)(const char *name, void *arg), void *arg);

struct head {
	const struct about *about;
	uint32_t kept_limit;
	bool anonymous;
};
void record_head(struct bytes *out, const struct head *h);
void record_tick(struct bytes *out, uint64_t n, uint64_t ns, int64_t wall_ns, bool all);

#endif
