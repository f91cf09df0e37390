/* Dialogs: at every size from nothing to large, buttons visible from 40×12 on, text that scrolls, pictures. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/picture.h"
#include "widgets/dialog.h"

static const struct dialog_line lines[] = {
	{NULL, "policy0–policy95 scaling_governor", "powersave", "performance", ROLE_text},
	{"Effect", "busy CPUs rise from 1.20 to at least 2.40 GHz within milliseconds", NULL, NULL, ROLE_text},
	{"Costs", "power and heat", NULL, NULL, ROLE_text},
	{"Note", "tuned runs with profile \"balanced\" and may put it back", NULL, NULL, ROLE_warn},
	{"By hand", "for p in /sys/devices/system/cpu/cpufreq/policy*; do echo performance > $p/scaling_governor; done",
		NULL, NULL, ROLE_dim},
};
static const struct dialog_button buttons[] = {
	{"n", "No, leave it", ROLE_button}, {"y", "Yes, change it", ROLE_danger}};
static const struct dialog plan = {"Switch the governor of 96 CPUs", lines, 5, buttons, 2, 0, 0};

static void dialog_is(const struct dialog *d, int w, int h, const char *text, const char *roles)
{
	struct picture p = picture_new(w, h, false);
	struct dialog_layout l;

	dialog_layout(d, w, h, &l);
	dialog_draw(&p.c, d, &l);
	picture_is(&p.c, text, roles);
	picture_end(&p);
}

static void a_plan_looks_like_this(void **state)
{
	(void)state;
	dialog_is(&plan, 68, 13,
		"  ┌ Switch the governor of 96 CPUs ──────────────────────────────┐\n"
		"  │ policy0–policy95 scaling_governor  powersave → performance   │\n"
		"  │ Effect   busy CPUs rise from 1.20 to at least 2.40 GHz       │\n"
		"  │          within milliseconds                                 │\n"
		"  │ Costs    power and heat                                      │\n"
		"  │ Note     tuned runs with profile \"balanced\" and may put it   │\n"
		"  │          back                                                │\n"
		"  │ By hand  for p in /sys/devices/system/cpu/cpufreq/policy*;   │\n"
		"  │          do echo performance > $p/scaling_governor; done     │\n"
		"  │                                                              │\n"
		"  │         [ n  No, leave it ]     y  Yes, change it            │\n"
		"  └──────────────────────────────────────────────────────────────┘\n"
		"\n",
		"..IeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII\n"
		"..IddddddddddddddddddddddddddddddddddddiiiiiiiiidddjjjjjjjjjjjdddI\n"
		"..IdBBBBBBdddddddddddddddddddddddddddddddddddddddddddddddddddddddI\n"
		"..IddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddI\n"
		"..IdBBBBBddddddddddddddddddddddddddddddddddddddddddddddddddddddddI\n"
		"..IdBBBBdddddRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRdddI\n"
		"..IddddddddddRRRRddddddddddddddddddddddddddddddddddddddddddddddddI\n"
		"..IdBBBBBBBddAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAdddI\n"
		"..IddddddddddAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAdddddI\n"
		"..IddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddI\n"
		"..IdddddddddgggggggggggggggggggdddhhhhhhhhhhhhhhhhhhhhhddddddddddI\n"
		"..IIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII\n"
		"\n");
}

static void a_small_screen_scrolls(void **state)
{
	(void)state;
	dialog_is(&plan, 40, 12,
		"┌ Switch the governor of 96 CPUs ──────┐\n"
		"│ policy0–policy95 scaling_governor    │\n"
		"│   powersave → performance            │\n"
		"│ Effect   busy CPUs rise from 1.20 to │\n"
		"│          at least 2.40 GHz within    │\n"
		"│          milliseconds                │\n"
		"│ Costs    power and heat              │\n"
		"│ Note     tuned runs with profile     │\n"
		"│                                      │\n"
		"│        [ n  No, leave it ]           │\n"
		"│          y  Yes, change it           │\n"
		"└─ ↓ 7 more ───────────────────────────┘\n",
		NULL);
}

static void scrolled_text_says_what_is_hidden(void **state)
{
	struct dialog d = plan;

	(void)state;
	d.first = 3;
	d.on = 1;
	dialog_is(&d, 40, 12,
		"┌ Switch the governor of 96 CPUs ──────┐\n"
		"│          at least 2.40 GHz within    │\n"
		"│          milliseconds                │\n"
		"│ Costs    power and heat              │\n"
		"│ Note     tuned runs with profile     │\n"
		"│          \"balanced\" and may put it   │\n"
		"│          back                        │\n"
		"│ By hand  for p in                    │\n"
		"│                                      │\n"
		"│          n  No, leave it             │\n"
		"│        [ y  Yes, change it ]         │\n"
		"└─ ↓ 4 more ────── ↑ 3 more ───────────┘\n",
		"IeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeIIIIIII\n"
		"IddddddddddddddddddddddddddddddddddddddI\n"
		"IddddddddddddddddddddddddddddddddddddddI\n"
		"IdBBBBBddddddddddddddddddddddddddddddddI\n"
		"IdBBBBdddddRRRRRRRRRRRRRRRRRRRRRRRdddddI\n"
		"IddddddddddRRRRRRRRRRRRRRRRRRRRRRRRRdddI\n"
		"IddddddddddRRRRddddddddddddddddddddddddI\n"
		"IdBBBBBBBddAAAAAAAAddddddddddddddddddddI\n"
		"IddddddddddddddddddddddddddddddddddddddI\n"
		"IddddddddfffffffffffffffffffdddddddddddI\n"
		"IddddddddgggggggggggggggggggggdddddddddI\n"
		"IIAAAAAAAAAAIIIIIIAAAAAAAAAAIIIIIIIIIIII\n");
	d.first = 1000;
	d.on = 2;
	dialog_is(&d, 40, 12,
		"┌ Switch the governor of 96 CPUs ──────┐\n"
		"│          \"balanced\" and may put it   │\n"
		"│          back                        │\n"
		"│ By hand  for p in                    │\n"
		"│          /sys/devices/system/cpu/cpu │\n"
		"│          freq/policy*; do echo       │\n"
		"│          performance >               │\n"
		"│          $p/scaling_governor; done   │\n"
		"│                                      │\n"
		"│          n  No, leave it             │\n"
		"│          y  Yes, change it           │\n"
		"└───────────────── ↑ 7 more ───────────┘\n",
		NULL);
}

/* Values of a file can be long: they stand below each other then, whole. */
static void long_values_are_wrapped(void **state)
{
	static const struct dialog_line long_line[] = {
		{"Mask", NULL, "ffffffff,ffffffff,ffffffff", "00000000,00000000,00000fff", ROLE_text},
		{NULL, "rps_cpus", "ffffffff,ffffffff,ffffffff", "0", ROLE_text},
	};
	struct dialog d = {"Masks", long_line, 2, buttons, 1, 0, 0};

	(void)state;
	dialog_is(&d, 34, 12,
		"┌ Masks ─────────────────────────┐\n"
		"│ Mask  ffffffff,ffffffff,ffffff │\n"
		"│       ff                       │\n"
		"│       → 00000000,00000000,0000 │\n"
		"│         0fff                   │\n"
		"│ rps_cpus                       │\n"
		"│   ffffffff,ffffffff,ffffffff   │\n"
		"│   → 0                          │\n"
		"│                                │\n"
		"│      [ n  No, leave it ]       │\n"
		"└────────────────────────────────┘\n"
		"\n",
		NULL);
	d.nbuttons = 0;
	dialog_is(&d, 60, 8,
		"\n"
		"  ┌ Masks ───────────────────────────────────────────────┐\n"
		"  │ Mask  ffffffff,ffffffff,ffffffff                     │\n"
		"  │       → 00000000,00000000,00000fff                   │\n"
		"  │ rps_cpus                                             │\n"
		"  │   ffffffff,ffffffff,ffffffff → 0                     │\n"
		"  └──────────────────────────────────────────────────────┘\n"
		"\n",
		NULL);
}

static bool inside(struct rect a, struct rect b)
{
	return a.x >= b.x && a.y >= b.y && a.x + a.w <= b.x + b.w && a.y + a.h <= b.y + b.h;
}

static void every_size_holds_together(void **state)
{
	(void)state;
	for (int w = -1; w <= 130; w++)
		for (int h = -1; h <= 30; h++) {
			struct rect screen = {0, 0, w > 0 ? w : 0, h > 0 ? h : 0};
			struct picture p = picture_new(w, h, w % 2 == 0);
			struct dialog d = plan;
			struct dialog_layout l;

			d.first = (w * 7 + h) % 20 - 2;
			dialog_layout(&d, w, h, &l);
			assert_true(inside(l.box, screen));
			assert_true(l.first >= 0 && l.rows >= 0 && (l.first == 0 || l.first + l.text.h <= l.rows));
			if (l.text.h > 0)
				assert_true(inside(
					l.text, (struct rect){l.box.x + 1, l.box.y + 1, l.box.w - 2, l.box.h - 2}));
			for (int i = 0; i < 2; i++) {
				struct rect b = l.button[i];

				if (w >= 40 && h >= 12)
					assert_true(b.w >= 19 && l.text.h >= 5);
				if (b.w == 0)
					continue;
				assert_true(
					inside(b, (struct rect){l.box.x + 1, l.box.y + 1, l.box.w - 2, l.box.h - 2}));
				assert_true(l.text.h == 0 || b.y >= l.text.y + l.text.h);
				assert_true(i == 0 || b.y > l.button[0].y || b.x >= l.button[0].x + l.button[0].w);
			}
			/* No is seen before Yes is. */
			assert_true(l.button[0].w > 0 || l.button[1].w == 0);
			dialog_draw(&p.c, &d, &l);
			picture_sane(&p.c);
			picture_end(&p);
		}
}

/* Row by row the whole text can be reached, nothing twice. */
static void scrolling_reaches_every_row(void **state)
{
	struct dialog_layout big, l;
	struct picture whole = picture_new(40, 60, false), p = picture_new(40, 12, false);
	struct dialog d = plan;
	struct canvas text;
	char *all, *seen;

	(void)state;
	dialog_layout(&d, 40, 60, &big);
	dialog_draw(&whole.c, &d, &big);
	assert_int_equal(big.text.h, big.rows);
	for (d.first = 0;; d.first++) {
		dialog_layout(&d, 40, 12, &l);
		if (l.first != d.first)
			break;
		dialog_draw(&p.c, &d, &l);
		text = canvas_part(&p.c, l.text);
		seen = canvas_to_text(&text);
		text = canvas_part(&whole.c, (struct rect){big.text.x, big.text.y + d.first, big.text.w, l.text.h});
		all = canvas_to_text(&text);
		assert_string_equal(seen, all);
		free(seen);
		free(all);
	}
	assert_int_equal(d.first, big.rows - l.text.h + 1);
	picture_end(&p);
	picture_end(&whole);
}

static void numbers_may_be_anything(void **state)
{
	struct dialog d = plan;
	struct dialog_layout l;

	(void)state;
	d.first = INT_MIN;
	dialog_layout(&d, 40, 12, &l);
	assert_int_equal(l.first, 0);
	d.first = INT_MAX;
	dialog_layout(&d, 40, 12, &l);
	assert_int_equal(l.first, l.rows - l.text.h);
	d = (struct dialog){.title = NULL};
	dialog_layout(&d, 80, 24, &l);
	assert_int_equal(l.rows, 0);
	assert_int_equal(l.button[0].w, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_looks_like_this),
		cmocka_unit_test(a_small_screen_scrolls),
		cmocka_unit_test(scrolled_text_says_what_is_hidden),
		cmocka_unit_test(long_values_are_wrapped),
		cmocka_unit_test(every_size_holds_together),
		cmocka_unit_test(scrolling_reaches_every_row),
		cmocka_unit_test(numbers_may_be_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
