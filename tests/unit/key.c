/* Names of keys: each code has one that leads back to it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/key.h"

static void names_lead_back(void **state)
{
	size_t named = 0;

	(void)state;
	for (uint32_t code = 0; code < 0x110100; code++) {
		char name[16];

		assert_ptr_equal(key_text(code, name), name);
		if (name[0] == '\0')
			continue;
		named++;
		/* arrows as characters share their name with the keys */
		if (code >= 0x2190 && code <= 0x2193)
			continue;
		if (key_from_name(name) != code)
			fail_msg("%#x is %s is %#x", code, name, key_from_name(name));
	}
	/* all characters, and what lies above them */
	assert_true(named > 0x10f000);
}

static void people_write_them_so(void **state)
{
	static const struct {
		const char *name;
		uint32_t code;
	} rows[] = {
		{"g", 'g'},
		{"G", 'G'},
		{"?", '?'},
		{"Enter", K_ENTER},
		{"Return", K_ENTER},
		{"Space", ' '},
		{"Tab", '\t'},
		{"Esc", K_ESC},
		{"Ctrl-L", 12},
		{"Ctrl-l", 12},
		{"Ctrl-I", K_TAB},
		{"Ctrl-M", K_ENTER},
		{"Ctrl-\\", 28},
		{"F1", K_F1},
		{"F12", K_F12},
		{"PgUp", K_PAGE_UP},
		{"PageDown", K_PAGE_DOWN},
		{"Up", K_UP},
		{"↑", K_UP},
		{"Shift-Tab", K_BACK_TAB},
		{"é", 0xe9},
		{"漢", 0x6f22},
		{"😀", 0x1f600},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (key_from_name(rows[i].name) != rows[i].code)
			fail_msg("%s: %#x", rows[i].name, key_from_name(rows[i].name));
	}
}

static void nonsense_is_no_key(void **state)
{
	static const char *const names[] = {"", "gg", "Ctrl-", "Ctrl-1", "Ctrl-LL", "F13", "F0", "enter", "\x01",
		"\x7f", "\x80", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", " ", "\xc2\x85", "éé"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (key_from_name(names[i]) != 0)
			fail_msg("%zu %s: %#x", i, names[i], key_from_name(names[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_lead_back),
		cmocka_unit_test(people_write_them_so),
		cmocka_unit_test(nonsense_is_no_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
