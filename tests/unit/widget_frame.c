/* The frame at every width: what is given up first, what always stays, where the mouse hits. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/picture.h"
#include "widgets/frame.h"

static const struct frame_title title = {
	"hvscope", "kvm07", "THIS MACHINE", ROLE_label_live, "Xeon Gold 6240R ×2 · 96 CPUs · 2 nodes", "03:12:44",
	NULL};

static const struct frame_tab tabs[] = {
	{"Overview", NULL, ROLE_tab},
	{"Topology", NULL, ROLE_tab_off},
	{"Frequency", "Freq", ROLE_tab_on},
	{"Changes", "Chng", ROLE_tab},
};

static const struct frame_key keys[] = {
	{"↑↓", "move", false},
	{"g", "governor", false},
	{"?", "explain", false},
	{"h", "help", true},
	{"q", "quit", true},
};

enum { TABS = sizeof tabs / sizeof tabs[0], KEYS = sizeof keys / sizeof keys[0] };

static void this_title_is(const struct frame_title *t, int w, const char *text, const char *roles)
{
	struct picture p = picture_new(w, 1, false);

	frame_title(&p.c, 0, t);
	picture_is(&p.c, text, roles);
	picture_end(&p);
}

static void title_is(int w, const char *text, const char *roles)
{
	this_title_is(&title, w, text, roles);
}

static void titles_give_up_in_order(void **state)
{
	(void)state;
	title_is(90, " hvscope  kvm07  THIS MACHINE            Xeon Gold 6240R ×2 · 96 CPUs · 2 nodes  03:12:44\n",
		"CCCCCCCCCCCCCCCCDDDDDDDDDDDDDDCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC\n");
	title_is(75, " hvscope  kvm07  THIS MACHINE       Xeon Gold 6240R ×2 · 96 CPUs  03:12:44\n", NULL);
	title_is(62, " hvscope  kvm07  THIS MACHINE    Xeon Gold 6240R ×2  03:12:44\n", NULL);
	title_is(60, " hvscope  kvm07  THIS MACHINE  Xeon Gold 6240R ×2  03:12:44\n", NULL);
	title_is(40, "hvscope kvm07 THIS MACHINE      03:12:44\n", NULL);
	title_is(34, "kvm07 THIS MACHINE        03:12:44\n", NULL);
	title_is(27, "kvm07 THIS MACHINE 03:12:44\n", NULL);
	title_is(26, "kvm07 THIS MACHINE\n", NULL);
	title_is(20, "kvm07 THIS MACHINE\n", "CCCCCCDDDDDDDDDDDDCC\n");
	title_is(17, "kvm… THIS MACHINE\n", NULL);
	title_is(12, "THIS MACHINE\n", NULL);
	title_is(6, "THIS …\n", NULL);
}

/* What stands for the end of the title is given up after the end of the host's name. */
static void a_brief_end_stays(void **state)
{
	static const struct frame_title t = {.program = "hvscope",
		.host = "kvm07",
		.label = "CAPTURE",
		.label_role = ROLE_label_other,
		.right = "tick 12 of 60 ▶  03:12:44",
		.brief = "12/60 ▶ 03:12:44"};

	(void)state;
	this_title_is(&t, 60, " hvscope  kvm07  CAPTURE          tick 12 of 60 ▶  03:12:44\n", NULL);
	this_title_is(&t, 46, "kvm07 CAPTURE        tick 12 of 60 ▶  03:12:44\n", NULL);
	this_title_is(&t, 38, "kvm07 CAPTURE         12/60 ▶ 03:12:44\n", NULL);
	this_title_is(&t, 28, "kv… CAPTURE 12/60 ▶ 03:12:44\n", NULL);
	this_title_is(&t, 20, "kvm07 CAPTURE\n", NULL);
}

static void tabs_are(int w, const char *text, const char *roles)
{
	struct picture p = picture_new(w, 1, false);

	frame_tabs(&p.c, 0, tabs, TABS, NULL);
	picture_is(&p.c, text, roles);
	picture_end(&p);
}

static void tabs_become_shorter(void **state)
{
	(void)state;
	tabs_are(60, " 1 Overview  2 Topology  3 Frequency  4 Changes\n",
		".FFFFFFFFFF..HHHHHHHHHH..GGGGGGGGGGG..FFFFFFFFF\n");
	tabs_are(45, "1 Over  2 Topo  3 Freq  4 Chng\n", "FFFFFF..HHHHHH..GGGGGG..FFFFFF\n");
	tabs_are(29, "1 2 3 Frequency 4\n", "F.H.GGGGGGGGGGG.F\n");
	tabs_are(10, "1 2 3 Fre…\n", NULL);
}

static void keys_are(int w, const char *text, size_t shown)
{
	struct picture p = picture_new(w, 1, false);

	assert_int_equal(frame_keys(&p.c, 0, keys, KEYS, NULL), shown);
	picture_is(&p.c, text, NULL);
	picture_end(&p);
}

static void help_and_quit_stay(void **state)
{
	struct picture p = picture_new(60, 1, false);

	(void)state;
	frame_keys(&p.c, 0, keys, KEYS, NULL);
	picture_is(&p.c, " ↑↓ move  g governor  ? explain  h help  q quit\n",
		".LL.MMMM..L.MMMMMMMM..L.MMMMMMM..L.MMMM..L.MMMM\n");
	picture_end(&p);
	keys_are(40, "↑↓ move  g governor  h help  q quit\n", 4);
	keys_are(23, "↑↓ move  h help  q quit\n", 3);
	keys_are(22, "h help  q quit\n", 2);
	keys_are(9, "h help  q\n", 2);
	keys_are(8, "h  q\n", 2);
	keys_are(3, "h\n", 1);
	keys_are(0, "\n", 0);
}

/* Each rectangle is inside, has the text under it, and touches no other. */
static void check_hits(const struct rect *hit, size_t n, int w)
{
	for (size_t i = 0; i < n; i++) {
		if (hit[i].w == 0)
			continue;
		assert_int_equal(hit[i].y, 1);
		assert_int_equal(hit[i].h, 1);
		assert_true(hit[i].w > 0 && hit[i].x >= 0 && hit[i].x + hit[i].w <= w);
		for (size_t k = 0; k < i; k++)
			assert_true(hit[k].w == 0 || hit[k].x + hit[k].w <= hit[i].x);
	}
}

static void everything_draws_at_every_width(void **state)
{
	(void)state;
	for (int w = 0; w < 130; w++)
		for (int ascii = 0; ascii < 2; ascii++) {
			struct picture p = picture_new(w, 6, ascii);
			struct rect hit[KEYS + 1];
			struct canvas inside;
			size_t shown, seen = 0;

			frame_title(&p.c, 0, &title);
			frame_tabs(&p.c, 1, tabs, TABS, hit);
			check_hits(hit, TABS, w);
			assert_true(w < 17 || hit[TABS - 1].w > 0);
			shown = frame_keys(&p.c, 1, keys, KEYS, hit);
			check_hits(hit, KEYS, w);
			for (int i = 0; i < KEYS; i++)
				seen += hit[i].w > 0;
			assert_int_equal(seen, shown);
			assert_true(w < 4 || (hit[KEYS - 1].w > 0 && hit[KEYS - 2].w > 0));
			frame_rule(&p.c, 2);
			frame_rule(&p.c, -1);
			frame_keys(&p.c, 99, keys, KEYS, NULL);
			inside = frame_box(&p.c, (struct rect){1, 2, w - 2, 3}, "A title", ROLE_box);
			assert_int_equal(canvas_w(&inside), w > 4 ? w - 4 : 0);
			picture_sane(&p.c);
			picture_end(&p);
		}
}

static void many_keys_are_cut_at_the_most(void **state)
{
	struct frame_key many[FRAME_KEYS + 5];
	struct rect hit[FRAME_KEYS + 5];
	struct picture p = picture_new(400, 1, false);

	(void)state;
	for (size_t i = 0; i < FRAME_KEYS + 5; i++)
		many[i] = (struct frame_key){"k", NULL, false};
	memset(hit, 1, sizeof hit);
	assert_int_equal(frame_keys(&p.c, 0, many, FRAME_KEYS + 5, hit), FRAME_KEYS);
	assert_int_equal(hit[FRAME_KEYS - 1].w, 1);
	assert_int_equal(hit[FRAME_KEYS + 4].w, 0);
	picture_end(&p);
}

static void boxes_frame_what_is_inside(void **state)
{
	struct picture p = picture_new(14, 5, false), a = picture_new(14, 3, true);
	struct canvas in = frame_box(&p.c, (struct rect){1, 1, 12, 4}, "Title", ROLE_box);

	(void)state;
	canvas_text(&in, 0, 0, -1, ROLE_box, "inside and out");
	picture_is(&p.c, "\n ┌ Title ───┐\n │inside and│\n │          │\n └──────────┘\n",
		"\n.IeeeeeeeIIII\n.IddddddddddI\n.IddddddddddI\n.IIIIIIIIIIII\n");
	frame_box(&a.c, (struct rect){0, 0, 14, 3}, "A title too long", ROLE_box);
	picture_is(&a.c, "+ A title t~ +\n|            |\n+------------+\n", NULL);
	picture_end(&p);
	picture_end(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(titles_give_up_in_order),
		cmocka_unit_test(a_brief_end_stays),
		cmocka_unit_test(tabs_become_shorter),
		cmocka_unit_test(help_and_quit_stay),
		cmocka_unit_test(everything_draws_at_every_width),
		cmocka_unit_test(many_keys_are_cut_at_the_most),
		cmocka_unit_test(boxes_frame_what_is_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
