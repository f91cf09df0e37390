/* Fuzzes the reader of keys: whatever a terminal sends, a key is one that has a name, and the next key counts. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stddef.h>
#include <stdint.h>

#include "probes/util.h"
#include "tui/key_seq.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct key *key, const struct key_seq *s)
{
	char name[16];

	if (key_text(key->code, name)[0] == '\0')
		BUG("the key %#x has no name", (unsigned)key->code);
	if (key->x < 0 || key->y < 0)
		BUG("a click outside the screen");
	if (s->pasting && (!s->take_paste || key->code < ' ' || key->code >= K_NAMED))
		BUG("a paste pressed %s", name);
}

/* The first byte says whether text is typed; 0xfe and 0xff, which no terminal sends, stand for pauses. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct key_seq s = {.take_paste = size && (data[0] & 1)};
	struct key key = {0};
	uint64_t now = 1000;

	for (size_t i = 1; i < size; i++) {
		bool got;

		if (data[i] == 0xfe) {
			got = key_seq_idle(&s, now, &key);
		} else {
			now += data[i] == 0xff ? 300 : 0;
			got = key_seq_byte(&s, data[i], now, &key);
		}
		if (got)
			check(&key, &s);
	}
	if (!key_seq_byte(&s, 'x', now + 10000, &key) || key.code != 'x')
		BUG("the keyboard is dead");
	return 0;
}
