/* The built-in look: what default.theme says, for when no file can be read. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "themes/theme.h"

#define PLAIN(attributes) \
	{ \
		COLOUR_DEFAULT, COLOUR_DEFAULT, attributes \
	}
#define IN(colour, attributes) \
	{ \
		colour, COLOUR_DEFAULT, attributes \
	}

/* Readable on black and on white. */
enum { BLUE = 31, AMBER = 136, RED = 196, MAGENTA = 5, VIOLET = 133 };

/* clang-format off */
static const struct look looks[ROLE_COUNT] = {
	[ROLE_text]        = PLAIN(0),
	[ROLE_dim]         = PLAIN(ATTR_DIM),
	[ROLE_strong]      = PLAIN(ATTR_BOLD),
	[ROLE_title]       = PLAIN(ATTR_BOLD),
	[ROLE_label_live]  = PLAIN(ATTR_BOLD | ATTR_REVERSE),
	[ROLE_label_other] = IN(MAGENTA, ATTR_BOLD | ATTR_REVERSE),
	[ROLE_tab]         = PLAIN(0),
	[ROLE_tab_on]      = PLAIN(ATTR_BOLD | ATTR_UNDERLINE),
	[ROLE_tab_off]     = PLAIN(ATTR_DIM),
	[ROLE_rule]        = PLAIN(ATTR_DIM),
	[ROLE_head]        = PLAIN(ATTR_DIM | ATTR_UNDERLINE),
	[ROLE_sort]        = PLAIN(ATTR_BOLD | ATTR_UNDERLINE),
	[ROLE_key]         = PLAIN(ATTR_BOLD),
	[ROLE_hint]        = PLAIN(0),
	[ROLE_select]      = PLAIN(ATTR_REVERSE),
	[ROLE_mark]        = IN(BLUE, ATTR_BOLD),
	[ROLE_good]        = PLAIN(0),
	[ROLE_info]        = PLAIN(ATTR_ITALIC),
	[ROLE_warn]        = IN(AMBER, ATTR_BOLD),
	[ROLE_crit]        = IN(RED, ATTR_BOLD),
	[ROLE_unknown]     = PLAIN(ATTR_DIM | ATTR_ITALIC),
	[ROLE_stale]       = PLAIN(ATTR_ITALIC | ATTR_UNDERLINE),
	[ROLE_bar]         = IN(245, 0),
	[ROLE_bar_rest]    = PLAIN(ATTR_DIM),
	[ROLE_spark]       = IN(245, 0),
	[ROLE_idle]        = PLAIN(ATTR_DIM),
	[ROLE_low]         = IN(RED, ATTR_BOLD),
	[ROLE_middle]      = IN(AMBER, ATTR_BOLD),
	[ROLE_high]        = PLAIN(0),
	[ROLE_offline]     = PLAIN(ATTR_DIM | ATTR_ITALIC),
	[ROLE_box]         = PLAIN(0),
	[ROLE_box_title]   = PLAIN(ATTR_BOLD),
	[ROLE_button]      = PLAIN(0),
	[ROLE_button_on]   = PLAIN(ATTR_BOLD | ATTR_REVERSE),
	[ROLE_danger]      = IN(RED, ATTR_BOLD | ATTR_UNDERLINE),
	[ROLE_old]         = PLAIN(ATTR_DIM),
	[ROLE_new]         = PLAIN(ATTR_BOLD),
	[ROLE_input]       = PLAIN(ATTR_UNDERLINE),
	[ROLE_message]     = PLAIN(ATTR_BOLD),
	[ROLE_differ]      = IN(VIOLET, ATTR_BOLD | ATTR_UNDERLINE),
};
/* clang-format on */

void theme_builtin(struct theme *ret)
{
	*ret = (struct theme){.name = "default", .about = "A healthy host is almost without colour."};
	for (int r = 0; r < ROLE_COUNT; r++)
		ret->look[r] = looks[r];
}

const char *role_name(enum role r)
{
	static const char *const names[ROLE_COUNT] = {
#define ROLE(name, meaning) [ROLE_##name] = #name,
#include "themes/roles.def"
#undef ROLE
	};

	return (unsigned)r < ROLE_COUNT ? names[r] : "?";
}

const char *role_meaning(enum role r)
{
	static const char *const meanings[ROLE_COUNT] = {
#define ROLE(name, meaning) [ROLE_##name] = meaning,
#include "themes/roles.def"
#undef ROLE
	};

	return (unsigned)r < ROLE_COUNT ? meanings[r] : "?";
}
