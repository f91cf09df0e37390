#!/usr/bin/env bash
# Everything compiles with clang without a warning, tests and tools included.
# SPDX-License-Identifier: GPL-2.0-or-later
COMPILER=clang exec "$(dirname "$0")/gcc.sh"
