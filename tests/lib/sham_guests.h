/* Guests of a sham machine: what libvirt would answer of each, as texts that tests change. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_SHAM_GUESTS_H
#define TESTS_LIB_SHAM_GUESTS_H

#include "tests/lib/sham.h"

#define GUEST_UUID(n) "00000000-0000-4000-8000-00000000000" #n

/* libvirt is connected, answers now and is of this machine; cpus: of its host. */
void sham_libvirt(struct sham *s, const char *link, const char *cpus);
/* The lines of the list. */
void sham_guests(struct sham *s, const char *lines);
/* A document of a guest: NULL takes it away. */
void sham_xml(struct sham *s, const char *uuid, const char *scope, const char *xml);

#endif
