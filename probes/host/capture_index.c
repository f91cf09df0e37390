/* Finds what was said of a path: a hash over all paths of a capture, which nobody can fill with paths that collide. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "probes/arena.h"
#include "probes/host/answer.h"
#include "probes/host/capture_impl.h"
#include "probes/util.h"

/* So much of the text is a path at least, as a rule: then nothing has to be moved to where there is more room. */
enum { BYTES_EACH = 64, ROOM_LEAST = 512 };

__extension__ typedef unsigned __int128 wide;

static uint64_t fold(uint64_t a, uint64_t b)
{
	wide product = (wide)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint32_t hash_of(const struct capture *c, enum capture_verb verb, const char *path, size_t len)
{
	uint64_t h = c->key[0] ^ (len << 2 | verb), word[2];
	size_t i = 0;

	for (; i + sizeof(word) <= len; i += sizeof(word)) {
		memcpy(word, path + i, sizeof(word));
		h = fold(h ^ word[0], c->key[1] ^ word[1]) + c->key[0];
	}
	word[0] = word[1] = 0;
	memcpy(word, path + i, len - i);
	h = fold(h ^ word[0], c->key[1] ^ word[1]) + c->key[0];
	h = fold(h, c->key[1]);
	return (uint32_t)(h ^ h >> 32);
}

/* The slot of this path: the one that holds it, or the free one that could. */
static uint32_t *slot_of(const struct capture *c, uint32_t hash, enum capture_verb verb, const char *path, size_t len)
{
	for (uint32_t i = hash & (c->slots - 1);; i = (i + 1) & (c->slots - 1)) {
		if (!c->slot[i])
			return &c->slot[i];
		const struct said *s = &c->said[c->slot[i] - 1];
		if (s->hash == hash && s->verb == verb && s->len == len && !memcmp(s->path, path, len))
			return &c->slot[i];
	}
}

struct said *capture_find(const struct capture *c, enum capture_verb verb, const char *path, size_t len)
{
	uint32_t at = *slot_of(c, hash_of(c, verb, path, len), verb, path, len);

	return at ? &c->said[at - 1] : NULL;
}

static void spread(struct capture *c)
{
	free(c->slot);
	c->slots *= 2;
	c->slot = xcalloc(c->slots, sizeof(*c->slot));
	for (uint32_t n = 0; n < c->nsaid; n++) {
		uint32_t i = c->said[n].hash & (c->slots - 1);
		while (c->slot[i])
			i = (i + 1) & (c->slots - 1);
		c->slot[i] = n + 1;
	}
}

struct said *capture_add(struct capture *c, enum capture_verb verb, struct slice path, bool in_text)
{
	uint32_t hash = hash_of(c, verb, path.p, path.len);
	uint32_t *slot = slot_of(c, hash, verb, path.p, path.len);

	if (*slot)
		return &c->said[*slot - 1];
	if (c->nsaid == c->most.paths)
		return NULL;
	if (c->nsaid == c->room) {
		c->room += c->room / 2;
		c->said = xrealloc(c->said, c->room, sizeof(*c->said));
	}
	*slot = ++c->nsaid;
	struct said *s = &c->said[c->nsaid - 1];
	*s = (struct said){
		.path = in_text ? path.p : arena_text(c->names, path.p, path.len),
		.len = (uint32_t)path.len,
		.hash = hash,
		.verb = (uint8_t)verb,
		.lines = NO_LINES,
	};
	if (c->nsaid > c->slots / 2)
		spread(c);
	return s;
}

void capture_index_begin(struct capture *c)
{
	/* The clock is what there is where the kernel has no numbers to give. */
	if (getrandom(c->key, sizeof(c->key), GRND_NONBLOCK) != (ssize_t)sizeof(c->key))
		c->key[0] = fold(clock_now_ns(), (uint64_t)clock_wall_ns()),
		c->key[1] = fold(c->key[0], (uintptr_t)c | 1);
	c->names = arena_new(0);
	c->room = (uint32_t)(c->len / BYTES_EACH) + ROOM_LEAST;
	c->said = xcalloc(c->room, sizeof(*c->said));
	for (c->slots = ROOM_LEAST; c->slots < c->room / 2;)
		c->slots *= 2;
	c->slot = xcalloc(c->slots, sizeof(*c->slot));
}

void capture_index_end(struct capture *c)
{
	capture_forget(c);
	free(c->said);
	free(c->slot);
	free(c->sorted);
	free(c->there);
	arena_free(c->names);
}
