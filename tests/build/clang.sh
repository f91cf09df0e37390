#!/usr/bin/env bash
# Everything compiles with clang without a warning, tests and tools included.
# SPDX-License-Identifier: GPL-2.0-or-later
COMPILER=clang COMPILER_FLAGS=-O0 exec "$(dirname "$0")/gcc.sh"
