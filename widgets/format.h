/* Numbers for people: few digits, a unit, a width that does not grow. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WIDGETS_FORMAT_H
#define WIDGETS_FORMAT_H

/*
 * All write to buf and return it. NAN is "–": not known is never zero. The unit is chosen after rounding ("1.00 ms",
 * never "1000 µs"), halves round away from zero, and the widths named here hold for every number of sensible size.
 */
enum { FORMAT_SIZE = 32 };

const char *format_ghz(double khz, char buf[FORMAT_SIZE]); /* 1200000 → "1.20", 4 cells up to 9.99 GHz */
const char *format_mhz(double khz, char buf[FORMAT_SIZE]); /* 1200000 → "1200", at most 5 cells */
const char *format_share(double share, char buf[FORMAT_SIZE]); /* 0.5 → "0.50", 4 cells up to 9.99 */
const char *format_percent(
	double share, char buf[FORMAT_SIZE]); /* 0.714 → "71 %", 0.004 → "0.4 %", at most 5 cells up to 100 % */
const char *format_ns(
	double ns, char buf[FORMAT_SIZE]); /* 133000 → "133 µs", "3.10 ms", "52.0 s", at most 7 cells up to 999 s */
const char *format_bytes(
	double bytes, char buf[FORMAT_SIZE]); /* 442381631488 → "412 GiB", "9.50 MiB", at most 8 cells */
const char *format_count(
	double n, char buf[FORMAT_SIZE]); /* 96 → "96", 9999 → "9999", 12345 → "12.3k", at most 5 cells */
/*
 * For what moves with every look: as few digits as leave it at most 2.5 % off, so that noise moves little. Three where
 * the first is a 1, else two: "126", "2.6k", "29k", "950 KiB"; of whole numbers none below 100 is touched.
 */
double format_calm(double n); /* what format_calm_count shows; equal texts are equal numbers, for orders */
const char *format_calm_count(double n, char buf[FORMAT_SIZE]);
const char *format_calm_bytes(double bytes, char buf[FORMAT_SIZE]);
const char *format_calm_ns(double ns, char buf[FORMAT_SIZE]);
const char *format_age(
	double seconds, char buf[FORMAT_SIZE]); /* "0.3 s", "3 s", "2 m", "5 h", "12 d", at most 5 cells */
/* A span between two clocks: "1.20–3.90"; one number where both look the same. */
const char *format_ghz_span(double lo_khz, double hi_khz, char buf[FORMAT_SIZE]);

#endif
