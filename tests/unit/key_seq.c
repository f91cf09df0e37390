/* Sequences of bytes to keys: also torn, late, broken and random ones. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/key_seq.h"

/* Feeds text, an idle moment at its end; keys are appended to out by name. */
static void feed(struct key_seq *s, const char *text, uint64_t now_ms, char out[512])
{
	struct key key;
	char name[16];

	for (const char *c = text; *c; c++) {
		if (key_seq_byte(s, (uint8_t)*c, now_ms, &key))
			snprintf(out + strlen(out), 512 - strlen(out), "<%s>", key_text(key.code, name));
	}
	if (key_seq_idle(s, now_ms, &key))
		snprintf(out + strlen(out), 512 - strlen(out), "<%s>", key_text(key.code, name));
}

static void expect(const char *text, const char *keys)
{
	struct key_seq s = {0};
	char out[512] = "";

	feed(&s, text, 1000, out);
	if (strcmp(out, keys) != 0)
		fail_msg("%s instead of %s", out, keys);
}

static void keys_of_every_kind(void **state)
{
	(void)state;
	expect("ab", "<a><b>");
	expect("\033", "<Esc>");
	expect("\033\033", "<Esc><Esc>");
	expect("\033[A\033OA\033[5~\033[Z", "<↑><↑><PgUp><Back-Tab>");
	expect("\033[[A\033[11~\033OP\033[P", "<F1><F1><F1><F1>");
	expect("é漢😀", "<é><漢><😀>");
	expect("\r\n\b\177\t", "<Enter><Enter><Backspace><Backspace><Tab>");
	expect("\033Op\033Oy\033Ok\033OM", "<0><9><+><Enter>");
	expect("\033[<0;1;1M\033[<0;1;1m", "<Mouse>");
	expect("\033[M !!\033[M#!!", "<Mouse>");
}

static void what_is_unknown_is_no_key(void **state)
{
	static const char *const unknown[] = {"\033[1;5A", "\033[99~", "\033q", "\033[?62;1;2c", "\033]0;q\a",
		"\033Pq\033\\", "\033_q\033\\", "\033[<35;1;1M", "\033[<0;0;0M", "\033[<0;99999;1M", "\033[I", "\033Oz",
		"\033[[Z", "\033é", "\033[1;1R", "\033[27;5;113~", "\033[\030", "\xff", "\xc3", "\xc0\xaf",
		"\xed\xa0\x80", "\xf5\x80\x80\x80", "\xc2\x85", "\033[200~q\033[201~"};

	(void)state;
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		char text[64];

		expect(unknown[i], "");
		/* what comes behind it counts again */
		snprintf(text, sizeof(text), "%sx", unknown[i]);
		if (strcmp(unknown[i], "\033[") != 0)
			expect(text, "<x>");
	}
}

static void broken_sequences_do_not_hide_keys(void **state)
{
	struct key_seq s = {0};
	char out[512] = "";

	(void)state;
	expect("\033[12\033[A", "<↑>");
	expect("\xe6\xbcq", "<q>");
	feed(&s, "\033[12", 1000, out);
	assert_string_equal(out, "");
	feed(&s, "q", 1700, out);
	assert_string_equal(out, "<q>");
}

/* A slow line: the rest of an arrow must not press keys. */
static void torn_sequences(void **state)
{
	struct key_seq s = {0};
	char out[512] = "";

	(void)state;
	feed(&s, "\033", 1000, out);
	feed(&s, "[A", 1100, out);
	assert_string_equal(out, "<Esc><↑>");
	out[0] = '\0';
	feed(&s, "\033[", 2000, out);
	feed(&s, "B", 2200, out);
	assert_string_equal(out, "<↓>");
	out[0] = '\0';
	feed(&s, "\033", 3000, out);
	feed(&s, "[", 3400, out);
	assert_string_equal(out, "<Esc><[>");
	out[0] = '\0';
	feed(&s, "\xe6", 4000, out);
	feed(&s, "\xbc\xa2", 4010, out);
	assert_string_equal(out, "<漢>");
}

static void pastes_press_nothing(void **state)
{
	struct key_seq s = {0};
	char out[512] = "";
	struct key key;

	(void)state;
	feed(&s, "\033[200~gy\r\033[A\033[<0;1;1M", 1000, out);
	assert_false(key_seq_named(&s, K_UP, 1000, &key));
	assert_string_equal(out, "");
	feed(&s, "\033[201~g", 1000, out);
	assert_string_equal(out, "<g>");
	out[0] = '\0';
	s.take_paste = true;
	feed(&s, "\033[200~a é\r\n\t\177b\033[201~", 2000, out);
	assert_string_equal(out, "<a><Space><é><b>");
	/* an end that never came */
	out[0] = '\0';
	s.take_paste = false;
	feed(&s, "\033[200~q", 3000, out);
	feed(&s, "q", 9000, out);
	assert_string_equal(out, "<q>");
}

static void clicks(void **state)
{
	struct key_seq s = {0};
	static const struct {
		const char *text;
		uint64_t at;
		int button, x, y;
		bool twice;
	} rows[] = {
		{"\033[<0;5;3M", 1000, BUTTON_LEFT, 4, 2, false},
		{"\033[<0;5;3M", 1300, BUTTON_LEFT, 4, 2, true},
		{"\033[<0;5;3M", 1400, BUTTON_LEFT, 4, 2, false},
		{"\033[<0;6;3M", 1500, BUTTON_LEFT, 5, 2, false},
		{"\033[<0;6;3M", 2500, BUTTON_LEFT, 5, 2, false},
		{"\033[<2;200;60M", 3000, BUTTON_RIGHT, 199, 59, false},
		{"\033[<1;1;1M", 3000, BUTTON_MIDDLE, 0, 0, false},
		{"\033[<64;1;1M", 3000, BUTTON_WHEEL_UP, 0, 0, false},
		{"\033[<65;1;1M", 3000, BUTTON_WHEEL_DOWN, 0, 0, false},
		{"\033[<16;1;1M", 4000, BUTTON_LEFT, 0, 0, false},
		{"\033[M \x25\x23", 6000, BUTTON_LEFT, 4, 2, false},
		{"\033[Ma!!", 6000, BUTTON_WHEEL_DOWN, 0, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct key key = {0};
		bool got = false;

		for (const char *c = rows[i].text; *c; c++)
			got = key_seq_byte(&s, (uint8_t)*c, rows[i].at, &key);
		assert_true(got);
		assert_int_equal(key.code, K_MOUSE);
		assert_int_equal(key.button, rows[i].button);
		assert_int_equal(key.x, rows[i].x);
		assert_int_equal(key.y, rows[i].y);
		if (key.twice != rows[i].twice)
			fail_msg("row %zu: twice %d", i, key.twice);
	}
}

/* Whatever comes: a key is always one that has a name, and after a pause an ordinary key counts. */
static void random_bytes(void **state)
{
	static const char likely[] = "\033\033[[O<;;019~MmAP]\\\a";
	struct key_seq s = {0};
	uint64_t now = 1000;

	(void)state;
	srand(1);
	for (int i = 0; i < 300000; i++) {
		struct key key = {0};
		uint8_t byte = rand() % 2 ? (uint8_t)rand() : (uint8_t)likely[rand() % (int)(sizeof(likely) - 1)];
		bool got = rand() % 16 ? key_seq_byte(&s, byte, now, &key) : key_seq_idle(&s, now, &key);

		if (got) {
			char name[16];

			assert_true(key_text(key.code, name)[0] != '\0');
			assert_true(key.x >= 0 && key.y >= 0);
		}
		now += rand() % 50 == 0 ? 100 : 0;
		if (rand() % 1000 == 0) {
			now += 5000;
			assert_true(key_seq_byte(&s, 'x', now, &key));
			assert_int_equal(key.code, 'x');
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_of_every_kind),
		cmocka_unit_test(what_is_unknown_is_no_key),
		cmocka_unit_test(broken_sequences_do_not_hide_keys),
		cmocka_unit_test(torn_sequences),
		cmocka_unit_test(pastes_press_nothing),
		cmocka_unit_test(clicks),
		cmocka_unit_test(random_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
