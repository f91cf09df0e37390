/* The stand-ins of a masked machine: which word stands for which, found from either side. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/masked_impl.h"
#include "probes/util.h"

/* A machine has thousands of names, a hostile one as many as it likes: those beyond share one stand-in. */
enum { ENTRIES_MOST = 1 << 20, BYTES_MOST = 64 << 20, BUCKETS_FIRST = 1024, STAND_IN = 128 };

struct entry {
	enum mask_kind kind;
	uint64_t hash, masked_hash;
	char *real, *masked;
	size_t len;
	struct entry *next, *next_masked;
};

struct masks {
	struct entry **bucket, **masked_bucket;
	size_t nbuckets, n, bytes;
	unsigned given[MASK_KINDS];
	int width; /* of the numbers of guests */
	char shared[MASK_KINDS][STAND_IN]; /* when there is no more room */
};

static uint64_t hash_of(enum mask_kind kind, struct slice s)
{
	uint64_t hash = UINT64_C(14695981039346656037) + kind;

	for (size_t i = 0; i < s.len; i++)
		hash = (hash ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
	return hash;
}

struct masks *masks_new(void)
{
	struct masks *m = xcalloc(1, sizeof(*m));

	m->nbuckets = BUCKETS_FIRST;
	m->bucket = xcalloc(m->nbuckets, sizeof(struct entry *));
	m->masked_bucket = xcalloc(m->nbuckets, sizeof(struct entry *));
	return m;
}

void masks_free(struct masks *m)
{
	for (size_t i = 0; i < m->nbuckets; i++) {
		for (struct entry *e = m->bucket[i], *next; e; e = next) {
			next = e->next;
			free(e->real);
			free(e->masked);
			free(e);
		}
	}
	free(m->bucket);
	free(m->masked_bucket);
	free(m);
}

static void enter(struct masks *m, struct entry *e)
{
	struct entry **at = &m->bucket[e->hash % m->nbuckets], **masked = &m->masked_bucket[e->masked_hash % m->nbuckets];

	e->next = *at;
	*at = e;
	e->next_masked = *masked;
	*masked = e;
}

static void grow(struct masks *m)
{
	struct entry **old = m->bucket;
	size_t n = m->nbuckets;

	m->nbuckets *= 4;
	m->bucket = xcalloc(m->nbuckets, sizeof(struct entry *));
	free(m->masked_bucket);
	m->masked_bucket = xcalloc(m->nbuckets, sizeof(struct entry *));
	for (size_t i = 0; i < n; i++) {
		for (struct entry *e = old[i], *next; e; e = next) {
			next = e->next;
			enter(m, e);
		}
	}
	free(old);
}

const char *mask_known(const struct masks *m, enum mask_kind kind, struct slice real)
{
	uint64_t hash = hash_of(kind, real);

	for (const struct entry *e = m->bucket[hash % m->nbuckets]; e; e = e->next)
		if (e->hash == hash && e->kind == kind && e->len == real.len && !memcmp(e->real, real.p, real.len))
			return e->masked;
	return NULL;
}

const char *mask_longer(const struct masks *m, enum mask_kind kind, struct slice begin)
{
	const struct entry *found = NULL;

	for (size_t i = 0; i < m->nbuckets; i++)
		for (const struct entry *e = m->bucket[i]; e; e = e->next)
			if (e->kind == kind && e->len > begin.len && !memcmp(e->real, begin.p, begin.len) && (!found || e->len > found->len))
				found = e;
	return found ? found->masked : NULL;
}

unsigned mask_count(const struct masks *m, enum mask_kind kind)
{
	return m->given[kind];
}

const char *mask_real(const struct masks *m, enum mask_kind kind, struct slice masked)
{
	uint64_t hash = hash_of(kind, masked);

	for (const struct entry *e = m->masked_bucket[hash % m->nbuckets]; e; e = e->next_masked)
		if (e->masked_hash == hash && e->kind == kind && slice_is(masked, e->masked))
			return e->real;
	return NULL;
}

static const char *add(struct masks *m, enum mask_kind kind, struct slice real, const char *masked)
{
	struct entry *e = xcalloc(1, sizeof(*e));

	if (m->n >= 2 * m->nbuckets)
		grow(m);
	*e = (struct entry){.kind = kind, .hash = hash_of(kind, real), .masked_hash = hash_of(kind, slice_of(masked))};
	e->real = xcalloc(real.len + 1, 1);
	memcpy(e->real, real.p, real.len);
	e->len = real.len;
	e->masked = xstrdup(masked);
	enter(m, e);
	m->n++;
	m->bytes += real.len + strlen(masked) + sizeof(*e);
	return e->masked;
}

/* The ending of a path, where it is one of those that say what a file is. */
static struct slice ending(struct slice path)
{
	static const char *const endings[] = {"qcow2", "qcow", "qed", "raw", "img", "iso", "vmdk", "vdi", "vhd", "vhdx",
		"fd", "bin", "rom", "efi", "vars", "luks", "sock", "socket", "log", "pid", "xml", "aes", "lock", "conf"};

	for (size_t i = 0; i < COUNT(endings); i++) {
		size_t n = strlen(endings[i]);

		if (path.len > n + 1 && path.p[path.len - n - 1] == '.' && !memcmp(path.p + path.len - n, endings[i], n))
			return (struct slice){path.p + path.len - n - 1, n + 1};
	}
	return (struct slice){path.p, 0};
}

static void name_ip4(char *to, unsigned n)
{
	static const char *const nets[] = {"192.0.2", "198.51.100", "203.0.113"};

	if (n <= COUNT(nets) * 254)
		snprintf(to, STAND_IN, "%s.%u", nets[(n - 1) / 254], (n - 1) % 254 + 1);
	else
		snprintf(to, STAND_IN, "198.%u.%u.%u", 18 + (n >> 16 & 1), n >> 8 & 0xff, n & 0xff);
}

/* The nth of its kind. */
static void name_it(char to[STAND_IN], enum mask_kind kind, unsigned n, struct slice real, int width)
{
	static const char *const words[MASK_KINDS] = {[MASK_GUEST] = "guest", [MASK_SQUEEZED] = "guest",
		[MASK_HOST] = "host", [MASK_SERIAL] = "SERIAL", [MASK_TITLE] = "title", [MASK_TEXT] = "text",
		[MASK_NAME] = "name", [MASK_PART] = "part", [MASK_INTERFACE] = "if"};
	struct slice end;

	if (words[kind]) {
		snprintf(to, STAND_IN, "%s%0*u", words[kind], kind == MASK_GUEST ? width : 0, n);
	} else if (kind == MASK_UUID) {
		snprintf(to, STAND_IN, "00000000-0000-4000-8000-%012u", n);
	} else if (kind == MASK_MAC) {
		snprintf(to, STAND_IN, "52:54:00:%02x:%02x:%02x", n >> 16 & 0xff, n >> 8 & 0xff, n & 0xff);
	} else if (kind == MASK_IP4) {
		name_ip4(to, n);
	} else if (kind == MASK_IP6) {
		snprintf(to, STAND_IN, n >> 16 ? "2001:db8::%x:%x" : "2001:db8::%.0x%x", n >> 16, n & 0xffff);
	} else if (kind == MASK_PATH) {
		end = ending(real);
		snprintf(to, STAND_IN, "%simages/%u%.*s", real.len && real.p[0] == '/' ? "/" : "", n, (int)end.len, end.p);
	} else {
		snprintf(to, STAND_IN, "%0*x", real.len < STAND_IN ? (int)real.len : STAND_IN - 1, n);
	}
}

void mask_expect(struct masks *m, size_t guests)
{
	if (m->given[MASK_GUEST])
		return;
	for (m->width = 1; guests >= 10; guests /= 10)
		m->width++;
}

static bool full(const struct masks *m, struct slice real)
{
	return m->n >= ENTRIES_MOST || m->bytes + real.len > BYTES_MOST;
}

const char *mask_of(struct masks *m, enum mask_kind kind, struct slice real)
{
	const char *masked = mask_known(m, kind, real);
	char name[STAND_IN];

	if (masked)
		return masked;
	if (full(m, real)) {
		name_it(m->shared[kind], kind, 0xffffff, real, 0);
		return m->shared[kind];
	}
	/* a stand-in that is somebody's real name would be taken for that one */
	do {
		name_it(name, kind, ++m->given[kind], real, m->width);
	} while (mask_known(m, kind, slice_of(name)) ||
		 (kind == MASK_GUEST && mask_known(m, MASK_TAKEN, slice_of(name))) || slice_is(real, name));
	return add(m, kind, real, name);
}

const char *mask_pair(struct masks *m, enum mask_kind kind, struct slice real, const char *masked)
{
	const char *known = mask_known(m, kind, real), *stands;
	char *other = NULL;

	if (known || full(m, real))
		return known ? known : masked;
	/* only parts of paths are ever asked back */
	for (unsigned i = 2; kind == MASK_PART && mask_real(m, kind, slice_of(other ? other : masked)); i++) {
		free(other);
		other = xasprintf("%s-%u", masked, i);
	}
	stands = add(m, kind, real, other ? other : masked);
	free(other);
	return stands;
}

void mask_put(struct text *t, const char *bytes, size_t len)
{
	if (len >= t->size - t->len) {
		t->size = 2 * (t->len + len + 1);
		t->bytes = xrealloc(t->bytes, t->size, 1);
	}
	memcpy(t->bytes + t->len, bytes, len);
	t->len += len;
	t->bytes[t->len] = '\0';
}

void mask_put_slice(struct text *t, struct slice s)
{
	mask_put(t, s.p, s.len);
}
