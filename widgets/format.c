/* Numbers for people: rounding and units. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "widgets/format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *unknown(char buf[FORMAT_SIZE])
{
	snprintf(buf, FORMAT_SIZE, "–");
	return buf;
}

/*
 * v with a fixed number of decimals, halves away from zero: printf rounds the binary value, so 0.125 and 0.375 would go
 * different ways. Beyond what doubles hold exactly there is nothing to round.
 */
static double rounded(double v, int decimals)
{
	double power = pow(10, decimals);

	if (!(fabs(v) < 1e15 / power))
		return v;
	/* A hair more than half an ulp, so that 1.005 is treated as it is written. */
	v = copysign(floor(fabs(v) * power * (1 + 1e-14) + 0.5) / power, v);
	return v == 0 ? 0 : v; /* no "-0" */
}

static const char *fixed(double v, int decimals, const char *unit, char buf[FORMAT_SIZE])
{
	if (fabs(v) >= 1e15)
		snprintf(buf, FORMAT_SIZE, "%.3g%s", v, unit);
	else
		snprintf(buf, FORMAT_SIZE, "%.*f%s", decimals > 0 ? decimals : 0, rounded(v, decimals), unit);
	return buf;
}

/* Decimals that leave three digits. */
static int three_digits(double v)
{
	v = fabs(v);
	return rounded(v, 2) < 10 ? 2 : rounded(v, 1) < 100 ? 1 : 0;
}

/* Decimals that leave two digits, three where the first is a 1; below 0, the last ones of a whole number are 0. */
static int calm_digits(double v)
{
	double power = fabs(v) < 1 ? 1 : pow(10, floor(log10(fabs(v))));

	if (!isfinite(power))
		return 0;
	return (fabs(v) / power < 2 ? 2 : 1) - (int)round(log10(power));
}

const char *format_ghz(double khz, char buf[FORMAT_SIZE])
{
	double ghz = khz / 1e6;

	if (isnan(khz))
		return unknown(buf);
	return fixed(ghz, rounded(ghz, 2) < 10 ? 2 : 1, "", buf);
}

const char *format_mhz(double khz, char buf[FORMAT_SIZE])
{
	return isnan(khz) ? unknown(buf) : fixed(khz / 1e3, 0, "", buf);
}

const char *format_share(double share, char buf[FORMAT_SIZE])
{
	return isnan(share) ? unknown(buf) : fixed(share, rounded(fabs(share), 2) < 10 ? 2 : 1, "", buf);
}

const char *format_percent(double share, char buf[FORMAT_SIZE])
{
	double percent = share * 100;

	if (isnan(share))
		return unknown(buf);
	/* A decimal only where a whole number would say 0: noise should not move what is read. */
	return fixed(percent, percent != 0 && rounded(fabs(percent), 1) < 1 ? 1 : 0, " %", buf);
}

static const char *time_text(double ns, int (*digits)(double), char buf[FORMAT_SIZE])
{
	static const struct {
		double ns;
		const char *unit;
	} units[] = {{1e3, " µs"}, {1e6, " ms"}, {1e9, " s"}};
	size_t i = 0;

	if (isnan(ns))
		return unknown(buf);
	if (rounded(fabs(ns), 0) < 1000)
		return fixed(ns, 0, " ns", buf);
	while (i < 2 && rounded(fabs(ns) / units[i].ns, digits(ns / units[i].ns)) >= 1000)
		i++;
	return fixed(ns / units[i].ns, digits(ns / units[i].ns), units[i].unit, buf);
}

const char *format_ns(double ns, char buf[FORMAT_SIZE])
{
	return time_text(ns, three_digits, buf);
}

const char *format_calm_ns(double ns, char buf[FORMAT_SIZE])
{
	return time_text(ns, calm_digits, buf);
}

static const char *bytes_text(double bytes, int (*digits)(double), char buf[FORMAT_SIZE])
{
	static const char *const units[] = {" KiB", " MiB", " GiB", " TiB", " PiB", " EiB"};
	double v = bytes / 1024;
	int i = 0;

	if (isnan(bytes))
		return unknown(buf);
	if (fabs(bytes) < 1000)
		return fixed(bytes, 0, " B", buf);
	while (i < 5 && rounded(fabs(v), digits(v)) >= 1000) {
		v /= 1024;
		i++;
	}
	return fixed(v, digits(v), units[i], buf);
}

const char *format_bytes(double bytes, char buf[FORMAT_SIZE])
{
	return bytes_text(bytes, three_digits, buf);
}

const char *format_calm_bytes(double bytes, char buf[FORMAT_SIZE])
{
	return bytes_text(bytes, calm_digits, buf);
}

static const char *count_text(double n, int (*digits)(double), char buf[FORMAT_SIZE])
{
	static const char *const units[] = {"k", "M", "G", "T", "P", "E"};
	double v = n / 1000;
	int i = 0;

	if (isnan(n))
		return unknown(buf);
	if (rounded(fabs(n), 0) < 10000)
		return fixed(n, 0, "", buf);
	while (i < 5 && rounded(fabs(v), digits(v)) >= 1000) {
		v /= 1000;
		i++;
	}
	return fixed(v, digits(v), units[i], buf);
}

const char *format_count(double n, char buf[FORMAT_SIZE])
{
	return count_text(n, three_digits, buf);
}

double format_calm(double n)
{
	return isnan(n) ? n : rounded(n, fabs(n) < 100 ? 0 : calm_digits(n));
}

const char *format_calm_count(double n, char buf[FORMAT_SIZE])
{
	return count_text(format_calm(n), calm_digits, buf);
}

const char *format_age(double seconds, char buf[FORMAT_SIZE])
{
	static const struct {
		double s, up_to;
		const char *unit;
	} units[] = {{1, 60, " s"}, {60, 60, " m"}, {3600, 24, " h"}, {86400, INFINITY, " d"}};
	size_t i = 0;

	if (isnan(seconds))
		return unknown(buf);
	/* Ages are rounded down, as people tell them; clocks that differ a little make no negative ones. */
	seconds = seconds < 0 ? 0 : seconds;
	if (seconds < 1)
		return fixed(floor(seconds * 10 + 1e-9) / 10, seconds < 0.1 ? 0 : 1, " s", buf);
	while (i < 3 && floor(seconds / units[i].s) >= units[i].up_to)
		i++;
	return fixed(floor(seconds / units[i].s), 0, units[i].unit, buf);
}

const char *format_ghz_span(double lo_khz, double hi_khz, char buf[FORMAT_SIZE])
{
	char lo[FORMAT_SIZE], hi[FORMAT_SIZE];

	format_ghz(lo_khz, lo);
	format_ghz(hi_khz, hi);
	if (strcmp(lo, hi) == 0)
		return format_ghz(lo_khz, buf);
	/* Half a span would look like a whole one. */
	if (isnan(lo_khz) || isnan(hi_khz))
		return unknown(buf);
	snprintf(buf, FORMAT_SIZE, "%.12s–%.12s", lo, hi);
	return buf;
}
