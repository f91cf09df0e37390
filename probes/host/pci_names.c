/* Asks libpci for names, and survives what it says about a list that it cannot read. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/pci_names.h"

#include <errno.h>
#include <pci/pci.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/answer.h"
#include "probes/util.h"

enum { NAME_SIZE = 256, LOOKUP_FLAGS = PCI_LOOKUP_NO_NUMBERS | PCI_LOOKUP_NO_HWDB };

struct pci_names {
	pthread_mutex_t lock; /* of all below: libpci has none */
	struct pci_access *access; /* NULL before the first question */
	char *list; /* NULL: libpci's own */
};

/* Where libpci's error() leaves to: it must not return, and by default it ends the program. */
struct leave {
	jmp_buf at; /* first: its address is this struct's */
	char why[WHY_SIZE];
};
static _Thread_local jmp_buf *leave;

__attribute__((noreturn, format(printf, 1, 2))) static void failed(char *format, ...)
{
	struct leave *l = (struct leave *)(void *)leave;
	char text[WHY_SIZE];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	copy_printable(l->why, sizeof(l->why), text, strcspn(text, "\n"));
	longjmp(*leave, 1);
}

__attribute__((format(printf, 1, 2))) static void silent(char *format, ...)
{
	(void)format;
}

struct pci_names *pci_names_new(const char *list)
{
	struct pci_names *n = xcalloc(1, sizeof(*n));

	if (pthread_mutex_init(&n->lock, NULL))
		BUG("a mutex cannot be made");
	n->list = list ? xstrdup(list) : NULL;
	return n;
}

void pci_names_free(struct pci_names *n)
{
	if (!n)
		return;
	if (n->access)
		pci_cleanup(n->access);
	pthread_mutex_destroy(&n->lock);
	free(n->list);
	free(n);
}

bool pci_names_path(const char *path)
{
	return strncmp(path, "@pci/", 5) == 0;
}

/* pci_init() is never called: it looks for devices, of this machine and by means that end the program. */
static void prepare(struct pci_names *n)
{
	if (n->access)
		return;
	n->access = pci_alloc();
	n->access->error = failed;
	n->access->warning = silent;
	n->access->debug = silent;
	n->access->id_lookup_mode = 0; /* else it keeps a file in $HOME of what it once asked the network */
	if (n->list)
		pci_set_name_list_path(n->access, n->list, 0);
}

struct out {
	char *buf;
	size_t size, len;
};

static void put(struct out *o, const char *key, const char *name)
{
	char shown[NAME_SIZE];

	if (!name || strncmp(name, "<pci_lookup_name", 16) == 0) /* its way of saying that something did not fit */
		return;
	copy_printable(shown, sizeof(shown), name, strlen(name));
	o->len += (size_t)snprintf(o->len < o->size ? o->buf + o->len : NULL, o->len < o->size ? o->size - o->len : 0,
		"%s=%s\n", key, shown);
}

enum { IDS_MOST = 4 };

struct question {
	bool is_class;
	unsigned n; /* of ids */
	int id[IDS_MOST]; /* vendor, device, and those of the subsystem; or the class */
};

/* Exactly four hexadecimal digits. */
static bool take_id(const char **p, int *ret)
{
	int id = 0;

	for (int i = 0; i < 4; i++) {
		char c = *(*p)++;

		if (c >= '0' && c <= '9')
			id = id * 16 + c - '0';
		else if (c >= 'a' && c <= 'f')
			id = id * 16 + c - 'a' + 10;
		else if (c >= 'A' && c <= 'F')
			id = id * 16 + c - 'A' + 10;
		else
			return false;
	}
	*ret = id;
	return true;
}

static bool understand(const char *path, struct question *q)
{
	const char *p;

	*q = (struct question){.is_class = strncmp(path, "@pci/class/", 11) == 0};
	if (!q->is_class && strncmp(path, "@pci/names/", 11) != 0)
		return false;
	for (p = path + 11; q->n < IDS_MOST; p++) {
		if (!take_id(&p, &q->id[q->n++]))
			return false;
		if (!*p)
			return q->is_class ? q->n == 1 : q->n % 2 == 0;
		if (q->is_class || *p != (q->n % 2 ? ':' : '/'))
			return false;
	}
	return false;
}

static void look_up(struct pci_access *a, const struct question *q, struct out *o)
{
	char name[NAME_SIZE];
	const int *id = q->id;

	if (q->is_class) {
		put(o, "class", pci_lookup_name(a, name, sizeof(name), LOOKUP_FLAGS | PCI_LOOKUP_CLASS, id[0]));
		return;
	}
	put(o, "vendor", pci_lookup_name(a, name, sizeof(name), LOOKUP_FLAGS | PCI_LOOKUP_VENDOR, id[0]));
	put(o, "device", pci_lookup_name(a, name, sizeof(name), LOOKUP_FLAGS | PCI_LOOKUP_DEVICE, id[0], id[1]));
	if (q->n < IDS_MOST)
		return;
	put(o, "subsystem_vendor",
		pci_lookup_name(a, name, sizeof(name), LOOKUP_FLAGS | PCI_LOOKUP_SUBSYSTEM | PCI_LOOKUP_VENDOR, id[2]));
	put(o, "subsystem",
		pci_lookup_name(a, name, sizeof(name), LOOKUP_FLAGS | PCI_LOOKUP_SUBSYSTEM | PCI_LOOKUP_DEVICE, id[0],
			id[1], id[2], id[3]));
}

/* A frame of its own: what is changed between setjmp() and longjmp() must not live in registers. */
static int attempt(struct pci_names *n, const struct question *q, struct out *o, struct leave *l)
{
	leave = &l->at;
	if (setjmp(l->at)) {
		leave = NULL;
		return -EIO;
	}
	prepare(n);
	look_up(n->access, q, o);
	leave = NULL;
	return 0;
}

int pci_names_text(struct pci_names *n, const char *path, char *buf, size_t size, char why[200])
{
	struct out o = {.buf = buf, .size = size};
	struct leave l = {.why = ""};
	struct question q;
	int err;

	if (!understand(path, &q))
		return why_path(why, -EINVAL, path, " is no question about PCI names");
	pthread_mutex_lock(&n->lock);
	err = attempt(n, &q, &o, &l);
	if (err) { /* a list that is broken somewhere has been read up to there, and is not read again */
		o.len = 0;
		err = attempt(n, &q, &o, &l);
	}
	if (!err && !o.len && n->access->id_load_failed)
		err = -ENOENT;
	pthread_mutex_unlock(&n->lock);
	if (!err)
		return (int)o.len;
	if (!l.why[0])
		return why_path(why, err, path, ": this machine has no list of PCI names");
	snprintf(why, WHY_SIZE, "%s", l.why); /* libpci's own sentence names the file */
	return err;
}
