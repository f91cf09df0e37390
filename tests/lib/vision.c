/* Eyes: the published formulas, written down once more and apart from the program's own, which they judge. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/vision.h"

#include <math.h>

static double linear(double level)
{
	double v = level / 255;

	return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double level_of(double part)
{
	return 255 * (part <= 0.0031308 ? part * 12.92 : 1.055 * pow(part, 1 / 2.4) - 0.055);
}

/* xterm's own first sixteen; the cube; the greys. */
struct light light_of(int colour)
{
	static const unsigned char first[16][3] = {{0, 0, 0}, {205, 0, 0}, {0, 205, 0}, {205, 205, 0}, {0, 0, 238},
		{205, 0, 205}, {0, 205, 205}, {229, 229, 229}, {127, 127, 127}, {255, 0, 0}, {0, 255, 0}, {255, 255, 0},
		{92, 92, 255}, {255, 0, 255}, {0, 255, 255}, {255, 255, 255}};
	static const unsigned char steps[6] = {0, 95, 135, 175, 215, 255};
	struct light l;

	for (int i = 0; i < 3; i++) {
		int cube = i == 0 ? (colour - 16) / 36 : i == 1 ? (colour - 16) / 6 % 6 : (colour - 16) % 6;

		l.part[i] = linear(colour < 16    ? first[colour][i]
				   : colour < 232 ? steps[cube]
						  : 8 + 10 * (colour - 232));
	}
	return l;
}

static double luminance(struct light l)
{
	return 0.2126 * l.part[0] + 0.7152 * l.part[1] + 0.0722 * l.part[2];
}

double light_contrast(struct light a, struct light b)
{
	double x = luminance(a) + 0.05, y = luminance(b) + 0.05;

	return x > y ? x / y : y / x;
}

struct light light_seen(struct light l, enum sight by)
{
	static const double matrix[SIGHT_COUNT][3][3] = {
		[SIGHT_NORMAL] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
		[SIGHT_PROTAN] = {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216},
			{-0.003882, -0.048116, 1.051998}},
		[SIGHT_DEUTAN] = {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413},
			{-0.011820, 0.042940, 0.968881}},
		[SIGHT_TRITAN] = {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602},
			{0.004733, 0.691367, 0.303900}},
	};
	struct light ret;

	for (int i = 0; i < 3; i++) {
		ret.part[i] = 0;
		for (int k = 0; k < 3; k++)
			ret.part[i] += matrix[by][i][k] * l.part[k];
		ret.part[i] = fmin(fmax(ret.part[i], 0), 1);
	}
	return ret;
}

static void lab(struct light l, double ret[3])
{
	static const double to_xyz[3][3] = {{0.4124564, 0.3575761, 0.1804375}, {0.2126729, 0.7151522, 0.0721750},
		{0.0193339, 0.1191920, 0.9503041}};
	static const double white[3] = {0.95047, 1, 1.08883};
	double f[3];

	for (int i = 0; i < 3; i++) {
		double t = 0;

		for (int k = 0; k < 3; k++)
			t += to_xyz[i][k] * l.part[k] / white[i];
		f[i] = t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
	}
	ret[0] = 116 * f[1] - 16;
	ret[1] = 500 * (f[0] - f[1]);
	ret[2] = 200 * (f[1] - f[2]);
}

double light_distance(struct light a, struct light b)
{
	double x[3], y[3];

	lab(a, x);
	lab(b, y);
	return sqrt((x[0] - y[0]) * (x[0] - y[0]) + (x[1] - y[1]) * (x[1] - y[1]) + (x[2] - y[2]) * (x[2] - y[2]));
}

struct seen seen_of(struct look look, bool white)
{
	struct light own = light_of(white ? 15 : 0), text = light_of(white ? 0 : 7);
	struct seen s = {.fg = look.fg == COLOUR_DEFAULT ? text : light_of(look.fg),
		.bg = look.bg == COLOUR_DEFAULT ? own : light_of(look.bg),
		.attrs = look.attrs & ~(unsigned)ATTR_REVERSE};

	if (look.attrs & ATTR_REVERSE) {
		struct light was = s.fg;

		s.fg = s.bg;
		s.bg = was;
	}
	for (int i = 0; look.attrs & ATTR_DIM && i < 3; i++)
		s.fg.part[i] = linear((level_of(s.fg.part[i]) * 2 + level_of(s.bg.part[i])) / 3);
	return s;
}
