/* Masks names of hosts and guests in sentences, and the paths of files. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <arpa/inet.h>
#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "probes/host/masked_impl.h"
#include "probes/util.h"

enum { WORD_LEAST = 3, HOST_MOST = 255, NAME_MOST = 24, PATH_MOST = 512 };

/* A letter, digit or one of the signs that names are made of. */
static bool of_name(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_' || (c & 0x80);
}

static size_t first_label(struct slice s)
{
	const char *dot = memchr(s.p, '.', s.len);

	return dot ? (size_t)(dot - s.p) : s.len;
}

static bool is_localhost(struct slice s)
{
	return slice_starts(s, "localhost") && (s.len == 9 || s.p[9] == '.');
}

void mask_host(struct masks *m, struct text *t, struct slice s)
{
	struct slice name = slice_trim(s), label = {name.p, first_label(name)};
	char text[HOST_MOST + 1];
	unsigned char a[sizeof(struct in6_addr)];
	const char *known = mask_known(m, MASK_HOST, name);

	snprintf(text, sizeof(text), "%.*s", name.len < sizeof(text) ? (int)name.len : HOST_MOST, name.p);
	mask_put(t, s.p, (size_t)(name.p - s.p));
	if (!name.len || is_localhost(name))
		mask_put_slice(t, name);
	else if (inet_pton(AF_INET, text, a) == 1 || memchr(name.p, ':', name.len))
		mask_shapes(m, t, name, true);
	else if (known)
		mask_put_slice(t, slice_of(known));
	else
		text_add(t, "%s%s", mask_of(m, MASK_HOST, label), label.len < name.len ? ".example" : "");
	mask_put(t, name.p + name.len, s.len - (size_t)(name.p - s.p) - name.len);
}

/* A name that could as well be a word of a sentence, a number or a state is none here. */
bool mask_stands_out(struct slice s)
{
	bool digit = false, other = false;

	for (size_t i = 0; i < s.len; i++) {
		digit = digit || isdigit((unsigned char)s.p[i]) || (s.p[i] & 0x80) || s.p[i] == '-' || s.p[i] == '_';
		other = other || !isdigit((unsigned char)s.p[i]);
	}
	return s.len >= WORD_LEAST && digit && other;
}

/* A word and whether what stands around it makes it a name: quotes, parentheses. */
static const char *name_known(const struct masks *m, struct slice word, bool quoted)
{
	struct slice label = {word.p, first_label(word)};
	const char *masked = NULL;

	if (quoted || mask_stands_out(word))
		masked = mask_known(m, MASK_GUEST, word);
	if (!masked && (quoted || mask_stands_out(label)) && !is_localhost(word))
		masked = mask_known(m, MASK_HOST, label);
	return masked;
}

void mask_words(struct masks *m, struct text *t, struct slice s)
{
	size_t i = 0;

	while (i < s.len) {
		size_t n = 0;
		const char *masked;
		struct slice word;

		while (i + n < s.len && (of_name(s.p[i + n]) || (n && s.p[i + n] == '.')))
			n++;
		word = (struct slice){s.p + i, n};
		while (word.len && word.p[word.len - 1] == '.')
			word.len--;
		if (!word.len) {
			mask_put(t, s.p + i, n + 1);
			i += n + 1;
			continue;
		}
		masked = name_known(m, word, i && i + word.len < s.len && strchr("'\"(@", s.p[i - 1]));
		mask_put_slice(t, masked ? slice_of(masked) : word);
		if (masked && first_label(word) < word.len && mask_known(m, MASK_HOST, (struct slice){word.p, first_label(word)}))
			text_add(t, ".example");
		i += word.len;
	}
}

static bool matches(const char *path, const char *const *patterns, size_t n, int flags)
{
	for (size_t i = 0; i < n; i++)
		if (!fnmatch(patterns[i], path, flags))
			return true;
	return false;
}

/* A name that the kernel gives: long ones are of links that udev made of serial numbers. */
static bool is_device(const char *path)
{
	static const char *const patterns[] = {"/dev/pts/[0-9]*", "/dev/net/tun", "/dev/tap[0-9]*", "/dev/vfio/*", "/dev/dri/card[0-9]*",
		"/dev/dri/renderD[0-9]*", "/dev/input/event[0-9]*", "/dev/input/mice", "/dev/input/mouse[0-9]*", "/dev/cpu*",
		"/dev/bus/usb/[0-9]*/[0-9]*", "/dev/sg[0-9]*", "/dev/st[0-9]*", "/dev/sev", "/dev/sgx*", "/dev/snd/[a-z]*[0-9]*",
		"/dev/nvme[0-9]*", "/dev/sd[a-z]", "/dev/sd[a-z][a-z0-9]*", "/dev/vd[a-z]", "/dev/vd[a-z][0-9]*", "/dev/hd[a-z]",
		"/dev/hd[a-z][0-9]*", "/dev/xvd[a-z]*", "/dev/dm-[0-9]*", "/dev/md[0-9]*", "/dev/loop[0-9]*", "/dev/sr[0-9]*",
		"/dev/fd[0-9]*", "/dev/nbd[0-9]*", "/dev/pmem[0-9]*", "/dev/parport[0-9]*", "/dev/tty", "/dev/tty[0-9]*",
		"/dev/ttyS[0-9]*", "/dev/ttyUSB[0-9]*", "/dev/tpm[0-9]*", "/dev/tpmrm[0-9]*", "/dev/vhost-*", "/dev/usb/*",
		"/dev/cdrom", "/dev/ptmx", "/dev/hvc[0-9]*", "/dev/lp[0-9]*", "/dev/null", "/dev/zero", "/dev/kvm",
		"/dev/random", "/dev/urandom", "/dev/hwrng", "/dev/rtc", "/dev/hpet", "/dev/full"};

	return strlen(path) < NAME_MOST && !strpbrk(path, ",:= @%+") && matches(path, patterns, COUNT(patterns), FNM_PATHNAME);
}

static bool as_path(struct slice s, char path[PATH_MOST])
{
	if (!s.len || s.len >= PATH_MOST || memmem(s.p, s.len, "/..", 3))
		return false;
	snprintf(path, PATH_MOST, "%.*s", (int)s.len, s.p);
	return true;
}

bool mask_is_system(struct slice s)
{
	static const char *const patterns[] = {"/usr/*", "/bin/*", "/sbin/*", "/lib/*", "/lib64/*", "/nix/store/*", "/proc/*",
		"/sys/*", "/run/libvirt/*-sock*", "/var/run/libvirt/*-sock*", "/", "/dev/hugepages", "/dev/shm",
		"/machine", "/run/libvirt", "/var/run/libvirt", "/var/lib/libvirt", "/etc/libvirt"};
	char path[PATH_MOST];

	return as_path(s, path) && (is_device(path) || matches(path, patterns, COUNT(patterns), 0));
}

void mask_file(struct masks *m, struct text *t, struct slice s)
{
	if (mask_is_system(s))
		mask_path(m, t, s);
	else if (s.len)
		mask_put_slice(t, slice_of(mask_of(m, MASK_PATH, s)));
}

void mask_image(struct masks *m, struct text *t, struct slice s)
{
	static const char *const firmware[] = {"/usr/share/*.fd", "/usr/share/*.bin", "/usr/share/*.rom"};
	char path[PATH_MOST];
	bool kept = as_path(s, path) && (is_device(path) || matches(path, firmware, COUNT(firmware), 0));

	mask_put_slice(t, kept || !s.len ? s : slice_of(mask_of(m, MASK_PATH, s)));
}

/* The bytes of a quoted text at the beginning of s with its quotes, or 0. */
static size_t quoted(struct slice s)
{
	const char *end = s.len > 2 && (s.p[0] == '\'' || s.p[0] == '"') ? memchr(s.p + 1, s.p[0], s.len - 1) : NULL;

	return end && end > s.p + 1 ? (size_t)(end - s.p) + 1 : 0;
}

/* What the word before a quoted text says that it names. */
static bool names_what(struct slice before, enum mask_kind *ret)
{
	static const struct {
		const char *word;
		enum mask_kind kind;
	} words[] = {{"name ", MASK_GUEST}, {"domain ", MASK_GUEST}, {"guest ", MASK_GUEST}, {"host ", MASK_HOST},
		{"hostname ", MASK_HOST}, {"network ", MASK_NAME}, {"pool ", MASK_NAME}, {"volume ", MASK_NAME},
		{"user ", MASK_NAME}, {"serial ", MASK_SERIAL}};

	for (size_t i = 0; i < COUNT(words); i++) {
		size_t n = strlen(words[i].word);

		if (before.len < n || memcmp(before.p + before.len - n, words[i].word, n) != 0)
			continue;
		*ret = words[i].kind;
		return true;
	}
	return false;
}

/* The bytes of a path at the beginning of s; in quotes it may hold blanks. */
static size_t path_at(struct slice s)
{
	size_t n = 0;

	if (s.len < 2 || s.p[0] != '/')
		return 0;
	while (n < s.len && !isspace((unsigned char)s.p[n]) && !strchr("'\",;)", s.p[n]))
		n++;
	while (n && (s.p[n - 1] == '.' || s.p[n - 1] == ':'))
		n--;
	return n;
}

static void mask_quoted(struct masks *m, struct text *t, struct slice s, struct slice before)
{
	struct slice inside = {s.p + 1, s.len - 2};
	enum mask_kind kind;

	mask_put(t, s.p, 1);
	if (inside.p[0] == '/')
		mask_file(m, t, inside);
	else if (names_what(before, &kind) && kind == MASK_HOST)
		mask_host(m, t, inside);
	else if (names_what(before, &kind))
		mask_put_slice(t, slice_of(mask_of(m, kind, inside)));
	else if (mask_known(m, MASK_GUEST, inside))
		mask_put_slice(t, slice_of(mask_known(m, MASK_GUEST, inside)));
	else
		mask_words(m, t, inside);
	mask_put(t, s.p + s.len - 1, 1);
}

void mask_sentence(struct masks *m, struct text *t, struct slice s)
{
	struct text shaped = text_begin();
	struct slice all;
	size_t plain = 0, n;

	mask_shapes(m, &shaped, s, true);
	all = (struct slice){shaped.bytes, shaped.len};
	for (size_t i = 0; i < all.len; i += n ? n : 1) {
		struct slice rest = {all.p + i, all.len - i};
		bool path = false;

		n = quoted(rest);
		if (!n && (!i || !of_name(all.p[i - 1]))) {
			n = path_at(rest);
			path = n > 0;
		}
		if (!n)
			continue;
		/* with the sign before it, that a name in parentheses is seen */
		mask_words(m, t, (struct slice){all.p + plain, i - plain});
		if (path)
			mask_file(m, t, (struct slice){rest.p, n});
		else
			mask_quoted(m, t, (struct slice){rest.p, n}, (struct slice){all.p, i});
		plain = i + n;
	}
	mask_words(m, t, (struct slice){all.p + plain, all.len - plain});
	text_end(&shaped, NULL);
}
