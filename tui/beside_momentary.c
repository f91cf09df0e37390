/* Which words of a picture are about a moment: shares in percent and numbers a second, wherever they stand. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/beside_mark.h"

static bool digit(uint32_t ch)
{
	return ch >= '0' && ch <= '9';
}

static bool is(const struct cell *row, int w, int x, uint32_t ch)
{
	return x >= 0 && x < w && row[x].ch == ch;
}

/* "12 %", and the first of "0 / 0 %". */
static bool percent_behind(const struct cell *row, int w, int end)
{
	if (is(row, w, end, ' ') && is(row, w, end + 1, '/') && is(row, w, end + 2, ' '))
		for (end += 3; end < w && row[end].ch != ' '; end++)
			;
	return is(row, w, end, ' ') && is(row, w, end + 1, '%');
}

/* "not yet known" of "25 % not yet known": what such a part says comes and goes with its number. */
static bool trails_percent(const struct cell *row, int w, int x)
{
	for (; x > 3 && is(row, w, x - 1, ' ') && !is(row, w, x - 2, ' '); x--) {
		if (is(row, w, x - 2, '%') && is(row, w, x - 3, ' ') && digit(row[x - 4].ch)) {
			for (x -= 4; x > 0 && row[x - 1].ch != ' '; x--)
				;
			return x < 2 || is(row, w, x - 2, ' ') || is(row, w, x - 2, 0xb7);
		}
		for (x--; x > 0 && row[x - 1].ch != ' '; x--)
			;
		x++;
	}
	return false;
}

static bool ends_a_second(const struct cell *row, int w, int end)
{
	return is(row, w, end - 1, 's') && is(row, w, end - 2, '/');
}

/* Below a head such as "Entries/s". */
static bool head_a_second(const struct cell *head, int w, int x, int end)
{
	for (int at = x; at < w && at < end; at++) {
		int to = at;

		while (to < w && head[to].ch != ' ')
			to++;
		if (to > at && ends_a_second(head, w, to))
			return true;
	}
	return false;
}

bool mark_momentary(const struct cell *row, const struct cell *head, int w, int x, int end)
{
	bool number = false;
	int next = end + 1;

	for (int at = x; at < end; at++)
		number = number || digit(row[at].ch);
	while (next < w && row[next].ch != ' ')
		next++;
	if (head && head_a_second(head, w, x, end))
		return true;
	if (number && (percent_behind(row, w, end) || ends_a_second(row, w, next)))
		return true;
	return ends_a_second(row, w, end) || trails_percent(row, w, x);
}
