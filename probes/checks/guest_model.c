/* The models of CPUs of QEMU's x86 machines by age, and the processors by family and model. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/checks/guest_model.h"

#include <string.h>

#include "probes/cpu.h"
#include "probes/util.h"

#define ALL (MODEL_AES | MODEL_AVX2 | MODEL_PCID | MODEL_FSGSBASE)
#define ZEN (MODEL_AES | MODEL_AVX2 | MODEL_FSGSBASE)

/* Longer names before those that they begin with. */
static const struct guest_model models[] = {
	{"qemu64", 0, 0},
	{"qemu32", 0, 0},
	{"kvm64", 0, 0},
	{"kvm32", 0, 0},
	{"core2duo", 0, 0},
	{"coreduo", 0, 0},
	{"Conroe", 0, 0},
	{"Penryn", 0, 0},
	{"n270", 0, 0},
	{"pentium", 0, 0},
	{"486", 0, 0},
	{"athlon", 0, 0},
	{"phenom", 0, 0},
	{"Opteron_G1", 0, 0},
	{"Opteron_G2", 0, 0},
	{"Opteron_G3", 0, 0},
	{"Nehalem", 1, 0},
	{"Westmere", 2, MODEL_AES},
	{"SandyBridge", 3, MODEL_AES},
	{"Opteron_G4", 3, MODEL_AES},
	{"IvyBridge", 4, MODEL_AES | MODEL_FSGSBASE},
	{"Opteron_G5", 4, MODEL_AES},
	{"Haswell", 5, ALL},
	{"Broadwell", 6, ALL},
	{"Skylake", 7, ALL},
	{"Cascadelake", 8, ALL},
	{"Cooperlake", 8, ALL},
	{"Icelake", 9, ALL},
	{"Snowridge", 8, MODEL_AES | MODEL_FSGSBASE},
	{"SapphireRapids", 10, ALL},
	{"SierraForest", 11, ALL},
	{"GraniteRapids", 11, ALL},
	{"ClearwaterForest", 12, ALL},
	{"DiamondRapids", 12, ALL},
	{"EPYC-Rome", 8, ZEN},
	{"EPYC-Milan", 9, ALL},
	{"EPYC-Genoa", 10, ALL},
	{"EPYC-Turin", 11, ALL},
	{"EPYC", 7, ZEN},
	{"Dhyana", 7, ZEN},
	{"YongFeng", 5, ALL},
};

const struct guest_model *guest_model(const char *name)
{
	for (size_t i = 0; i < COUNT(models); i++)
		if (strncmp(name, models[i].name, strlen(models[i].name)) == 0)
			return &models[i];
	return NULL;
}

static const struct {
	unsigned family, first, last, generation; /* models first to last */
} processors[] = {
	{6, 0x1a, 0x1f, 1},
	{6, 0x2e, 0x2e, 1},
	{6, 0x25, 0x25, 2},
	{6, 0x2c, 0x2c, 2},
	{6, 0x2f, 0x2f, 2},
	{6, 0x2a, 0x2a, 3},
	{6, 0x2d, 0x2d, 3},
	{6, 0x3a, 0x3a, 4},
	{6, 0x3e, 0x3e, 4},
	{6, 0x3c, 0x3c, 5},
	{6, 0x3f, 0x3f, 5},
	{6, 0x45, 0x46, 5},
	{6, 0x3d, 0x3d, 6},
	{6, 0x47, 0x47, 6},
	{6, 0x4f, 0x4f, 6},
	{6, 0x56, 0x56, 6},
	{6, 0x4e, 0x4e, 7},
	{6, 0x5e, 0x5e, 7},
	{6, 0x55, 0x55, 7},
	{6, 0x6a, 0x6c, 9},
	{6, 0x8f, 0x8f, 10},
	{6, 0xcf, 0xcf, 10},
	{6, 0xad, 0xaf, 11},
	{0x15, 0x00, 0x0f, 3},
	{0x15, 0x10, 0x7f, 4},
	{0x17, 0x00, 0x2f, 7},
	{0x17, 0x30, 0xff, 8},
	{0x19, 0x00, 0x0f, 9},
	{0x19, 0x20, 0x5f, 9},
	{0x19, 0x10, 0x1f, 10},
	{0x19, 0x60, 0xff, 10},
	{0x1a, 0x00, 0xff, 11},
};

unsigned host_generation(const struct cpu *c)
{
	uint64_t family, model;

	if (!c || !value_known(c->family) || !value_known(c->model_number))
		return 0;
	family = c->family.u;
	model = c->model_number.u;
	/* Cascade and Cooper Lake have Skylake's number and a later stepping */
	if (family == 6 && model == 0x55 && value_u64_or(c->stepping, 0) >= 5)
		return 8;
	for (size_t i = 0; i < COUNT(processors); i++)
		if (family == processors[i].family && model >= processors[i].first && model <= processors[i].last)
			return processors[i].generation;
	return 0;
}
