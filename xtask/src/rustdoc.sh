#!/bin/sh
# rustdoc with its unstable output.
RUSTC_BOOTSTRAP=1 exec rustdoc "$@"
