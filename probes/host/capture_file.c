/* Reads and writes the files of captures, plain or as gzip does it; what inflates is counted while it does. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/capture_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>
#define ZLIB_CONST /* it only reads what it is given */
#include <zlib.h>

#include "probes/files.h"
#include "probes/files_impl.h"
#include "probes/util.h"

enum { STANDARD_INPUT, STANDARD_OUTPUT };

enum { MIB = 1 << 20, CHUNK = 64 * 1024, ROOM_FIRST = 256 * 1024 };
enum { WINDOW = MAX_WBITS + 16, MEMORY = 8 }; /* 16: with the head and the tail of gzip */
enum { LEVEL = 5 }; /* one more saves 1 % and takes half as long again */

/* One file that is being read. */
struct reading {
	const char *name;
	size_t cap;
	char *text;
	size_t len, size; /* size: room, without the NUL */
	z_stream z;
	bool began, zipped, whole; /* whole: the last part of gzip has ended */
	capture_glance *glance;
	void *arg;
	char *why;
};

struct capture_file {
	struct files_draft *draft; /* NULL: standard output */
	bool zipped;
	z_stream z;
	unsigned char out[CHUNK];
};

static int too_big(struct reading *r)
{
	bool mib = r->cap % MIB == 0;

	return files_refuse(r->why, -EFBIG, "%s has more than %zu %s", r->name, mib ? r->cap / MIB : r->cap,
		mib ? "MiB" : "bytes");
}

/* What has come so far. */
static int look_at(struct reading *r)
{
	if (r->len > r->cap)
		return too_big(r);
	return r->glance ? r->glance(r->arg, r->text, r->len) : 0;
}

/* Room for at least one byte more, and never for more than one beyond the cap: that one shows that it was too small. */
static void make_room(struct reading *r)
{
	if (r->len < r->size)
		return;
	r->size = r->size > r->cap / 2 ? r->cap + 1 : r->size * 2;
	r->text = xrealloc(r->text, r->size + 1, 1);
}

static int keep_plain(struct reading *r, const unsigned char *bytes, size_t len)
{
	while (len) {
		make_room(r);
		size_t n = r->size - r->len < len ? r->size - r->len : len;

		memcpy(r->text + r->len, bytes, n);
		r->len += n;
		int err = look_at(r);
		if (err)
			return err;
		bytes += n;
		len -= n;
	}
	return 0;
}

static int broken(struct reading *r)
{
	return files_refuse(r->why, -EBADMSG, "%s is damaged: what gzip packed in it cannot be unpacked (%s)", r->name,
		r->z.msg ? r->z.msg : "not the end that was expected");
}

static int keep_zipped(struct reading *r, const unsigned char *bytes, size_t len)
{
	r->z.next_in = bytes;
	r->z.avail_in = (uInt)len;
	/*
	 * Little by little, as it may be much that is no capture;
	 * without bytes to take there may still be some to give, as long as all the room was used.
	 */
	for (bool full = false; r->z.avail_in || (full && !r->whole);) {
		if (r->whole && inflateReset(&r->z) != Z_OK)
			return broken(r);
		make_room(r);
		size_t room = r->size - r->len < MIB ? r->size - r->len : MIB;
		r->z.next_out = (unsigned char *)r->text + r->len;
		r->z.avail_out = (uInt)room;
		int end = inflate(&r->z, Z_NO_FLUSH);
		r->len += room - r->z.avail_out;
		int err = look_at(r);
		if (err)
			return err;
		if (end != Z_OK && end != Z_STREAM_END && end != Z_BUF_ERROR)
			return broken(r);
		r->whole = end == Z_STREAM_END;
		full = !r->z.avail_out;
	}
	return 0;
}

static int keep(struct reading *r, const unsigned char *bytes, size_t len)
{
	return r->zipped ? keep_zipped(r, bytes, len) : keep_plain(r, bytes, len);
}

/* The first bytes say what it is; a pipe may give them one by one. */
static void begin(struct reading *r, const unsigned char *bytes, size_t len)
{
	r->began = true;
	r->zipped = len >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
	if (r->zipped && inflateInit2(&r->z, WINDOW) != Z_OK)
		BUG("zlib does not begin: %s", r->z.msg ? r->z.msg : "no memory");
}

static int read_all(struct reading *r, int fd)
{
	unsigned char bytes[CHUNK];
	size_t have = 0;
	int err = 0;

	for (bool end = false; !end && !err;) {
		ssize_t n = read(fd, bytes + have, sizeof(bytes) - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return files_failed(r->why, "read", r->name);
		end = !n;
		have += (size_t)n;
		if (!r->began && (have >= 2 || end))
			begin(r, bytes, have);
		if (!r->began)
			continue;
		err = keep(r, bytes, have);
		have = 0;
	}
	if (!err && r->zipped && !r->whole)
		err = files_refuse(r->why, -EBADMSG, "%s is cut off: what gzip packed in it has no end; gzip -dc unpacks what is there",
			r->name);
	return err;
}

/* A device could be read for ever, and a folder is another kind of host. How many bytes it will have, 0: nobody knows. */
static int look(int fd, const char *name, size_t *ret_size, char why[200])
{
	struct stat st;

	if (fstat(fd, &st))
		return files_failed(why, "looked at", name);
	if (S_ISDIR(st.st_mode))
		return files_refuse(why, -EISDIR, "%s is a folder, not a capture; --root opens one", name);
	if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode) && fd != STANDARD_INPUT)
		return files_refuse(why, -EINVAL, "%s is no file that can be a capture", name);
	*ret_size = S_ISREG(st.st_mode) && st.st_size > 0 ? (size_t)st.st_size : 0;
	return 0;
}

/* Nobody need be at the other end of a pipe when it is opened; once it is open its bytes are waited for. */
static int open_to_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0)
		fcntl(fd, F_SETFL, 0);
	return fd;
}

int capture_file_read(const char *path, size_t cap, capture_glance *glance, void *arg, char **ret_text, size_t *ret_len,
	char why[200])
{
	bool standard = strcmp(path, "-") == 0;
	struct reading r = {
		.name = standard ? "standard input" : path, .cap = cap, .glance = glance, .arg = arg, .why = why};
	int fd = standard ? STANDARD_INPUT : open_to_read(path), err;

	if (fd < 0)
		return files_failed(why, "opened", path);
	err = look(fd, r.name, &r.size, why);
	if (!err) {
		r.size = r.size && r.size < cap ? r.size : ROOM_FIRST < cap ? ROOM_FIRST : cap;
		r.text = xcalloc(r.size + 1, 1);
		err = read_all(&r, fd);
	}
	if (r.zipped)
		inflateEnd(&r.z);
	if (!standard)
		close(fd);
	if (err) {
		free(r.text);
		return err;
	}
	*ret_text = xrealloc(r.text, r.len + 1, 1);
	(*ret_text)[r.len] = '\0';
	*ret_len = r.len;
	return 0;
}

int capture_file_replaces(const char *path, char why[200])
{
	struct stat st;

	if (strcmp(path, "-") == 0)
		return 0;
	if (lstat(path, &st))
		return errno == ENOENT ? 0 : files_failed(why, "looked at", path);
	return st.st_size ? files_refuse(why, -EEXIST, "%s is there already", path) : 0;
}

static bool ends_in(const char *name, const char *end)
{
	size_t len = strlen(name), n = strlen(end);

	return len > n && !strcasecmp(name + len - n, end);
}

/* Text under a name that promises something else would be found out only where it cannot be opened. */
static int check_name(const char *path, char why[200])
{
	static const char *const others[] = {".bz2", ".xz", ".zst", ".lz4", ".lzma", ".lzo", ".Z", ".zip", ".7z", ".tgz"};

	for (size_t i = 0; i < COUNT(others); i++)
		if (ends_in(path, others[i]))
			return files_refuse(why, -EINVAL, "%s: of compressions there is only .gz, not %s", path, others[i]);
	return 0;
}

int capture_file_create(const char *path, struct capture_file **ret, char why[200])
{
	struct capture_file *f = xcalloc(1, sizeof(*f));
	int err = check_name(path, why);

	if (!err && strcmp(path, "-") != 0)
		err = files_draft(path, &f->draft, why);
	if (err) {
		free(f);
		return err;
	}
	f->zipped = ends_in(path, ".gz");
	if (f->zipped && deflateInit2(&f->z, LEVEL, Z_DEFLATED, WINDOW, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
		BUG("zlib does not begin: %s", f->z.msg ? f->z.msg : "no memory");
	*ret = f;
	return 0;
}

static int put(struct capture_file *f, const void *bytes, size_t len, char why[200])
{
	int err;

	if (f->draft)
		return files_draft_add(f->draft, bytes, len, why);
	err = files_put(STANDARD_OUTPUT, bytes, len);
	if (!err)
		return 0;
	errno = -err;
	return files_failed(why, "written", "standard output");
}

/* What zlib has been given goes out as far as it is ready; with Z_FINISH all of it. */
static int pack(struct capture_file *f, int flush, char why[200])
{
	int end;

	do {
		f->z.next_out = f->out;
		f->z.avail_out = sizeof(f->out);
		end = deflate(&f->z, flush);
		int err = put(f, f->out, sizeof(f->out) - f->z.avail_out, why);
		if (err)
			return err;
	} while (flush == Z_FINISH ? end != Z_STREAM_END : !f->z.avail_out);
	return 0;
}

int capture_file_write(struct capture_file *f, const char *bytes, size_t len, char why[200])
{
	if (!f->zipped)
		return put(f, bytes, len, why);
	while (len) {
		uInt n = len < UINT_MAX ? (uInt)len : UINT_MAX;

		f->z.next_in = (const unsigned char *)bytes;
		f->z.avail_in = n;
		int err = pack(f, Z_NO_FLUSH, why);
		if (err)
			return err;
		bytes += n;
		len -= n;
	}
	return 0;
}

int capture_file_cut(struct capture_file *f, size_t len, const char *end, char why[200])
{
	int err;

	if (!f->draft || f->zipped)
		return files_refuse(why, -EOPNOTSUPP, "what is compressed or on its way cannot be cut");
	err = files_draft_cut(f->draft, len, why);
	return err ? err : put(f, end, strlen(end), why);
}

static void file_free(struct capture_file *f)
{
	if (f->zipped)
		deflateEnd(&f->z);
	free(f);
}

int capture_file_end(struct capture_file *f, char why[200])
{
	int err = f->zipped ? pack(f, Z_FINISH, why) : 0;

	if (f->draft && err)
		files_draft_abandon(f->draft);
	else if (f->draft)
		err = files_draft_end(f->draft, why);
	file_free(f);
	return err;
}

char *capture_file_draft(const struct capture_file *f)
{
	return f->draft ? xstrdup(files_draft_name(f->draft)) : NULL;
}

void capture_file_remove(const char *draft)
{
	unlink(draft);
}

void capture_file_abandon(struct capture_file *f)
{
	if (!f)
		return;
	files_draft_abandon(f->draft);
	file_free(f);
}
