/* Colours by name, and the nearest ones for terminals that have few. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stddef.h>
#include <string.h>

#include "themes/theme.h"

static const char *const names[8] = {"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"};

int colour_from_word(const char *word)
{
	int bright = 0, n = 0;

	if (strcmp(word, "default") == 0)
		return COLOUR_DEFAULT;
	if (word[0] >= '0' && word[0] <= '9') {
		for (size_t i = 0; word[i]; i++) {
			if (word[i] < '0' || word[i] > '9' || i > 2)
				return -2;
			n = n * 10 + (word[i] - '0');
		}
		return n <= 255 ? n : -2;
	}
	if (strncmp(word, "bright-", 7) == 0) {
		bright = 8;
		word += 7;
	}
	for (int i = 0; i < 8; i++)
		if (strcmp(word, names[i]) == 0)
			return i + bright;
	return -2;
}

void colour_rgb(int colour, int rgb[3])
{
	static const unsigned char basic[16][3] = {{0, 0, 0}, {205, 0, 0}, {0, 205, 0}, {205, 205, 0}, {0, 0, 238},
		{205, 0, 205}, {0, 205, 205}, {229, 229, 229}, {127, 127, 127}, {255, 0, 0}, {0, 255, 0}, {255, 255, 0},
		{92, 92, 255}, {255, 0, 255}, {0, 255, 255}, {255, 255, 255}};
	int cube = colour - 16, level[3] = {cube / 36, cube / 6 % 6, cube % 6};

	for (int i = 0; i < 3; i++) {
		if (colour < 16)
			rgb[i] = basic[colour][i];
		else if (colour < 232)
			rgb[i] = level[i] ? 55 + 40 * level[i] : 0;
		else
			rgb[i] = 8 + 10 * (colour - 232);
	}
}

static bool is_grey(const int rgb[3])
{
	return rgb[0] == rgb[1] && rgb[1] == rgb[2];
}

static int nearest(int colour, int among)
{
	int best = 0;
	long least = -1;
	int want[3], have[3];

	if (colour < 0 || colour > 255)
		return COLOUR_DEFAULT;
	if (colour < among)
		return colour;
	colour_rgb(colour, want);
	for (int i = 0; i < among; i++) {
		long distance = 0;

		colour_rgb(i, have);
		/* by distance alone, a middle grey would be yellow */
		if (is_grey(want) && !is_grey(have))
			continue;
		for (int k = 0; k < 3; k++)
			distance += (long)(want[k] - have[k]) * (want[k] - have[k]);
		if (least < 0 || distance < least) {
			least = distance;
			best = i;
		}
	}
	return best;
}

int colour_to_8(int colour)
{
	/* A bright basic colour is its plain one: what is nearest by eye would be white too often. */
	return colour >= 8 && colour < 16 ? colour - 8 : nearest(colour, 8);
}

int colour_to_16(int colour)
{
	return nearest(colour, 16);
}
