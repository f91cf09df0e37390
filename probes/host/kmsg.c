/* Reads /dev/kmsg: a record at a time, never waiting; writes of programs into it are no lines of the kernel. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/kmsg.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probes/host/answer.h"
#include "probes/kernel_log_lines.h"
#include "probes/parse.h"
#include "probes/util.h"

enum {
	LINES_EACH = 32, /* the last ones of each kind: more of one kind leave room for the others */
	TEXT_MOST = 160,
	RECORD_MOST = 8192, /* the kernel's own limit: less is refused */
	RECORDS_MOST = 200000, /* in a call: whoever writes faster than we read is read on the next time */
};

struct line {
	uint64_t us;
	char text[TEXT_MOST];
};

struct kmsg {
	pthread_mutex_t lock; /* of all below */
	char device[128];
	int fd; /* -1: not open */
	bool any; /* a record was read */
	uint64_t first, from_us, lost;
	struct lines {
		uint64_t count; /* the newest is at (count - 1) % LINES_EACH */
		struct line line[LINES_EACH];
	} of[KERNEL_LOG_KINDS];
};

struct kmsg *kmsg_new(const char *device)
{
	struct kmsg *k = xcalloc(1, sizeof(*k));

	pthread_mutex_init(&k->lock, NULL);
	snprintf(k->device, sizeof(k->device), "%s", device);
	k->fd = -1;
	return k;
}

void kmsg_free(struct kmsg *k)
{
	if (!k)
		return;
	if (k->fd >= 0)
		close(k->fd);
	pthread_mutex_destroy(&k->lock);
	free(k);
}

/* "6,339,5140900,-;text": priority and facility, number, microseconds. What programs wrote has a facility. */
static void take(struct kmsg *k, struct slice record)
{
	struct slice head, text, word;
	uint64_t number[3];
	struct lines *of;
	struct line *to;
	int kind;

	if (!slice_pair(record, ';', &head, &text))
		return;
	for (size_t i = 0; i < COUNT(number); i++) {
		const char *comma = memchr(head.p, ',', head.len);

		word = (struct slice){head.p, comma ? (size_t)(comma - head.p) : head.len};
		if (parse_u64(word, &number[i]))
			return;
		head.p += word.len + (comma != NULL);
		head.len -= word.len + (comma != NULL);
	}
	if (!k->any)
		k->first = number[1], k->from_us = number[2];
	k->any = true;
	kind = number[0] < 8 ? kernel_log_kind_of(text) : -1;
	if (kind < 0)
		return;
	of = &k->of[kind];
	to = &of->line[of->count++ % LINES_EACH];
	to->us = number[2];
	copy_printable(to->text, sizeof(to->text), text.p, text.len);
}

/* Lines that begin with a blank say more of the record before them: which device, for programs. */
static void take_all(struct kmsg *k, struct slice rest)
{
	struct slice line;

	while (slice_line(&rest, &line))
		if (line.len && line.p[0] != ' ')
			take(k, line);
}

static int read_new(struct kmsg *k)
{
	char record[RECORD_MOST + 1];

	for (unsigned i = 0; i < RECORDS_MOST; i++) {
		ssize_t n = read(k->fd, record, RECORD_MOST);

		if (n < 0 && errno == EPIPE)
			k->lost++; /* the next read goes on with the oldest that is left */
		else if (n < 0 && errno != EINTR)
			return errno == EAGAIN ? 0 : -errno;
		else if (n == 0)
			return 0;
		if (n > 0)
			take_all(k, (struct slice){record, (size_t)n});
	}
	return 0;
}

static int open_device(struct kmsg *k, char why[WHY_SIZE])
{
	int err;

	k->fd = open(k->device, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	err = k->fd < 0 ? -errno : 0;
	if (err == -EPERM || err == -EACCES)
		return why_path(why, -EACCES, k->device,
			": only root may read the kernel's log here (kernel.dmesg_restrict); sudo hvscope reads it");
	return err ? why_errno(why, err, k->device) : 0;
}

struct out_text {
	char *buf;
	size_t size, len;
};

__attribute__((format(printf, 2, 3))) static void put(struct out_text *o, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(o->len < o->size ? o->buf + o->len : NULL, o->len < o->size ? o->size - o->len : 0, format, ap);
	va_end(ap);
	o->len += n > 0 ? (size_t)n : 0;
}

static int write_all(const struct kmsg *k, char *buf, size_t size)
{
	struct out_text o = {.buf = buf, .size = size};

	put(&o, "first=%" PRIu64 "\nfrom_us=%" PRIu64 "\nlost=%" PRIu64 "\n", k->first, k->from_us, k->lost);
	for (size_t kind = 0; kind < KERNEL_LOG_KINDS; kind++)
		if (k->of[kind].count)
			put(&o, "count.%s=%" PRIu64 "\n", kernel_log_name(kind), k->of[kind].count);
	for (size_t kind = 0; kind < KERNEL_LOG_KINDS; kind++) {
		const struct lines *of = &k->of[kind];

		for (uint64_t i = of->count > LINES_EACH ? of->count - LINES_EACH : 0; i < of->count; i++)
			put(&o, "%" PRIu64 "=%s\n", of->line[i % LINES_EACH].us, of->line[i % LINES_EACH].text);
	}
	return (int)o.len;
}

int kmsg_text(struct kmsg *k, char *buf, size_t size, char why[WHY_SIZE])
{
	int r;

	pthread_mutex_lock(&k->lock);
	r = k->fd < 0 ? open_device(k, why) : 0;
	if (!r) {
		r = read_new(k);
		if (r == -EPERM || r == -EACCES)
			r = -EACCES;
		if (r)
			why_errno(why, r, k->device);
		else if (!k->any)
			r = why_path(why, -EOPNOTSUPP, k->device, " holds nothing: in a container the log may be elsewhere");
	}
	r = r ? r : write_all(k, buf, size);
	pthread_mutex_unlock(&k->lock);
	if (r >= 0)
		why[0] = '\0';
	return r;
}
