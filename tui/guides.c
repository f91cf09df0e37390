/* The list of guides, made from guides.def. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/checks.h"
#include "probes/util.h"
#include "tui/guide.h"

#define GUIDE(name) extern const struct guide guide_##name;
#include "tui/guides.def"
#undef GUIDE

const struct guide *const guides[] = {
#define GUIDE(name) &guide_##name,
#include "tui/guides.def"
#undef GUIDE
};
const size_t nguides = COUNT(guides);

const struct check *guide_check(const char **ids)
{
	size_t n = strcspn(*ids, " ");
	char id[8] = "";

	strncat(id, *ids, n < sizeof(id) - 1 ? n : sizeof(id) - 1);
	*ids += n + ((*ids)[n] == ' ');
	return check_find(id);
}

uint32_t guide_bit(const char *ids, const struct check *c)
{
	for (unsigned place = 0; *ids; place++)
		if (guide_check(&ids) == c)
			return UINT32_C(1) << place;
	return 0;
}
