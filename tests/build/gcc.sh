#!/usr/bin/env bash
# Everything compiles with gcc without a warning, tests and tools included.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"
compiler=${COMPILER:-gcc}
flags=${COMPILER_FLAGS:--O2} # gcc finds some only while it optimizes
command -v "$compiler" >/dev/null || skip_all "$compiler is not installed"
ends "$compiler compiles everything without a warning" 0 \
	make --no-print-directory -k -C "$top" CC="$compiler" CFLAGS="$flags" WERROR=1 SAN= COV= FUZZ= objects
done_testing
